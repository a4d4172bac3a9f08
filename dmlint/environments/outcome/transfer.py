"""What one install does to the versions that may be present: the transfer rules, each with its reason.

* An install that names a package brings a version from the set that all its requirements and bounds admit together.
* Without ``--upgrade`` and ``--force-reinstall`` an installed version that fits stays, as pip and uv have it.
* An install that does not name NumPy moves it only where something that it installs needs another NumPy (the forcing
  table). With a bound on NumPy in the same resolve the resolver steps back to an older release of that package instead;
  where none of the admitted ones is old enough, it stops: a conflict. A package that itself keeps NumPy back is such a
  bound too. An override takes the place of all that packages need.
* What comes through another package is the newest under pip, while uv keeps an installed NumPy that an older one fits.
* A bound on NumPy holds as well for what is there already, as soon as something that is installed needs NumPy at all.
* Where nothing is kept for its own sake (``--force-reinstall``, uv's ``--upgrade``), NumPy is the newest that fits.
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
from dmlint.environments.model import NUMPY, Conflict, PackageState, Way
from dmlint.environments.outcome import numpy_state
from dmlint.environments.outcome.alternatives import join_arms, split_arms
from dmlint.environments.outcome.metadata_bounds import find_undecided, is_overridden, read_caps
from dmlint.environments.outcome.numpy_state import NEWEST, find_bound, limit, names_numpy, settle_numpy
from dmlint.facts import Role
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.pep508 import read_plain
from dmlint.requirements.versions import Fit, admits, contains, fit, intersect
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.environments.model import Install
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Catalogue, Force

_OTHER_NAMES = ("conda", "mamba", "micromamba", "apt-get", "git clone", "git checkout", "archive")
"""Installers whose packages go by other names and requirements than those of the forcing table."""


class Knowledge(Struct, frozen=True, kw_only=True):
    """What rule packs know of packages, and the range of NumPy that the environment should keep."""

    catalogue: Catalogue
    within: str

    @property
    def forcing(self) -> Mapping[str, Force]:
        """The forcing table by package."""
        return self.catalogue.forcing

    def pythons(self, install: Install) -> frozenset[str]:
        """The Pythons that the environment may have, as far as a NumPy outside of the range exists for them."""
        first_on = self.catalogue.package(NUMPY).first_on or ""
        every = {world.python for world in worlds(install.environment.python, linux=True)}
        return frozenset(python for python in every if admits(first_on, python))


class Transition(Struct, frozen=True, kw_only=True):
    """What one install leaves: all states, the requirements that forced NumPy out of its range, conflicts, and the
    bounds that metadata adds.
    """

    states: Mapping[str, PackageState]
    forced: tuple[tuple[Dependency, str], ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    caps: tuple[Dependency, ...] = ()


class _Demand(Struct, frozen=True, kw_only=True):
    """What an install asks of a package that may force: by which requirement, and within which specifiers.

    ``through`` says that it is another package that was asked for.
    """

    force: Force
    dependency: Dependency
    specifiers: str
    through: bool = False

    @property
    def why(self) -> str:
        """What it does to NumPy, in words."""
        force = self.force
        if self.through:
            release = self.dependency.specifier.removeprefix("==") if self.dependency.specifier[:2] == "==" else ""
            brings = " ".join(filter(None, (self.dependency.name, release, "brings", force.package)))
            return f"{brings}, which requires {force.needs} from {force.first} on"
        if force.by is not None:
            return f"{force.package} {force.first} and later brings {force.by}, which requires {force.needs}"
        return f"{force.package} {force.first} and later requires {force.needs}"


def apply_install(install: Install, states: Mapping[str, PackageState], known: Knowledge) -> Transition:
    """The states after an install, given those before it: in the ways in which it may happen, beside the others."""
    within = split_arms(install.arms, states)
    step = Transition(states=within)
    if install.step is not None and install.step.removes:
        step = Transition(states=_remove(install, within))
    else:
        for part in _parts(install):
            done = _apply(part, step.states, known)
            step = Transition(
                states=done.states,
                forced=(*step.forced, *done.forced),
                conflicts=(*step.conflicts, *done.conflicts),
                caps=(*step.caps, *done.caps),
            )
    return replace(step, states=join_arms(install, states, step.states))


def _parts(install: Install) -> tuple[Install, ...]:
    """What is resolved together: conda's own packages, then those that it leaves to pip."""
    last = tuple(entry for entry in install.requirements if entry.later)
    if not last:
        return (install,)
    first = tuple(entry for entry in install.requirements if not entry.later)
    return replace(install, requirements=first), replace(install, requirements=last, step=None)


