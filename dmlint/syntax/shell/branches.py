"""Ways of running that part and meet again: subshells, arms of a choice, and what one of them ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.calls import SILENT, CommandResult, Guard, Shell
from dmlint.text.arms import Arm
from dmlint.text.source import Span
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.syntax.shell.program import Program
    from dmlint.syntax.shell.state import ShellChanges


class BranchingShell(Shell):
    """A shell that can do something on trial."""

    def substitution(self, program: Program) -> Traced | None:
        """``$(…)``: a subshell, and what it prints."""
        conditional = self.conditional
        result = self.subshell(partial(self.program, program, conditional))
        self.conditional = conditional
        return result.output

    def subshell(self, action: Callable[[], CommandResult]) -> CommandResult:
        """Do something in a process of its own, whose end is not that of this one."""
        past = self.state.past
        result, _ = self.branch(action)
        self.state.past = past
        return result

    def branch(self, action: Callable[[], CommandResult]) -> tuple[CommandResult, ShellChanges]:
        """Do something on trial; its changes are returned, to be merged or dropped."""
        before = self.state.mark()
        return action(), self.state.restore(before)

    def maybe(
        self, action: Callable[[], CommandResult], arm: Arm | None = None, other: Arm | None = None
    ) -> CommandResult:
        """Do something that may as well not happen; ``arm`` is in which it does, ``other`` in which it does not."""
        result, outcome = self.within_arm(action, arm)
        self.state.merge([outcome, self.passed(other)])
        return result

    def within_arm(self, action: Callable[[], CommandResult], arm: Arm | None) -> tuple[CommandResult, ShellChanges]:
        """Do something on trial in one arm of a choice."""
        before, first = self.state.arms, len(self.record.commands)
        if arm is not None:
            self.state.arms = (*before, arm)
        result, outcome = self.branch(action)
        self.state.arms = before
        if outcome.place.ended in {"exit", "return"}:
            self.part(first)
        return result, outcome if arm is None else replace(outcome, arms=(arm,))

    def part(self, first: int) -> None:
        """What ran since command number ``first`` ended the shell: what comes now runs only where that did not."""
        commands = self.record.commands
        if self.loose or all(command.words[0].text in SILENT for command in commands[first:]):
            return
        place = commands[first].span
        end = Span(place.source, place.end, place.end)
        turn = self.record.turn(end)
        ended, went_on = Arm(end, turn, 0), Arm(end, turn, 1)
        commands[first:] = [replace(command, arms=(*command.arms, ended)) for command in commands[first:]]
        self.state.past = (*self.state.past[-30:], went_on)

    def arms(self, place: Span, count: int) -> list[Arm | None]:
        """The arms of a choice; none in a loop of unknown turns, which may take one after the other."""
        if self.loose:
            return [None] * count
        turn = self.record.turn(place)
        return [Arm(place, turn, number) for number in range(count)]

    def passed(self, arm: Arm | None) -> ShellChanges:
        """The way by all arms of a choice."""
        return replace(self.state.unchanged(), arms=None if arm is None else (arm,))

    def settle(self, outcomes: list[ShellChanges], results: list[CommandResult]) -> CommandResult:
        """Go on after a choice of which nobody knows which arm is taken."""
        if len(outcomes) == 1 and not outcomes[0].place.ended:
            self.state.apply(outcomes[0])
            return results[0]
        self.state.merge(outcomes)
        guards = {r.guard for r, outcome in zip(results, outcomes, strict=True) if not outcome.place.ended}
        silent = all(result.output is not None and not result.output.pieces for result in results)
        return CommandResult(guards.pop() if len(guards) == 1 else Guard.TEST, Traced() if silent else None)
