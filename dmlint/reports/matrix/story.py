"""How an environment came to the NumPy that it has, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.reports.matrix.matrix_tables import name, say_numpy
from dmlint.reports.matrix.rows import show_numpy
from dmlint.reports.terminal import visible
from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.environments.model import Moment, Outcome, PackageState
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View
    from dmlint.text.source import Note

_LONGEST = 160
_BREAKS = lazy_regex(r"\\?\s*\n\s*(?:#[^\n]*\n\s*)*")


class UnknownEnvironmentError(DmlintError):
    """An environment that there is not, or that is one of several."""


def find_row(rows: Sequence[Row], wanted: str, view: View) -> Row:
    """The row whose id is ``wanted``, or the only one in whose id it occurs; raises UnknownEnvironmentError."""
    named = {name(row, view): row for row in rows}
    close = [shown for shown in named if wanted in shown]
    if wanted in named or len(close) == 1:
        return named.get(wanted) or named[close[0]]
    if close:
        raise UnknownEnvironmentError(f"'{wanted}' may be any of {visible(', '.join(close))}")
    from dmlint.rulepacks.toml_tables import suggest

    hint = visible(suggest(wanted, named))
    raise UnknownEnvironmentError(f"there is no environment '{wanted}'{hint}; `dmlint matrix` prints them all")


def story_lines(row: Row, view: View) -> Iterator[str]:
    """The environment and its verdict, then what happened to it, with places, and what is wrong with it."""
    yield visible(f"{name(row, view)}: {row.status.value}{f', {row.reason}' if row.reason else ''}")
    facts = (("Isaac Sim", row.isaac_sim), ("Isaac Lab", row.isaac_lab), ("Python", row.python), ("CUDA", row.cuda))
    known = ", ".join(f"{title} {value}" for title, value in facts if value)
    if known:
        yield f"  {visible(known)}"
    yield ""
    yield from _steps(row.outcome, view) if row.outcome.trace else _requirements(row, view)
    if row.findings:
        yield ""
        yield "  What is wrong with it:"
        for finding in row.findings:
            yield visible(f"    {view.place(finding.span)}: {finding.rule} {finding.severity.value}: {finding.message}")


def _steps(outcome: Outcome, view: View) -> Iterator[str]:
    before: PackageState | None = None
    told: set[Note] = set()
    for moment in outcome.trace:
        yield visible(f"  {view.path(moment.span.source.path)}:{moment.span.line}: {_what(moment)}")
        if moment.numpy != before:
            for note in _reasons(moment.numpy):
                if note not in told:
                    told.add(note)
                    yield visible(f"      {note.message} ({view.place(note.span)})")
        yield f"      NumPy {_change(before, moment.numpy)}"
        before = moment.numpy


def _what(moment: Moment) -> str:
    text = moment.what or " ".join(_BREAKS().sub(" ", moment.span.text).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _reasons(state: PackageState) -> tuple[Note, ...]:
    notes = [note for way in state.ways for note in way.because]
    return (*notes, *((state.unknown,) if state.unknown is not None else ()))


def _change(before: PackageState | None, after: PackageState) -> str:
    said = _say(after)
    if before is None:
        return f"at first: {said}"
    return f"stays {said}" if _say(before) == said else f"is now {said}"


def _say(state: PackageState) -> str:
    shown = say_numpy(show_numpy(state))
    gone = ("none",) if state.ways and any(way.versions is None for way in state.ways) else ()
    said = " or ".join(dict.fromkeys((*shown, *gone)))
    return f"unknown, perhaps {said}" if state.unknown is not None else said


def _requirements(row: Row, view: View) -> Iterator[str]:
    """What a manifest asks for, each with its place."""
    for install in row.outcome.installs:
        for entry in (*install.requirements, *install.bounds):
            role = "" if entry in install.requirements else f" ({entry.role.value})"
            yield visible(f"  {view.path(entry.span.source.path)}:{entry.span.line}: {entry.span.text}{role}")
    yield f"      NumPy: {' or '.join(say_numpy(row.numpy))}"
