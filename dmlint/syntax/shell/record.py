"""What one walk has found so far, and how much work it may still do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Command
    from dmlint.syntax.shell.program import Program
    from dmlint.text.source import Span

DEPTH = 30
"""How deep functions, substitutions and ``bash -c`` may call each other."""
COMMANDS = 20_000
STEPS = 30_000
VOLUME = 10_000_000


class Record:
    """All that is found, whichever shell of the script it runs in; it only grows.

    The budget makes hostile scripts (functions that call each other twice, values that double) end: when it is
    spent, one problem says where.
    """

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.problems: list[Problem] = []
        self.comments: dict[Span, None] = {}
        self.turns: dict[tuple[int, int], int] = {}
        self.depth = self.steps = self.volume = 0
        self.spent = False

    def include(self, program: Program) -> None:
        """Take over what was found when a script was compiled."""
        self.comments.update(dict.fromkeys(program.comments))
        for problem in program.problems:
            if problem not in self.problems[-20:]:
                self.problems.append(problem)

    def turn(self, place: Span) -> int:
        """How many times a choice was come to before."""
        key = place.start, place.end
        self.turns[key] = self.turns.get(key, -1) + 1
        return self.turns[key]

    def step(self, volume: int) -> bool:
        """Count one statement of ``volume`` characters; False if nothing more may be read."""
        self.steps += 1
        self.volume += volume
        return self.steps <= STEPS and self.volume <= VOLUME and len(self.commands) < COMMANDS

    def expand(self, size: int) -> bool:
        """Count an expanded value; False if it must be left as an unknown reference."""
        self.volume += size
        return self.volume <= VOLUME

    def exhaust(self, span: Span) -> None:
        """Say once that reading stops here."""
        if not self.spent:
            self.spent = True
            self.say(span, "the shell script does too much to be followed beyond here")

    def say(self, span: Span, message: str) -> None:
        """Add an UNRESOLVED problem, once for each place."""
        if all(problem.span != span for problem in self.problems[-20:]):
            self.problems.append(
                Problem(kind=ProblemKind.UNRESOLVED, span=span, message=message, about=span.text[:2_000])
            )

    def enter(self, span: Span) -> bool:
        """Go one level deeper; False (and a problem) if that is too deep. Each True needs a ``leave``."""
        if self.depth >= DEPTH:
            self.say(span, "the shell script nests too deeply to be followed here")
            return False
        self.depth += 1
        return True

    def leave(self) -> None:
        """Go up again."""
        self.depth -= 1
