"""The one table of output formats: how a report is printed.

Read first ``view`` and ``terminal`` (places and text made safe), ``text_report``, ``summary``; the other formats
stand alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

    Reporter = Callable[[Report, View], Iterator[str]]
    """A report as lines without their newline."""


def _by(module: str, function: str = "lines") -> Reporter:
    """What a module of this package prints, imported with the first report that it makes."""

    def lines(report: Report, view: View) -> Iterator[str]:
        made = getattr(import_module(f"dmlint.reports.{module}"), function)
        printed: Iterator[str] = made(report, view)
        return printed

    return lines


REPORTERS: dict[str, Reporter] = {
    "text": _by("text_report"),
    "concise": _by("text_report", "concise_lines"),
    "json": _by("json_report"),
    "jsonl": _by("json_report", "jsonl_lines"),
    "github": _by("github"),
    "gitlab": _by("gitlab"),
    "junit": _by("junit"),
    "html": _by("html_report"),
    "markdown": _by("markdown"),
    "rdjson": _by("rdjson"),
    "sarif": _by("sarif"),
}
DEFAULT = "text"
LISTING_RULES = frozenset({"sarif"})
"""The formats that list the rules in force, whatever is found."""
