"""Hatch's tables: environments that inherit from templates, build requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Role
from dmlint.parsers.pyproject.sections import EntryKind, FoundEntries, Include, Section, expect, requirements, string_of
from dmlint.parsers.pyproject.table_values import strings
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.syntax.toml import TomlNode

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
