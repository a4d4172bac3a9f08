"""Which reports a run makes, and where each goes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct
from msgspec.structs import replace

from dmlint.cli import job_summary
from dmlint.cli.output import OutputError, deliver, is_terminal, note, wants_color
from dmlint.cli.scope import CallError
from dmlint.reports import DEFAULT, LISTING_RULES, REPORTERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmlint.config import Settings
    from dmlint.config.report_files import Output
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

GITHUB = "github"
COUNTABLE = ("text", "concise")
"""The formats for people, in which a count of each rule may stand for the findings."""


class Reports(Struct, frozen=True, kw_only=True):
    """The reports to make.

    ``main`` is the format of the one that names no file, None for no such; it goes to ``target``, or to standard output
    where that is None. ``files`` have their own. With ``counts``, a count of each rule stands for the main one. What
    stands ``aside`` leaves standard output to a fixed text, and goes to standard error.
    """

    main: str | None
    files: tuple[Output, ...] = ()
    target: Path | None = None
    counts: bool = False
    color: str = "auto"
    aside: bool = False

    @property
    def stream(self) -> TextIO | None:
        """What the main one is printed on."""
        return sys.stderr if self.aside else sys.stdout

    @property
    def prints(self) -> bool:
        """Whether there is one that is printed."""
        return self.target is None and (self.main is not None or self.counts)

    @property
    def lists_rules(self) -> bool:
        """Whether one of them lists the rules in force, whatever is found."""
        return not LISTING_RULES.isdisjoint((self.main, *(output.format for output in self.files)))

    @property
    def colored(self) -> bool:
        """Whether escape codes are welcome in the main one."""
        return wants_color(self.color, os.environ, terminal=self.target is None and is_terminal(self.stream))


def choose(settings: Settings, target: Path | None, color: str, *, counts: bool, aside: bool) -> Reports:
    """The reports that were asked for; with none asked for and no file to write, GitHub's own inside of its workflows.

    Raises ``CallError`` where counts are asked of a format for programs, or a file is named for nothing or twice.
    """
    outputs = settings.output_format
    main = next((output.format for output in outputs if output.file is None), None if outputs else DEFAULT)
    if counts and main not in (None, *COUNTABLE):
        raise CallError(f"--statistics counts for people: it does not go with --output-format {main}")
    if target is not None and main is None and not counts:
        raise CallError("--output-file is for a format that names no file of its own, and here each does")
    if not outputs and not counts and target is None and os.environ.get("GITHUB_ACTIONS") == "true":
        main = GITHUB
    files = tuple(output for output in outputs if output.file is not None)
    if target is not None and os.path.realpath(target) in {os.path.realpath(output.file or "") for output in files}:
        raise CallError(f"--output-file and --output-format both name {target}")
    return Reports(main=main, files=files, target=target, counts=counts, color=color, aside=aside)


def make(reports: Reports, report: Report, view: View) -> None:
    """Print and write all of them; OutputError for those that cannot be written, once the others are."""
    plain = replace(view, color=reports.color == "always")
    faults = [_write(REPORTERS[output.format](report, plain), output.file) for output in reports.files]
    if reports.main is not None or reports.counts:
        faults.append(_write(_lines(reports, report, view), reports.target, color=view.color, stream=reports.stream))
    if not (reports.prints or view.quiet or any(faults)):
        from dmlint.reports.summary import summary

        note(summary(report))
    if GITHUB in (reports.main, *(output.format for output in reports.files)):
        job_summary.append(report, view)
    if any(faults):
        raise OutputError("; ".join(filter(None, faults)))


def _write(
    lines: Iterable[str], target: Path | None, *, color: bool = False, stream: TextIO | None = None
) -> str | None:
    """Write lines; what is wrong where that cannot be done."""
    try:
        deliver(lines, target, color=color, stream=stream)
    except OutputError as error:
        return str(error)
    return None


def _lines(reports: Reports, report: Report, view: View) -> Iterable[str]:
    """The main report, or what stands for it."""
    if reports.main is None or reports.counts:
        from dmlint.reports.summary import statistics

        return statistics(report)
    return REPORTERS[reports.main](report, view)
