"""What pip takes for a thing to install: a requirement by name, or the place that it is to come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.requirements.pep508 import canonical_marker, read_requirement, shorten
from dmlint.requirements.pip_location import (
    ARCHIVE,
    NAME,
    REPOSITORY,
    URL,
    Fact,
    Location,
    folder,
    known_text,
    local_path,
    malformed,
    read_path,
    read_url,
)
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from dmlint.facts import Role
    from dmlint.text.source import Span

_VERSIONED = lazy_regex(rf"{NAME}\s*(?:\[[^\]/]*\])?\s*(?:[=!~<>]=|[<>])")
_DIRECT = lazy_regex(rf"\s*{NAME}\s*(?:\[[^\]]*\])?\s*@")


def read_argument(text: Traced, written: Span, *, where: str, role: Role, patterns: bool = False) -> list[Fact]:
    """What one argument of ``pip install``, or one line of a requirements file, names.

    ``text`` is the argument without options, comment and blanks around it, variables expanded, ``written`` the same
    as it stands. A folder gives a reference; an archive or a repository a dependency by the name that its URL
    tells, or else a reference too; ``NAME @ FOLDER`` both. ``patterns`` says that a shell looks for files that match.
    """
    raw = text.text
    at = known_text(text).find("; " if URL().match(raw) else ";")
    thing = text if at < 0 else text.slice(0, at).strip()
    if at >= 0 and not raw[at + 1 :].strip():
        # pip takes a semicolon with nothing after it.
        return read_argument(thing, thing.span or written, where=where, role=role, patterns=patterns)
    if not URL().match(thing.text) and (_DIRECT().match(thing.text) or not _is_path(thing.text)):
        return _read_named(
            Location(text=thing, span=written, where=where, role=role), text.slice(len(raw) if at < 0 else at)
        )
    try:
        marker = None if at < 0 else canonical_marker(raw[at + 1 :].strip())
    except ValueError as error:
        reason = shorten(str(error).partition("\n")[0])
        return [malformed(written, f"'{shorten(raw)}' has a malformed marker: {reason}")]
    location = Location(text=thing, span=written, where=where, role=role, marker=marker, patterns=patterns)
    return [read_url(location) if URL().match(thing.text) else read_path(location, thing)]


def read_editable(text: Traced, written: Span, *, where: str, role: Role) -> list[Fact]:
    """What the value of ``--editable`` names: a folder or a repository."""
    raw = text.text
    if _DIRECT().match(raw):
        return read_argument(text, written, where=where, role=role)
    location = Location(text=text, span=written, where=where, role=role, editable=True)
    if REPOSITORY().match(raw) or raw.lower().startswith("file:"):
        return [read_url(location)]
    if URL().match(raw):
        return [malformed(written, f"'{shorten(raw)}' is neither a folder nor a repository, as --editable wants it")]
    return [folder(location, text)]


def _read_named(location: Location, marker: Traced) -> list[Fact]:
    """A requirement by name, ``marker`` with its semicolon; a folder that it is to come from is said too."""
    thing, written = location.text, location.span
    direct = _DIRECT().match(thing.text)
    # pip ends the URL at a semicolon, packaging at a blank.
    blank = Traced((Piece(" ", replace(written, end=written.start)),) if direct and marker.text else ())
    fact = read_requirement(join((thing, blank, marker)), written, where=location.where, role=location.role)
    if direct is None or isinstance(fact, Problem):
        return [fact]
    target = thing.slice(direct.end()).strip()
    path = local_path(target)
    if URL().match(path.text) or not _is_path(path.text) or ARCHIVE().fullmatch(path.text):
        return [fact]
    source = replace(location, text=target, span=target.span or written)
    return [fact, replace(folder(source, path), extras=fact.extras)]


def _is_path(raw: str) -> bool:
    """As pip has it: what ends like an archive is a file, whatever stands before; with a version it is no folder."""
    if ARCHIVE().fullmatch(raw):
        return True
    return ("/" in raw or raw.startswith(".")) and not _VERSIONED().match(raw)
