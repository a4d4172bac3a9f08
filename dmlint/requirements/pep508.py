"""The one place that knows how a PEP 508 requirement is written."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from dmlint.facts import Dependency, Role
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_HEAD = lazy_regex(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?")
_OPERATOR = lazy_regex(r"\s*[<>=!~]=?=?")
_VERSION = r"(?:(?:[<>]=?|[=!~]=)[ \t]*[A-Za-z0-9](?:[A-Za-z0-9._*+!-]*[A-Za-z0-9*])?)"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_PLAIN = lazy_regex(
    rf"[ \t]*({_NAME})[ \t]*(?:\[[ \t]*({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*\][ \t]*)?"
    rf"({_VERSION}(?:[ \t]*,[ \t]*{_VERSION})*)?[ \t]*"
)
_ONE_RELEASE = lazy_regex(r"(?:[<>]=?|[=!]=)\d+(?:\.\d+)*")
_SEPARATORS = lazy_regex(r"[-_.]+")
# A tag names a release by itself, or behind the project's name; the reference stands behind the path.
_RELEASE = r"(?:refs/tags/)?(?:[A-Za-z][\w.]*-)?v?(\d+(?:\.\d+)+(?:(?:a|b|rc|\.post|\.dev)\d+)?)"
_TAG = lazy_regex(rf"git(?:\+[a-z-]+)?:[^#?]*/[^#?@]+@{_RELEASE}(?:[#?]|$)", re.IGNORECASE)
_QUERY = lazy_regex(r"[?#]")

# Beyond what anybody writes; they keep hostile input from the recursion and the time that it could cost.
_LONGEST, _LONGEST_NUMBER, _DEEPEST = 20_000, 1_000, 50
_LONG_NUMBER = lazy_regex(rf"[0-9]{{{_LONGEST_NUMBER}}}")


class Parts(NamedTuple):
    """What a requirement says: a PEP 503 name, sorted extras, ``str(SpecifierSet)``, ``str(Marker)``, URL."""

    name: str
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str | None = None
    url: str | None = None


def read_requirement(
    text: Traced, written: Span, *, where: str, role: Role = Role.REQUIREMENT, redirection: Span | None = None
) -> Dependency | Problem:
    """Read one requirement.

    ``text`` is the requirement without comment and per-line options, variables expanded; ``written`` is the
    same as it stands in the source, and becomes the span unless the requirement, or its version, is a
    variable's value. A malformed one gives a problem (DM900), one whose name depends on an unknown variable too
    (DM901).
    """
    raw = text.text
    plain = read_plain(raw)
    if plain and text.literal:
        return dependency(plain, written, where, role, redirection)
    head = _HEAD().match(raw)
    unresolved = text.unresolved
    span = written if unresolved else _innermost(text, written, head.end() if head else 0)
    try:
        parts = plain or _parts(raw)
    except ValueError as error:
        if unresolved:
            return _half_known(text, written, head, where, role)
        message = f"'{shorten(raw.strip())}' is not a requirement: {shorten(str(error).partition(chr(10))[0])}"
        return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message)
    if unresolved and not parts.url:
        return _half_known(text, written, head, where, role)
    # Of a URL only the file name matters, and that was read if it gave a version.
    open_ends = () if parts.specifier else unresolved
    found = dependency(parts, span, where, role)
    return replace(found, via=text.via, unresolved=open_ends, redirection=redirection)


def dependency(parts: Parts, span: Span, where: str, role: Role, redirection: Span | None = None) -> Dependency:
    """The dependency that says ``parts`` at ``span``."""
    return Dependency(
        name=parts.name,
        span=span,
        where=where,
        specifier=parts.specifier,
        extras=parts.extras,
        marker=parts.marker,
        url=parts.url,
        role=role,
        redirection=redirection,
    )


def read_plain(raw: str) -> Parts | None:
    """What a requirement without URL says, quickly; None for one that needs (or deserves) all of
    packaging.
    """
    return _read_plain(raw) if len(raw) <= _LONGEST_NUMBER else None


@lru_cache(maxsize=8192)
def _read_plain(raw: str) -> Parts | None:
    match = _PLAIN().fullmatch(raw)
    if match is None:
        return _read_marked(raw) if ";" in raw else None
    name, extras, specifier = match.groups()
    canonical = canonical_specifier(specifier) if specifier else ""
    if canonical is None:
        return None
    sorted_extras = tuple(sorted({extra.strip(" \t") for extra in extras.split(",")})) if extras else ()
    return Parts(normalize_name(name), sorted_extras, canonical)


def _read_marked(raw: str) -> Parts | None:
    """A plain requirement with a marker; None for one that is malformed."""
    head, _, marker = raw.partition(";")
    parts = _read_plain(head)
    try:
        return parts and parts._replace(marker=canonical_marker(marker))
    except ValueError:
        return None


def normalize_name(name: str) -> str:
    """The PEP 503 form of a name, in that document's own words: ``packaging.utils`` takes a while to import."""
    return _SEPARATORS().sub("-", name).lower()


