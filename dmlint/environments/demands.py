"""What an install asks of one package, world by world, with the bounds that hold there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import Role
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.versions import intersect
from dmlint.text.source import Note

if TYPE_CHECKING:
    from dmlint.environments.model import Environment, Install
    from dmlint.facts import Dependency
    from dmlint.requirements.markers import World


class Ask(Struct, frozen=True, kw_only=True):
    """All that speaks of one package in worlds where the same entries hold.

    ``judged`` are the entries that ask for it: the requirements, or the overrides that replace them. ``bounds`` are the
    constraints that hold with them. ``pythons`` are the Pythons of those worlds. ``combined`` is what all of it
    together admits, as PEP 440 text. ``decidable`` says that every entry's specifier is known: no open variable
    in it, no direct reference that hides it.
    """

    judged: tuple[Dependency, ...]
    bounds: tuple[Dependency, ...]
    pythons: tuple[str, ...]
    combined: str
    decidable: bool


def read_asks(install: Install, package: str, *, redirected: bool = False) -> tuple[Ask, ...]:
    """The asks of an install for a package (normalized name); empty where it does not ask for it.

    Markers that exclude each other hold in no common world, so they never bound each other. ``redirected`` counts what
    the shell took the specifier from too, as what is left of it.
    """
    requirements = tuple(
        entry for entry in install.requirements if entry.name == package and (redirected or entry.redirection is None)
    )
    if not requirements:
        return ()
    bounds = tuple(entry for entry in install.bounds if entry.name == package)
    if not bounds and all(entry.marker is None for entry in requirements):
        # As nearly always: all of it holds in each world.
        return (_ask(requirements, (), tuple(world.python for world in _worlds(install, requirements))),)
    together: dict[tuple[tuple[Dependency, ...], tuple[Dependency, ...]], list[str]] = {}
    for world in _worlds(install, (*requirements, *bounds)):
        asked = tuple(entry for entry in requirements if holds(entry.marker, world))
        held = tuple(entry for entry in bounds if holds(entry.marker, world))
        overrides = tuple(entry for entry in held if entry.role is Role.OVERRIDE)
        constraints = tuple(entry for entry in held if entry.role is not Role.OVERRIDE)
        if asked:
            together.setdefault((overrides or asked, constraints), []).append(world.python)
    return tuple(_ask(judged, held, tuple(pythons)) for (judged, held), pythons in together.items())


def _ask(judged: tuple[Dependency, ...], bounds: tuple[Dependency, ...], pythons: tuple[str, ...]) -> Ask:
    entries = (*judged, *bounds)
    return Ask(
        judged=judged,
        bounds=bounds,
        pythons=pythons,
        combined=intersect(entry.specifier for entry in entries),
        decidable=not any(entry.unresolved or (entry.url and not entry.specifier) for entry in entries),
    )


def _worlds(install: Install, entries: tuple[Dependency, ...]) -> tuple[World, ...]:
    """The worlds to try: without a marker, platforms make no difference."""
    every = worlds(install.environment.python, linux=install.environment.linux)
    return every if any(entry.marker for entry in entries) else tuple(w for w in every if w.platform == 0)


_MOST_EVIDENCE = 4
"""Places of each kind named beside a finding: more explain no more, and each finding would name all others."""


def read_evidence(dependency: Dependency, ask: Ask, install: Install) -> tuple[Note, ...]:
    """The places that explain a verdict on a dependency: the references it came through, the command that installs
    its file, and what bounds it.
    """
    used = [Note(span=span, message="the value is used here") for span in dependency.via]
    beside = [(entry, "bounded by") for entry in ask.bounds[:_MOST_EVIDENCE]]
    beside += [(entry, "installed together with") for entry in ask.judged[:_MOST_EVIDENCE] if entry is not dependency]
    notes = [Note(span=entry.span, message=f"{how} {describe(entry)}") for entry, how in beside if entry.specifier]
    return (*used, *read_use(dependency, install), *notes)


def read_use(dependency: Dependency, install: Install) -> tuple[Note, ...]:
    """The command that installs the file in which a dependency is written; empty where that is its own file, or where
    the references that it came through lead there.
    """
    if install.step is None or dependency.via or dependency.span.source.path == install.step.span.source.path:
        return ()
    return (Note(span=install.step.span, message="its file is installed here"),)


def describe(dependency: Dependency) -> str:
    """A dependency as people write it: name, extras, specifier; of a bound in metadata, whose it is."""
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    named = f"{dependency.name}{extras}{dependency.specifier}"
    return f"{named} (which {dependency.where} requires)" if dependency.role is Role.METADATA else named


def tell_need(environment: Environment, package: str, otherwise: str) -> str:
    """Who needs which range of a package: the Isaac Sim that is there, else the guide."""
    needed = environment.needs.get(package)
    if needed is None:
        return f"the guide asks for {package}{otherwise}"
    return f"Isaac Sim {environment.isaac_sim} needs {package}{needed}"
