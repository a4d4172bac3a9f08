"""PDM's tables: development groups and overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Dependency, FileReference, ReferenceKind, Role
from dmlint.parsers.pyproject.sections import EntryKind, FoundEntries, Section, expect, merge, requirement, string_of
from dmlint.parsers.pyproject.table_values import TomlTable, named
from dmlint.requirements.pep508 import canonical_specifier, normalize_name
from dmlint.text.problems import ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

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
