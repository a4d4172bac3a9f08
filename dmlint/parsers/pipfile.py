"""Pipfile: pipenv's manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Document
from dmlint.parsers.manifest import manifest
from dmlint.parsers.pyproject.sections import (
    EntryKind,
    FoundEntries,
    Section,
    TomlTable,
    expect,
    extras_of,
    fetched,
    folder,
    merge,
    named,
    string_of,
    unreadable,
    url_of,
)
from dmlint.requirements.pep508 import canonical_marker, canonical_specifier
from dmlint.syntax.toml import comments, read_toml
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source

_NO_CATEGORIES = frozenset(("source", "requires", "scripts", "pipenv", "pipfile"))
_MARKER_KEYS = (
    *("os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release"),
    *("platform_system", "platform_version", "python_version", "python_full_version", "implementation_name"),
)


def parse(source: Source) -> Document:
    """Read one Pipfile: ``[packages]`` is what always comes, each other category a group beside it."""
    root = read_toml(source)
    marks = comments(source)
    if isinstance(root, Problem):
        return Document(source=source, problems=(root,), comments=marks)
    return manifest(source, tuple(_sections(root)), comments=marks)


def _sections(root: TomlNode) -> Iterator[Section]:
    yield _python(root)
    for name, table in root.items():
        if name in _NO_CATEGORIES:
            continue
        found = expect(table, dict, name)
        found += merge(_entry(TomlTable(where=name, convert=_specifier), key, node) for key, node in table.items())
        kind = EntryKind.PROJECT if name == "packages" else EntryKind.GROUP
        yield Section(kind=kind, name="" if kind is EntryKind.PROJECT else name, found=found)


def _python(root: TomlNode) -> Section:
    full, short = (root.get("requires", key) for key in ("python_full_version", "python_version"))
    node = full or short
    version = string_of(node)
    if node is None or version is None:
        return Section(kind=EntryKind.PROJECT, found=FoundEntries())
    specifier = canonical_specifier(f"=={version}" if full else f"=={version}.*")
    if specifier is None:
        return Section(kind=EntryKind.PROJECT, found=unreadable(node.span, "this is not a version of Python"))
    return Section(kind=EntryKind.PROJECT, found=FoundEntries(), python=specifier, python_span=node.span)


def _entry(table: TomlTable, name: str, node: TomlNode) -> FoundEntries:
    """``numpy = "<2"`` or ``numpy = { version = "<2", markers = "…", … }``."""
    if not isinstance(node.value, (str, dict)):
        return expect(node, str, f"{table.where}.{name}")
    found = named(table, name, node.key, node if isinstance(node.value, str) else node.get("version"))
    marker, faults = _marker(node)
    extras = extras_of(node)
    references = folder(node, extras=extras)
    places = (url_of(node), *(reference.path for reference in references))
    changed = (fetched(replace(one, marker=marker, extras=extras), *places) for one in found.dependencies)
    return replace(found, dependencies=tuple(changed), references=references) + faults


def _marker(node: TomlNode) -> tuple[str | None, FoundEntries]:
    """``markers``, and the keys that are a marker's variable (``sys_platform = "== 'linux'"``), as one marker."""
    whole = string_of(node.get("markers"))
    clauses = [f"({whole})"] if whole is not None else []
    pairs = ((key, string_of(node.get(key))) for key in _MARKER_KEYS)
    clauses += [f"{key} {value}" for key, value in pairs if value is not None]
    try:
        return (canonical_marker(" and ".join(clauses)) if clauses else None), FoundEntries()
    except ValueError:
        return None, unreadable(node.span, "its markers are not an environment marker")


def _specifier(text: str) -> str | ProblemKind:
    """PEP 440, ``*`` for any version, a bare version for that one alone."""
    specifier = "" if text in {"", "*"} else canonical_specifier(f"=={text}" if text[:1].isdigit() else text)
    return ProblemKind.UNREADABLE if specifier is None else specifier
