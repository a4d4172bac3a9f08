"""One package entry of a lock file, and the dependency that it records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmlint.facts import Dependency, Document, Role
from dmlint.requirements.pep508 import canonical_marker, canonical_specifier, normalize_name, shorten
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmlint.text.source import Source, Span

LONGEST_VERSION = 200
_PLATFORMS = {
    "linux-32": "sys_platform == 'linux' and platform_machine == 'i686'",
    "linux-64": "sys_platform == 'linux' and platform_machine == 'x86_64'",
    "linux-aarch64": "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "linux-ppc64le": "sys_platform == 'linux' and platform_machine == 'ppc64le'",
    "osx-64": "sys_platform == 'darwin' and platform_machine == 'x86_64'",
    "osx-arm64": "sys_platform == 'darwin' and platform_machine == 'arm64'",
    "win-64": "sys_platform == 'win32' and platform_machine == 'AMD64'",
    "win-arm64": "sys_platform == 'win32' and platform_machine == 'ARM64'",
}


class LockedEntry(NamedTuple):
    """The value of a string, and the offsets between which its characters stand in the file."""

    text: str
    start: int
    end: int


Entry = dict[str, list[LockedEntry]]
"""The strings of one package entry by key: one for a plain value, all of them for an array or a table of strings."""


def first(entry: Entry, key: str) -> LockedEntry | None:
    """The first string of a key, None where there is none."""
    return next(iter(entry.get(key, ())), None)


def strings(entry: Entry, key: str) -> tuple[str, ...]:
    """All strings of a key."""
    return tuple(written.text for written in entry.get(key, ()))


def record(
    source: Source, where: str, name: LockedEntry, version: LockedEntry | None, marker: str | None = None
) -> Dependency | Problem:
    """What an entry records: the span is the version's, or the name's where the lock has none.

    A version that PEP 440 does not know (conda's ``9e``) is recorded by arbitrary equality.
    """
    normal = normalize_name(name.text[:LONGEST_VERSION])
    if version is None:
        span = source.span(name.start, name.end)
        return Dependency(name=normal, span=span, where=where, marker=marker, role=Role.LOCKED)
    span = source.span(version.start, version.end)
    bare = version.text.strip().removeprefix("==")
    short = bare if len(bare) <= LONGEST_VERSION else ""
    specifier = (canonical_specifier(f"=={short}") or canonical_specifier(f"==={short}")) if short else None
    if specifier is None:
        return malformed(span, f"'{shorten(version.text)}' is not a version of {normal}")
    return Dependency(name=normal, span=span, where=where, specifier=specifier, marker=marker, role=Role.LOCKED)


def read_markers(source: Source, written: Sequence[LockedEntry]) -> tuple[str | None, Problem | None]:
    """The PEP 508 marker that holds where one of several does, None for no marker; or what is wrong with them."""
    markers = [_marker(one.text) for one in written]
    if None in markers:
        wrong = written[markers.index(None)]
        return None, malformed(
            source.span(wrong.start, wrong.end), f"'{shorten(wrong.text)}' is not an environment marker"
        )
    clauses = [f"({marker})" for marker in markers] if len(markers) > 1 else [marker or "" for marker in markers]
    return " or ".join(clauses) or None, None


def _marker(text: str) -> str | None:
    try:
        return canonical_marker(text)
    except ValueError:
        return None


def platform_marker(platform: str | None) -> str | None:
    """The marker of a conda platform (``linux-64``), None for one that is not known or is none (``noarch``)."""
    return _PLATFORMS.get(platform or "")


def malformed(span: Span, message: str) -> Problem:
    """The statement that something is not what it should be."""
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message)


def document(source: Source, facts: Iterable[Dependency | Problem], comments: tuple[Span, ...] = ()) -> Document:
    """A lock file's entries: they belong to no group, for nothing asks for them."""
    found = tuple(facts)
    return Document(
        source=source,
        dependencies=tuple(fact for fact in found if isinstance(fact, Dependency)),
        problems=tuple(fact for fact in found if isinstance(fact, Problem)),
        comments=comments,
    )
