"""What the readers of single tables hand back, how they read values, and how they say that one has the wrong type."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency, FileReference, ReferenceKind, Role
from dmlint.requirements.pep508 import canonical_specifier, normalize_name, read_archive, read_requirement, shorten
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Span


_LONGEST = 1_000


class TomlTable(Struct, frozen=True, kw_only=True):
    """A table whose keys are names and whose values are versions.

    ``convert`` turns a version into a PEP 440 specifier, or says why it cannot.
    """

    where: str
    convert: Callable[[str], str | ProblemKind]
    role: Role = Role.REQUIREMENT


def named(table: TomlTable, name: str, key: Span, version: TomlNode | None) -> FoundEntries:
    """The dependency of one key, at its version, or at the key where it has none.

    One whose version PEP 440 has no words for stays a dependency, with the version as what is not resolved.
    """
    where, role = table.where, table.role
    normalized = normalize_name(name)
    if version is None:
        return FoundEntries(dependencies=(Dependency(name=normalized, span=key, where=where, role=role),))
    if not isinstance(version.value, str):
        return expect(version, str, f"{where}.{name}")
    text = version.traced().strip()
    span = text.span or version.span
    specifier = table.convert(text.text) if len(text) <= _LONGEST else ProblemKind.UNREADABLE
    if specifier is ProblemKind.UNREADABLE:
        return unreadable(span, f"'{shorten(text.text)}' is not a version constraint that {where} can hold")
    if isinstance(specifier, str):
        return FoundEntries(
            dependencies=(Dependency(name=normalized, span=span, where=where, role=role, specifier=specifier),)
        )
    message = f"no single PEP 440 specifier says '{shorten(text.text)}'"
    problem = Problem(kind=ProblemKind.UNRESOLVED, span=span, message=message, about=normalized)
    dependency = Dependency(name=normalized, span=span, where=where, role=role, unresolved=(span,))
    return FoundEntries(dependencies=(dependency,), problems=(problem,))


def flag(node: TomlNode, key: str) -> bool:
    """Whether a table has a key whose value is ``true``."""
    value = node.get(key)
    return value is not None and value.value is True


def strings(node: TomlNode | None) -> list[TomlNode]:
    """The strings among the elements of an array."""
    return [element for element in node.elements() if isinstance(element.value, str)] if node else []


def url_of(node: TomlNode) -> str | None:
    """``url`` of a table, or ``git`` with the commit, tag or branch that stands beside it, as PEP 508 has it."""
    git = string_of(node.get("git"))
    if git is None:
        return string_of(node.get("url"))
    revisions = (string_of(node.get(key)) for key in ("rev", "tag", "branch"))
    revision = next((f"@{text}" for text in revisions if text), "")
    return f"{git if git.startswith('git+') else f'git+{git}'}{revision}"


def folder(node: TomlNode, *, editable: str = "editable", extras: tuple[str, ...] = ()) -> tuple[FileReference, ...]:
    """The folder or archive that ``path`` (or poetry's ``file``) of a table names; ``editable`` is the flag's key."""
    path = node.get("path") or node.get("file")
    text = string_of(path)
    if path is None or text is None:
        return ()
    kind = ReferenceKind.PROJECT
    return (FileReference(kind=kind, path=text, span=path.span, extras=extras, editable=flag(node, editable)),)


def extras_of(node: TomlNode) -> tuple[str, ...]:
    """``extras`` of a table, sorted."""
    return tuple(sorted(str(extra.value) for extra in strings(node.get("extras"))))


def fetched(dependency: Dependency, *places: str | None) -> Dependency:
    """The dependency with the first of the places as its URL, and the version that an archive's file name says."""
    place = next((place for place in places if place), None)
    archive = read_archive(place) if place else None
    specifier = dependency.specifier
    if archive and archive.name == dependency.name and not specifier:
        specifier = archive.specifier
    return replace(dependency, url=place if place and "://" in place else dependency.url, specifier=specifier)


_NAMES = {bool: "a boolean", dict: "a table", float: "a number", int: "a number", list: "an array", str: "a string"}


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
