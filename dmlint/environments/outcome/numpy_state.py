"""Which NumPy is there after an install that names it, or bounds it, or takes it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.demands import describe, read_asks
from dmlint.environments.model import NUMPY, PackageState, Way
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.versions import Fit, contains, fit, intersect
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.environments.demands import Ask
    from dmlint.environments.model import Install
    from dmlint.facts import Dependency

NEWEST = ("--upgrade", "--force-reinstall", "--ignore-installed", "--reinstall")
_WAYS = 16
"""More ways than these are not told apart: the state is then unknown."""


def limit(state: PackageState) -> PackageState:
    """The same with each way once, in those arms that all alike have in common, unless there are too many."""
    if len(state.ways) == 1:
        return state
    ways: dict[tuple[str | None, bool], Way] = {}
    for way in state.ways:
        known = ways.setdefault((way.versions, way.pin is None), way)
        if known is not way and (known.arms or known.passed):
            arms = tuple(arm for arm in known.arms if arm in way.arms)
            passed = tuple(arm for arm in known.passed if arm in way.passed)
            ways[way.versions, way.pin is None] = replace(known, arms=arms, passed=passed)
    kept = tuple(ways.values())
    if len(kept) > _WAYS:
        notes = [way.because[-1] for way in kept if way.because]
        return PackageState(ways=kept[:_WAYS], unknown=state.unknown or notes[-1])
    return PackageState(ways=kept, unknown=state.unknown)


def find_bound(install: Install, within: str) -> Dependency | None:
    """An entry of the same install that keeps NumPy within its range, if there is one."""
    entries = [
        entry for entry in (*install.requirements, *install.bounds) if entry.name == NUMPY and not entry.unresolved
    ]
    return next((entry for entry in entries if fit(entry.specifier, within) is Fit.WITHIN), None)


def names_numpy(install: Install) -> bool:
    """Whether an install names NumPy itself."""
    return any(entry.name == NUMPY for entry in install.requirements)


def settle_numpy(
    install: Install, state: PackageState, within: str, needs: Sequence[tuple[Dependency, str]]
) -> PackageState:
    """NumPy after an install that may name it; ``needs`` are what of it surely needs NumPy, and within which range."""
    for dependency in install.requirements:
        if dependency.name == NUMPY and dependency.redirection is not None:
            state = _settle(install, state, dependency, "", within)
    asks = read_asks(install, NUMPY)
    if asks:
        after = [_ask_numpy(install, state, ask, within) for ask in asks]
        state = limit(_merge([*after, *([] if _covers(install) else [state])]))
    if names_numpy(install):
        return state
    bound = find_bound(install, within)
    if bound is not None and needs:
        return _hold(install, state, bound)
    if bound is not None:
        return replace(state, ways=tuple(replace(way, pin=bound) for way in state.ways or (Way(versions=None),)))
    return _renew(state, needs) if needs and renews(install) else state


def doubt(install: Install, state: PackageState, within: str, reason: Note) -> PackageState:
    """NumPy after an install of which nobody knows what it needs: anything, or whatever a bound in it leaves."""
    bound = find_bound(install, within)
    if bound is None or install.partial:
        return replace(state, unknown=reason)
    held = _hold(install, state, bound)
    return limit(PackageState(ways=(*state.ways, *held.ways), unknown=state.unknown))


def renews(install: Install) -> bool:
    """Whether nothing that is there stays for its own sake: uv's ``--upgrade`` is for all that an install brings, pip's
    for what is named.
    """
    if install.has("--force-reinstall", "--ignore-installed", "--reinstall"):
        return True
    eager = install.step is not None and ("--upgrade-strategy", "eager") in install.step.options
    return install.has("--upgrade") and (install.tool == "uv pip" or eager)


def _renew(state: PackageState, needs: Sequence[tuple[Dependency, str]]) -> PackageState:
    """NumPy after an install that takes the newest that all of it admits."""
    mover, _ = needs[0]
    specifiers = intersect(need for _, need in needs)
    note = Note(span=mover.span, message=f"{mover.name} needs NumPy, and this step takes the newest that it admits")
    spared = [entry for entry, _ in needs]
    ways = tuple(
        way
        if way.versions is None or way.mover in spared
        else replace(way, versions=specifiers, because=(*way.because[-8:], note), mover=mover)
        for way in state.ways
    )
    return limit(replace(state, ways=ways))


def _hold(install: Install, state: PackageState, bound: Dependency) -> PackageState:
    """NumPy after an install that does not name it, needs it, and bounds it: what lies outside is replaced."""
    bounds = [entry for entry in install.bounds if entry.name == NUMPY and not entry.marker and not entry.unresolved]
    specifiers = intersect(entry.specifier for entry in (bound, *bounds))
    note = Note(span=bound.span, message=f"{describe(bound)} keeps it there")
    fresh = Way(versions=specifiers, because=(note,), mover=bound, pin=bound)
    if state.unknown or not state.ways or renews(install):
        return PackageState(ways=(fresh,))
    return limit(PackageState(ways=tuple(_keep(way, specifiers, bound, fresh) for way in state.ways)))


def _ask_numpy(install: Install, state: PackageState, ask: Ask, within: str) -> PackageState:
    """NumPy after an install that names it, in the worlds of one ask."""
    if ask.decidable and not (install.partial and fit(ask.combined, within) is not Fit.WITHIN):
        return _settle(install, state, _binding(ask, within), ask.combined, within)
    note = Note(span=ask.judged[0].span, message="which NumPy this asks for cannot be told")
    return replace(state, unknown=note)


def _covers(install: Install) -> bool:
    """Whether NumPy is asked for on every Python and platform that the environment may have."""
    markers = {entry.marker for entry in install.requirements if entry.name == NUMPY and entry.redirection is None}
    if None in markers:
        return True
    every = worlds(install.environment.python, linux=install.environment.linux)
    return all(any(holds(marker, world) for marker in markers) for world in every)


def _merge(states: Sequence[PackageState]) -> PackageState:
    """All ways of several states, of which one will hold; nothing there yet is a way of its own."""
    if len(states) == 1:
        return states[0]
    ways = tuple(way for state in states for way in state.ways or (Way(versions=None),))
    return PackageState(ways=ways, unknown=next((state.unknown for state in states if state.unknown), None))


def _binding(ask: Ask, within: str) -> Dependency:
    """The entry that keeps NumPy within its range, else the one that asks for it."""
    entries = (*ask.judged, *ask.bounds)
    return next((entry for entry in entries if fit(entry.specifier, within) is Fit.WITHIN), ask.judged[0])


def _settle(
    install: Install, state: PackageState, dependency: Dependency, specifiers: str, within: str
) -> PackageState:
    pin = dependency if fit(specifiers, within) is Fit.WITHIN else None
    note = Note(span=dependency.span, message=f"{describe(dependency)} is installed")
    fresh = Way(versions=specifiers, because=(note,), mover=dependency, pin=pin)
    if install.has(*NEWEST) or state.unknown or not state.ways:
        return PackageState(ways=(fresh,))
    ways = [_keep(way, specifiers, pin, fresh) for way in state.ways]
    return limit(PackageState(ways=tuple(ways)))


def _keep(way: Way, specifiers: str, pin: Dependency | None, fresh: Way) -> Way:
    """An installed version that fits stays; one that may not fit is replaced by what was asked for.

    pip does not see the NumPy in Isaac Sim's own ``pip_prebundle``, and puts what a pin admits beside it.
    """
    shipped = way.mover is None and pin is not None
    if way.versions is not None and not shipped and contains(specifiers, way.versions):
        return replace(way, pin=pin or way.pin)
    return replace(fresh, pin=pin or way.pin, arms=way.arms, passed=way.passed)
