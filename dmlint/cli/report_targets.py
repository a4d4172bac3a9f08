"""Which reports a run makes, and where each goes: a stream, a file, the page of a GitHub job."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.cli.output import OutputError, append, deliver, is_terminal, note, wants_color, warn
from dmlint.cli.scope import CallError
from dmlint.config.settings import Output
from dmlint.reports import DEFAULT, LISTING_RULES, REPORTERS
from dmlint.text.problems import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.config import Settings
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View


VARIABLE = "GITHUB_STEP_SUMMARY"
LARGEST = 900 * 1024
"""Bytes of a step's summary. The runner drops it as a whole from 1 MiB on, and others may write after us."""


def append_summary(report: Report, view: View) -> None:
    """Write the report as Markdown at the end of the file that the variable names, if it names one.

    It is a courtesy that may fail no run: where it cannot be written, that is a warning.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return
    path = Path(name)
    try:
        if path.exists() and not path.is_file():
            warn(f"{name} ({VARIABLE}) is no file: the job has no summary")
            return
        _append(path, report, replace(view, quiet=False))
    except OSError as error:
        warn(f"cannot write {name} ({VARIABLE}): {cause_of(error)}")


def _append(path: Path, report: Report, view: View) -> None:
    from dmlint.reports.markdown import fit

    there = path.stat().st_size if path.exists() else 0
    # A heading of ours after a line of others that does not end, or after a table, needs an empty line.
    gap = ("", "") if there else ()
    lines = fit(report, view, LARGEST - there - len(gap))
    if not lines:
        warn(f"{path} ({VARIABLE}) is full: the job's summary lacks what dmlint found")
        return
    from dmlint.reports.matrix.mermaid import chart_broken

    room = LARGEST - there - sum(len(line.encode("utf-8", "backslashreplace")) + 1 for line in (*gap, *lines))
    chart = chart_broken(report, view)
    append((*gap, *lines, *(chart if sum(len(line.encode()) + 1 for line in chart) <= room else ())), path)


GITHUB = "github"
COUNTABLE = ("text", "concise", "json")
"""The formats in which a count of each rule may stand for the findings."""


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
        return wants_color(self.color, os.environ, terminal=self.target is None and is_terminal(errors=self.aside))


def choose(settings: Settings, target: Path | None, color: str, *, counts: bool, aside: bool) -> Reports:
    """The reports that were asked for; with none asked for and no file to write, GitHub's own inside of its workflows.

    Raises ``CallError`` where counts are asked of a format for programs, or a file is named for nothing or twice.
    """
    outputs = settings.output_format
    main = next((output.format for output in outputs if output.file is None), None if outputs else DEFAULT)
    if counts and main not in (None, *COUNTABLE):
        raise CallError(f"--statistics goes with {', '.join(COUNTABLE)}, not with --output-format {main}")
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
    faults = [_write(REPORTERS[output.format](report, plain), output, color=plain.color) for output in reports.files]
    if reports.main is not None or reports.counts:
        main = Output(reports.main or DEFAULT, reports.target)
        faults.append(_write(_lines(reports, report, view), main, color=view.color, errors=reports.aside))
    if not (reports.prints or view.quiet or any(faults)):
        from dmlint.reports.summary import summary

        note(summary(report))
    if GITHUB in (reports.main, *(output.format for output in reports.files)):
        append_summary(report, view)
    if any(faults):
        raise OutputError("; ".join(filter(None, faults)))


def _write(lines: Iterable[str], output: Output, *, color: bool, errors: bool = False) -> str | None:
    """Write one report; what is wrong where that cannot be done."""
    try:
        deliver(lines, output.file, color=color, annotations=output.format == GITHUB, errors=errors)
    except OutputError as error:
        return str(error)
    return None


def _lines(reports: Reports, report: Report, view: View) -> Iterable[str]:
    """The main report, or what stands for it."""
    if reports.main is None or reports.counts:
        from dmlint.reports.json_report import statistics_json
        from dmlint.reports.summary import statistics

        return statistics_json(report) if reports.main == "json" else statistics(report)
    return REPORTERS[reports.main](report, view)
