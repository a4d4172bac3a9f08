"""An environment's story as a line of stops, what changes nothing drawn together: what pictures of it are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.environments.model import NUMPY
from dmlint.environments.outcome.steps import StepKind, find_outside, say_state
from dmlint.facts import Severity
from dmlint.linting.verdicts import Status
from dmlint.reports.matrix.selection import at_fault, errors
from dmlint.reports.terminal import cut, visible
from dmlint.requirements.versions import Fit, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import PackageState
    from dmlint.environments.outcome.steps import Step
    from dmlint.facts import Finding
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View

_LONGEST = 24
_NO_IMAGE = "FROM no known image"
"""What a script starts from."""
_STOPS = 7
"""Of more stops, a line shows those that tell something."""


class Stop(Struct, frozen=True, kw_only=True):
    """One stop of a track: the ``steps`` that it stands for, of which all but the first change nothing.

    ``label`` is what to call it. ``findings`` speak of it, ``fault`` says that one of them is an error or that NumPy is
    lost here; ``escape`` is then where it goes: ``2`` for NumPy 2, ``1`` for an older one.
    """

    steps: tuple[Step, ...]
    label: str
    findings: tuple[Finding, ...] = ()
    fault: bool = False
    escape: str = ""

    @property
    def step(self) -> Step:
        """The first of its steps."""
        return self.steps[0]

    @property
    def kind(self) -> StepKind:
        """What it does to NumPy."""
        return self.step.kind

    @property
    def after(self) -> PackageState:
        """The NumPy that may be there after it."""
        return self.steps[-1].after


def read_track(row: Row) -> tuple[Stop, ...]:
    """The stops of an environment."""
    findings = at_fault(row)
    stops: list[Stop] = []
    quiet: list[Step] = []
    for at, step in enumerate(row.steps):
        if step.kind is StepKind.INSTALL and at not in findings and not step.changes:
            quiet.append(step)
            continue
        stops += _together(quiet)
        quiet = []
        stops.append(_stop(row, step, tuple(findings.get(at, ()))))
    return (*stops, *_together(quiet))


def _together(steps: list[Step]) -> Iterator[Stop]:
    if steps:
        label = label_of(steps[0]) if len(steps) == 1 else f"{len(steps)} installs"
        yield Stop(steps=tuple(steps), label=label)


def _stop(row: Row, step: Step, findings: tuple[Finding, ...]) -> Stop:
    fault = step.lost is not None or any(finding.severity is Severity.ERROR for finding in findings)
    return Stop(steps=(step,), label=label_of(step), findings=findings, fault=fault, escape=_escape(row, step))


def _escape(row: Row, step: Step) -> str:
    """Which NumPy may come in at a step that loses it."""
    if step.lost is None:
        return ""
    outside = find_outside(row.outcome, step.after, row.catalogue)
    newer = any(fit(way.versions or "", ">=2.0.0") is not Fit.OUTSIDE for way in outside)
    return "2" if newer else "1"


def label_of(step: Step) -> str:
    """A few words for a step."""
    if step.kind is StepKind.BASE:
        first, _, rest = step.text.partition(" ")
        if step.text == _NO_IMAGE:
            return "start"
        return f"FROM {rest.rpartition('/')[2]}" if first == "FROM" else first
    if step.kind is StepKind.PIN:
        return f"[{' | '.join(say_state(step.after))}]"
    asked = NUMPY if NUMPY in step.names else next(iter(step.names), step.text.rpartition(" install ")[2])
    named = step.mover or asked
    return f"-{named}" if step.kind is StepKind.REMOVES else named


def track_line(row: Row, view: View) -> str:
    """The track on one line: ``FROM · torch · [<2] · pin-pink ▲2  lost at docker/Dockerfile:102``."""
    up, down, dot, many = ("^", "v", ">", "...") if view.ascii else ("▲", "▼", "·", "…")
    words = []
    stops = read_track(row)
    telling = [stop for stop in stops if stop.fault or stop.step.changes or stop.kind is StepKind.UNKNOWN]
    for stop in (*stops[:1], *(stop for stop in telling if stop is not stops[0])) if len(stops) > _STOPS else stops:
        word = cut(visible(stop.label), _LONGEST, many)
        moved = f" {up if stop.escape == '2' else down}{stop.escape}" if stop.escape else ""
        doubt = " ?" if stop.kind is StepKind.UNKNOWN else ""
        fault = " !" if stop.fault and not moved else ""
        words.append(f"{word}{moved}{doubt}{fault}")
    return f"{f' {dot} '.join(words)}{visible(_end(row, view))}"


def _end(row: Row, view: View) -> str:
    """Where it is lost, or what else breaks it."""
    lost = next((step.lost for step in row.steps if step.lost is not None), None)
    if lost is not None:
        return f"  lost at {view.path(lost.source.path)}:{lost.line}"
    places = [f"{entry.rule} at {view.path(entry.span.source.path)}:{entry.span.line}" for entry in errors(row)[:1]]
    return f"  {places[0]}" if places and row.status is Status.BROKEN else ""