def canonical_specifier(specifier: str) -> str | None:
    """``str(SpecifierSet)``, None for a malformed one."""
    if _ONE_RELEASE().fullmatch(specifier):
        return specifier
    clauses = specifier.split(",")
    if all(_ONE_RELEASE().fullmatch(clause) for clause in clauses) and len({clause[:2] for clause in clauses}) == len(
        clauses
    ):
        # Nothing to check, and nothing that can be said twice: packaging would only sort it, by text.
        return ",".join(sorted(clauses))
    return _canonical_specifier(specifier)


@lru_cache(maxsize=8192)
def _canonical_specifier(specifier: str) -> str | None:
    try:
        return str(SpecifierSet(specifier))
    except InvalidSpecifier:
        return None


@lru_cache(maxsize=1024)
def canonical_marker(marker: str) -> str:
    """``str(Marker)``; ``ValueError`` for a malformed one."""
    from packaging.markers import Marker

    _refuse_hostile(marker)
    with warnings.catch_warnings():
        # packaging hands the strings of a marker to Python, which warns of an odd backslash in them.
        warnings.simplefilter("ignore")
        return str(Marker(marker))


def read_archive(url: str) -> Parts | None:
    """Name and ``==version`` by the file name of a wheel or sdist, at a path or URL; None if it tells none."""
    from urllib.parse import unquote

    from packaging.utils import parse_sdist_filename, parse_wheel_filename

    file_name = unquote(_QUERY().split(url, maxsplit=1)[0].rpartition("/")[2])
    parse = parse_wheel_filename if file_name.endswith(".whl") else parse_sdist_filename
    if len(file_name) > _LONGEST_NUMBER:
        return None
    try:
        name, version = parse(file_name)[:2]
    except ValueError:
        return None
    return Parts(str(name), specifier=f"=={version}", url=url)


def read_release(url: str) -> str:
    """``==2.1.0`` by the tag at which a repository is taken (``git+https://…/numpy@v2.1.0``); empty if none says so."""
    match = _TAG().match(url)
    return f"=={match[1]}" if match else ""


def shorten(text: str) -> str:
    """The text, cut where a message would drown in it."""
    return text if len(text) <= 100 else f"{text[:99]}…"


def _parts(raw: str) -> Parts:
    """What packaging reads; ``ValueError`` for a malformed requirement."""
    from packaging.requirements import Requirement

    _refuse_hostile(raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        requirement = Requirement(raw.strip())
    parts = Parts(
        name=normalize_name(requirement.name),
        extras=tuple(sorted(requirement.extras)),
        specifier=str(requirement.specifier),
        marker=str(requirement.marker) if requirement.marker else None,
        url=requirement.url,
    )
    if not parts.url:
        return parts
    archive = read_archive(parts.url)
    named = archive is not None and archive.name == parts.name
    return parts._replace(specifier=archive.specifier if archive and named else read_release(parts.url))


def _refuse_hostile(raw: str) -> None:
    if len(raw) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST} characters")
    if _LONG_NUMBER().search(raw):
        raise ValueError(f"it has a number of more than {_LONGEST_NUMBER} digits")
    if raw.count("(") > _DEEPEST:
        raise ValueError(f"it has more than {_DEEPEST} parentheses")


def _half_known(
    text: Traced, written: Span, head: re.Match[str] | None, where: str, role: Role
) -> Dependency | Problem:
    """A requirement with a reference whose value is not known: at best its name can be told."""
    known_until = sum(len(piece.text) for piece in takewhile(lambda piece: piece.known, text.pieces))
    if head is None or head.end(1) >= known_until:
        message = f"'{shorten(text.text.strip())}' depends on a variable whose value is not known"
        return Problem(kind=ProblemKind.UNRESOLVED, span=text.unresolved[0], message=message, about=text.text)
    bracketed = head[2] or "" if head.end() <= known_until else ""
    extras = tuple(sorted(extra.strip() for extra in bracketed.split(",") if extra.strip()))
    parts = Parts(normalize_name(head[1]), extras)
    return replace(dependency(parts, written, where, role), via=text.via, unresolved=text.unresolved)


def _innermost(text: Traced, written: Span, head_end: int) -> Span:
    """The literal that holds the value: a variable's value where the requirement, all after its name, or all after
    its one operator came from one.
    """
    if not text.via:
        return written
    operator = _OPERATOR().match(text.text, head_end)
    for start in (0, head_end, operator.end() if operator else head_end):
        candidate = text.slice(start).strip()
        span = candidate.span
        if span is not None and candidate.via:
            return span
    return written
