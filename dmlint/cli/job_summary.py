"""The report on the page of a GitHub job, below what other steps and tools have written there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.cli.output import warn
from dmlint.text.problems import cause_of

if TYPE_CHECKING:
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

VARIABLE = "GITHUB_STEP_SUMMARY"
LARGEST = 900 * 1024
"""Bytes of a step's summary. The runner drops it as a whole from 1 MiB on, and others may write after us."""


def append(report: Report, view: View) -> None:
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
    gap = "\n\n" if there else ""
    lines = fit(report, view, LARGEST - there - len(gap))
    if not lines:
        warn(f"{path} ({VARIABLE}) is full: the job's summary lacks what dmlint found")
        return
    text = gap + "".join(f"{line}\n" for line in lines)
    with path.open("ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))
