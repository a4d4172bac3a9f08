"""The environments in a terminal: a table that fits its width, worst first, and below it what is wrong and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.outcome.steps import say_state
from dmlint.linting.verdicts import Status
from dmlint.reports.matrix.matrix_tables import HEADER, NONE, name, versions
from dmlint.reports.matrix.selection import errors, short_names, worst_first
from dmlint.reports.summary import counted
from dmlint.reports.terminal import cut, fold, padded, paint, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View
    from dmlint.text.source import Span

COLORS = {Status.BROKEN: "red", Status.UNKNOWN: "yellow", Status.OK: "green"}
SIGNS = {Status.BROKEN: ("✗", "x"), Status.UNKNOWN: ("?", "?"), Status.OK: ("✓", " ")}
_GAP = "  "
_LEAST = 8
"""How much of a name is left, at least."""
_SPARE = (4, 2, 3, 1)
"""The columns that may be left out where there is no room, the first one first."""


def text_lines(rows: Sequence[Row], view: View) -> Iterator[str]:
    """The table, the causes and a summary; nothing where there is no environment."""
    if not rows:
        return
    ordered = worst_first(rows)
    yield from _table(ordered, view)
    yield ""
    told: set[tuple[str, Span]] = set()
    for row in ordered:
        yield from _cause(row, told, view)
    counts = [(sum(row.status is status for row in rows), status.value) for status in SIGNS]
    said = ", ".join(f"{count} {word}" for count, word in counts if count)
    yield from _folded(f"{counted(len(rows), 'environment')}: {said}.", view, bold=True)


def sign(status: Status, view: View) -> str:
    """The sign of a status."""
    return SIGNS[status][view.ascii]


def _table(rows: Sequence[Row], view: View) -> Iterator[str]:
    head = ("", *(word.upper() for word in HEADER))
    words = [(sign(row.status, view), *map(visible, _words(row, view))) for row in rows]
    cells = [head, *words]
    if view.columns is not None and _total(_sizes(cells)) > view.columns:
        short = [visible(entry) for entry in short_names(rows, view)]
        cells = [head, *((line[0], shown, *line[2:]) for line, shown in zip(words, short, strict=True))]
        cells = _narrowed(cells, view.columns)
    sizes = _sizes(cells)
    for number, line in enumerate(cells):
        filled = [padded(cell, size) for cell, size in zip(line, sizes, strict=True)]
        if not view.color:
            text = _GAP.join(filled).rstrip()
            yield text if view.columns is None else cut(text, view.columns, "")
        else:
            color = COLORS[rows[number - 1].status] if number else None
            yield _GAP.join((paint(filled[0], color, bold=True), *filled[1:-1], paint(line[-1], color, bold=True)))


def _words(row: Row, view: View) -> tuple[str, ...]:
    return name(row, view), *versions(row), " or ".join(say_state(row.final)), row.status.value


def _sizes(cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(width, column)) for column in zip(*cells, strict=True)]


def _total(sizes: Sequence[int]) -> int:
    return sum(sizes) + len(_GAP) * (len(sizes) - 1)


def _narrowed(cells: list[tuple[str, ...]], columns: int) -> list[tuple[str, ...]]:
    """The cells in so many columns: what says nothing goes first, then what says least, then the ends of names."""
    shown = list(range(len(cells[0])))
    empty = [at for at in _SPARE if all(line[at + 1] in (NONE, "?") for line in cells[1:])]
    for at in dict.fromkeys((*empty, *_SPARE)):
        if _total([_sizes(cells)[entry] for entry in shown]) > columns:
            shown.remove(at + 1)
    kept = [tuple(line[at] for at in shown) for line in cells]
    for at in (1, len(shown) - 2):
        over = _total(_sizes(kept)) - columns
        if over > 0:
            size = max(_LEAST, _sizes(kept)[at] - over)
            kept = [(*line[:at], cut(line[at], size), *line[at + 1 :]) for line in kept]
    return kept


def _cause(row: Row, told: set[tuple[str, Span]], view: View) -> Iterator[str]:
    """What is wrong with an environment, where, and what to write instead; what was ``told`` before only by its id."""
    if row.status is Status.OK:
        return
    head = f"{sign(row.status, view)} {visible(name(row, view))}"
    yield from _folded(head, view, color=COLORS[row.status], hang="  ")
    for finding in errors(row):
        known = (finding.rule, finding.span) in told
        told.add((finding.rule, finding.span))
        said = "as above" if known else finding.message
        text = f"    {view.place(finding.span)}: {finding.rule} {said}"
        yield from _folded(visible(text), view, hang=" " * 6)
        if finding.help and not known:
            yield from _folded(visible(f"      help: {finding.help}"), view, hang=" " * 8)
    if not errors(row):
        yield from _folded(visible(f"    {_reason(row, view)}"), view, hang=" " * 6)
    yield ""


def _reason(row: Row, view: View) -> str:
    """Why there is no finding and yet no good verdict, with the place."""
    lost = [step.lost for step in row.steps if step.lost is not None]
    spans = [note.span for note in row.because if note.message == row.reason] or lost or [row.place]
    return f"{view.place(spans[0])}: {row.reason}"


def _folded(text: str, view: View, *, color: str | None = None, hang: str = "", bold: bool = False) -> Iterator[str]:
    for line in fold(text, view.columns, hang):
        yield paint(line, color, bold=bold or color is not None) if view.color else line
