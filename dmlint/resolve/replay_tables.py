"""Replays as a table for people, and as an object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.outcome.steps import say_state
from dmlint.reports.json_report import dump
from dmlint.reports.matrix.matrix_tables import name
from dmlint.reports.terminal import in_columns, visible
from dmlint.resolve.replay_verdicts import Verdict
from dmlint.resolve.resolver_lines import hide_credentials
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dmlint.reports.view import View
    from dmlint.resolve.replay_verdicts import Replayed, Told

    Table = Callable[[Iterable[Replayed], View], Iterator[str]]

VERSION = 1
HEADER = ("STEP", "PLACE", "NUMPY", "VERDICT", "ASKED")
_LONGEST = 120
_BREAKS = lazy_regex(r"\\?\s*\n\s*(?:#[^\n]*\n\s*)*")


def text_lines(replays: Iterable[Replayed], view: View) -> Iterator[str]:
    """A paragraph for each environment: its verdict, its steps in columns, and what `dmlint matrix` says."""
    for replayed in replays:
        yield visible(f"{name(replayed.row, view)}: {_summary(replayed)}")
        yield visible(f"  {_ground(replayed)}")
        yield from _rows(replayed.told, view)
        yield visible(f"  {_static(replayed)}")
        yield ""


def _summary(replayed: Replayed) -> str:
    found = f"NumPy {replayed.numpy}" if replayed.numpy else "no NumPy"
    outside = f", which is not within {replayed.needs}" if replayed.lost_at else ""
    return f"{replayed.result.value}: {found}{outside}"


def _ground(replayed: Replayed) -> str:
    python = f"Python {replayed.target.python}"
    assumed = "" if replayed.certain else " (chosen: which it is, is not known)"
    shipped = replayed.row.outcome.ships
    held = f"the image holds {', '.join(shipped)}" if shipped else "taken for empty at first"
    tools = ", ".join(dict.fromkeys(entry.tool for entry in replayed.told if entry.tool)) or "nothing to resolve"
    return f"{python}{assumed} on Linux {replayed.target.processor}, wheels alone, by {tools}; {held}"


def _rows(told: Sequence[Told], view: View) -> Iterator[str]:
    table: list[tuple[str, ...]] = [HEADER]
    for number, entry in enumerate(told, 1):
        before = told[number - 2] if number > 1 else None
        table.append(tuple(visible(cell) for cell in (str(number), *_cells(entry, before, view))))
    for at, row in enumerate(in_columns(table)):
        yield f"  {row}"
        for remark in _remarks(told[at - 1]) if at else ():
            yield visible(f"      {remark}")


def _cells(entry: Told, before: Told | None, view: View) -> tuple[str, ...]:
    span = entry.event.span
    return f"{view.path(span.source.path)}:{span.line}", entry.numpy or "-", _say(entry, before), _asked(entry)


def _say(entry: Told, before: Told | None) -> str:
    if entry.lost:
        held = before is not None and before.numpy is not None
        return f"{entry.verdict.value} <- {'the pin is lost here' if held else 'it comes in here'}"
    return "-" if entry.verdict is Verdict.NONE else entry.verdict.value


def _asked(entry: Told) -> str:
    written = entry.event.what or _BREAKS().sub(" ", entry.event.span.text)
    text = " ".join(hide_credentials(written).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _remarks(entry: Told) -> Iterator[str]:
    """What is to be said of a step beside its row."""
    if entry.event.conditional:
        yield "it may not happen; it is replayed as if it did"
    if entry.failure is not None:
        yield f"cannot be resolved: {entry.failure}"
    yield from (f"left out: {reason}" for reason in entry.left_out)
    yield from (entry.instead,) if entry.instead else ()
    yield from entry.event.translation.notes
    if entry.differs:
        yield f"DIFFERS: dmlint matrix expects NumPy {_expected(entry)} here; {entry.cause}"


def _expected(entry: Told) -> str:
    ways = [way.versions for way in entry.event.expected.ways]
    return " or ".join(dict.fromkeys("none" if way is None else way or "any" for way in ways))


def _static(replayed: Replayed) -> str:
    row = replayed.row
    reason = f" ({row.reason})" if row.reason else ""
    head = "DIFFERS: " if replayed.differs else ""
    return f"{head}dmlint matrix says {row.status.value}{reason}, NumPy {' or '.join(say_state(row.final))}"


def json_lines(replays: Iterable[Replayed], view: View) -> Iterator[str]:
    """One JSON object on one line, in ASCII: the contract for other programs."""
    yield dump({"version": VERSION, "environments": [_entry(replayed, view) for replayed in replays]})


def _entry(replayed: Replayed, view: View) -> dict[str, object]:
    row, lost = replayed.row, replayed.lost_at
    return {
        "id": name(row, view),
        "path": view.path(row.path),
        "line": row.place.line,
        "python": replayed.target.python,
        "python_known": replayed.certain,
        "platform": f"linux-{replayed.target.processor}",
        "ships": list(row.outcome.ships),
        "needs": replayed.needs,
        "numpy": replayed.numpy,
        "status": replayed.result.value,
        "lost_at": None if lost is None else replayed.told.index(lost),
        "matrix": {"status": row.status.value, "numpy": list(row.numpy)},
        "differs": replayed.differs,
        "steps": [_step(entry, view) for entry in replayed.told],
    }


def _step(entry: Told, view: View) -> dict[str, object]:
    span = entry.event.span
    return {
        "path": view.path(span.source.path),
        "line": span.line,
        "asked": _asked(entry),
        "conditional": entry.event.conditional,
        "numpy": entry.numpy,
        "verdict": entry.verdict.value,
        "lost": entry.lost,
        "expected": _expected(entry),
        "differs": entry.differs,
        "cause": entry.cause,
        "failure": entry.failure,
        "tool": entry.tool,
        "instead": entry.instead,
        "left_out": list(entry.left_out),
        "notes": list(entry.event.translation.notes),
    }


TABLES: dict[str, Table] = {"text": text_lines, "json": json_lines}
