"""One line for each finding: ``path:line:column: DM101 error: message``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.linting.engine import Report
    from dmlint.reports.view import View


def lines(report: Report, view: View) -> Iterator[str]:
    """The findings of a report, in its order, and nothing else."""
    for finding in report.findings:
        text = f"{view.place(finding.span)}: {finding.rule} {finding.severity.value}: {finding.message}"
        yield visible(text)
