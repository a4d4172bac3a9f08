"""How an environment came to the NumPy that it has, step by step, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.outcome.steps import say_state
from dmlint.reports.matrix.matrix_tables import name
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.outcome.steps import Step
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View

_LONGEST = 160


def story_lines(row: Row, view: View) -> Iterator[str]:
    """The environment and its verdict, then what happened to it, with places, and what is wrong with it."""
    yield visible(f"{name(row, view)}: {row.status.value}{f', {row.reason}' if row.reason else ''}")
    facts = (("Isaac Sim", row.isaac_sim), ("Isaac Lab", row.isaac_lab), ("Python", row.python), ("CUDA", row.cuda))
    known = ", ".join(f"{title} {value}" for title, value in facts if value)
    if known:
        yield f"  {visible(known)}"
    yield ""
    together = not row.outcome.trace
    for number, step in enumerate(row.steps):
        text = step.text if len(step.text) <= _LONGEST else f"{step.text[:_LONGEST]}…"
        yield visible(f"  {view.path(step.span.source.path)}:{step.span.line}: {text}")
        yield from () if together else _change(step, view, first=number == 0)
    if together:
        yield f"      NumPy: {visible(' or '.join(say_state(row.final)))}"
    if row.findings:
        yield ""
        yield "  What is wrong with it:"
        for finding in row.findings:
            yield visible(f"    {view.place(finding.span)}: {finding.rule} {finding.severity.value}: {finding.message}")


def _change(step: Step, view: View, *, first: bool) -> Iterator[str]:
    for note in step.notes:
        yield visible(f"      {note.message} ({view.place(note.span)})")
    said = visible(" or ".join(say_state(step.after)))
    yield f"      NumPy at first: {said}" if first else f"      NumPy {'is now' if step.changes else 'stays'} {said}"
