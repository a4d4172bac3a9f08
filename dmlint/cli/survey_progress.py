"""What ``dmlint survey`` says in the terminal: how far it is, and what came of it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dmlint.cli.output import Line, deliver, is_terminal, welcome
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dmlint.survey.results import Result
    from dmlint.survey.survey_run import Tell

_WORST = 10
"""How many repositories are named; the tables have all of them."""
_ORDER = ("broken", "failed", "unknown", "ok")


@contextmanager
def follow(count: int, *, quiet: bool) -> Iterator[Tell]:
    """What is told of each result: a line on a terminal, nothing elsewhere."""
    if quiet or not welcome(os.environ, terminal=is_terminal(errors=True)):
        yield lambda _result: None
        return
    line = Line(counted="repository,repositories")
    done = iter(range(1, count + 1))
    try:
        yield lambda _result: line.tell("examined", next(done), count)
    finally:
        line.erase()


def summarize(results: Sequence[Result], folder: Path) -> None:
    """Say how many repositories are of each status, which are worst, and where the tables are."""
    deliver([*_lines(results), f"Tables and pages: {visible(str(folder))}"], None)


def _lines(results: Sequence[Result]) -> Iterator[str]:
    numbers = {status: sum(result.status == status for result in results) for status in _ORDER}
    yield f"{len(results)} repositories: " + ", ".join(f"{number} {status}" for status, number in numbers.items())
    for title, rules in _QUESTIONS.items():
        found = [result for result in results if any(entry["rule"] in rules for entry in result.findings)]
        yield f"  {len(found)} {title}"
    bad = sorted((result for result in results if result.status in _ORDER[:2]), key=_weight)
    for result in bad[:_WORST]:
        errors = sum(entry["severity"] == "error" for entry in result.findings)
        said = result.cause or f"{errors} errors, the first at {_place(result)}"
        yield f"  {result.status:7} {visible(result.repository)}: {visible(said)}"
    if len(bad) > _WORST:
        yield f"  and {len(bad) - _WORST} more"


_QUESTIONS = {
    "can end up with NumPy 2": frozenset(("DM101", "DM102", "DM103", "DM105", "DM106", "DM107", "DM109", "DM110")),
    "name Isaac Sim 5.1": frozenset(("DM201", "DM202")),
}
"""What a survey is mostly asked, and the rules that answer it."""


def _weight(result: Result) -> tuple[int, int, str]:
    return _ORDER.index(result.status), -sum(e["severity"] == "error" for e in result.findings), result.repository


def _place(result: Result) -> str:
    first = next((entry for entry in result.findings if entry["severity"] == "error"), None)
    return f"{first['path']}:{first['line']}" if first else "an environment"
