"""What stands at a path or URL that pip is to install from, as far as its name tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency, FileReference, ReferenceKind
from dmlint.requirements.pep508 import Parts, dependency, normalize_name, read_archive, read_release, shorten
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from dmlint.facts import Role
    from dmlint.text.source import Span

Fact = Dependency | FileReference | Problem

URL = lazy_regex(r"(?:https?|file|ftp|(?:git|hg|svn|bzr)\+[a-z-]+):", re.IGNORECASE)
REPOSITORY = lazy_regex(r"(?:git|hg|svn|bzr)(?:\+[a-z-]+)?:", re.IGNORECASE)
ARCHIVE = lazy_regex(r".*\.(?:whl|zip|tbz|txz|tlz|tgz|tar|tar\.(?:bz2|xz|lz|lzma|gz))", re.IGNORECASE | re.DOTALL)
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"

_PATTERN = lazy_regex(r"[*?\[]")
# The components of a wheel's name have no dashes.
_WHEEL_BEGINNING = lazy_regex(r"([A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?)[-*?\[]")
_SDIST_BEGINNING = lazy_regex(rf"({NAME})-")
_EGG = lazy_regex(r"[#&]egg=([^&]*)")
_EGG_NAME = lazy_regex(rf"({NAME})(?:\[([^\]]*)\])?")
_GITHUB_ARCHIVE = lazy_regex(r"https?://github\.com/[^/]+/([^/]+)/(?:archive|zipball|tarball)/", re.IGNORECASE)
_FILE_URL = lazy_regex(r"file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)


class Location(Struct, frozen=True, kw_only=True):
    """A path or URL to install from: its text, where it is written, and what else its line says of it.

    ``patterns`` says that a shell puts the files in its place that match it.
    """

    text: Traced
    span: Span
    where: str
    role: Role
    marker: str | None = None
    editable: bool = False
    patterns: bool = False


def read_url(location: Location) -> Fact:
    """What a URL names: a repository, an archive, or (``file:``) a folder."""
    raw = location.text.text
    if raw.lower().startswith("file:"):
        return read_path(location, local_path(location.text))
    egg = _EGG().search(raw)
    if egg is not None:
        return _egg(location, egg)
    if REPOSITORY().match(raw):
        return _by_name(location, location.text.slice(*_repository_name(raw)))
    on_github = _GITHUB_ARCHIVE().match(raw)
    if on_github and read_archive(raw) is None:
        return _by_name(location, location.text.slice(*on_github.span(1)))
    return read_path(location, location.text.slice(0, _end_of_path(raw)))


def read_path(location: Location, path: Traced) -> Fact:
    """What a path names: a folder, or an archive whose file name tells what it is."""
    bare, _ = _cut_extras(path)
    if not ARCHIVE().fullmatch(bare.text):
        return folder(location, path)
    parts = read_archive(bare.text)
    if parts is not None:
        return _dependency(location, parts)
    file_name = known_text(bare).rpartition("/")[2]
    is_wheel = file_name.lower().endswith(".whl")
    is_pattern = location.patterns and _PATTERN().search(bare.text) is not None
    beginning = (_WHEEL_BEGINNING if is_wheel else _SDIST_BEGINNING)().match(file_name)
    if beginning and (path.unresolved or is_pattern):
        return _dependency(location, Parts(normalize_name(beginning[1])))
    if path.unresolved:
        return _hanging(location)
    if is_wheel and not is_pattern:
        return malformed(location.span, f"'{shorten(path.text)}' does not have the name of a wheel")
    return folder(location, path)


def folder(location: Location, path: Traced) -> FileReference:
    """The reference to a project's folder (or to an archive that does not tell its name)."""
    bare, extras = _cut_extras(path)
    return FileReference(
        kind=ReferenceKind.PROJECT,
        path=None if bare.unresolved else bare.text,
        span=location.span,
        extras=extras,
        editable=location.editable,
    )


