"""The log of fuzzing: for each target how long it ran in all, how often, and how often it stopped at a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BEGIN, _END = "<!-- runs: written by run.py -->\n", "<!-- end of runs -->\n"
_ROW = re.compile(
    r"\| `(?P<target>[^`|]+)` \| (?P<seconds>\d+) \| (?P<busy>\d+) \| (?P<executions>\d+) \| (?P<faults>\d+) "
    r"\| (?P<last>[^|]+) \|"
)
_HEAD = (
    "| target | seconds | of these CPU | executions | stopped by a fault | last run |\n|---|---:|---:|---:|---:|---|\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What fuzzing of one target came to; ``busy`` are its seconds of CPU time, ``last`` is the day of its last run."""

    target: str
    seconds: int
    busy: int
    executions: int
    faults: int
    last: str

    def plus(self, other: Tally) -> Tally:
        """Both together; the other is the later one."""
        return Tally(
            target=self.target,
            seconds=self.seconds + other.seconds,
            busy=self.busy + other.busy,
            executions=self.executions + other.executions,
            faults=self.faults + other.faults,
            last=other.last,
        )


def read_tallies(text: str) -> dict[str, Tally]:
    """The rows of a log, by target."""
    return {
        row["target"]: Tally(
            target=row["target"],
            seconds=int(row["seconds"]),
            busy=int(row["busy"]),
            executions=int(row["executions"]),
            faults=int(row["faults"]),
            last=row["last"],
        )
        for row in _ROW.finditer(text)
    }


def add(text: str, tallies: Iterable[Tally]) -> str:
    """A log with further runs in its table; whatever stands around the table stays."""
    before, _, rest = text.partition(_BEGIN)
    table, _, after = rest.partition(_END)
    known = read_tallies(table)
    for tally in tallies:
        known[tally.target] = known[tally.target].plus(tally) if tally.target in known else tally
    entries = known.values()
    seconds, executions = sum(entry.seconds for entry in entries), sum(entry.executions for entry in entries)
    foot = f"\nIn all {seconds} seconds, {sum(entry.busy for entry in entries)} of them CPU, {executions} executions.\n"
    return before + _BEGIN + _HEAD + "".join(map(_row, entries)) + foot + _END + after


def update(path: Path, tallies: Iterable[Tally]) -> None:
    """Write further runs into a log, which is there."""
    path.write_text(add(path.read_text(encoding="utf-8"), tallies), encoding="utf-8")


def _row(tally: Tally) -> str:
    cells = (f"`{tally.target}`", tally.seconds, tally.busy, tally.executions, tally.faults, tally.last)
    return f"| {' | '.join(map(str, cells))} |\n"
