"""What one install does to the versions that may be present: the transfer rules, each with its reason.

* An install that names a package brings a version from the set that all its requirements and bounds admit together.
* Without ``--upgrade`` and ``--force-reinstall`` an installed version that fits stays, as pip and uv have it.
* An install that does not name NumPy moves it only where something that it installs needs another NumPy (the forcing
  table). With a bound on NumPy in the same resolve the resolver steps back to an older release of that package instead;
  where none of the admitted ones is old enough, it stops: a conflict.
* A bound on NumPy holds as well for what is there already, as soon as something that is installed needs NumPy at all.
* Where nothing is kept for its own sake (``--force-reinstall``, uv's ``--upgrade``), what comes along is whichever
  fits: unknown here, unless it is bounded.
* ``--no-deps`` installs what is named and nothing else.
* An uninstall leaves nothing, but a pin from before it is still what the build meant to keep.
* What happens under a condition, or under a marker that may not hold, adds a way and takes none.
* What cannot be read makes the state unknown from there, until an install that names the package settles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.environments.demands import read_asks
from dmlint.environments.model import Conflict, PackageState, Way
from dmlint.environments.outcome import numpy_state
from dmlint.environments.outcome.numpy_state import NEWEST, find_bound, limit, settle_numpy, settles
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.pep508 import read_plain
from dmlint.requirements.versions import Fit, admits, contains, fit, intersect
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.environments.model import Install
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Force

NUMPY = numpy_state.NUMPY

_OTHER_NAMES = ("conda", "mamba", "micromamba", "apt-get", "git clone", "git checkout", "archive")
"""Installers whose packages go by other names and requirements than those of the forcing table."""


class ForcingTable(Struct, frozen=True, kw_only=True):
    """The forcing table by package, and the range of NumPy that the environment should keep."""

    forces: Mapping[str, Force]
    within: str


class Transition(Struct, frozen=True, kw_only=True):
    """What one install leaves: all states, the requirements that forced NumPy out of its range, and conflicts."""

    states: Mapping[str, PackageState]
    forced: tuple[tuple[Dependency, str], ...] = ()
    conflicts: tuple[Conflict, ...] = ()


class _Demand(Struct, frozen=True, kw_only=True):
    """What an install asks of a package that may force: by which requirement, and within which specifiers."""

    force: Force
    dependency: Dependency
    specifiers: str


def apply_install(install: Install, states: Mapping[str, PackageState], table: ForcingTable) -> Transition:
    """The states after an install, given those before it."""
    if install.step is not None and install.step.removes:
        return Transition(states=_join(install, states, _remove(install, states)))
    step = Transition(states=states)
    for part in _parts(install):
        done = _apply(part, step.states, table)
        step = Transition(
            states=done.states,
            forced=(*step.forced, *done.forced),
            conflicts=(*step.conflicts, *done.conflicts),
        )
    return replace(step, states=_join(install, states, step.states))


def _parts(install: Install) -> tuple[Install, ...]:
    """What is resolved together: conda's own packages, then those that it leaves to pip."""
    last = tuple(entry for entry in install.requirements if entry.later)
    if not last:
        return (install,)
    first = tuple(entry for entry in install.requirements if not entry.later)
    return replace(install, requirements=first), replace(install, requirements=last, step=None)


def _apply(install: Install, states: Mapping[str, PackageState], table: ForcingTable) -> Transition:
    after = dict(states)
    forced: list[tuple[Dependency, str]] = []
    conflicts: list[Conflict] = []
    if not install.has("--no-deps") and install.tool not in _OTHER_NAMES:
        for demand in _read_demands(install, table):
            step = _force(install, demand, after, table)
            after.update(step.states)
            forced += step.forced
            conflicts += step.conflicts
    after[NUMPY] = settle_numpy(
        install, after.get(NUMPY, PackageState()), table.within, brings=_brings_numpy(install, table)
    )
    if install.unread is not None and not settles(install):
        note = Note(span=install.unread.span, message=install.unread.message)
        after[NUMPY] = replace(after[NUMPY], unknown=note)
    return Transition(states=after, forced=tuple(forced), conflicts=tuple(conflicts))


def _remove(install: Install, states: Mapping[str, PackageState]) -> dict[str, PackageState]:
    after = dict(states)
    for dependency in install.requirements:
        note = Note(span=dependency.span, message=f"removes {dependency.name}")
        before = states.get(dependency.name, PackageState())
        pin = next((way.pin for way in before.ways if way.pin is not None), None)
        after[dependency.name] = PackageState(ways=(Way(versions=None, because=(note,), pin=pin),))
    return after


def _join(
    install: Install, before: Mapping[str, PackageState], after: Mapping[str, PackageState]
) -> dict[str, PackageState]:
    """Both outcomes of what may not happen, else the one."""
    if not install.conditional:
        return dict(after)
    joined = dict(after)
    for name, state in after.items():
        old = before.get(name, PackageState())
        if state != old:
            joined[name] = limit(PackageState(ways=(*old.ways, *state.ways), unknown=state.unknown or old.unknown))
    return joined


