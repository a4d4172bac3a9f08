"""The tables of packaging standards, with setuptools' dynamic fields, and those of PDM and Hatch beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Dependency, FileReference, ReferenceKind, Role
from dmlint.parsers.pyproject.sections import (
    EntryKind,
    FoundEntries,
    Include,
    Section,
    TomlTable,
    expect,
    merge,
    named,
    python_of,
    requirement,
    requirements,
    string_of,
    strings,
    unreadable,
)
from dmlint.requirements.pep508 import canonical_specifier, normalize_name
from dmlint.text.problems import ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.syntax.toml import TomlNode


_EDITABLE = lazy_regex(r"\s*(?:-e|--editable)[ =]\s*(\S+)")
_EGG = lazy_regex(r"[#&]egg=([A-Za-z0-9._-]+)")
_FOLDER = lazy_regex(r"(?:file://)?(?:/*\$\{PROJECT_ROOT\}/?)?([^#]*)")


def read_pdm(root: TomlNode) -> Iterator[Section]:
    """All sections below ``[tool.pdm]``."""
    pdm = root.get("tool", "pdm")
    if pdm is None:
        return
    groups = pdm.get("dev-dependencies")
    overrides = pdm.get("resolution", "overrides")
    where = "tool.pdm.resolution.overrides"
    found = expect(pdm, dict, "tool.pdm") + expect(groups, dict, "tool.pdm.dev-dependencies")
    yield Section(kind=EntryKind.LOOSE, found=found + expect(overrides, dict, where))
    for name, node in groups.items() if groups else ():
        place = f"tool.pdm.dev-dependencies.{name}"
        entries = (_entry(element, place) for element in node.elements())
        yield Section(kind=EntryKind.GROUP, name=name, found=expect(node, list, place) + merge(entries))
    if overrides and overrides.value:
        table = TomlTable(where=where, convert=_specifier, role=Role.OVERRIDE)
        bounds = (named(table, name, node.key, node) for name, node in overrides.items())
        yield Section(kind=EntryKind.PROJECT, found=merge(bounds))


def _entry(node: TomlNode, where: str) -> FoundEntries:
    """A PEP 508 requirement, or ``-e file:///${PROJECT_ROOT}/FOLDER#egg=NAME``."""
    editable = _EDITABLE().match(string_of(node) or "")
    if editable is None:
        return requirement(node, where)
    egg, path = _EGG().search(editable[1]), _FOLDER().match(editable[1])
    reference = FileReference(
        kind=ReferenceKind.PROJECT, path=(path[1] if path else "") or ".", span=node.span, editable=True
    )
    name = normalize_name(egg[1]) if egg else ""
    dependency = Dependency(name=name, span=node.span, where=where, url=editable[1])
    remote = "://" in editable[1] and not editable[1].startswith("file:")
    return FoundEntries(dependencies=(dependency,) if egg else (), references=() if remote else (reference,))


def _specifier(text: str) -> str | ProblemKind:
    """A version is that version alone; a URL says no version."""
    if "://" in text:
        return ""
    specifier = canonical_specifier(f"=={text}" if text[:1].isdigit() else text)
    return ProblemKind.UNREADABLE if specifier is None else specifier


_LISTS = ("dependencies", "extra-dependencies")
_MOST_TEMPLATES = 16
_VERSION = lazy_regex(r"\d+(?:\.\d+)*")


def read_hatch(root: TomlNode) -> Iterator[Section]:
    """All sections below ``[tool.hatch]``; each environment is a set ``hatch:NAME``."""
    yield from _builds(root.get("tool", "hatch", "build"))
    table = root.get("tool", "hatch", "envs")
    yield Section(kind=EntryKind.LOOSE, found=expect(table, dict, "tool.hatch.envs"))
    envs = dict(table.items()) if table else {}
    for name, env in envs.items():
        where = f"tool.hatch.envs.{name}"
        yield Section(kind=EntryKind.LOOSE, found=expect(env, dict, where))
        for key in _LISTS:
            found = requirements(env.get(key), f"{where}.{key}")
            yield Section(kind=EntryKind.PART, name=_part(name, key), found=found)
        yield _environment(name, envs)


def _environment(name: str, envs: Mapping[str, TomlNode]) -> Section:
    """What an environment gets, key by key its own or else that of the nearest template that has one."""
    chain = _templates(name, envs)
    includes = tuple(
        Include(kind=EntryKind.PART, name=_part(owner, key), span=envs[owner].key)
        for key in _LISTS
        for owner in [next((one for one in chain if envs[one].get(key)), None)]
        if owner is not None
    )
    python = _VERSION().fullmatch(string_of(_effective("python", chain, envs)) or "")
    alone = any(node is not None and node.value is True for node in (_effective(key, chain, envs) for key in _ALONE))
    features = strings(_effective("features", chain, envs))
    groups = strings(_effective("dependency-groups", chain, envs))
    along = [(EntryKind.EXTRA, str(node.value)) for node in features]
    along += [(EntryKind.GROUP, str(node.value)) for node in groups]
    return Section(
        kind=EntryKind.ENVIRONMENT,
        name=f"hatch:{name}",
        found=FoundEntries(includes=includes),
        python=f"=={python[0]}.*" if python else None,
        along=tuple(along) if alone else ((EntryKind.PROJECT, ""), *along),
    )


_ALONE = ("detached", "skip-install")


def _part(name: str, key: str) -> str:
    return f"hatch:{name}:{key}"


def _effective(key: str, chain: list[str], envs: Mapping[str, TomlNode]) -> TomlNode | None:
    return next((node for node in (envs[name].get(key) for name in chain) if node), None)


def _templates(name: str, envs: Mapping[str, TomlNode]) -> list[str]:
    """The environment and those that it inherits from, nearest first; all inherit from ``default`` in the end,
    unless they are their own template.
    """
    chain: list[str] = []
    while name in envs and name not in chain and len(chain) < _MOST_TEMPLATES:
        chain.append(name)
        name = string_of(envs[name].get("template")) or "default"
    return chain


def _builds(build: TomlNode | None) -> Iterator[Section]:
    """``dependencies`` of the build itself, its targets and its hooks."""
    places = [("tool.hatch.build", build)]
    for kind in ("targets", "hooks"):
        table = build.get(kind) if build else None
        places += [(f"tool.hatch.build.{kind}.{name}", node) for name, node in (table.items() if table else ())]
    for where, node in places:
        found = requirements(node.get("dependencies") if node else None, f"{where}.dependencies", Role.BUILD)
        yield Section(kind=EntryKind.LOOSE, found=found)


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
