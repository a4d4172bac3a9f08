"""What one simple command comes to: a change of the shell, a function's body, a script of its own, or a fact."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct
from msgspec.structs import replace

from dmlint.syntax.shell import builtins
from dmlint.syntax.shell.command import Command
from dmlint.syntax.shell.printed_output import printed
from dmlint.syntax.shell.shells import carried_script, switched_command
from dmlint.syntax.shell.wrappers import peel, program
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.syntax.shell.command import Word
    from dmlint.syntax.shell.findings_so_far import FindingsSoFar
    from dmlint.syntax.shell.prepared_command import Prepared
    from dmlint.syntax.shell.shells import Carried
    from dmlint.syntax.shell.state import Function, ShellState

_TESTS = frozenset({"[", "test", "which", "type", "hash", "grep", "egrep", "fgrep", "cmp", "diff", "pgrep"})


class Guard(Enum):
    """How a command's exit status is to be taken by ``&&`` and ``||`` behind it."""

    TRUE = "true"
    FALSE = "false"
    TEST = "test"
    """It asks something: either answer is in order."""
    PLAIN = "plain"
    """It does something, and is expected to succeed."""


NEGATED = {Guard.TRUE: Guard.FALSE, Guard.FALSE: Guard.TRUE, Guard.TEST: Guard.TEST, Guard.PLAIN: Guard.TEST}


class CommandResult(NamedTuple):
    """A command's exit status, and what it prints if that is known."""

    guard: Guard
    output: Traced | None = None


PLAIN = CommandResult(Guard.PLAIN)


class Setting(NamedTuple):
    """What holds for the command that is being executed."""

    conditional: bool
    environ: Mapping[str, Traced]
    within: str | None


class Scripts(Protocol):
    """What can run more than one command: functions, and scripts inside of scripts."""

    def call(self, function: Function, prepared: Prepared, conditional: bool) -> Guard:
        """Run a function's body."""

    def nested(self, carried: Carried, setting: Setting) -> Guard:
        """Read the script that a command carries."""


class Executor(Struct, frozen=True):
    """Executes simple commands in one shell."""

    state: ShellState
    reading: FindingsSoFar
    scripts: Scripts
    within: str | None

    def execute(self, prepared: Prepared, *, conditional: bool) -> CommandResult:
        """Run one command; what it does is in the state and the reading afterwards."""
        if prepared.tests:
            return CommandResult(Guard.TEST)
        if not prepared.words:
            for assignment in prepared.assignments:
                self.state.execute(assignment)
            return PLAIN
        function = self.state.functions.get(prepared.words[0].text)
        if function is not None:
            return CommandResult(self.scripts.call(function, prepared, conditional))
        return self.peeled(prepared, conditional)

    def peeled(self, prepared: Prepared, conditional: bool) -> CommandResult:
        """Take wrappers off, then run what is left."""
        words, start, replaces, outside = prepared.words, 0, False, False
        environ = {**self.state.environ, **_overlay(prepared)} if prepared.assignments else self.state.environ
        setting = Setting(conditional, environ, self.state.place.within or self.within)
        while peeled := peel(words, start):
            if peeled.wrapper.keeps:
                self.emit(prepared, start, setting)
            outside = outside or program(words[start]) not in {"command", "builtin", "time"}
            replaces = replaces or peeled.wrapper.replaces
            start = peeled.start
            changed = dict(() if peeled.clears else setting.environ)
            changed.update((word.text.partition("=")[0], _after(word)) for word in peeled.assigned)
            for name in peeled.removed:
                changed.pop(name, None)
            environ = changed if peeled.clears or peeled.assigned or peeled.removed else setting.environ
            setting = Setting(conditional, environ, peeled.within or setting.within)
        start += switched_command(words[start:])
        result = self.bare(prepared, start, setting, outside=outside)
        if replaces:
            self.state.place = replace(self.state.place, ended="exit")
        return result

    def bare(self, prepared: Prepared, start: int, setting: Setting, *, outside: bool) -> CommandResult:
        """Run a command without wrappers; ``outside`` if it is no longer the shell itself that runs it."""
        words = prepared.words[start:]
        carried = carried_script(words, prepared.stdin, prepared.span)
        if carried is not None and any(piece.known and piece.text.strip() for piece in carried.script.pieces):
            return CommandResult(self.scripts.nested(carried, setting))
        command = self.emit(prepared, start, setting)
        if not outside:
            builtins.apply(self.state, prepared, words)
        return CommandResult(guard_of(words), printed(command))

    def emit(self, prepared: Prepared, start: int, setting: Setting) -> Command:
        """State the command as a fact."""
        redirections = tuple(
            replace(
                redirection, follows=None if (redirection.follows or 0) < start else (redirection.follows or 0) - start
            )
            if redirection.follows is not None
            else redirection
            for redirection in prepared.redirections
        )
        command = Command(
            span=prepared.span,
            words=tuple(prepared.words[start:]),
            redirections=redirections,
            conditional=setting.conditional,
            environ=setting.environ,
            cwd=self.state.place.cwd,
            stdin=prepared.stdin,
            within=setting.within,
        )
        self.reading.commands.append(command)
        return command


def guard_of(words: list[Word]) -> Guard:
    """How the exit status of a command is meant."""
    name = program(words[0])
    if name in {"true", ":"}:
        return Guard.TRUE
    if name == "false":
        return Guard.FALSE
    asks = name in _TESTS or (name == "command" and re.match("-[vV]", words[-1 if len(words) < 2 else 1].text))
    return Guard.TEST if asks else Guard.PLAIN


def _overlay(prepared: Prepared) -> dict[str, Traced]:
    """The variables that stand before a command and are for it alone."""
    return {a.name: a.value for a in prepared.assignments if isinstance(a.value, Traced)}


def _after(word: Word) -> Traced:
    """The value of ``name=value``."""
    return word.value.slice(word.text.index("=") + 1)
