"""A line on the terminal that says how far a long run is, and is gone when something else is printed."""

from __future__ import annotations

import os
import sys
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from dmlint.cli.output import is_terminal
from dmlint.discovery.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmlint.cli.scope import Scope
    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.linting.engine import Judgement

    Look = Callable[[Repository], Judgement]

PATIENCE = 0.5
"""For how many seconds a run says nothing."""
_PAUSE = 0.1


def follow(judge: Callable[[Repository, Progress], Judgement], scope: Scope) -> Look:
    """What judges a tree and meanwhile, on a terminal, says how far it is."""
    if scope.quiet or not welcome(os.environ, terminal=is_terminal(sys.stderr)):
        return lambda repository: judge(repository, silent)
    line = Line(sys.stderr)

    def look(repository: Repository) -> Judgement:
        try:
            return judge(repository, line.tell)
        finally:
            line.erase()

    return look


def welcome(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether somebody looks on, and can be shown a line that changes."""
    return terminal and environ.get("TERM") != "dumb" and not environ.get("CI")


class Line:
    """The line, on a stream; it is first written once ``PATIENCE`` is over, counted from when this is made."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._due = clock() + PATIENCE
        self._shown = 0

    def tell(self, doing: str, done: int, total: int) -> None:
        """Write what is being done, unless it was written a moment ago."""
        now = self._clock()
        if now < self._due:
            return
        from shutil import get_terminal_size

        self._due = now + _PAUSE
        count = f"{total:,}" if done == total else f"{done:,} of {total:,}"
        # In the last column some terminals would go on to the next line.
        text = f"dmlint: {doing} {count} {'file' if total == 1 else 'files'}"[: get_terminal_size().columns - 1]
        self._write(text)
        self._shown = len(text)

    def erase(self) -> None:
        """Leave nothing on the screen."""
        if self._shown:
            self._write("")
            self._shown = 0
            self._write("")

    def _write(self, text: str) -> None:
        # With spaces over what was there: not every terminal knows the code that erases.
        self._stream.write(f"\r{text:<{self._shown}}")
        self._stream.flush()
