"""Which environments a call is about, in which order, and what they are called for short."""

from __future__ import annotations

from collections import Counter
from posixpath import basename
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.wildcards import fits
from dmlint.facts import Severity
from dmlint.linting.verdicts import Status
from dmlint.reports.matrix.matrix_tables import name
from dmlint.reports.matrix.rows import read_rows
from dmlint.reports.terminal import visible
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dmlint.environments.outcome.steps import Step
    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View

_WORST_FIRST = (Status.BROKEN, Status.UNKNOWN, Status.OK)


class UnknownEnvironmentError(DmlintError):
    """An environment that there is not."""


def narrow(rows: Sequence[Row], view: View) -> list[Row]:
    """The rows that a view is about.

    Raises UnknownEnvironmentError where its pattern fits none: nobody looks for what is not there.
    """
    named = [row for row in rows if fits(view.environment_pattern, name(row, view))]
    if view.environment_pattern is not None and not named:
        raise _unknown(rows, view.environment_pattern, view)
    return [row for row in named if view.statuses is None or row.status.value in view.statuses]


def find_rows(rows: Sequence[Row], wanted: str, view: View) -> list[Row]:
    """The rows whose id fits a pattern; where there is none, those in whose id it occurs.

    Raises UnknownEnvironmentError for none.
    """
    found = [row for row in rows if fits(wanted, name(row, view))]
    found = found or [row for row in rows if wanted in name(row, view)]
    if not found and (rows or wanted != "*"):
        raise _unknown(rows, wanted, view)
    return found


def _unknown(rows: Sequence[Row], wanted: str, view: View) -> UnknownEnvironmentError:
    from dmlint.rulepacks.toml_tables import suggest

    hint = visible(suggest(wanted, [name(row, view) for row in rows]))
    return UnknownEnvironmentError(
        f"there is no environment '{visible(wanted)}'{hint}; `dmlint matrix` prints them all"
    )


def read_chosen(report: Report, view: View) -> list[Row]:
    """The environments that a report is about, of which a view wants to see something."""
    if report.judgement is None or report.pack is None:
        return []
    return narrow(read_rows(report.judgement, report.pack.catalogue, frozenset(report.reported)), view)


def only_of(report: Report, view: View) -> Report:
    """The report with what is found in the environments that a view is about."""
    wanted = {(entry.rule, entry.span) for row in read_chosen(report, view) for entry in row.findings}
    return replace(report, findings=tuple(entry for entry in report.findings if (entry.rule, entry.span) in wanted))


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """The broken ones, those that cannot be judged, and then all others, each in their order."""
    return sorted(rows, key=lambda row: _WORST_FIRST.index(row.status))


def errors(row: Row) -> list[Finding]:
    """What breaks an environment."""
    return [finding for finding in row.findings if finding.severity is Severity.ERROR]


def short_names(rows: Sequence[Row], view: View) -> list[str]:
    """The shortest name of each row that no other could have too: its stage, its file and stage, …, its id."""
    candidates = [dict.fromkeys(_candidates(row, view)) for row in rows]
    counts = Counter(entry for names in candidates for entry in names)
    return [next((entry for entry in names if counts[entry] == 1), list(names)[-1]) for names in candidates]


def _candidates(row: Row, view: View) -> Iterator[str]:
    service = row.outcome.service
    if row.stage is not None and not row.stage.isdigit():
        yield row.stage + service
    tail = name(row, view)[len(view.path(row.path)) :]
    folders = view.path(row.path).split("/")
    for count in range(1, len(folders) + 1):
        path = "/".join(folders[-count:])
        if row.stage is not None:
            yield path + service
            yield f"{path}#{row.stage}{service}"
            yield f"{path}#{row.stage}:{basename(row.interpreter or '')}{service}"
        yield path + tail


def at_fault(row: Row) -> dict[int, list[Finding]]:
    """The findings of an environment by the number of the step that they speak of; what concerns none of them in
    particular is said of the first.
    """
    placed: dict[int, list[Finding]] = {}
    for finding in row.findings:
        found = [at for at, step in enumerate(row.steps) if _is_at(finding, step)]
        found = found or [at for at, step in enumerate(row.steps) if _explains(finding, step)]
        # The step at which a script starts is all of it: what lies within another one is said of that.
        at = min(found, key=lambda at: row.steps[at].span.end - row.steps[at].span.start, default=0)
        placed.setdefault(at, []).append(finding)
    return placed


def _is_at(finding: Finding, step: Step) -> bool:
    span = finding.span
    within = span.source is step.span.source and step.span.start <= span.start < max(step.span.end, span.start)
    return within or span in step.entries


def _explains(finding: Finding, step: Step) -> bool:
    return any(
        note.span.source is step.span.source and step.span.start <= note.span.start <= step.span.end
        for note in finding.evidence
    )
