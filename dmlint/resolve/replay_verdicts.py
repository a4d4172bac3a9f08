"""What a replay comes to: NumPy after each step, where the pin is lost, and whether `dmlint matrix` foresees it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from packaging.requirements import Requirement

from dmlint.environments.identity.profiles import EVERYWHERE
from dmlint.environments.model import NUMPY
from dmlint.facts import Document
from dmlint.linting.verdicts import Status
from dmlint.requirements.pep508 import normalize_name
from dmlint.requirements.versions import Fit, admits, fit, intersect
from dmlint.resolve.plan import TargetPython
from dmlint.resolve.replay import Reached, take
from dmlint.resolve.replay_events import read_events
from dmlint.resolve.target_python import choose_python, read_shipped
from dmlint.resolve.translate import Records

if TYPE_CHECKING:
    from dmlint.facts import Dependency
    from dmlint.linting.engine import Judgement
    from dmlint.reports.matrix.rows import Row
    from dmlint.resolve.plan import Resolve
    from dmlint.resolve.replay_events import Event
    from dmlint.rulepacks.catalogue import Catalogue


class Verdict(Enum):
    """How the NumPy after a step lies to what the environment needs."""

    WITHIN = "within"
    OUTSIDE = "outside"
    NONE = "none"
    """NumPy is not there."""
    UNJUDGED = "unjudged"
    """Nobody can tell what the environment needs."""
    FAILED = "failed"
    """The step cannot be resolved, and changes nothing here; a build would stop."""
    SKIPPED = "skipped"
    """The step is not replayed."""


class ReplayResult(Enum):
    """What comes of an environment, worst first."""

    BROKEN = "broken"
    FAILED = "failed"
    UNKNOWN = "unknown"
    OK = "ok"


class Told(Struct, frozen=True, kw_only=True):
    """One step of a replay. ``numpy`` is the version that is there after it, None for none.

    ``lost`` says that NumPy is outside of what is needed from here on, ``differs`` that no way of `dmlint matrix` has
    it. ``failure`` says why the step cannot be resolved. ``tool`` resolved it, ``instead`` says why not its own.
    """

    event: Event
    numpy: str | None
    verdict: Verdict
    lost: bool = False
    differs: bool = False
    failure: str | None = None
    absent: tuple[str, ...] = ()
    tool: str | None = None
    instead: str | None = None
    cause: str | None = None
    """Why it differs, as far as metadata tells."""

    @property
    def left_out(self) -> tuple[str, ...]:
        """Sentences about what the step asks for and the replay does not."""
        return (*self.event.translation.missing, *(f"{name}, of which the index has no wheel" for name in self.absent))


class Replayed(Struct, frozen=True, kw_only=True):
    """One environment: ``needs`` is the range of NumPy that it needs, None where nobody can tell; ``certain`` says that
    its Python is known and not chosen.
    """

    row: Row
    target: TargetPython
    certain: bool
    needs: str | None
    told: tuple[Told, ...]

    @property
    def numpy(self) -> str | None:
        """The NumPy at the end."""
        return self.told[-1].numpy if self.told else None

    @property
    def result(self) -> ReplayResult:
        """The verdict on what is there at the end."""
        if self.needs is not None and self.numpy is not None and not admits(self.needs, self.numpy):
            return ReplayResult.BROKEN
        if any(entry.failure for entry in self.told):
            return ReplayResult.FAILED
        unsure = self.needs is None or any(entry.left_out or entry.instead for entry in self.told)
        return ReplayResult.UNKNOWN if unsure else ReplayResult.OK

    @property
    def lost_at(self) -> Told | None:
        """The step since which NumPy is outside of what is needed; None where it is not at the end."""
        return next((entry for entry in reversed(self.told) if entry.lost), None) if self._is_broken else None

    @property
    def differs(self) -> bool:
        """Whether `dmlint matrix` says otherwise of the NumPy at the end."""
        if self._is_broken:
            return self.row.status is Status.OK
        if self.result is ReplayResult.FAILED:
            # Most often a dependency that the index has no wheel of: nothing that the rules could foresee.
            return False
        ways = self.row.numpy
        return self.needs is not None and bool(ways) and all(fit(way, self.needs) is Fit.OUTSIDE for way in ways)

    @property
    def _is_broken(self) -> bool:
        return self.result is ReplayResult.BROKEN


def read_records(judgement: Judgement, catalogue: Catalogue) -> Records:
    """What the repository says beside its installs."""
    locks: dict[str, list[Dependency]] = {}
    for entry in judgement.scene.locked:
        locks.setdefault(entry.span.source.path, []).append(entry)
    named = {path: entry.project for path, entry in judgement.documents.items() if isinstance(entry, Document)}
    projects = {path: name for path, name in named.items() if name is not None}
    return Records(locks=locks, projects=projects, catalogue=catalogue)


def replay_row(row: Row, processor: str, python: str | None, records: Records, resolve: Resolve) -> Replayed:
    """Replay one environment; ``python`` (``3.11``) is for one whose Python is not known. Raises ResolverError."""
    environment = row.outcome.environment
    chosen, certain = choose_python(environment.python)
    target = TargetPython(python=chosen if certain else python or chosen, processor=processor)
    needs = environment.needs.get(NUMPY, EVERYWHERE)
    reached = Reached(installed=read_shipped(row.outcome.ships))
    told: list[Told] = []
    outside = False
    for event in read_events(row.outcome, row.place, target, records):
        step = event.translation.step
        if step is not None:
            reached = take(step, reached.installed, target, resolve)
        entry = _tell(event, reached, needs, outside=outside)
        told.append(entry)
        outside = needs is not None and entry.numpy is not None and not admits(needs, entry.numpy)
    return Replayed(row=row, target=target, certain=certain, needs=needs, told=tuple(told))


def _tell(event: Event, reached: Reached, needs: str | None, *, outside: bool) -> Told:
    numpy = reached.installed.get(NUMPY)
    skipped = event.translation.step is None
    failure = None if skipped else reached.failure
    verdict = _judge(numpy, needs)
    settled = not skipped and failure is None
    differs = settled and event.installs and not _is_expected(event, numpy)
    return Told(
        event=event,
        numpy=numpy,
        verdict=Verdict.SKIPPED if skipped else Verdict.FAILED if failure else verdict,
        lost=settled and verdict is Verdict.OUTSIDE and not outside,
        differs=differs,
        failure=failure,
        absent=() if skipped else reached.absent,
        tool=None if skipped else reached.tool,
        instead=None if skipped else reached.instead,
        cause=_tell_cause(event, reached) if differs else None,
    )


def _tell_cause(event: Event, reached: Reached) -> str:
    """What requires a NumPy that the rules did not expect; else that nothing does."""
    ways = [way.versions for way in event.expected.ways if way.versions is not None]
    numpy = reached.installed.get(NUMPY, "")
    needs = [(name, text) for name, text in reached.needs if numpy and admits(text, numpy)]
    culprits = [f"{name} requires numpy{text}" for name, text in needs if _is_apart(text, ways)]
    named = {normalize_name(Requirement(line).name) for line in _lines(event)}
    through = [text for text in culprits if text.partition(" ")[0] not in named]
    aside = ", which comes through another package" if culprits and culprits[:1] == through[:1] else ""
    if culprits:
        return f"{culprits[0]}{aside}"
    return f"nothing that is there after it requires another NumPy: {reached.tool} keeps what fits"


def _is_apart(text: str, ways: list[str]) -> bool:
    return bool(ways) and all(fit(intersect([way, text]), "") is Fit.UNSATISFIABLE for way in ways)


def _lines(event: Event) -> tuple[str, ...]:
    return event.translation.step.requirements if event.translation.step is not None else ()


def _judge(numpy: str | None, needs: str | None) -> Verdict:
    if numpy is None:
        return Verdict.NONE
    if needs is None:
        return Verdict.UNJUDGED
    return Verdict.WITHIN if admits(needs, numpy) else Verdict.OUTSIDE


def _is_expected(event: Event, numpy: str | None) -> bool:
    """Whether one of the ways that the rules see leads to this NumPy; where they see none, they say nothing."""
    state = event.expected
    if state.unknown is not None or not state.ways:
        return True
    return any(
        numpy is None if way.versions is None else numpy is not None and admits(way.versions, numpy)
        for way in state.ways
    )