def _read_demands(install: Install, table: ForcingTable) -> list[_Demand]:
    """What the install asks of forcing packages, directly or through another."""
    found: dict[str, _Demand] = {}
    for name in dict.fromkeys(entry.name for entry in install.requirements):
        force = table.forces.get(name)
        if force is None:
            continue
        for ask in read_asks(install, name):
            specifiers, target = ask.combined, force
            needed = read_plain(force.through or "")
            if needed is not None:
                target = table.forces[needed.name]
                specifiers = intersect([needed.specifier, *_specifiers(install, target.package)])
            if ask.decidable:
                found.setdefault(target.package, _Demand(force=target, dependency=ask.judged[0], specifiers=specifiers))
    return list(found.values())


def _specifiers(install: Install, package: str) -> list[str]:
    return [entry.specifier for entry in (*install.requirements, *install.bounds) if entry.name == package]


def _force(install: Install, demand: _Demand, states: Mapping[str, PackageState], table: ForcingTable) -> Transition:
    """What a package of the forcing table does to itself and to NumPy."""
    force, spec = demand.force, demand.specifiers
    current = states.get(force.package, PackageState())
    if _stays(install, current, spec):
        return Transition(states={})
    settled = {force.package: PackageState(ways=(Way(versions=spec, mover=demand.dependency),))}
    # Between the last release that does not force and the first that does there is none.
    older = f"<={force.last}" if force.last else f"<{force.first}"
    verdict = fit(spec, older)
    reach = _reach(install, force, sure=verdict is Fit.OUTSIDE and demand.dependency.marker is None)
    if fit(spec, f"<{force.first}") in (Fit.WITHIN, Fit.UNSATISFIABLE) or reach == "none":
        return Transition(states=settled)
    why = f"{force.package} {force.first} and later requires {force.needs}"
    needs = (force.needs or "").removeprefix(NUMPY)
    bound = find_bound(install, table.within)
    if bound is not None and fit(intersect([bound.specifier, needs]), "") is Fit.UNSATISFIABLE:
        if verdict is not Fit.OUTSIDE:
            # The newest one that is left is taken.
            newest = f"=={force.last}" if force.last and admits(spec, force.last) else intersect([spec, older])
            stepped = Way(versions=newest, mover=demand.dependency)
            return Transition(states={force.package: PackageState(ways=(stepped,))})
        conflict = Conflict(dependency=demand.dependency, need=why, bound=bound)
        return Transition(states=settled, conflicts=(conflict,) if reach == "all" else ())
    return _move(install, demand, states, settled, (why, needs, reach))


def _move(
    install: Install,
    demand: _Demand,
    states: Mapping[str, PackageState],
    settled: dict[str, PackageState],
    cause: tuple[str, str, str],
) -> Transition:
    """NumPy follows what was installed: surely, or only on some of the Pythons that this may be."""
    why, needs, reach = cause
    numpy = states.get(NUMPY, PackageState())
    note = Note(span=demand.dependency.span, message=why)
    if reach == "some" or install.partial or install.veiled:
        return Transition(states={**settled, NUMPY: replace(numpy, unknown=numpy.unknown or note)})
    ways = tuple(
        way
        if way.versions is not None and contains(needs, way.versions)
        else Way(versions=needs, because=(*way.because[-8:], note), mover=demand.dependency, pin=way.pin)
        for way in numpy.ways or (Way(versions=None),)
    )
    return Transition(states={**settled, NUMPY: limit(PackageState(ways=ways))}, forced=((demand.dependency, why),))


def _stays(install: Install, current: PackageState, specifiers: str) -> bool:
    """Whether what is installed meets the requirement in every way, so that nothing is moved."""
    if not current.ways or current.unknown or install.has(*NEWEST):
        return False
    return all(way.versions is not None and contains(specifiers, way.versions) for way in current.ways)


def _reach(install: Install, force: Force, *, sure: bool) -> str:
    """On how many of the Pythons that the environment may have a forcing release exists: all, some or none.

    Where it is ``sure`` that a forcing release is asked for, the install fails on the others: they do not count.
    """
    if force.pythons is None:
        return "all"
    pythons = {world.python for world in worlds(install.environment.python, linux=True)}
    forced = {python for python in pythons if admits(force.pythons, python)}
    if forced == pythons or (sure and forced):
        return "all"
    return "some" if forced else "none"


def _brings_numpy(install: Install, table: ForcingTable) -> bool:
    """Whether something that is surely installed needs NumPy: what forces it in some releases needs it in all."""
    if install.partial or install.has("--no-deps") or install.tool in _OTHER_NAMES:
        return False
    asked = [entry.marker for entry in install.requirements if entry.name in table.forces]
    every = worlds(install.environment.python, linux=install.environment.linux) if any(asked) else ()
    return any(all(holds(marker, world) for world in every) for marker in asked)