def _apply(install: Install, states: Mapping[str, PackageState], known: Knowledge) -> Transition:
    after = dict(states)
    forced: list[tuple[Dependency, str]] = []
    conflicts: list[Conflict] = []
    alone = install.has("--no-deps") or install.tool in _OTHER_NAMES
    caps = () if alone else read_caps(install, known.catalogue)
    bounded = replace(install, bounds=(*install.bounds, *caps)) if caps else install
    if not alone:
        for demand in _read_demands(bounded, known):
            step = _force(bounded, demand, after, known)
            after.update(step.states)
            forced += step.forced
            conflicts += step.conflicts
    needs = () if alone or install.partial else _read_needs(bounded, known)
    after[NUMPY] = settle_numpy(bounded, after.get(NUMPY, PackageState()), known.within, needs)
    undecided = None if alone and install.tool not in _OTHER_NAMES else find_undecided(install, known.catalogue)
    if undecided is not None and not names_numpy(install):
        after[NUMPY] = numpy_state.doubt(bounded, after[NUMPY], known.within, undecided)
    return Transition(states=after, forced=tuple(forced), conflicts=tuple(conflicts), caps=caps)


def _remove(install: Install, states: Mapping[str, PackageState]) -> dict[str, PackageState]:
    after = dict(states)
    for dependency in install.requirements:
        note = Note(span=dependency.span, message=f"removes {dependency.name}")
        before = states.get(dependency.name, PackageState())
        pin = next((way.pin for way in before.ways if way.pin is not None), None)
        after[dependency.name] = PackageState(ways=(Way(versions=None, because=(note,), pin=pin),))
    return after


def _names(dependency: Dependency) -> Iterable[str]:
    """The names by which tables know a requirement: the package's, and those of its extras."""
    yield dependency.name
    for extra in dependency.extras:
        yield f"{dependency.name}[{extra}]"


def _read_demands(install: Install, known: Knowledge) -> list[_Demand]:
    """What the install asks of forcing packages, directly or through another; the direct ones count."""
    direct: dict[str, _Demand] = {}
    through: dict[str, _Demand] = {}
    for name in dict.fromkeys(name for entry in install.requirements for name in _names(entry)):
        force = known.forcing.get(name)
        package = name.partition("[")[0]
        for ask in read_asks(install, package, redirected=True) if force is not None else ():
            if force is None or not ask.decidable:
                continue
            asking = next((entry for entry in ask.judged if name in _names(entry)), ask.judged[0])
            needed = read_plain(force.through or "")
            if needed is not None:
                target = known.forcing[needed.name]
                specifiers = intersect([needed.specifier, *_specifiers(install, target.package)])
                demand = _Demand(force=target, dependency=asking, specifiers=specifiers, through=True)
                through.setdefault(target.package, demand)
            elif force.first is not None:
                demand = _Demand(force=force, dependency=asking, specifiers=ask.combined)
                direct.setdefault(force.package, demand)
    return list({**through, **direct}.values())


def _specifiers(install: Install, package: str) -> list[str]:
    entries = (*install.requirements, *install.bounds)
    return [entry.specifier for entry in entries if entry.name == package and entry.redirection is None]


