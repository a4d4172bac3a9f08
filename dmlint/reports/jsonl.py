"""The findings of a report as JSON objects, a line each: those of the format ``json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.reports.json_report import entry
from dmlint.reports.json_text import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.linting.engine import Report
    from dmlint.reports.view import View


def lines(report: Report, view: View) -> Iterator[str]:
    """A line for each finding, in ASCII; nothing where nothing is found."""
    return (dump(entry(finding, view)) for finding in report.findings)
