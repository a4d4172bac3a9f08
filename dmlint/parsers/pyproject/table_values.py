"""Values that the tables of several tools share: named constraints, places to fetch from, flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency, FileReference, ReferenceKind, Role
from dmlint.parsers.pyproject.sections import FoundEntries, expect, string_of, unreadable
from dmlint.requirements.pep508 import normalize_name, read_archive, shorten
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable

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
