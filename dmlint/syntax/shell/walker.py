"""Walks a script's statements in the order they run, with what is known when each of them does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.atoms import has_glob, split_atoms
from dmlint.syntax.shell.execute import NEGATED, PLAIN, CommandResult, Executor, Guard
from dmlint.syntax.shell.expansion import Expander
from dmlint.syntax.shell.layout import Loop
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.prepared_command import prepare
from dmlint.syntax.shell.state import Function, ShellChanges, ShellState, Variable
from dmlint.syntax.shell.statements import COMPOUNDS, branches, case_items, groups, loop_parts, pipelines
from dmlint.syntax.shell.unit import line_of, place, read_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tree_sitter import Node

    from dmlint.syntax.shell.execute import Setting
    from dmlint.syntax.shell.findings_so_far import FindingsSoFar
    from dmlint.syntax.shell.prepared_command import Prepared
    from dmlint.syntax.shell.shells import Carried
    from dmlint.syntax.shell.statements import ChainStep
    from dmlint.syntax.shell.unit import ScriptUnit
    from dmlint.text.traced import Traced

_TURNS = 100


class Walker:
    """One shell process at work; a nested ``bash -c`` gets a walker of its own with the same reading."""

    def __init__(self, reading: FindingsSoFar, state: ShellState, within: str | None) -> None:
        self.reading, self.state, self.within = reading, state, within
        self.conditional = False
        self.expander = Expander(state, reading, self.substitution)
        self.executor = Executor(state, reading, self, within)

    def run(self, passage: Passage, conditional: bool) -> Guard:
        """Read and run a script as all that this shell does."""
        guard = self.script(passage, conditional)
        # Walker, expander and executor hold each other: apart they go at once, with all trees, and need no collector.
        del self.expander, self.executor
        return guard

    def script(self, passage: Passage, conditional: bool) -> Guard:
        """Read and run a script in this shell."""
        # A script inside a script is cut anew, which costs more than to walk it.
        if self.reading.depth and not self.reading.step(16 * len(passage.text)):
            self.reading.exhaust(passage.outer)
            return Guard.PLAIN
        if not self.reading.enter(passage.outer):
            return Guard.PLAIN
        unit = read_unit(passage)
        self.reading.comments.update(dict.fromkeys(unit.comments))
        if unit.problem is not None:
            self.reading.problems.append(unit.problem)
        guard = self.body(unit, unit.root.children, conditional)
        self.reading.leave()
        return guard

    def substitution(self, passage: Passage) -> None:
        """``$(…)``: a subshell."""
        conditional = self.conditional
        self.branch(partial(self.script, passage, conditional))
        self.conditional = conditional

    def nested(self, carried: Carried, setting: Setting) -> Guard:
        """The script that a command carries, in this shell (``eval``) or one of its own."""
        passage = Passage(carried.script, carried.span)
        if carried.same:
            return self.script(passage, setting.conditional)
        state = ShellState.start(setting.environ, self.state.place.cwd, carried.arguments)
        return Walker(self.reading, state, setting.within).run(passage, setting.conditional)

    def call(self, function: Function, prepared: Prepared, conditional: bool) -> Guard:
        """A function's body, with its arguments."""
        state, before = self.state, self.state.place.arguments
        if not self.reading.enter(prepared.span):
            return Guard.PLAIN
        state.place = replace(state.place, arguments=tuple(word.value for word in prepared.words[1:]))
        state.locals.append({})
        guard = self.statement(function.unit, function.body, conditional, None).guard
        for name, variable in state.locals.pop().items():
            state.restore_variable(name, variable)
        ended = "" if state.place.ended == "return" else state.place.ended
        state.place = replace(state.place, arguments=before, ended=ended)
        self.reading.leave()
        return guard

    def branch(self, action: Callable[[], Guard]) -> tuple[Guard, ShellChanges]:
        """Do something on trial; its changes are returned, to be merged or dropped."""
        before = self.state.mark()
        return action(), self.state.restore(before)

    def maybe(self, action: Callable[[], Guard]) -> Guard:
        """Do something that may as well not happen."""
        guard, outcome = self.branch(action)
        self.state.merge([outcome, self.state.unchanged()])
        return guard

    def body(self, unit: ScriptUnit, nodes: Sequence[Node], conditional: bool) -> Guard:
        """Run statements one after the other; the last one's status is theirs."""
        guard = Guard.PLAIN
        for steps, background in groups(unit, nodes):
            if self.state.place.ended or self.reading.spent:
                break
            if background:
                self.branch(partial(self.chain, unit, steps, conditional))
            else:
                guard = self.chain(unit, steps, conditional)
        return guard

    def chain(self, unit: ScriptUnit, steps: Sequence[ChainStep], conditional: bool) -> Guard:
        """Pipelines joined by ``&&`` and ``||``."""
        guard = Guard.TRUE
        for operator, stages in pipelines(steps):
            if operator == ";":
                guard = self.pipeline(unit, stages, conditional)
            elif operator == "&&":
                guard = self.after(unit, stages, conditional, guard)
            elif guard is Guard.FALSE:
                guard = self.pipeline(unit, stages, conditional)
            elif guard is not Guard.TRUE:
                guard = self.maybe(partial(self.pipeline, unit, stages, True))
        return guard

    def after(self, unit: ScriptUnit, stages: Sequence[Node], conditional: bool, guard: Guard) -> Guard:
        """The right side of ``&&``, which is sure to run unless the left side is a question."""
        if guard is Guard.FALSE:
            return guard
        if guard is Guard.TEST:
            self.maybe(partial(self.pipeline, unit, stages, True))
            return guard
        return self.pipeline(unit, stages, conditional)

    def pipeline(self, unit: ScriptUnit, stages: Sequence[Node], conditional: bool) -> Guard:
        """Commands joined by pipes, each in a subshell of its own if there are several."""
        result = CommandResult(Guard.PLAIN)
        for stage in stages:
            before = self.state.mark() if len(stages) > 1 else None
            result = self.statement(unit, stage, conditional, result.output)
            if before is not None:
                self.state.restore(before)
        return NEGATED[result.guard] if stages[0].start_byte // 2 in unit.layout.negated else result.guard

    def statement(self, unit: ScriptUnit, node: Node, conditional: bool, stdin: Traced | None) -> CommandResult:
        """A simple command, to which a pipe may bring ``stdin``, or a compound one."""
        start, end = place(node)
        tokens = unit.layout.commands.get(start)
        simple = node.type not in COMPOUNDS and tokens is not None
        if not self.reading.step(end - start + 40 * len(tokens or ())):
            self.reading.exhaust(line_of(unit.passage, start, end))
            return PLAIN
        if simple and tokens is not None:
            self.conditional = conditional
            prepared = prepare(self.expander, unit, tokens, stdin)
            return self.executor.execute(prepared, conditional=conditional)
        if not self.reading.enter(line_of(unit.passage, start, end)):
            return PLAIN
        guard = self.compound(unit, node, conditional)
        self.reading.leave()
        return CommandResult(guard)

    def compound(self, unit: ScriptUnit, node: Node, conditional: bool) -> Guard:
        """A statement that holds others."""
        kind = node.type
        if kind == "compound_statement":
            return self.body(unit, node.children, conditional)
        if kind == "subshell":
            guard, _ = self.branch(partial(self.body, unit, node.children, conditional))
            return guard
        if kind == "function_definition":
            start, end = place(node.children[node.children[0].type == "function"])
            self.state.functions.put(unit.passage.text[start:end], Function(unit, node.children[-1]))
            return Guard.PLAIN
        run = {"if_statement": self.choice, "case_statement": self.case, "for_statement": self.loop}
        return run.get(kind, self.repeat)(unit, node, conditional)

    def choice(self, unit: ScriptUnit, node: Node, conditional: bool) -> Guard:
        """``if``: the first condition is sure to run, no body is unless the condition says so."""
        outcomes: list[ShellChanges] = []
        for arm in branches(node):
            guard = Guard.TRUE if arm.condition is None else self.body(unit, arm.condition, conditional)
            if guard is Guard.FALSE:
                continue
            conditional = conditional or guard is not Guard.TRUE or bool(outcomes)
            outcomes.append(self.branch(partial(self.body, unit, arm.body, conditional))[1])
            if guard is Guard.TRUE:
                break
        else:
            outcomes.append(self.state.unchanged())
        self.state.merge(outcomes)
        return Guard.PLAIN

    def case(self, unit: ScriptUnit, node: Node, conditional: bool) -> Guard:
        """``case``: of its arms one runs, or none."""
        self.conditional = conditional
        self.expander.words(unit.passage, *place(node.children[1]))
        items = case_items(unit, node)
        outcomes = [self.branch(partial(self.body, unit, body, True))[1] for _, body in items]
        if not any(rest for rest, _ in items):
            outcomes.append(self.state.unchanged())
        self.state.merge(outcomes)
        return Guard.PLAIN

    def repeat(self, unit: ScriptUnit, node: Node, conditional: bool) -> Guard:
        """``while`` and ``until``: the condition runs, the body may."""
        head, body = loop_parts(node)
        self.body(unit, head or [], conditional)
        self.maybe(partial(self.body, unit, body, True))
        return Guard.PLAIN

    def loop(self, unit: ScriptUnit, node: Node, conditional: bool) -> Guard:
        """``for``: one turn for each word where all are known, else one turn with the variable unknown."""
        loop = unit.layout.loops.get(node.start_byte // 2, Loop(counts=True))
        _, body = loop_parts(node)
        self.conditional = conditional
        values = self.turns(unit, loop)
        if values is not None and len(values) <= _TURNS:
            for value in values:
                self.state.assign(loop.name, Variable(value=value, origin=unit.passage.written(*place(node))))
                self.body(unit, body, conditional)
            return Guard.PLAIN
        if loop.name:
            self.state.assign(loop.name, Variable(value=None, origin=unit.passage.written(*place(node))))
        if values is None:
            self.maybe(partial(self.body, unit, body, True))
        else:
            self.body(unit, body, conditional)
        return Guard.PLAIN

    def turns(self, unit: ScriptUnit, loop: Loop) -> list[Traced] | None:
        """The words that a loop runs over, None if they are not known."""
        if loop.words is None:
            arguments = self.state.place.arguments
            return None if loop.counts or arguments is None else list(arguments)
        values: list[Traced] = []
        text = unit.passage.text
        for token in loop.words:
            if has_glob(text, split_atoms(text, token.start, token.end)):
                return None
            values += [word.value for word in self.expander.words(unit.passage, token.start, token.end)]
        return None if any(value.unresolved for value in values) else values
