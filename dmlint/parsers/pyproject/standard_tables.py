"""The tables that packaging standards define, and setuptools' dynamic fields that fill them from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import FileReference, ReferenceKind, Role
from dmlint.parsers.pyproject.sections import (
    EntryKind,
    FoundEntries,
    Include,
    Section,
    expect,
    merge,
    python_of,
    requirements,
    string_of,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.toml import TomlNode


def read_project(root: TomlNode) -> Iterator[Section]:
    """``[project]`` (PEP 621): what always comes, the extras, the Pythons."""
    project = root.get("project")
    if project is None:
        return
    python, faults = python_of(project.get("requires-python"), "project.requires-python")
    found = expect(project, dict, "project") + faults
    found += requirements(project.get("dependencies"), "project.dependencies")
    node = project.get("requires-python")
    yield Section(kind=EntryKind.PROJECT, found=found, python=python, python_span=node.span if node else None)
    extras = project.get("optional-dependencies")
    yield Section(kind=EntryKind.LOOSE, found=expect(extras, dict, "project.optional-dependencies"))
    for name, node in extras.items() if extras else ():
        where = f"project.optional-dependencies.{name}"
        yield Section(kind=EntryKind.EXTRA, name=name, found=requirements(node, where))


def read_build_system(root: TomlNode) -> Iterator[Section]:
    """``[build-system]`` (PEP 518): what the isolated build environment gets."""
    node = root.get("build-system")
    found = requirements(root.get("build-system", "requires"), "build-system.requires", Role.BUILD)
    yield Section(kind=EntryKind.LOOSE, found=expect(node, dict, "build-system") + found)


def read_dependency_groups(root: TomlNode) -> Iterator[Section]:
    """``[dependency-groups]`` (PEP 735), includes not yet followed."""
    groups = root.get("dependency-groups")
    yield Section(kind=EntryKind.LOOSE, found=expect(groups, dict, "dependency-groups"))
    for name, node in groups.items() if groups else ():
        found = requirements(node, f"dependency-groups.{name}", entry=_include)
        yield Section(kind=EntryKind.GROUP, name=name, found=found)


def _include(entry: TomlNode) -> FoundEntries:
    node = entry.get("include-group")
    name = string_of(node)
    if node is None or name is None:
        return unreadable(entry.span, 'a table in a dependency group must be { include-group = "NAME" }')
    return FoundEntries(includes=(Include(kind=EntryKind.GROUP, name=name, span=node.span),))


def read_setuptools(root: TomlNode) -> Iterator[Section]:
    """``[tool.setuptools.dynamic]``: fields that ``project.dynamic`` declares and requirements files fill."""
    declared = root.get("project", "dynamic")
    fields = {string_of(node) for node in declared.elements()} if declared else set()
    where = "tool.setuptools.dynamic"
    dynamic = root.get("tool", "setuptools", "dynamic")
    if dynamic is None:
        return
    if "dependencies" in fields:
        yield Section(kind=EntryKind.PROJECT, found=_files(dynamic.get("dependencies"), f"{where}.dependencies"))
    extras = dynamic.get("optional-dependencies") if "optional-dependencies" in fields else None
    for name, node in extras.items() if extras else ():
        found = _files(node, f"{where}.optional-dependencies.{name}")
        yield Section(kind=EntryKind.EXTRA, name=name, found=found)


def _files(node: TomlNode | None, where: str) -> FoundEntries:
    """``{ file = "NAME" }`` or ``{ file = ["NAME", …] }``."""
    file = node.get("file") if node else None
    if file is None:
        return expect(node, dict, where)
    names = list(file.elements()) if isinstance(file.value, list) else [file]
    return merge(_file(name, f"{where}.file") for name in names)


def _file(node: TomlNode, where: str) -> FoundEntries:
    path = string_of(node)
    if path is None:
        return expect(node, str, where)
    return FoundEntries(references=(FileReference(kind=ReferenceKind.REQUIREMENTS, path=path, span=node.span),))
