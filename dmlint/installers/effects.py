"""What is made of one command: the actions that it takes on its environment, and what stays unclear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import Dependency, FileReference, InstallStep
from dmlint.installers.environment_variables import heeded
from dmlint.installers.paths import join_path
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.facts import Action
    from dmlint.facts.interpreter import Interpreter
    from dmlint.installers.command_line import Arguments
    from dmlint.syntax.shell.command import Command

Found = Dependency | FileReference | Problem
"""What one argument of an installer can be."""

_WITHOUT_EFFECT = ("--dry-run", "--download-only", "--help", "--simulate", "--version")


class Effects(Struct, frozen=True, kw_only=True):
    """The actions of one command, in order, and what could not be read in it."""

    actions: tuple[Action, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: Effects) -> Effects:
        return Effects(actions=self.actions + other.actions, problems=self.problems + other.problems)


NOTHING = Effects()


class Invocation(Struct, frozen=True, kw_only=True):
    """A program that is run: its ``name`` without folder, and the index of its first argument.

    ``python`` is the interpreter that the program was named by (``PYTHON -m pip``), None where it was not.
    ``where`` says what the command stands in (``RUN``).
    """

    command: Command
    where: str
    name: str
    start: int
    python: Interpreter | None = None


class InstallTarget(Struct, frozen=True, kw_only=True):
    """What a step changes: the tool, the interpreter (as ``InstallStep`` has them), whether packages are taken away,
    and the folder it runs in, if another than the command's.
    """

    tool: str
    interpreter: Interpreter
    removes: bool = False
    cwd: str | None = None


def build_step(
    invocation: Invocation,
    found: Iterable[Found],
    arguments: Arguments,
    target: InstallTarget,
    files: Iterable[str] = (),
) -> Effects:
    """One install step of what was found in the arguments; nothing, if they only ask for a rehearsal.

    ``files`` are the options that ``found`` speaks of already.
    """
    if arguments.has(*_WITHOUT_EFFECT):
        return NOTHING
    items = tuple(found)
    said = frozenset(files)
    shown = [option for option in arguments.options if option.name not in said]
    step = InstallStep(
        span=invocation.command.span,
        tool=target.tool,
        program=_program(invocation.command),
        interpreter=target.interpreter,
        conditional=invocation.command.conditional,
        arms=invocation.command.arms,
        requirements=tuple(item for item in items if isinstance(item, Dependency)),
        references=tuple(item for item in items if isinstance(item, FileReference)),
        flags=tuple(option.name for option in shown),
        options=tuple((option.name, option.value.text) for option in shown if option.value),
        environ=heeded(invocation.command.environ),
        cwd=target.cwd or invocation.command.cwd,
        removes=target.removes,
    )
    return Effects(actions=(step,), problems=tuple(item for item in items if isinstance(item, Problem)))


def _program(command: Command) -> str:
    """The program as it is found: a path, or a name on PATH."""
    word = command.words[0].text
    return join_path(word, command.cwd) if "/" in word else word
