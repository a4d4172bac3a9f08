"""What one simple command comes to: a change of the shell, a function's body, a script of its own, or a fact."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.syntax.shell import builtins
from dmlint.syntax.shell.command import Command, Redirection, Word
from dmlint.syntax.shell.conditions import ask
from dmlint.syntax.shell.expansion import Expander
from dmlint.syntax.shell.grammar import compile_script
from dmlint.syntax.shell.printed_output import printed
from dmlint.syntax.shell.program import AssignmentForm, RedirectForm, Simple, Template
from dmlint.syntax.shell.shells import carried_script, switched_command
from dmlint.syntax.shell.state import Assignment, CallFrame, ShellState, counted
from dmlint.syntax.shell.working_directory import ROOT, localize
from dmlint.syntax.shell.wrappers import peel, program
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dmlint.syntax.shell.habits import ShellHabits
    from dmlint.syntax.shell.program import Definition, Program, Statement
    from dmlint.syntax.shell.record import Record
    from dmlint.syntax.shell.shells import Carried
    from dmlint.syntax.shell.state import ShellChanges, ShellValue, Variable
    from dmlint.text.source import Span

_TESTS = frozenset({"[", "test", "which", "type", "hash", "grep", "egrep", "fgrep", "cmp", "diff", "pgrep"})
SILENT = frozenset(
    {"exit", "return", "break", "continue", "echo", "printf", "cd", "export", "local", "set", "shift", "true", ":", "["}
)
"""Commands that change nothing outside of the shell."""

_EVALUATED = 20_000
"""How long a script may be that ``eval`` puts together: what it calls again could grow with each call."""

_ELSEWHERE = lazy_regex(r"1?(?:>>?|>\||>&)|&>>?")


class Guard(Enum):
    """How a command's exit status is to be taken by ``&&`` and ``||`` behind it."""

    TRUE = "true"
    FALSE = "false"
    TEST = "test"
    """It asks something: either answer is in order."""
    PLAIN = "plain"
    """It does something, and is expected to succeed."""

    __hash__ = object.__hash__


NEGATED = {Guard.TRUE: Guard.FALSE, Guard.FALSE: Guard.TRUE, Guard.TEST: Guard.TEST, Guard.PLAIN: Guard.TEST}
_ANSWERS = {True: Guard.TRUE, False: Guard.FALSE, None: Guard.TEST}


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


class ExpandedCommand(Struct):
    """A simple command after expansion, filled word by word."""

    span: Span
    words: list[Word] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    declared: list[Assignment] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)
    stdin: Traced | None = None


