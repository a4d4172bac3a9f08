"""What a caller knows of programs that the shell itself does not: what they wrap, print, and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.syntax.shell.wrappers import WRAPPERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dmlint.syntax.shell.command import Word
    from dmlint.syntax.shell.state import ShellState
    from dmlint.syntax.shell.wrappers import Wrapper
    from dmlint.text.source import Span


class ShellHabits(Struct, frozen=True, kw_only=True):
    """``wrappers`` run another program, ``effects`` change the shell that runs them (functions that a profile defines,
    scripts that are sourced), ``outputs`` give what a program prints in a folder, None where that is not known.
    ``mark`` is the word by which comments are kept.
    """

    wrappers: Mapping[str, Wrapper] = field(default_factory=lambda: WRAPPERS)
    effects: Mapping[str, Callable[[ShellState, Sequence[Word], Span], None]] = field(default_factory=dict)
    outputs: Mapping[str, Callable[[Sequence[str], str], str | None]] = field(default_factory=dict)
    mark: str = ""


PLAIN_HABITS = ShellHabits()