def _force(install: Install, demand: _Demand, states: Mapping[str, PackageState], known: Knowledge) -> Transition:
    """What a package of the forcing table does to itself and to NumPy."""
    force, spec = demand.force, demand.specifiers
    current = states.get(force.package, PackageState())
    if _stays(install, current, demand):
        return Transition(states={})
    settled = {force.package: PackageState(ways=(Way(versions=spec, mover=demand.dependency),))}
    # Between the last release that does not force and the first that does there is none.
    older = f"<={force.last}" if force.last else f"<{force.first}"
    verdict = fit(spec, older)
    reach = _reach(install, force, known, sure=verdict is Fit.OUTSIDE and demand.dependency.marker is None)
    unforced = fit(spec, f"<{force.first}") in (Fit.WITHIN, Fit.UNSATISFIABLE)
    if unforced or reach == "none" or is_overridden(install, NUMPY):
        return Transition(states=settled)
    needs = (force.needs or "").removeprefix(NUMPY)
    bound = find_bound(install, known.within)
    # The newest one that is left is taken.
    newest = f"=={force.last}" if force.last and admits(spec, force.last) else intersect([spec, older])
    stepped = {force.package: PackageState(ways=(Way(versions=newest, mover=demand.dependency),))}
    if bound is not None and fit(intersect([bound.specifier, needs]), "") is Fit.UNSATISFIABLE:
        if verdict is not Fit.OUTSIDE:
            return Transition(states=stepped)
        conflict = Conflict(dependency=demand.dependency, need=demand.why, bound=bound)
        return Transition(states=settled, conflicts=(conflict,) if reach == "all" else ())
    numpy = states.get(NUMPY, PackageState())
    if _keeps_installed(install, demand, numpy) and verdict is not Fit.OUTSIDE:
        return Transition(states=stepped)
    return _move(install, demand, numpy, settled, reach)


def _keeps_installed(install: Install, demand: _Demand, numpy: PackageState) -> bool:
    """Whether the resolver keeps the NumPy that is there rather than take the newest of what it was not asked for."""
    present = bool(numpy.ways) and all(way.versions is not None for way in numpy.ways)
    return demand.through and install.tool == "uv pip" and not install.has(*NEWEST) and present


def _move(
    install: Install, demand: _Demand, numpy: PackageState, settled: dict[str, PackageState], reach: str
) -> Transition:
    """NumPy follows what was installed: surely, or only on some of the Pythons that this may be."""
    needs = (demand.force.needs or "").removeprefix(NUMPY)
    note = Note(span=demand.dependency.span, message=demand.why)
    if reach == "some" or install.partial or install.veiled:
        return Transition(states={**settled, NUMPY: replace(numpy, unknown=numpy.unknown or note)})
    ways = tuple(
        way
        if way.versions is not None and contains(needs, way.versions)
        else replace(way, versions=needs, because=(*way.because[-8:], note), mover=demand.dependency)
        for way in numpy.ways or (Way(versions=None),)
    )
    state = PackageState(ways=ways)
    return Transition(states={**settled, NUMPY: limit(state)}, forced=((demand.dependency, demand.why),))


def _stays(install: Install, current: PackageState, demand: _Demand) -> bool:
    """Whether what is installed meets the requirement in every way, so that nothing is moved."""
    # pip's --upgrade is for what is named.
    renews = numpy_state.renews(install) if demand.through else install.has(*NEWEST)
    if not current.ways or current.unknown or renews:
        return False
    return all(way.versions is not None and contains(demand.specifiers, way.versions) for way in current.ways)


def _reach(install: Install, force: Force, known: Knowledge, *, sure: bool) -> str:
    """On how many of the Pythons that the environment may have a forcing release exists: all, some or none.

    Where it is ``sure`` that a forcing release is asked for, the install fails on the others: they do not count.
    """
    pythons = known.pythons(install)
    forced = {python for python in pythons if admits(force.pythons or "", python)}
    if forced and (sure or forced == pythons):
        return "all"
    return "some" if forced else "none"


def _read_needs(install: Install, known: Knowledge) -> tuple[tuple[Dependency, str], ...]:
    """What is surely installed and needs NumPy, each with the range that it needs: what forces NumPy 2 in some releases
    needs NumPy in all.
    """
    capping = {entry.where: entry.specifier for entry in install.bounds if entry.role is Role.METADATA}
    found: list[tuple[Dependency, str]] = []
    for entry in install.requirements:
        force = next((known.forcing[name] for name in _names(entry) if name in known.forcing), None)
        if force is None and entry.name not in capping:
            continue
        every = worlds(install.environment.python, linux=install.environment.linux) if entry.marker else ()
        if all(holds(entry.marker, world) for world in every):
            plain = force is not None and force.first is None and force.through is None
            need = (force.needs or "").removeprefix(NUMPY) if force is not None and plain else ""
            found.append((entry, need))
    return tuple(found)