class Shell:
    """Executes simple commands in one shell. ``loose`` counts the loops around of which nobody knows the turns."""

    def __init__(self, record: Record, state: ShellState, within: str | None, habits: ShellHabits) -> None:
        self.record, self.state, self.within, self.habits = record, state, within, habits
        self.conditional = False
        self.loose = 0
        self.expander = Expander(state, record, self.substitution)

    if TYPE_CHECKING:
        # What runs more than one command is the walker's.
        program: Callable[[Program, bool], CommandResult]
        substitution: Callable[[Program], Traced | None]
        statement: Callable[[Statement, bool, Traced | None], CommandResult]

    def simple(self, statement: Simple, stdin: Traced | None, conditional: bool) -> CommandResult:
        """Expand a simple command and run it."""
        call = ExpandedCommand(statement.span, stdin=stdin)
        before: dict[str, Variable | None] = {}
        bare = not any(isinstance(item, Template) for item in statement.items)
        for item in statement.items:
            if isinstance(item, RedirectForm):
                call.redirections.append(self.redirection(item, call))
            elif isinstance(item, Template):
                self.take_back(before)
                call.words += self.expander.words(item)
            elif call.words:
                self.declare(item, call)
            else:
                assignment = self.assigned(item)
                call.assignments.append(assignment)
                # The next assignment of the same command sees it; the command's words do not.
                if not bare:
                    before.setdefault(item.name, self.state.variables.get(item.name))
                self.assign(assignment)
        self.take_back(before)
        if not call.words:
            return CommandResult(Guard.PLAIN, Traced())
        result = self.execute(call, conditional=conditional)
        return CommandResult(result.guard, self.passed_on(statement.items, result.output))

    def assign(self, assignment: Assignment) -> None:
        """Set a variable; a value that is too large is said."""
        if not self.state.execute(assignment):
            self.record.say(assignment.span, "the value is too long to be followed")

    def take_back(self, before: dict[str, Variable | None]) -> None:
        """Give variables back what they held before the assignments in front of a command."""
        for name, variable in before.items():
            self.state.restore_variable(name, variable)
        before.clear()

    def assigned(self, form: AssignmentForm) -> Assignment:
        """The value of ``name=value``."""
        value: ShellValue | None = None
        if isinstance(form.value, Template):
            value = self.expander.value(form.value.parts, form.value.span)
        elif form.value is not None:
            value = tuple(word.value for template in form.value for word in self.expander.words(template))
        return Assignment(form.name, value, form.appends, form.span)

    def declare(self, form: AssignmentForm, call: ExpandedCommand) -> None:
        """``name=value`` behind ``export`` and its like, which is a word, too."""
        assignment = self.assigned(form)
        call.declared.append(assignment)
        value = form.head + assignment.value if isinstance(assignment.value, Traced) else form.head
        call.words.append(Word(value=value, span=form.span))

    def redirection(self, form: RedirectForm, call: ExpandedCommand | None = None) -> Redirection:
        """A redirection; where it brings text to read, that is the command's input."""
        target = self.expander.value(form.target.parts, form.target.span)
        if call is not None:
            if form.document is not None:
                call.stdin = self.expander.value(form.document.parts, form.span)
            elif form.operator.endswith("<<<"):
                call.stdin = target
            elif form.operator in {"<", "0<"}:
                call.stdin = None
        follows = len(call.words) - 1 if call is not None and call.words else None
        return Redirection(
            operator=form.operator, target=target, span=form.span, follows=follows, attached=form.attached
        )

    def passed_on(self, items: Iterable[object], output: Traced | None) -> Traced | None:
        """What of a command's output goes on: nothing where it is sent elsewhere."""
        sent = any(isinstance(item, RedirectForm) and _ELSEWHERE().fullmatch(item.operator) for item in items)
        return Traced() if sent else output

    def execute(self, call: ExpandedCommand, *, conditional: bool) -> CommandResult:
        """Run one command; what it does is in the state and the record afterwards."""
        alias = self.state.aliases.get(call.words[0].text)
        if alias is not None:
            call.words[:1] = self.replaced(alias, call.words[0])
        function = self.state.functions.get(call.words[0].text)
        if function is not None:
            return self.call(function, call, conditional)
        return self.peeled(call, conditional)

    def replaced(self, alias: Traced, word: Word) -> list[Word]:
        """The words of an alias; the word itself where it stands for more than a simple command."""
        body = compile_script(alias, word.span).body
        stage = body[0].pipelines[0].stages[:1] if len(body) == 1 else ()
        if not stage or not isinstance(stage[0], Simple):
            return [word]
        templates = [item for item in stage[0].items if isinstance(item, Template)]
        return [each for template in templates for each in self.expander.words(template)] or [word]

    def call(self, function: Definition, call: ExpandedCommand, conditional: bool) -> CommandResult:
        """A function's body, with its arguments."""
        state, before = self.state, self.state.place.arguments
        if not self.record.enter(call.span):
            return PLAIN
        marked = state.mark()
        state.place = replace(state.place, arguments=counted(tuple(word.value for word in call.words[1:])))
        state.locals.append({})
        state.calls.append(CallFrame(state.variables.depth - 1, len(state.arms), []))
        result = self.statement(function.body, conditional, call.stdin)
        returned = state.calls.pop().returned
        final = state.restore(marked)
        outcomes = [final] if final.place.ended != "return" else []
        ended = [_back(outcome, state.locals[-1], before) for outcome in (*outcomes, *returned)]
        state.locals.pop()
        self.record.leave()
        if len(ended) == 1:
            state.apply(ended[0])
        else:
            state.merge(ended)
        guards = {result.guard} if outcomes else set()
        guards |= {_ANSWERS[way.place.succeeded] for way in returned}
        return CommandResult(guards.pop() if len(guards) == 1 else Guard.TEST, result.output if outcomes else None)

    def peeled(self, call: ExpandedCommand, conditional: bool) -> CommandResult:
        """Take wrappers off, then run what is left."""
        words, start, replaces, outside = call.words, 0, False, False
        collects = True
        environ = {**self.state.environ, **_overlay(call)} if call.assignments else self.state.environ
        setting = Setting(conditional, environ, self.state.place.within or self.within)
        while peeled := peel(self.habits.wrappers, words, start):
            if peeled.wrapper.keeps:
                self.emit(call, start, setting)
            # What one xargs has read, another one inside of it does not find.
            if peeled.wrapper.collects and collects:
                call.words = words = _collected(call, peeled.start, peeled.environment)
                collects = False
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
        result = self.bare(call, start, setting, outside=outside)
        if replaces:
            self.state.place = replace(self.state.place, ended="exit")
        return result

    def bare(self, call: ExpandedCommand, start: int, setting: Setting, *, outside: bool) -> CommandResult:
        """Run a command without wrappers; ``outside`` if it is no longer the shell itself that runs it."""
        words = call.words[start:]
        carried = carried_script(words, call.stdin, call.span)
        if carried is not None and any(piece.known and piece.text.strip() for piece in carried.script.pieces):
            return self.nested(carried, setting)
        command = self.emit(call, start, setting)
        found: bool | str | None = ""
        if not outside:
            found = builtins.apply(self.state, words, call.declared, call.span)
            effect = self.habits.effects.get(words[0].text)
            if effect is not None:
                effect(self.state, words, call.span)
        name = program(words[0])
        if name in {"[", "test"}:
            asked = [word.value for word in words[1:]]
            found = ask(asked[:-1] if name == "[" else asked)
        guard = guard_of(words) if isinstance(found, str) else _ANSWERS[found]
        return CommandResult(guard, printed(command, self.habits.outputs))

    def nested(self, carried: Carried, setting: Setting) -> CommandResult:
        """The script that a command carries, in this shell (``eval``) or one of its own."""
        if carried.same and len(carried.script) > _EVALUATED:
            self.record.say(carried.span, "the script is too long to be followed")
            return PLAIN
        if not self.record.step(16 * len(carried.script)):
            self.record.exhaust(carried.span)
            return PLAIN
        script = compile_script(carried.script, carried.span, self.habits.mark)
        if carried.same:
            return self.program(script, setting.conditional)
        state = ShellState.start(setting.environ, self.state.place.cwd, counted(carried.arguments))
        state.arms, state.past = self.state.arms, self.state.past
        inner = type(self)(self.record, state, setting.within, self.habits)
        inner.loose = self.loose
        return inner.whole(script, setting.conditional)

    def whole(self, script: Program, conditional: bool) -> CommandResult:
        """Run a script as all that this shell does, and what it is told to do in the end."""
        result = self.program(script, conditional)
        for trap in self.state.traps[:1]:
            self.state.place = replace(self.state.place, ended="")
            place = trap.pieces[0].span if trap.pieces else script.span
            self.program(compile_script(trap, place, self.habits.mark), conditional)
        # The shell and its expander hold each other: apart they go at once, and need no collector.
        del self.expander
        return result

    def emit(self, call: ExpandedCommand, start: int, setting: Setting) -> Command:
        """State the command as a fact."""
        redirections = tuple(_shifted(redirection, start) for redirection in call.redirections)
        cwd = self.state.place.cwd
        words = tuple(call.words[start:])
        if any(ROOT in word.value.text for word in words):
            words = tuple(replace(word, value=localize(word.value, cwd)) for word in words)
        command = Command(
            span=call.span,
            words=words,
            redirections=redirections,
            conditional=setting.conditional,
            arms=self.state.arms + self.state.past,
            environ=setting.environ,
            cwd=cwd,
            stdin=call.stdin,
            within=setting.within,
        )
        self.record.commands.append(command)
        return command


