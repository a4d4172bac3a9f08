"""uv's tables: development dependencies, bounds on the whole resolution, where packages come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency, FileReference, Role
from dmlint.parsers.pyproject.sections import (
    EntryKind,
    FoundEntries,
    Section,
    expect,
    fetched,
    folder,
    python_of,
    requirement,
    requirements,
    string_of,
    unreadable,
    url_of,
)
from dmlint.requirements.pep508 import canonical_specifier, normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.syntax.toml import TomlNode

_BOUNDS = (("constraint-dependencies", Role.CONSTRAINT), ("override-dependencies", Role.OVERRIDE))


class _Origin(Struct, frozen=True, kw_only=True):
    """Where uv takes one package from, and the extra or group that this is limited to."""

    url: str | None
    references: tuple[FileReference, ...]
    only: tuple[EntryKind, str] | None


def read_uv(root: TomlNode) -> Iterator[Section]:
    """All sections below ``[tool.uv]``."""
    uv = root.get("tool", "uv")
    if uv is None:
        return
    yield Section(kind=EntryKind.LOOSE, found=expect(uv, dict, "tool.uv"))
    dev = uv.get("dev-dependencies")
    if dev:
        yield Section(kind=EntryKind.GROUP, name="dev", found=requirements(dev, "tool.uv.dev-dependencies"))
    for key, role in _BOUNDS:
        bounds = uv.get(key)
        if bounds:
            yield Section(kind=EntryKind.PROJECT, found=requirements(bounds, f"tool.uv.{key}", role))
    required = uv.get("required-version")
    if required is not None:
        yield Section(kind=EntryKind.PROJECT, found=_required_version(required))
    where = "tool.uv.build-constraint-dependencies"
    yield Section(kind=EntryKind.LOOSE, found=requirements(uv.get("build-constraint-dependencies"), where, Role.BUILD))
    yield from _extra_build(uv.get("extra-build-dependencies"))
    groups = uv.get("dependency-groups")
    for name, node in groups.items() if groups else ():
        python, found = python_of(node.get("requires-python"), f"tool.uv.dependency-groups.{name}.requires-python")
        yield Section(kind=EntryKind.GROUP, name=name, found=found, python=python)


def _extra_build(table: TomlNode | None) -> Iterator[Section]:
    where = "tool.uv.extra-build-dependencies"
    yield Section(kind=EntryKind.LOOSE, found=expect(table, dict, where))
    for name, node in table.items() if table else ():
        place = f"{where}.{name}"

        def entry(node: TomlNode, place: str = place) -> FoundEntries:
            inner = node.get("requirement")
            return requirement(inner, place, Role.BUILD) if inner else unreadable(node.span, f"{place} names nothing")

        yield Section(kind=EntryKind.LOOSE, found=requirements(node, place, Role.BUILD, entry))


def with_sources(sections: Iterable[Section], root: TomlNode) -> tuple[Section, ...]:
    """The sections with what ``[tool.uv.sources]`` says about their packages: a URL, or a folder that is installed."""
    sources = root.get("tool", "uv", "sources")
    origins = {normalize_name(name): tuple(_origins(node)) for name, node in sources.items()} if sources else {}
    return tuple(_with_origins(section, origins) if origins else section for section in sections)


def _origins(node: TomlNode) -> Iterator[_Origin]:
    for entry in node.elements() if isinstance(node.value, list) else (node,):
        extra, group = string_of(entry.get("extra")), string_of(entry.get("group"))
        only = (EntryKind.EXTRA, extra) if extra else (EntryKind.GROUP, group) if group else None
        yield _Origin(url=url_of(entry), references=folder(entry), only=only)


def _with_origins(section: Section, origins: dict[str, tuple[_Origin, ...]]) -> Section:
    found, references = [], section.found.references
    here = (section.kind, section.name)
    for dependency in section.found.dependencies:
        meant = [one for one in origins.get(dependency.name, ()) if one.only in {None, here}]
        if dependency.role is not Role.REQUIREMENT or section.kind is EntryKind.LOOSE:
            meant = []
        references += tuple(reference for one in meant for reference in one.references)
        # With several (one per platform) no single place is the package's.
        places = (meant[0].url, *(one.path for one in meant[0].references)) if len(meant) == 1 else ()
        found.append(fetched(dependency, dependency.url, *places) if places else dependency)
    return replace(section, found=replace(section.found, dependencies=tuple(found), references=references))


def _required_version(node: TomlNode) -> FoundEntries:
    """The uv that may read the file at all, as a bound on uv itself; uv says what is wrong with a malformed one."""
    specifier = canonical_specifier(string_of(node) or "")
    if not specifier:
        return FoundEntries()
    where = "tool.uv.required-version"
    bound = Dependency(name="uv", specifier=specifier, span=node.span, where=where, role=Role.CONSTRAINT)
    return FoundEntries(dependencies=(bound,))
