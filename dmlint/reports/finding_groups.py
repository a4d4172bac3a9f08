"""Findings in groups, for who works off one file, one rule or one environment after the other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dmlint.facts import Severity
from dmlint.reports.summary import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

    Keys = Callable[[Finding], Sequence[str]]


def grouped(report: Report, by: str, view: View) -> Iterator[tuple[str, Sequence[Finding]]]:
    """The findings under headings, errors first; what breaks several environments stands in the group of each."""
    keys: Keys = {"file": _file(view), "rule": _rule, "environment": _environments(report, view)}[by]
    found: dict[str, list[Finding]] = {}
    for finding in sorted(report.findings, key=lambda entry: entry.severity.rank):
        for key in keys(finding):
            found.setdefault(key, []).append(finding)
    for key, findings in found.items():
        counts = Counter(finding.severity for finding in findings)
        said = ", ".join(counted(counts[severity], severity.value) for severity in Severity if counts[severity])
        yield f"{key}: {said}", findings


def _file(view: View) -> Keys:
    return lambda finding: (view.path(finding.span.source.path),)


def _rule(finding: Finding) -> Sequence[str]:
    return (f"{finding.rule} {finding.name}",)


def _environments(report: Report, view: View) -> Keys:
    from dmlint.reports.matrix.matrix_tables import name
    from dmlint.reports.matrix.selection import read_chosen

    named: dict[object, dict[str, None]] = {}
    for row in read_chosen(report, view):
        for entry in row.findings:
            named.setdefault((entry.rule, entry.span), {})[name(row, view)] = None
    return lambda finding: tuple(named.get((finding.rule, finding.span), ("no environment",)))
