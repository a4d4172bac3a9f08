"""The Pythons that are declared where a package is asked for, and what may be written that shuts none of them out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.requirements.markers import World, holds, worlds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.environments.model import Environment, Scene
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Package
    from dmlint.text.source import Span


def declared_pythons(environment: Environment) -> frozenset[str]:
    """The Pythons (``3.8``) that an environment is declared to be of; empty where nothing says."""
    if environment.python is None:
        return frozenset()
    return frozenset(world.python for world in worlds(environment.python, linux=True))


def read_declared(scene: Scene, package: str) -> Mapping[Span, frozenset[str]]:
    """The Pythons on which each entry that speaks of a package is declared to be used, in all environments together."""
    found: dict[Span, frozenset[str]] = {}
    for install in scene.installs:
        entries = [entry for entry in (*install.requirements, *install.bounds) if entry.name == package]
        pythons = declared_pythons(install.environment) if entries else frozenset()
        for entry in entries:
            mine = frozenset(python for python in pythons if _is_asked(entry, python))
            found[entry.span] = found.get(entry.span, frozenset()) | mine
    return found


def _is_asked(entry: Dependency, python: str) -> bool:
    return holds(entry.marker, World(python, 0))


def served(package: Package, specifiers: str, pythons: Iterable[str]) -> bool:
    """Whether each of these Pythons finds a version within a range."""
    return all(_has_within(package, specifiers, python) for python in pythons)


@lru_cache(maxsize=1024)
def _has_within(package: Package, specifiers: str, python: str) -> bool:
    return package.has_within(specifiers, python)
