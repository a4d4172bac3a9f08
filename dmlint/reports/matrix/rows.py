"""One row for each environment that a build can end with: what is in it, and whether that is right."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.environments.identity.isaac_interpreters import is_isaac
from dmlint.environments.model import PackageState
from dmlint.environments.outcome.steps import brought, find_outside, read_steps, show_numpy
from dmlint.environments.outcome.transfer import NUMPY
from dmlint.facts import Severity
from dmlint.reports.matrix.verdicts import Verdicts
from dmlint.requirements.versions import simplify
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dmlint.environments.model import Outcome, Way
    from dmlint.environments.outcome.steps import Step
    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.text.source import Span

_MINOR = lazy_regex(r"==(\d+\.\d+)\.\*")


class Status(Enum):
    """The verdict on an environment."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Row(Struct, frozen=True, kw_only=True, dict=True):
    """One environment, its ``id`` with the path relative to the root. (A dict beside the slots keeps its steps.)

    ``numpy`` holds PEP 440 text for each way that the build can go, empty where NumPy is not there. ``reason`` says in
    a few words why the status is not ok, ``because`` at length and with places how it came about.
    """

    id: str
    outcome: Outcome
    place: Span
    numpy: tuple[str, ...]
    status: Status
    reason: str
    because: tuple[Note, ...]
    findings: tuple[Finding, ...]
    catalogue: Catalogue
    final: PackageState
    """The NumPy that may be there at the end."""

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """How it came to that, told once for every view."""
        return read_steps(self.outcome, self.catalogue)

    @property
    def path(self) -> str:
        """The file that makes the environment, relative to the root."""
        return self.place.source.path

    @property
    def stage(self) -> str | None:
        """The stage's name or number; None for a manifest."""
        return self.outcome.stage[len(self.path) + 1 :] or None

    @property
    def interpreter(self) -> str | None:
        """The interpreter as the environment names it; None for a manifest."""
        return str(self.outcome.interpreter) if self.outcome.interpreter is not None else None

    @property
    def isaac_sim(self) -> str | None:
        """The release of Isaac Sim; None for none, and for one that is not known."""
        return self.outcome.environment.isaac_sim or self._known("isaac_sim")

    @property
    def isaac_lab(self) -> str | None:
        """The release of Isaac Lab."""
        return self._known("isaac_lab")

    @property
    def cuda(self) -> str | None:
        """The release of CUDA in the base image."""
        return self._known("cuda")

    @property
    def python(self) -> str | None:
        """``3.11`` where that is known of its Python, else PEP 440 text."""
        python = self._known("python") or self.outcome.environment.python
        minor = _MINOR().fullmatch(python or "")
        return minor[1] if minor else python

    def _known(self, fact: str) -> str | None:
        found = self.outcome.known.get(fact)
        return found.value if found is not None else None


def read_rows(judgement: Judgement, catalogue: Catalogue, paths: Collection[str]) -> list[Row]:
    """The rows of the environments that the files at ``paths`` (relative to the root) make, in the order of files."""
    verdicts = Verdicts(judgement)
    ends = [entry for entry in judgement.scene.outcomes if entry.final and _is_something(entry)]
    counts: dict[str, int] = {}
    for entry in ends:
        counts[entry.stage] = counts.get(entry.stage, 0) + 1
    rows: list[Row] = []
    for entry in ends:
        # What is only cloned is installed by another command, most often into another environment of the stage.
        beside = bool(entry.stage) and counts[entry.stage] > 1
        place = entry.place
        if place is not None and place.source.path in paths and not (beside and _only_clones(entry)):
            rows.append(_read_row(entry, place, catalogue, verdicts))
    return sorted(rows, key=lambda row: row.path)


def _is_something(outcome: Outcome) -> bool:
    """Whether anything is known of an environment, or installed into it; constraints alone ask for nothing."""
    if any(not install.asked for install in outcome.installs):
        return False
    numpy = outcome.states.get(NUMPY, PackageState())
    filled = any(install.step is not None or install.requirements for install in outcome.installs)
    told = numpy.ways or numpy.unknown or outcome.environment.isaac_sim or outcome.profile
    return bool(filled or told or {"isaac_sim", "isaac_lab"} & outcome.known.keys())


def _only_clones(outcome: Outcome) -> bool:
    return all(install.fetches for install in outcome.installs) and outcome.origin is None


def _read_row(outcome: Outcome, place: Span, catalogue: Catalogue, verdicts: Verdicts) -> Row:
    findings = verdicts.standing(outcome, place)
    state = brought(outcome, outcome.states.get(NUMPY, PackageState()))
    excused = any(finding.severity is Severity.ERROR for finding in verdicts.silenced(outcome, place))
    outside = () if excused else find_outside(outcome, state, catalogue)
    unknown = state.unknown or _read_unknown_release(outcome)
    status, reason = _judge(findings, outside, unknown)
    notes = [note for way in state.ways for note in way.because]
    notes += [unknown] if unknown is not None else []
    notes += [Note(span=finding.span, message=f"{finding.rule} {finding.message}") for finding in findings]
    return Row(
        id=outcome.environment.id or place.source.path,
        outcome=outcome,
        place=place,
        numpy=show_numpy(state),
        status=status,
        reason=reason,
        because=tuple(dict.fromkeys(notes)),
        findings=findings,
        catalogue=catalogue,
        final=state,
    )


def _read_unknown_release(outcome: Outcome) -> Note | None:
    """Why an Isaac Sim environment cannot be judged: which release it is, nobody can tell."""
    if outcome.origin is None or outcome.environment.isaac_sim is not None or outcome.interpreter is None:
        return None
    if not is_isaac(outcome.interpreter):
        return None
    return Note(span=outcome.origin, message="which Isaac Sim this is cannot be told")


def _judge(findings: Iterable[Finding], outside: Sequence[Way], unknown: Note | None) -> tuple[Status, str]:
    errors = dict.fromkeys(f"{entry.rule} {entry.name}" for entry in findings if entry.severity is Severity.ERROR)
    if errors:
        return Status.BROKEN, ", ".join(errors)
    if outside:
        return Status.BROKEN, f"numpy{simplify(outside[0].versions or '')} is not what it needs"
    if unknown is not None:
        return Status.UNKNOWN, unknown.message
    return Status.OK, ""
