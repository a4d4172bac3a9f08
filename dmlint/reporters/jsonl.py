"""The findings of a report as JSON objects, a line each: those of the format ``json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dmlint.reporters.json_report import entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.engine import Report
    from dmlint.reporters.view import View


def lines(report: Report, view: View) -> Iterator[str]:
    """A line for each finding, in ASCII; nothing where nothing is found."""
    return (json.dumps(entry(finding, view)) for finding in report.findings)
