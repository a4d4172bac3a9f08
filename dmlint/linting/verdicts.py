"""The verdict on each environment that a build can end with: broken exactly where an error names it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.environments.model import NUMPY, PackageState
from dmlint.facts import Severity
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dmlint.environments.model import Outcome, Scene
    from dmlint.facts import Finding
    from dmlint.text.source import Span


class Status(Enum):
    """What can be said of an environment."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class EnvironmentVerdict(Struct, frozen=True, kw_only=True):
    """One environment, its ``id`` with the path relative to the root, and what is to be said of it.

    ``findings`` are those that name it, in order, silenced by a comment or not. ``unknown`` is why nobody can judge it.
    """

    id: str
    outcome: Outcome
    place: Span
    findings: tuple[Finding, ...]
    unknown: Note | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Those of the findings that break it."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def status(self) -> Status:
        """Broken by any error; else unknown, if something is."""
        if self.errors:
            return Status.BROKEN
        return Status.OK if self.unknown is None else Status.UNKNOWN


def read_verdicts(scene: Scene, findings: Iterable[Finding], paths: Collection[str]) -> list[EnvironmentVerdict]:
    """The verdicts on the environments that the files at ``paths`` (relative to the root) make, in the order of files.

    ``findings`` are those that stand, and those that a comment silences: no comment makes an environment right.
    """
    placed = _by_place(findings)
    ends = [entry for entry in scene.outcomes if entry.final and _is_something(entry)]
    counts: dict[str, int] = {}
    for entry in ends:
        counts[entry.stage] = counts.get(entry.stage, 0) + 1
    verdicts: list[EnvironmentVerdict] = []
    for entry in ends:
        # What is only cloned is installed by another command, most often into another environment of the stage.
        beside = bool(entry.stage) and counts[entry.stage] > 1
        place = entry.place
        if place is not None and place.source.path in paths and not (beside and _only_clones(entry)):
            verdicts.append(_read_verdict(entry, place, placed))
    return sorted(verdicts, key=lambda verdict: verdict.place.source.path)


def name_environments(findings: Iterable[Finding], verdicts: Iterable[EnvironmentVerdict]) -> list[Finding]:
    """Each place of the findings once a rule, with the ids of all environments that it is at fault in."""
    named: dict[tuple[str, Span], set[str]] = {}
    for verdict in verdicts:
        for finding in verdict.findings:
            named.setdefault((finding.rule, finding.span), set()).add(verdict.id)
    places: dict[tuple[str, Span], Finding] = {}
    for finding in findings:
        place = finding.rule, finding.span
        places.setdefault(place, finding)
        if finding.environment is not None:
            named.setdefault(place, set()).add(finding.environment)
    return [replace(finding, environments=tuple(sorted(named.get(key, ())))) for key, finding in places.items()]


def _read_verdict(outcome: Outcome, place: Span, placed: dict[str, list[Finding]]) -> EnvironmentVerdict:
    found = {(entry.rule, entry.span): entry for key in _keys(outcome, place) for entry in placed.get(key, ())}
    ordered = sorted(found.values(), key=lambda entry: (entry.span.source.path, entry.span.start, entry.rule))
    state = outcome.states.get(NUMPY, PackageState())
    unrestricted = outcome.profile is not None and outcome.profile.unrestricted
    return EnvironmentVerdict(
        id=outcome.environment.id or place.source.path,
        outcome=outcome,
        place=place,
        findings=tuple(ordered),
        unknown=None if unrestricted else state.unknown or _read_unknown_release(outcome),
    )


def _keys(outcome: Outcome, place: Span) -> dict[str, None]:
    """The ids under which findings speak of an environment: its own, and those of the stages that it goes on from.

    A requirements file that is judged alone has none; there its files are what findings go by.
    """
    keys: dict[str, None] = {outcome.base: None} if outcome.base is not None else {}
    for install in outcome.installs:
        if install.environment.id is not None:
            keys[install.environment.id] = None
        else:
            keys |= dict.fromkeys(entry.span.source.path for entry in (*install.requirements, *install.bounds))
    return keys | {outcome.environment.id or place.source.path: None}


def _by_place(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    placed: dict[str, list[Finding]] = {}
    for finding in findings:
        placed.setdefault(finding.environment or finding.span.source.path, []).append(finding)
    return placed


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


def _read_unknown_release(outcome: Outcome) -> Note | None:
    """Why an Isaac Sim environment cannot be judged: which release it is, nobody can tell."""
    if outcome.origin is None or outcome.environment.isaac_sim is not None or outcome.interpreter is None:
        return None
    from dmlint.environments.identity.isaac_interpreters import is_isaac

    if not is_isaac(outcome.interpreter):
        return None
    return Note(span=outcome.origin, message="which Isaac Sim this is cannot be told")


def count_statuses(verdicts: Sequence[EnvironmentVerdict]) -> dict[str, int]:
    """How many environments have each status, by its word."""
    return {status.value: sum(verdict.status is status for verdict in verdicts) for status in Status}
