"""Pixi's tables, below ``[tool.pixi]`` of a pyproject.toml: conda and PyPI dependencies of features."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace
from packaging.specifiers import SpecifierSet

from dmlint.facts import Role
from dmlint.parsers.pyproject.sections import (
    EntryKind,
    FoundEntries,
    Include,
    Section,
    TomlTable,
    expect,
    extras_of,
    fetched,
    flag,
    folder,
    merge,
    named,
    string_of,
    strings,
    unreadable,
    url_of,
)
from dmlint.requirements.conda_matchspec import to_specifier
from dmlint.requirements.pep508 import canonical_marker, canonical_specifier
from dmlint.requirements.version_unions import union_of
from dmlint.text.problems import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from dmlint.syntax.toml import TomlNode

_CONDA = ("dependencies", "host-dependencies", "build-dependencies")
_PYPI = "pypi-dependencies"
_OVERRIDES = "dependency-overrides"
_PROJECT = (EntryKind.PROJECT, "")
_DEFAULT = "default"
_MOST_ALTERNATIVES = 64


def read_pixi(root: TomlNode) -> Iterator[Section]:
    """All sections below ``[tool.pixi]``."""
    yield from pixi_sections(root.get("tool", "pixi"), "tool.pixi")


def pixi_sections(table: TomlNode | None, where: str) -> Iterator[Section]:
    """The sections of one pixi manifest: each of its environments is the set ``pixi:NAME``, of its features together.

    A feature that no environment has is a set by itself, with the default one.
    """
    if table is None:
        return
    features = table.get("feature")
    found = expect(table, dict, where) + expect(features, dict, f"{where}.feature")
    yield Section(kind=EntryKind.LOOSE, found=found)
    nodes = {name: node for name, node in (features.items() if features else ()) if name != _DEFAULT}
    uses = _environments(table.get("environments"), nodes)
    default = _feature(table, where)
    yield Section(kind=EntryKind.PART, name=_part(_DEFAULT), found=default)
    if not any(use.name == _DEFAULT for use in uses) and (nodes or default.dependencies or default.references):
        uses.insert(0, _Use(name=_DEFAULT, node=table, features=(_DEFAULT,)))
    for name, node in nodes.items():
        place = f"{where}.feature.{name}"
        yield Section(kind=EntryKind.PART, name=_part(name), found=expect(node, dict, place) + _feature(node, place))
    used = {name for use in uses for name in use.features}
    taken = {use.name for use in uses}
    left = [name for name in nodes if name not in used]
    uses += [_Use(name=f"{n} (feature)" if n in taken else n, node=nodes[n], features=(_DEFAULT, n)) for n in left]
    pythons = {_DEFAULT: _python(table), **{name: _python(node) for name, node in nodes.items()}}
    for use in uses:
        yield _compose(use, where, pythons)


class _Use(NamedTuple):
    """A set that is installed: ``features`` of it, the default one first; ``node`` is where it is written."""

    name: str
    node: TomlNode
    features: tuple[str, ...]
    inline: bool = False


def _part(feature: str) -> str:
    return f"pixi:{feature}"


def _compose(use: _Use, where: str, pythons: Mapping[str, str | None]) -> Section:
    """What an environment holds: its features, and what its own table asks for."""
    includes = tuple(Include(kind=EntryKind.PART, name=_part(name), span=use.node.span) for name in use.features)
    own = _feature(use.node, f"{where}.environments.{use.name}") if use.inline else FoundEntries()
    asked = [_python(use.node) if use.inline else None, *(pythons[name] for name in reversed(use.features))]
    return Section(
        kind=EntryKind.ENVIRONMENT,
        name=f"pixi:{use.name}",
        found=FoundEntries(includes=includes) + own,
        python=next((python for python in asked if python), None),
        along=(_PROJECT,) if _DEFAULT in use.features else (),
    )


def _environments(table: TomlNode | None, features: Collection[str]) -> list[_Use]:
    """The environments that a workspace names."""
    written = table.items() if table is not None and isinstance(table.value, dict) else ()
    uses: dict[str, _Use] = {}
    for name, node in written:
        inline = isinstance(node.value, dict)
        listed = strings(node.get("features") if inline else node)
        names = [str(feature.value) for feature in listed if str(feature.value) in features]
        first = () if inline and flag(node, "no-default-feature") else (_DEFAULT,)
        uses[name] = _Use(name=name, node=node, features=tuple(dict.fromkeys((*first, *names))), inline=inline)
    return list(uses.values())


def _feature(table: TomlNode, where: str) -> FoundEntries:
    """The dependencies of one feature, those for single platforms too."""
    targets = table.get("target")
    places = [(where, table)]
    places += [(f"{where}.target.{name}", node) for name, node in (targets.items() if targets else ())]
    found = [expect(targets, dict, f"{where}.target")]
    for place, node in places:
        found += [_entries(node.get(key), TomlTable(where=f"{place}.{key}", convert=_conda)) for key in _CONDA]
        found.append(_entries(node.get(_PYPI), TomlTable(where=f"{place}.{_PYPI}", convert=_pypi)))
    overrides = TomlTable(where=f"{where}.pypi-options.{_OVERRIDES}", convert=_pypi, role=Role.OVERRIDE)
    return merge((*found, _entries(table.get("pypi-options", _OVERRIDES), overrides)))


def _entries(node: TomlNode | None, table: TomlTable) -> FoundEntries:
    entries = node.items() if node else ()
    return merge((expect(node, dict, table.where), *(_entry(table, name, entry) for name, entry in entries)))


def _entry(table: TomlTable, name: str, node: TomlNode) -> FoundEntries:
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


def _marker(node: TomlNode | None) -> tuple[str | None, FoundEntries]:
    text = string_of(node)
    if node is None or text is None:
        return None, FoundEntries()
    try:
        return canonical_marker(text), FoundEntries()
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


def _python(table: TomlNode) -> str | None:
    """The Python that a feature asks conda for."""
    node = table.get("dependencies", "python")
    text = string_of(node) or string_of(node.get("version") if node else None)
    specifier = _conda(text) if text else None
    return specifier if isinstance(specifier, str) and specifier else None
