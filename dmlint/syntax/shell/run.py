"""Reads shell scripts, and command lines in exec form, as the simple commands that they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.syntax.shell.command import Script
from dmlint.syntax.shell.findings_so_far import FindingsSoFar
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.prepared_command import Prepared
from dmlint.syntax.shell.start import Start
from dmlint.syntax.shell.state import ShellState
from dmlint.syntax.shell.walker import Walker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.syntax.shell.command import Word
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced


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
    passage = Passage(script, first.via[0] if first.via else first.span)
    reading, state = FindingsSoFar(), ShellState.start(start.environ, start.cwd, start.arguments)
    Walker(reading, state, start.within).run(passage, start.conditional)
    return _script(reading, state)


def read_words(words: tuple[Word, ...], span: Span, environ: Mapping[str, Traced], cwd: str | None) -> Script:
    """The same for a command line that no shell expands (``RUN ["pip", "install", "numpy"]``)."""
    reading, state = FindingsSoFar(), ShellState.start(environ, cwd, None)
    if words:
        Walker(reading, state, None).executor.execute(Prepared(span, list(words)), conditional=False)
    return _script(reading, state)


def _script(reading: FindingsSoFar, state: ShellState) -> Script:
    return Script(
        commands=tuple(reading.commands),
        problems=tuple(reading.problems),
        comments=tuple(reading.comments),
        environ=dict(state.environ),
        cwd=state.place.cwd,
    )