def local_path(text: Traced) -> Traced:
    """The path that a ``file:`` URL means; any other text as it is."""
    match = _FILE_URL().match(text.text)
    if match is None:
        return text
    path = text.slice(match.end(), _end_of_path(text.text))
    span = path.span
    if "%" not in path.text or path.unresolved or span is None:
        return path
    return Traced((Piece(unquote(path.text), span, path.via),))


def known_text(text: Traced) -> str:
    """The text, as long as it is, with ``$`` for what depends on a variable: what a reference itself is made of
    (``$(python -c 'a; b/c')``) says nothing of its value.
    """
    return "".join([piece.text if piece.known else "$" * len(piece.text) for piece in text.pieces])


def malformed(span: Span, message: str) -> Problem:
    """The problem of what pip would refuse (DM900)."""
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message)


def _hanging(location: Location) -> Problem:
    raw = location.text.text
    message = f"'{shorten(raw)}' depends on a variable whose value is not known"
    return Problem(kind=ProblemKind.UNRESOLVED, span=location.text.unresolved[0], message=message, about=raw)


def _egg(location: Location, egg: re.Match[str]) -> Fact:
    """A dependency by the name after ``#egg=``, which holds whatever the rest of the URL says."""
    match = _EGG_NAME().fullmatch(egg[1])
    if match is None:
        if location.text.slice(*egg.span(1)).unresolved:
            return _hanging(location)
        return malformed(location.span, f"'{shorten(egg[1])}' (after egg=) is not the name of a project")
    parts = Parts(normalize_name(match[1]), _split_extras(match[2] or ""))
    archive = read_archive(location.text.text)
    if archive is not None and archive.name == parts.name:
        parts = parts._replace(specifier=archive.specifier)
    return _dependency(location, parts if parts.specifier else _at_tag(location, parts))


def _by_name(location: Location, name: Traced) -> Fact:
    """A dependency by the part of its URL that names it."""
    if name.unresolved:
        return _hanging(location)
    if not re.fullmatch(NAME, name.text):
        return folder(location, location.text)
    return _dependency(location, _at_tag(location, Parts(normalize_name(name.text))))


def _at_tag(location: Location, parts: Parts) -> Parts:
    """The same at the release that the tag of a repository names."""
    return parts._replace(specifier=read_release(known_text(location.text)))


def _dependency(location: Location, parts: Parts) -> Dependency:
    text = location.text
    parts = parts._replace(marker=location.marker, url=text.text)
    found = dependency(parts, location.span, location.where, location.role)
    return replace(found, via=text.via, unresolved=() if parts.specifier else text.unresolved)


def _end_of_path(raw: str) -> int:
    """Where a URL's query or fragment starts."""
    return min((at for at in (raw.find("?"), raw.find("#")) if at >= 0), default=len(raw))


def _repository_name(raw: str) -> tuple[int, int]:
    """Where the repository's name stands in its URL: the last component, without ``.git`` and ``@REF``."""
    end = _end_of_path(raw)
    host = raw.find("://", 0, end) + 3
    path = max(host, raw.find("/", host, end))
    reference = raw.rfind("@", path, end)
    end = end if reference < 0 else reference
    end = path + len(raw[path:end].rstrip("/").removesuffix(".git"))
    return max(raw.rfind("/", path, end), raw.rfind(":", path, end), path - 1) + 1, end


def _cut_extras(path: Traced) -> tuple[Traced, tuple[str, ...]]:
    """A path without, and the extras of, its ``[a,b]``."""
    raw = path.text
    at = raw.rfind("[")
    if at <= 0 or not raw.endswith("]") or at == len(raw) - 2:
        return path, ()
    return path.slice(0, at).strip(), _split_extras(raw[at + 1 : -1])


def _split_extras(raw: str) -> tuple[str, ...]:
    return tuple(sorted({extra.strip() for extra in raw.split(",") if extra.strip()}))
