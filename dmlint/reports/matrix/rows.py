"""One row for each environment that a build can end with: what is in it, and whether that is right."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.environments.model import NUMPY, PackageState
from dmlint.environments.outcome.steps import brought, read_steps, show_numpy
from dmlint.linting.verdicts import EnvironmentVerdict, Status, read_verdicts
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Collection

    from dmlint.environments.model import Outcome
    from dmlint.environments.outcome.steps import Step
    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.text.source import Span

_MINOR = lazy_regex(r"==(\d+\.\d+)\.\*")


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
    findings = (*judgement.standing, *judgement.suppressed)
    return [_read_row(verdict, catalogue) for verdict in read_verdicts(judgement.scene, findings, paths)]


def _read_row(verdict: EnvironmentVerdict, catalogue: Catalogue) -> Row:
    outcome = verdict.outcome
    state = brought(outcome, outcome.states.get(NUMPY, PackageState()))
    notes = [note for way in state.ways for note in way.because]
    notes += [verdict.unknown] if verdict.unknown is not None else []
    notes += [Note(span=finding.span, message=f"{finding.rule} {finding.message}") for finding in verdict.findings]
    return Row(
        id=verdict.id,
        outcome=outcome,
        place=verdict.place,
        numpy=show_numpy(state),
        status=verdict.status,
        reason=_reason(verdict),
        because=tuple(dict.fromkeys(notes)),
        findings=verdict.findings,
        catalogue=catalogue,
        final=state,
    )


def _reason(verdict: EnvironmentVerdict) -> str:
    """Why it is not ok, in a few words."""
    if verdict.errors:
        return ", ".join(dict.fromkeys(f"{entry.rule} {entry.name}" for entry in verdict.errors))
    return verdict.unknown.message if verdict.unknown is not None else ""
