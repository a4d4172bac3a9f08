"""What happened to an environment, step by step: the one story that every view of it tells."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.environments.identity.profiles import EVERYWHERE
from dmlint.environments.model import NUMPY, PackageState, Way
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.versions import Fit, admits, fit, simplify
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Install, Moment, Outcome
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.text.source import Span

_BREAKS = lazy_regex(r"\\?\s*\n\s*(?:#[^\n]*\n\s*)*")


class StepKind(Enum):
    """What a step does to the NumPy that may be there."""

    BASE = "base"
    INSTALL = "install"
    PIN = "pin"
    MOVES = "moves"
    REMOVES = "removes"
    UNKNOWN = "unknown"


class Step(Struct, frozen=True, kw_only=True):
    """One thing that happened, in order, and the NumPy ``before`` and ``after`` it.

    ``text`` is the command on one line, or what says the same in words. ``notes`` are the reasons that are new with it.
    ``lost`` is the place that takes NumPy out of what the environment needs, None where this step does not. ``entries``
    are the places of all requirements that it installs, be they in other files.
    """

    span: Span
    text: str
    before: PackageState
    after: PackageState
    kind: StepKind
    notes: tuple[Note, ...] = ()
    lost: Span | None = None
    mover: str = ""
    """The package that takes it there, where one does; empty where none is lost."""
    entries: tuple[Span, ...] = ()
    names: tuple[str, ...] = ()
    """The packages that it asks for."""

    @property
    def changes(self) -> bool:
        """Whether another NumPy may be there after it than before."""
        return say_state(self.before) != say_state(self.after)

    @property
    def message(self) -> str:
        """What happened to NumPy, and why, in a sentence."""
        said = " or ".join(say_state(self.after))
        result = "NumPy is not there" if said == "none" else f"NumPy {'is now' if self.changes else 'stays'} {said}"
        reasons = "; ".join(dict.fromkeys(note.message for note in self.notes))
        return f"{reasons}: {result}" if reasons else result


def show_numpy(state: PackageState) -> tuple[str, ...]:
    """What may be there, each way once, as people write it; empty where NumPy is not there."""
    return tuple(dict.fromkeys(simplify(way.versions) for way in state.ways if way.versions is not None))


def say_state(state: PackageState) -> tuple[str, ...]:
    """The same in words: one that is not bounded is ``any``, where it may be missing ``none``, else ``unknown`` too."""
    shown = [way or "any" for way in show_numpy(state)]
    missing = any(way.versions is None for way in state.ways) or not (shown or state.unknown)
    return (*shown, *(("none",) if missing else ()), *(("unknown",) if state.unknown is not None else ()))


def allowed(outcome: Outcome) -> str:
    """The range of NumPy that an environment should keep, as PEP 440 text; empty where nobody can tell."""
    return outcome.environment.needs.get(NUMPY, EVERYWHERE) or ""


def read_steps(outcome: Outcome, catalogue: Catalogue) -> tuple[Step, ...]:
    """The story of an environment; at its end stands what is there.

    A manifest has a step for each of its entries, which are all installed together.
    """
    if not outcome.trace:
        return tuple(_read_entries(outcome, catalogue))
    steps: list[Step] = []
    before = PackageState()
    for moment in outcome.trace:
        after = brought(outcome, moment.numpy)
        steps.append(_read_step(outcome, moment, (before, after), catalogue))
        before = after
    return tuple(steps)


def brought(outcome: Outcome, state: PackageState) -> PackageState:
    """The NumPy that is there; where nobody speaks of it, the one that Isaac Sim itself brings."""
    needs, release = outcome.environment.needs.get(NUMPY), outcome.environment.isaac_sim
    fact = outcome.known.get("isaac_sim")
    if state.ways or needs is None or release is None or fact is None:
        return state
    note = Note(span=fact.span, message=f"Isaac Sim {release} brings numpy{needs}")
    return PackageState(ways=(Way(versions=needs, because=(note,)),), unknown=state.unknown)


def find_outside(outcome: Outcome, state: PackageState, catalogue: Catalogue) -> tuple[Way, ...]:
    """The ways that may lead to a NumPy that the environment does not need."""
    return tuple(way for way in state.ways if _is_outside(way, outcome, catalogue))


def _is_outside(way: Way, outcome: Outcome, catalogue: Catalogue) -> bool:
    """Whether a way leads out of the range, on a Python for which there is one and on which the requirement that leads
    there holds.
    """
    needs = allowed(outcome)
    if way.versions is None or not needs or fit(way.versions, needs) in (Fit.WITHIN, Fit.UNSATISFIABLE):
        return False
    first_on = catalogue.package(NUMPY).first_on
    marker = way.mover.marker if way.mover is not None else None
    pythons = {world.python for world in worlds(outcome.environment.python, linux=True) if holds(marker, world)}
    return first_on is None or any(admits(first_on, python) for python in pythons)


def _read_step(
    outcome: Outcome, moment: Moment, states: tuple[PackageState, PackageState], catalogue: Catalogue
) -> Step:
    before, after = states
    install = moment.install
    known = _reasons(before)
    lost = _find_loss(outcome, states, moment.span, catalogue)
    step = Step(
        span=moment.span,
        text=moment.what or _one_line(moment.span),
        before=before,
        after=after,
        kind=StepKind.INSTALL,
        notes=tuple(note for note in _reasons(after) if note not in known),
        lost=lost.span if lost is not None else None,
        mover=lost.message if lost is not None else "",
        entries=() if install is None else tuple(entry.span for entry in _entries(install)),
        names=() if install is None else tuple(dict.fromkeys(entry.name for entry in install.requirements)),
    )
    return replace(step, kind=_find_kind(step, install, allowed(outcome)))


def _one_line(span: Span) -> str:
    return " ".join(_BREAKS().sub(" ", span.text).split())


def _reasons(state: PackageState) -> tuple[Note, ...]:
    notes = [note for way in state.ways for note in way.because]
    return tuple(dict.fromkeys((*notes, *((state.unknown,) if state.unknown is not None else ()))))


def _find_loss(
    outcome: Outcome, states: tuple[PackageState, PackageState], span: Span, catalogue: Catalogue
) -> Note | None:
    """Where NumPy leaves its range between two states, and by which package; None where it does not, or had left."""
    before, after = (find_outside(outcome, state, catalogue) for state in states)
    if before or not after:
        return None
    way = after[0]
    mover = way.mover.name if way.mover is not None else ""
    return Note(span=way.because[-1].span if way.because else span, message=mover)


def _find_kind(step: Step, install: Install | None, within: str) -> StepKind:
    if step.after.unknown is not None and step.after.unknown != step.before.unknown:
        return StepKind.UNKNOWN
    if step.lost is not None and install is not None:
        return StepKind.MOVES
    if install is None:
        return StepKind.REMOVES if step.before.ways and step.changes else StepKind.BASE
    if install.step is not None and install.step.removes:
        return StepKind.REMOVES
    if any(_pins(entry, within) for entry in _entries(install)):
        return StepKind.PIN
    return StepKind.MOVES if step.changes else StepKind.INSTALL


def _pins(entry: Dependency, within: str) -> bool:
    told = entry.name == NUMPY and entry.redirection is None and not entry.unresolved
    return told and bool(within) and fit(entry.specifier, within) is Fit.WITHIN


def _entries(install: Install) -> tuple[Dependency, ...]:
    return (*install.requirements, *install.bounds)


def _read_entries(outcome: Outcome, catalogue: Catalogue) -> Iterator[Step]:
    """The entries of a manifest: each is there with all others, and the one that loses NumPy says so."""
    before, after = PackageState(), brought(outcome, outcome.states.get(NUMPY, PackageState()))
    within = allowed(outcome)
    reasons = _reasons(after)
    lost = _find_loss(outcome, (before, after), outcome.place or reasons[0].span, catalogue)
    for install in outcome.installs:
        for entry in _entries(install):
            notes = tuple(note for note in reasons if note.span == entry.span)
            there = lost is not None and lost.span == entry.span
            role = "" if entry in install.requirements else f" ({entry.role.value})"
            yield Step(
                span=entry.span,
                text=f"{_one_line(entry.span)}{role}",
                before=before,
                after=after,
                kind=_kind_of_entry(entry, within, notes, unknown=after.unknown),
                notes=notes,
                lost=lost.span if there and lost is not None else None,
                mover=entry.name if there else "",
                entries=(entry.span,),
                names=(entry.name,),
            )


def _kind_of_entry(entry: Dependency, within: str, notes: tuple[Note, ...], *, unknown: Note | None) -> StepKind:
    if unknown is not None and unknown in notes:
        return StepKind.UNKNOWN
    if _pins(entry, within):
        return StepKind.PIN
    return StepKind.MOVES if notes else StepKind.INSTALL
