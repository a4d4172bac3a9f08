"""Reads shell scripts, and command lines in exec form, as the simple commands that they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.syntax.shell.calls import ExpandedCommand
from dmlint.syntax.shell.command import Script
from dmlint.syntax.shell.grammar import compile_script
from dmlint.syntax.shell.record import Record
from dmlint.syntax.shell.start import Start
from dmlint.syntax.shell.state import ShellState, Variable, counted
from dmlint.syntax.shell.walker import Walker
from dmlint.syntax.shell.working_directory import show
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.syntax.shell.command import Word
    from dmlint.text.source import Span


def read_script(script: Traced, environ: Mapping[str, Traced], cwd: str | None) -> Script:
    """All that a script runs, with ``environ`` exported and ``cwd`` as its folder (None if unknown).

    Never raises: what cannot be read or followed is a problem of the result.
    """
    return run_script(script, Start(environ=environ, cwd=cwd))


def run_script(script: Traced, start: Start) -> Script:
    """The same, with all that may hold when a script starts."""
    if not script.pieces:
        return Script(environ=dict(start.environ), cwd=start.cwd)
    first = script.pieces[0]
    outer = first.via[0] if first.via else first.span
    walker = _walker(start)
    if start.path is not None:
        own = Traced((Piece(show(start.path), outer),))
        walker.state.name = None if start.sourced else own
        walker.state.variables.put("BASH_SOURCE", Variable(value=own, origin=outer))
    walker.whole(compile_script(script, outer, start.habits.mark), start.conditional)
    return _script(walker.record, walker.state)


def read_words(words: tuple[Word, ...], span: Span, start: Start) -> Script:
    """The same for a command line that no shell expands (``RUN ["pip", "install", "numpy"]``)."""
    walker = _walker(start)
    if words:
        walker.execute(ExpandedCommand(span, list(words)), conditional=start.conditional)
    return _script(walker.record, walker.state)


def _walker(start: Start) -> Walker:
    arguments = None if start.arguments is None else counted(start.arguments)
    state = ShellState.start(start.environ, start.cwd, arguments)
    state.arms = start.arms
    return Walker(Record(), state, start.within, start.habits)


def _script(record: Record, state: ShellState) -> Script:
    return Script(
        commands=tuple(record.commands),
        problems=tuple(record.problems),
        comments=tuple(record.comments),
        environ=dict(state.environ),
        cwd=state.place.cwd,
    )
