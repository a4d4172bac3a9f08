"""Isaac Lab's launcher, and those of its forks: the Python that it means, and ``isaaclab.sh --install``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import FileReference, ReferenceKind
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.installers.command_line import Arguments, GivenOption, Operand
from dmlint.installers.effects import NOTHING, Effects, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import conda_entered, conda_folder
from dmlint.installers.paths import last_component
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Command, Word

_NAME = lazy_regex(r"(?:\w*lab|orbit)\.(?:sh|bat)")
_PYTHON = ("-p", "--python")
_INSTALL = ("-i", "--install")
_OTHERS = ("-s", "--sim", "-o", "--docker", "-n", "--new", "-t", "--test", "-c", "--conda", "-u", "--uv")
"""What follows these is for another program."""


def is_launcher(words: Sequence[Word], at: int = 0) -> bool:
    """Whether the word ``at`` is a launcher that is told to run a Python, or to install."""
    if not _NAME().fullmatch(last_component(words[at].text)):
        return False
    asked = _asked(words, at + 1)
    return asked is not None and (words[asked].text in _INSTALL or runs_python(words, at))


def runs_python(words: Sequence[Word], at: int = 0) -> bool:
    """Whether the word ``at``, a script of whatever name, is told as launchers are to run a Python."""
    first = [word.text for word in words[at + 1 : at + 2]]
    return words[at].text.endswith((".sh", ".bat")) and first[0:1] in ([_PYTHON[0]], [_PYTHON[1]])


def launched_by_shell(command: Command) -> Command:
    """The same command where a shell is told to run a launcher (``bash isaaclab.sh -i``): without the shell."""
    follow = (
        entry if entry.follows is None else replace(entry, follows=entry.follows - 1) for entry in command.redirections
    )
    return replace(command, words=command.words[1:], redirections=tuple(follow))


def launcher_python(command: Command) -> Interpreter:
    """The Python of a launcher: that of the active conda environment, else one that only the build's links tell."""
    active = conda_entered(command)
    if active is None and "CONDA_PREFIX" in command.environ:
        active = conda_folder(command.environ["CONDA_PREFIX"].text, command)
    name = last_component(command.words[0].text).removesuffix(".bat").removesuffix(".sh")
    return active or Interpreter(InterpreterKind.LAUNCHER, f"{name}.sh -p")


def read_launcher(invocation: Invocation) -> Effects:
    """A step for ``-i [FRAMEWORK]``: the projects in ``source`` beside the launcher; what else it does changes none."""
    command = invocation.command
    words = command.words
    at = _asked(words, 1)
    if at is None or words[at].text not in _INSTALL:
        return NOTHING
    follows = at + 1 < len(words) and not words[at + 1].text.startswith("-")
    framework = Operand(at + 1, words[at + 1]) if follows else None
    arguments = Arguments(options=(GivenOption("--install", framework),))
    folder = words[0].text.rpartition("/")[0] or "."
    known = not words[0].value.unresolved
    projects = FileReference(
        kind=ReferenceKind.PROJECT,
        path=f"{folder}/source/*" if known else None,
        span=words[0].span,
        extras=(framework.text if framework else "all",),
    )
    target = InstallTarget(tool="isaaclab.sh", interpreter=launcher_python(command))
    return build_step(invocation, [projects], arguments, target)


def _asked(words: Sequence[Word], start: int) -> int | None:
    """The first option that says what the launcher is to do."""
    known = (*_INSTALL, *_PYTHON, *_OTHERS)
    return next((index for index in range(start, len(words)) if words[index].text in known), None)
