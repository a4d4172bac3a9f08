"""The environments as a table: for people, for a page in Markdown, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.reports.json_text import dump
from dmlint.reports.markdown import code
from dmlint.reports.matrix.rows import Status
from dmlint.reports.terminal import in_columns, visible
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View

    Table = Callable[[Sequence[Row], View], Iterator[str]]
    """Rows as lines without their newline."""

VERSION = 1
HEADER = ("Environment", "Isaac Sim", "Isaac Lab", "Python", "CUDA", "NumPy", "Status")
_NONE = "N/A"
_MARKS = {Status.OK: "✅ Correct", Status.BROKEN: "❌ ", Status.UNKNOWN: "❔ "}
_SPECIAL = lazy_regex(r"([\\`*_\[\]<>|#~&])")


def name(row: Row, view: View) -> str:
    """The id of an environment, its path as the reader would write it."""
    return view.path(row.path) + row.id[len(row.path) :]


def text_lines(rows: Sequence[Row], view: View) -> Iterator[str]:
    """Aligned columns; nothing where there is no environment."""
    if not rows:
        return
    table = [tuple(word.upper() for word in HEADER)]
    table += [tuple(visible(cell) for cell in _words(row, view)) for row in rows]
    yield from in_columns(table)


def _words(row: Row, view: View) -> tuple[str, ...]:
    status = f"{row.status.value}: {row.reason}" if row.reason else row.status.value
    return (name(row, view), *_versions(row), " or ".join(say_numpy(row.numpy)), status)


def _versions(row: Row) -> tuple[str, ...]:
    return row.isaac_sim or _NONE, row.isaac_lab or _NONE, row.python or "?", row.cuda or _NONE


def say_numpy(ways: Iterable[str]) -> tuple[str, ...]:
    """The ways of NumPy in words: one that is not bounded is ``any``, and no way at all ``none``."""
    return tuple(way or "any" for way in ways) or ("none",)


def markdown_lines(rows: Iterable[Row], view: View) -> Iterator[str]:
    """The table of the guide; what comes from a linted file cannot break out of its cell."""
    yield _line(HEADER)
    yield _line("---" for _ in HEADER)
    for row in rows:
        numpy = " or ".join(code(way) if way in row.numpy else way for way in say_numpy(row.numpy))
        status = _MARKS[row.status] + _plain(row.reason)
        yield _line((code(name(row, view)), *map(_plain, _versions(row)), numpy, status))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    return _SPECIAL().sub(r"\\\1", visible(text))


def json_lines(rows: Iterable[Row], view: View) -> Iterator[str]:
    """One line; in ASCII, so that no terminal, locale or hostile name can spoil it."""
    yield dump({"version": VERSION, "environments": [_entry(row, view) for row in rows]})


def _entry(row: Row, view: View) -> dict[str, object]:
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
    }


TABLES: dict[str, Table] = {"text": text_lines, "markdown": markdown_lines, "json": json_lines}