def _shifted(redirection: Redirection, start: int) -> Redirection:
    """A redirection as seen from the words from ``start`` on."""
    if not start or redirection.follows is None:
        return redirection
    return replace(redirection, follows=redirection.follows - start if redirection.follows >= start else None)


def _back(
    outcome: ShellChanges, local: Mapping[str, Variable | None], arguments: tuple[Traced, ...] | None
) -> ShellChanges:
    """What a function leaves behind: its local variables are what they were."""
    variables = {name: local.get(name, variable) for name, variable in outcome.variables.items()}
    ended = "" if outcome.place.ended == "return" else outcome.place.ended
    return replace(outcome, variables=variables, place=replace(outcome.place, arguments=arguments, ended=ended))


def _collected(call: ExpandedCommand, start: int, mark: str) -> list[Word]:
    """The words of a command with those that ``xargs`` reads, in place of the ``mark`` if there is one."""
    if call.stdin is None or call.stdin.unresolved:
        name = call.words[0]
        read = [Word(value=Traced((Piece(name.text, name.span, (), known=False),)), span=name.span)]
    else:
        parts = [call.stdin.slice(*match.span()) for match in re.finditer(r"\S+", call.stdin.text)]
        read = [Word(value=part, span=part.span or call.span) for part in parts]
    if not mark:
        return [*call.words, *read]
    own = [[word] if mark not in word.text else read for word in call.words[start:]]
    return [*call.words[:start], *(word for words in own for word in words)]


def guard_of(words: Sequence[Word]) -> Guard:
    """How the exit status of a command is meant."""
    name = program(words[0])
    if name in {"true", ":"}:
        return Guard.TRUE
    if name == "false":
        return Guard.FALSE
    asks = name in _TESTS or (name == "command" and re.match("-[vV]", words[-1 if len(words) < 2 else 1].text))
    return Guard.TEST if asks else Guard.PLAIN


def _overlay(call: ExpandedCommand) -> dict[str, Traced]:
    """The variables that stand before a command and are for it alone."""
    return {a.name: a.value for a in call.assignments if isinstance(a.value, Traced)}


def _after(word: Word) -> Traced:
    """The value of ``name=value``."""
    return word.value.slice(word.text.index("=") + 1)
