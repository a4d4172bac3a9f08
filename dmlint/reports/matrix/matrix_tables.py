"""The environments as a table: for a page in Markdown, for programs; ``text_table`` has the one for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.outcome.steps import say_state, show_numpy
from dmlint.linting.verdicts import Status
from dmlint.reports.json_report import dump
from dmlint.reports.markdown import code
from dmlint.reports.terminal import visible
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dmlint.environments.outcome.steps import Step
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View

    Table = Callable[[Sequence[Row], View], Iterator[str]]
    """Rows as lines without their newline."""

VERSION = 1
HEADER = ("Environment", "Isaac Sim", "Isaac Lab", "Python", "CUDA", "NumPy", "Status")
NONE = "N/A"
_MARKS = {Status.OK: "✅ Correct", Status.BROKEN: "❌ ", Status.UNKNOWN: "❔ "}
_SPECIAL = lazy_regex(r"([\\`*_\[\]<>|#~&])")


def name(row: Row, view: View) -> str:
    """The id of an environment, its path as the reader would write it."""
    return view.path(row.path) + row.id[len(row.path) :]


def versions(row: Row) -> tuple[str, ...]:
    """What is known of an environment's Isaac Sim, Isaac Lab, Python and CUDA."""
    return row.isaac_sim or NONE, row.isaac_lab or NONE, row.python or "?", row.cuda or NONE


def markdown_lines(rows: Iterable[Row], view: View) -> Iterator[str]:
    """The table of the guide; what comes from a linted file cannot break out of its cell."""
    yield _line(HEADER)
    yield _line("---" for _ in HEADER)
    for row in rows:
        numpy = " or ".join(code(way) if way in row.numpy else way for way in say_state(row.final))
        status = _MARKS[row.status] + _plain(row.reason)
        yield _line((code(name(row, view)), *map(_plain, versions(row)), numpy, status))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return _SPECIAL().sub(r"\\\1", visible(text))


def json_lines(rows: Iterable[Row], view: View, *, explained: bool = False) -> Iterator[str]:
    """One line; in ASCII, so that no terminal, locale or hostile name can spoil it. ``explained`` asks for steps."""
    yield dump({"version": VERSION, "environments": [_entry(row, view, explained=explained) for row in rows]})


def _entry(row: Row, view: View, *, explained: bool) -> dict[str, object]:
    steps = {"steps": [_step(step, view) for step in row.steps]} if explained else {}
    return {
        "id": name(row, view),
        "path": view.path(row.path),
        "line": row.place.line,
        "stage": row.stage,
        "interpreter": row.interpreter,
        "isaac_sim": row.isaac_sim,
        "isaac_lab": row.isaac_lab,
        "python": row.python,
        "cuda": row.cuda,
        "numpy": list(row.numpy),
        "status": row.status.value,
        "because": [
            {"path": view.path(note.span.source.path), "line": note.span.line, "message": note.message}
            for note in row.because
        ],
        **steps,
    }


def _step(step: Step, view: View) -> dict[str, object]:
    return {
        "path": view.path(step.span.source.path),
        "line": step.span.line,
        "text": step.text,
        "numpy": {"before": list(show_numpy(step.before)), "after": list(show_numpy(step.after))},
        "kind": step.kind.value,
        "message": step.message,
    }
