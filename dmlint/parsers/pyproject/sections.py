"""What the readers of single tables hand back, and how they say that a value has the wrong type."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import Dependency, FileReference, Role
from dmlint.requirements.pep508 import canonical_specifier, read_requirement, shorten
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Span

_NAMES = {bool: "a boolean", dict: "a table", float: "a number", int: "a number", list: "an array", str: "a string"}
_LONGEST = 1_000


class EntryKind(Enum):
    """What a set of dependencies is to the tools that install it."""

    PROJECT = "project"
    """Always installed."""
    EXTRA = "extra"
    GROUP = "group"
    ENVIRONMENT = "environment"
    """Of a tool that makes environments of its own (hatch, pixi)."""
    PART = "part"
    """Installed only by way of other sets that include it."""
    LOOSE = "loose"
    """Belongs to no group: build requirements, optional ones that no extra names."""


class Include(Struct, frozen=True, kw_only=True):
    """Another set whose dependencies come with this one, under a marker or always, and where that is said."""

    kind: EntryKind
    name: str
    span: Span
    marker: str | None = None


class FoundEntries(Struct, frozen=True, kw_only=True):
    """What one table or array states."""

    dependencies: tuple[Dependency, ...] = ()
    references: tuple[FileReference, ...] = ()
    problems: tuple[Problem, ...] = ()
    includes: tuple[Include, ...] = ()

    def __add__(self, other: FoundEntries) -> FoundEntries:
        return merge((self, other))


class Section(Struct, frozen=True, kw_only=True):
    """A part of one group; all parts of the same kind and name make the group."""

    kind: EntryKind
    name: str = ""
    found: FoundEntries
    python: str | None = None
    python_span: Span | None = None
    along: tuple[tuple[EntryKind, str], ...] = ()


def merge(parts: Iterable[FoundEntries]) -> FoundEntries:
    """All parts as one, in order."""
    every = tuple(parts)
    return FoundEntries(
        dependencies=tuple(dependency for part in every for dependency in part.dependencies),
        references=tuple(reference for part in every for reference in part.references),
        problems=tuple(problem for part in every for problem in part.problems),
        includes=tuple(include for part in every for include in part.includes),
    )


def unreadable(span: Span, message: str) -> FoundEntries:
    """Nothing but the statement that something is malformed."""
    return FoundEntries(problems=(Problem(kind=ProblemKind.UNREADABLE, span=span, message=message),))


def expect(node: TomlNode | None, kind: type, where: str) -> FoundEntries:
    """Nothing, or the statement that a value is there and is not of the type that it must have."""
    if node is None or isinstance(node.value, kind):
        return FoundEntries()
    return FoundEntries(problems=(_mistyped(node, kind, where),))


def _mistyped(node: TomlNode, kind: type, where: str) -> Problem:
    actual = _NAMES.get(type(node.value), "a date or a time")
    message = f"{where} must be {_NAMES[kind]}, not {actual}"
    return Problem(kind=ProblemKind.UNREADABLE, span=node.span, message=message)


def string_of(node: TomlNode | None) -> str | None:
    """The value of a string, None for anything else."""
    return node.value if node is not None and isinstance(node.value, str) else None


def requirement(node: TomlNode, where: str, role: Role = Role.REQUIREMENT) -> FoundEntries:
    """The PEP 508 requirement that a string holds."""
    return _together([_read(node, where, role)])


def _read(node: TomlNode, where: str, role: Role) -> Dependency | Problem:
    if not isinstance(node.value, str):
        return _mistyped(node, str, f"an entry of {where}")
    text = node.traced().strip()
    return read_requirement(text, text.span or node.span, where=where, role=role)


def _together(facts: list[Dependency | Problem]) -> FoundEntries:
    return FoundEntries(
        dependencies=tuple(fact for fact in facts if isinstance(fact, Dependency)),
        problems=tuple(fact for fact in facts if isinstance(fact, Problem)),
    )


def requirements(
    node: TomlNode | None,
    where: str,
    role: Role = Role.REQUIREMENT,
    entry: Callable[[TomlNode], FoundEntries] | None = None,
) -> FoundEntries:
    """The PEP 508 requirements of an array; ``entry`` reads what may stand there in place of a string."""
    if node is None or not isinstance(node.value, list):
        return expect(node, list, where)
    if not any(isinstance(value, dict) for value in node.value):
        return _together([_read(element, where, role) for element in node.elements()])
    return merge(
        entry(element) if entry and isinstance(element.value, dict) else requirement(element, where, role)
        for element in node.elements()
    )


def python_of(node: TomlNode | None, where: str) -> tuple[str | None, FoundEntries]:
    """A PEP 440 specifier of Pythons, normalized, and what is wrong with it."""
    text = string_of(node)
    if node is None or text is None:
        return None, expect(node, str, where)
    specifier = canonical_specifier(text) if len(text) <= _LONGEST else None
    if specifier is None:
        return None, unreadable(node.span, f"{where} '{shorten(text.strip())}' is not a version specifier")
    return specifier or None, FoundEntries()
