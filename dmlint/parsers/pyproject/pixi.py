"""Pixi's tables, below ``[tool.pixi]`` of a pyproject.toml: conda and PyPI dependencies of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from dmlint.installers.matchspec import to_specifier
from dmlint.model import ProblemKind, Role
from dmlint.parsers.pyproject.found import Found, Kind, Section, expect, merge, string_of, unreadable
from dmlint.parsers.pyproject.releases import union_of
from dmlint.parsers.pyproject.values import Table, extras_of, fetched, flag, folder, named, strings, url_of
from dmlint.pep508 import canonical_marker, canonical_specifier
from dmlint.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.toml import Node

_CONDA = ("dependencies", "host-dependencies", "build-dependencies")
_PYPI = "pypi-dependencies"
_OVERRIDES = "dependency-overrides"
_PROJECT = (Kind.PROJECT, "")
_DEFAULT = (Kind.ENVIRONMENT, "pixi:default")
_MOST_ALTERNATIVES = 64


def read_pixi(root: Node) -> Iterator[Section]:
    """All sections below ``[tool.pixi]``."""
    yield from pixi_sections(root.get("tool", "pixi"), "tool.pixi")


def pixi_sections(table: Node | None, where: str) -> Iterator[Section]:
    """The sections of one pixi manifest: the default feature is the set ``pixi:default``, any other
    ``pixi:NAME``.
    """
    if table is None:
        return
    features = table.get("feature")
    found = expect(table, dict, where) + expect(features, dict, f"{where}.feature")
    yield Section(kind=Kind.LOOSE, found=found)
    default = _feature(table, where)
    if default.dependencies or default.references or default.problems or features:
        python = _python(table)
        yield Section(kind=Kind.ENVIRONMENT, name=_DEFAULT[1], found=default, python=python, along=(_PROJECT,))
    alone = _never_with_default(table.get("environments"))
    for name, node in features.items() if features else ():
        if name == "default":
            continue
        place = f"{where}.feature.{name}"
        beside = () if name in alone else (_PROJECT, _DEFAULT)
        found = expect(node, dict, place) + _feature(node, place)
        yield Section(kind=Kind.ENVIRONMENT, name=f"pixi:{name}", found=found, python=_python(node), along=beside)


def _feature(table: Node, where: str) -> Found:
    """The dependencies of one feature, those for single platforms too."""
    targets = table.get("target")
    places = [(where, table)]
    places += [(f"{where}.target.{name}", node) for name, node in (targets.items() if targets else ())]
    found = [expect(targets, dict, f"{where}.target")]
    for place, node in places:
        found += [_entries(node.get(key), Table(where=f"{place}.{key}", convert=_conda)) for key in _CONDA]
        found.append(_entries(node.get(_PYPI), Table(where=f"{place}.{_PYPI}", convert=_pypi)))
    overrides = Table(where=f"{where}.pypi-options.{_OVERRIDES}", convert=_pypi, role=Role.OVERRIDE)
    return merge((*found, _entries(table.get("pypi-options", _OVERRIDES), overrides)))


def _entries(node: Node | None, table: Table) -> Found:
    entries = node.items() if node else ()
    return merge((expect(node, dict, table.where), *(_entry(table, name, entry) for name, entry in entries)))


def _entry(table: Table, name: str, node: Node) -> Found:
    """``numpy = "1.26.*"`` or ``numpy = { version = "1.26.*", … }``."""
    if not isinstance(node.value, (str, dict)):
        return expect(node, str, f"{table.where}.{name}")
    version = node if isinstance(node.value, str) else node.get("version")
    found = named(table, name, node.key, version)
    marker, faults = _marker(node.get("env-markers"))
    extras = extras_of(node)
    references = folder(node, extras=extras)
    places = (url_of(node), *(reference.path for reference in references))
    changed = (fetched(replace(one, marker=marker, extras=extras), *places) for one in found.dependencies)
    return replace(found, dependencies=tuple(changed), references=references) + faults


def _marker(node: Node | None) -> tuple[str | None, Found]:
    text = string_of(node)
    if node is None or text is None:
        return None, Found()
    try:
        return canonical_marker(text), Found()
    except ValueError:
        return None, unreadable(node.span, "env-markers is not an environment marker")


def _conda(text: str) -> str | ProblemKind:
    """A MatchSpec's version; a bare ``1.26`` is that version alone, as in rattler (which asks to write ``==``)."""
    alternatives = [to_specifier(part) for part in text.split("|", _MOST_ALTERNATIVES)]
    known = [part for part in alternatives if part is not None and canonical_specifier(part) is not None]
    if len(known) < len(alternatives):
        return ProblemKind.UNRESOLVED
    union = union_of([SpecifierSet(part) for part in known])
    return ProblemKind.UNRESOLVED if union is None else str(union)


def _pypi(text: str) -> str | ProblemKind:
    """PEP 440, or ``*`` for any version."""
    specifier = "" if text == "*" else canonical_specifier(f"=={text}" if text[:1].isdigit() else text)
    return ProblemKind.UNREADABLE if specifier is None else specifier


def _python(table: Node) -> str | None:
    """The Python that a feature asks conda for."""
    node = table.get("dependencies", "python")
    text = string_of(node) or string_of(node.get("version") if node else None)
    specifier = _conda(text) if text else None
    return specifier if isinstance(specifier, str) and specifier else None


def _never_with_default(environments: Node | None) -> frozenset[str]:
    """The features that are used, and only in environments without the default feature."""
    alone: set[str] = set()
    together: set[str] = set()
    for _, node in environments.items() if environments else ():
        features = node if isinstance(node.value, list) else node.get("features")
        names = {str(feature.value) for feature in strings(features)}
        (alone if flag(node, "no-default-feature") else together).update(names)
    return frozenset(alone - together)
