"""Walks a program's statements in the order they run, with what is known when each of them does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.branches import BranchingShell
from dmlint.syntax.shell.calls import NEGATED, PLAIN, SILENT, CommandResult, Guard
from dmlint.syntax.shell.conditions import answer, matches
from dmlint.syntax.shell.program import (
    CaseStatement,
    CompoundCommand,
    Conditional,
    Definition,
    Loop,
    Redirected,
    Repeat,
    Simple,
    Test,
)
from dmlint.syntax.shell.state import Variable
from dmlint.text.arms import Arm, exclude
from dmlint.text.source import Span
from dmlint.text.traced import Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmlint.syntax.shell.program import Body, CaseItem, Chain, Pipeline, Program, Statement
    from dmlint.syntax.shell.state import ShellChanges, ShellValue

TURNS = 100
"""How many turns of one loop are followed one by one."""
_FEW = 8
"""How many values a variable may have for a choice or a loop to be walked for each of them."""

_Way = tuple[Arm, ...]
_Compound = Test | Definition | CompoundCommand | Repeat | Conditional | CaseStatement | Loop


class Walker(BranchingShell):
    """One shell process at work; a nested ``bash -c`` gets a walker of its own with the same record."""

    def program(self, program: Program, conditional: bool) -> CommandResult:
        """Run a script in this shell."""
        if not self.record.enter(program.span):
            return PLAIN
        self.record.include(program)
        if program.fault is not None and program.fault not in self.record.problems:
            self.record.problems.append(program.fault)
        result = self.body(program.body, conditional)
        self.record.leave()
        return CommandResult(result.guard, result.output if program.fault is None else None)

    def body(self, body: Body, conditional: bool) -> CommandResult:
        """Run statements one after the other; the last one's status is theirs."""
        guard, printed = Guard.PLAIN, Traced()
        known = True
        for chain in body:
            if self.state.place.ended or self.record.spent:
                break
            run = partial(self.chain, chain, conditional)
            result = self.subshell(run) if chain.background else run()
            guard = Guard.TRUE if chain.background else result.guard
            known = known and result.output is not None
            printed = join((printed, result.output)) if known and result.output is not None else printed
        return CommandResult(guard, printed if known else None)

    def chain(self, chain: Chain, conditional: bool) -> CommandResult:
        """Pipelines joined by ``&&`` and ``||``."""
        first, *others = chain.pipelines
        begun = len(self.record.commands)
        result = self.pipeline(first, conditional)
        for at, pipeline in enumerate(others):
            if self.state.place.ended:
                break
            before = len(self.record.commands)
            taken = result.guard if pipeline.operator == "&&" else NEGATED[result.guard]
            if taken is Guard.FALSE:
                continue
            run = partial(self.pipeline, pipeline)
            if pipeline.operator == "||":
                result = self.otherwise(result, partial(run, conditional or taken is not Guard.TRUE), pipeline, begun)
            elif result.guard is Guard.TEST:
                taken_arm, passed_arm = self.arms(pipeline_span(pipeline), 2)
                if [other.operator for other in others[at + 1 :]] == ["||"]:
                    return self.either(partial(run, True), partial(self.pipeline, others[-1], True), pipeline)
                done = self.maybe(partial(run, True), taken_arm, passed_arm)
                output = result.output if done.output is not None and not done.output.pieces else None
                result = CommandResult(Guard.TEST, output)
            else:
                result = self.then(result, partial(run, conditional))
            begun = before
        return result

    def either(
        self, left: Callable[[], CommandResult], right: Callable[[], CommandResult], pipeline: Pipeline
    ) -> CommandResult:
        """``TEST && A || B``, which means if, then, else."""
        arms = self.arms(pipeline_span(pipeline), 2)
        ran = [self.within_arm(action, arm) for action, arm in zip((left, right), arms, strict=True)]
        return self.settle([outcome for _, outcome in ran], [result for result, _ in ran])

    def then(self, result: CommandResult, run: Callable[[], CommandResult]) -> CommandResult:
        """The right side of ``&&`` behind what is expected to succeed: it is sure to run, but ends the shell only where
        the left side is sure to succeed.
        """
        first, before = len(self.record.commands), self.state.mark()
        done, outcome = run(), self.state.restore(before)
        output = (
            None
            if None in {result.output, done.output}
            else join(part for part in (result.output, done.output) if part is not None)
        )
        if outcome.place.ended and result.guard is not Guard.TRUE:
            self.part(first)
            return CommandResult(Guard.PLAIN, output)
        self.state.apply(outcome)
        return CommandResult(done.guard, output)

    def otherwise(
        self, result: CommandResult, run: Callable[[], CommandResult], pipeline: Pipeline, begun: int
    ) -> CommandResult:
        """The right side of ``||``, which does not run where the left side succeeds."""
        if result.guard is Guard.FALSE:
            return run()
        commands = self.record.commands
        left, middle = self.arms(pipeline_span(pipeline), 2), len(commands)
        done = self.maybe(run, left[1], left[0])
        if left[0] is not None and any(command.words[0].text not in SILENT for command in commands[middle:]):
            arm = left[0]
            commands[begun:middle] = [replace(one, arms=(*one.arms, arm)) for one in commands[begun:middle]]
        settled = result.guard if done.guard is result.guard or result.guard is Guard.PLAIN else Guard.TEST
        return CommandResult(settled, result.output if result.guard is Guard.PLAIN else None)

    def pipeline(self, pipeline: Pipeline, conditional: bool) -> CommandResult:
        """Commands joined by pipes, each in a subshell of its own if there are several."""
        result = CommandResult(Guard.TRUE, Traced())
        stdin: Traced | None = None
        for stage in pipeline.stages:
            run = partial(self.statement, stage, conditional, stdin)
            result = self.subshell(run) if len(pipeline.stages) > 1 else run()
            stdin = result.output
        return CommandResult(NEGATED[result.guard], result.output) if pipeline.negated else result

    def statement(self, statement: Statement, conditional: bool, stdin: Traced | None) -> CommandResult:
        """A simple command, to which a pipe may bring ``stdin``, or a compound one."""
        if not self.record.step(statement.span.end - statement.span.start if isinstance(statement, Simple) else 40):
            self.record.exhaust(statement.span)
            return PLAIN
        self.conditional = conditional
        if isinstance(statement, Simple):
            return self.each_way(statement.names, conditional, partial(self.simple, statement, stdin))
        if isinstance(statement, Redirected):
            for redirect in statement.redirects:
                self.redirection(redirect)
            result = self.statement(statement.statement, conditional, stdin)
            return CommandResult(result.guard, self.passed_on(statement.redirects, result.output))
        return self.compound(statement, conditional)

    def compound(self, statement: _Compound, conditional: bool) -> CommandResult:
        """A statement that holds others, or asks."""
        if isinstance(statement, Test):
            return CommandResult(self.test(statement), Traced())
        if isinstance(statement, Definition):
            self.state.functions.put(statement.name, statement)
            return CommandResult(Guard.TRUE, Traced())
        if isinstance(statement, CompoundCommand):
            group = partial(self.body, statement.body, conditional)
            return self.subshell(group) if statement.subshell else group()
        if isinstance(statement, Repeat):
            return self.repeat(statement, conditional)
        run: Callable[[bool], CommandResult]
        if isinstance(statement, Conditional):
            run = partial(self.choice, statement)
        elif isinstance(statement, CaseStatement):
            run = partial(self.case, statement)
        else:
            run = partial(self.loop, statement)
        return self.each_way(statement.names, conditional, run, _FEW)

    def each_way(
        self, names: frozenset[str], conditional: bool, action: Callable[[bool], CommandResult], most: int = 0
    ) -> CommandResult:
        """Do something once for each way in which the variables differ that it looks up."""
        ways = self.ways(names, most) if self.state.parted else ()
        if len(ways) < 2:
            return action(conditional)
        outcomes: list[ShellChanges] = []
        results: list[CommandResult] = []
        before = self.state.arms
        for way in ways:
            self.state.arms = (*before, *way)
            result, outcome = self.branch(partial(action, True))
            results.append(result)
            outcomes.append(replace(outcome, arms=way))
        self.state.arms = before
        self.state.merge(outcomes)
        guards = {result.guard for result in results}
        return CommandResult(guards.pop() if len(guards) == 1 else Guard.TEST)

    def ways(self, names: frozenset[str], most: int) -> Sequence[_Way]:
        """The arms that lead to each value of the variables of these names. Where there are too many combinations, each
        value still stands in one.
        """
        choices: list[list[_Way]] = []
        for name in sorted(names):
            variable = self.state.variables.get(name)
            if variable is not None and variable.ways:
                choices.append([arms for arms, _ in self.state.possible(variable)])
        made: list[_Way] = [()]
        for choice in choices:
            more = [(*way, *arms) for way in made for arms in choice if not exclude(arms, way)]
            if len(more) > TURNS:
                longest = max(len(made), len(choice))
                more = [(*made[at % len(made)], *choice[at % len(choice)]) for at in range(longest)]
            made = more
        return made if not most or len(made) <= most else ()

    def test(self, test: Test) -> Guard:
        """``[[ … ]]`` and ``(( … ))``."""
        found: bool | None
        if test.question is None:
            number = self.expander.calculate(test.arithmetic, test.span)
            if number is None:
                self.expander.chunks(test.parts)
            found = None if number is None else bool(number)
        else:
            found = answer(
                test.question,
                lambda word: self.expander.value(word.parts, word.span),
                lambda word: self.expander.chunks(word.parts),
            )
        return Guard.TEST if found is None else Guard.TRUE if found else Guard.FALSE

    def choice(self, statement: Conditional, conditional: bool) -> CommandResult:
        """``if``: the first condition is sure to run, no body is unless the condition says so."""
        outcomes: list[ShellChanges] = []
        results: list[CommandResult] = []
        arms = self.arms(statement.span, len(statement.arms) + 1)
        for (condition, body), arm in zip(statement.arms, arms, strict=False):
            guard = Guard.TRUE if condition is None else self.body(condition, conditional).guard
            if guard is Guard.FALSE:
                continue
            if guard is Guard.TRUE and not outcomes:
                return self.body(body, conditional)
            conditional = True
            result, outcome = self.within_arm(partial(self.body, body, True), arm)
            outcomes.append(outcome)
            results.append(result)
            if guard is Guard.TRUE:
                break
        else:
            outcomes.append(self.passed(arms[-1]))
            results.append(CommandResult(Guard.TRUE, Traced()))
        return self.settle(outcomes, results)

    def case(self, statement: CaseStatement, conditional: bool) -> CommandResult:
        """``case``: of its arms one runs, or none."""
        self.conditional = conditional
        subject = self.expander.value(statement.subject.parts, statement.subject.span)
        outcomes: list[ShellChanges] = []
        results: list[CommandResult] = []
        arms = self.arms(statement.span, len(statement.items) + 1)
        for at, (item, arm) in enumerate(zip(statement.items, arms, strict=False)):
            found = self.fits(item, subject)
            if found is False:
                continue
            bodies = self.falling(statement.items, at)
            if found and not outcomes:
                return self.run_bodies(bodies, conditional)
            result, outcome = self.within_arm(partial(self.run_bodies, bodies, True), arm)
            outcomes.append(outcome)
            results.append(result)
            if found:
                break
        else:
            outcomes.append(self.passed(arms[-1]))
            results.append(CommandResult(Guard.TRUE, Traced()))
        return self.settle(outcomes, results)

    def fits(self, item: CaseItem, subject: Traced) -> bool | None:
        """Whether one of the patterns matches."""
        found = [matches(subject, self.expander.chunks(pattern.parts)) for pattern in item.patterns]
        return True if True in found else None if None in found else False

    def falling(self, items: Sequence[CaseItem], at: int) -> list[Body]:
        """The bodies that run from an arm on, which ``;&`` lets fall into the next."""
        bodies = [items[at].body]
        while items[at].end == ";&" and at + 1 < len(items):
            at += 1
            bodies.append(items[at].body)
        return bodies

    def run_bodies(self, bodies: Sequence[Body], conditional: bool) -> CommandResult:
        """One body after the other."""
        return self.body(tuple(chain for body in bodies for chain in body), conditional)

    def repeat(self, statement: Repeat, conditional: bool) -> CommandResult:
        """``while`` and ``until``: turn by turn as long as the condition is known, then maybe one more."""
        for _ in range(TURNS):
            guard = Guard.TEST
            if statement.condition is not None:
                guard = self.body(statement.condition, conditional).guard
            guard = NEGATED[guard] if statement.negated else guard
            if guard is Guard.FALSE or self.state.place.ended or self.record.spent:
                return PLAIN
            if guard is not Guard.TRUE:
                self.turns_unknown(statement.body)
                return PLAIN
            if self.turn(statement.body, conditional):
                return PLAIN
        self.record.say(statement.span, f"the loop is followed for {TURNS} turns only")
        return PLAIN

    def turns_unknown(self, body: Body) -> None:
        """A loop of which nobody knows how many turns it takes: one, on trial."""
        self.loose += 1
        self.maybe(partial(self.turn_once, body))
        self.loose -= 1

    def turn_once(self, body: Body) -> CommandResult:
        """One turn that may not happen."""
        self.turn(body, conditional=True)
        return PLAIN

    def turn(self, body: Body, conditional: bool) -> bool:
        """One turn of a loop; whether it was the last."""
        self.state.looping += 1
        self.body(body, conditional)
        self.state.looping -= 1
        place = self.state.place
        if place.ended not in {"break", "continue"}:
            return bool(place.ended) or self.record.spent
        left = place.loops - 1
        stays = left > 0 and self.state.looping > 0
        self.state.place = replace(place, ended=place.ended if stays else "", loops=left if stays else 0)
        return stays or place.ended == "break"

    def loop(self, statement: Loop, conditional: bool) -> CommandResult:
        """``for``: one turn for each word where all are known, else one turn with the variable unknown."""
        self.conditional = conditional
        values = self.listed(statement)
        if values is not None and len(values) <= TURNS:
            for value in values:
                self.set_loop(statement, value)
                if self.turn(statement.body, conditional):
                    break
            return PLAIN
        self.set_loop(statement, None)
        if values is None:
            self.turns_unknown(statement.body)
        else:
            self.turn(statement.body, conditional)
        return PLAIN

    def set_loop(self, statement: Loop, value: ShellValue | None) -> None:
        """Give a loop's variable its value."""
        self.state.assign(statement.name, Variable(value=value, origin=statement.span))

    def listed(self, statement: Loop) -> list[Traced] | None:
        """The words that a loop runs over, None if they are not known."""
        if statement.words is None:
            arguments = self.state.place.arguments
            return None if arguments is None else list(arguments)
        if any(word.globs for word in statement.words):
            return None
        values = [word.value for template in statement.words for word in self.expander.words(template)]
        return None if any(value.unresolved for value in values) else values


def pipeline_span(pipeline: Pipeline) -> Span:
    """Where a pipeline stands."""
    first, last = pipeline.stages[0].span, pipeline.stages[-1].span
    return Span(first.source, first.start, max(first.end, last.end))
