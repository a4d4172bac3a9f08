"""Isaac Lab's own installer, ``isaaclab.sh --install``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.installers.command_line import Arguments, GivenOption, Operand
from dmlint.installers.effects import NOTHING, Effects, InstallTarget, Invocation, build_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Word

LAUNCHERS = frozenset({"isaaclab.sh", "isaaclab.bat"})
LAUNCHER_PYTHON = "isaaclab.sh -p"


def read_isaaclab(invocation: Invocation) -> Effects:
    """A step for ``-i [FRAMEWORK]``; what else the launcher does changes no environment."""
    words = invocation.command.words
    at = _find(words, invocation.start)
    if at is None:
        return NOTHING
    follows = at + 1 < len(words) and not words[at + 1].text.startswith("-")
    framework = Operand(at + 1, words[at + 1]) if follows else None
    arguments = Arguments(options=(GivenOption("--install", framework),))
    return build_step(invocation, (), arguments, InstallTarget(tool="isaaclab.sh", interpreter=LAUNCHER_PYTHON))


def _find(words: Sequence[Word], start: int) -> int | None:
    """Where the option stands: what follows ``-p`` and its like is for another program."""
    for index in range(start, len(words)):
        text = words[index].text
        if text in {"-i", "--install"}:
            return index
        if text in {"-p", "--python", "-s", "--sim", "-o", "--docker", "-n", "--new", "-t", "--test"}:
            return None
    return None
