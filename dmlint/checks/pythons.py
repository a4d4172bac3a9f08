"""The Pythons that are declared where a package is asked for, and what may be written that shuts none of them out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dmlint.requirements.markers import World, holds, worlds
from dmlint.requirements.versions import Fit, fit, intersect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from dmlint.environments.model import Environment, Scene
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Package
    from dmlint.text.source import Span


def declared_pythons(environment: Environment) -> frozenset[str]:
    """The Pythons (``3.8``) that an environment is declared to be of; empty where nothing says."""
    return frozenset() if environment.python is None else _within(environment.python)


def _within(specifier: str) -> frozenset[str]:
    return frozenset(world.python for world in worlds(specifier, linux=True))


def read_declared(scene: Scene, package: str) -> Mapping[Span, frozenset[str]]:
    """The Pythons on which each entry that speaks of a package is declared to be used, in all environments together."""
    found: dict[Span, frozenset[str]] = {}
    for install in scene.installs:
        entries = [entry for entry in (*install.requirements, *install.bounds) if entry.name == package]
        pythons = declared_pythons(install.environment) if entries else frozenset()
        of_projects = frozenset(python for text in install.pythons for python in _within(text))
        for entry in entries:
            # What a project declares counts for its own file, wherever it is installed.
            elsewhere = install.step is not None and entry.span.source is not install.step.span.source
            declared = pythons | of_projects if elsewhere else pythons
            mine = frozenset(python for python in declared if _is_asked(entry, python))
            found[entry.span] = found.get(entry.span, frozenset()) | mine
    return found


def _is_asked(entry: Dependency, python: str) -> bool:
    return holds(entry.marker, World(python, 0))


def served(package: Package, specifiers: str, pythons: Iterable[str], wider: str = "") -> bool:
    """Whether each of these Pythons that finds a version within a wider range finds one within this one too."""
    return all(
        _has_within(package, specifiers, python) or not _has_within(package, wider, python) for python in pythons
    )


@lru_cache(maxsize=1024)
def _has_within(package: Package, specifiers: str, python: str) -> bool:
    return package.has_within(specifiers, python)


class RightPin(NamedTuple):
    """The specifier to write, and why nothing may be installed for it: empty where something surely is."""

    write: str
    doubt: str = ""


def choose_pin(
    package: Package, write: str, within: str, pythons: Collection[str], beside: Iterable[Dependency]
) -> RightPin:
    """What to write for a package: ``write``, or ``within`` alone where its floor would shut out a declared Python or
    what stands ``beside`` it.

    Where no Python is declared, there is no doubt: the guide's pin is for the Pythons that its environments have.
    """
    ceiling = package.ceiling((entry.name, entry.specifier) for entry in beside)
    narrowed = fit(intersect([write, ceiling]), write) is Fit.UNSATISFIABLE
    chosen = within if narrowed or not (write and served(package, write, pythons, within)) else write
    return RightPin(chosen, doubt_of(package, intersect([chosen, ceiling]), pythons))


def doubt_of(package: Package, specifiers: str, pythons: Collection[str]) -> str:
    """Why nothing may be installed for a range on these Pythons; empty where something is on one of them."""
    if not pythons or any(_has_within(package, specifiers, python) for python in pythons):
        return ""
    return f"; no {package.title} {specifiers} has wheels for Python {', '.join(sorted(pythons))}: take another Python"
