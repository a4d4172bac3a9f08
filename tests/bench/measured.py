"""Runs commands in turns on fresh copies of a tree, and compares what they take."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CACHES = ("XDG_CACHE_HOME", "HOME", "USERPROFILE", "SEMGREP_SETTINGS_FILE")
_EVERY = 0.02
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A command: ``beside`` runs at the same time, ``path`` is a folder for its PATH."""

    name: str
    command: tuple[str, ...]
    beside: tuple[str, ...] = ()
    path: Path | None = None


@dataclass(slots=True)
class Figure:
    """What the rounds of a run took: seconds, seconds of all processors, and MB at the peak of all its processes."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds of the middle round."""
        return statistics.median(self.seconds)

    def memory(self, what: str, *, at_most: float) -> str:
        """A row of the table about the memory."""
        peak = max(self.megabytes)
        met = "yes" if peak <= at_most else "**no**"
        return f"| {what} | dmlint, memory | | | | | | {peak:.0f} MB | at most {at_most:g} MB | {met} |\n"


def measure(tree: Path, runs: Sequence[Run], rounds: int, copies: Path) -> dict[str, Figure]:
    """What each run takes: the commands take turns, each time on a copy of its own."""
    figures = {run.name: Figure() for run in runs}
    for _ in range(rounds):
        for run in runs:
            folder = copies / "tree"
            shutil.copytree(tree, folder, symlinks=True)
            # What git knows of a file's times is of the original: as after a checkout, it looks once.
            subprocess.run(("git", "update-index", "-q", "--refresh"), cwd=folder, check=False, capture_output=True)
            _measure_once(run, folder, figures[run.name])
            shutil.rmtree(copies)
    return figures


def _measure_once(run: Run, folder: Path, figure: Figure) -> None:
    with tempfile.TemporaryDirectory() as cache:
        environ = os.environ | {name: str(Path(cache) / name.lower()) for name in _CACHES}
        environ["PATH"] = os.pathsep.join([*([str(run.path)] if run.path else []), environ["PATH"]])
        for name in _CACHES[:3]:
            Path(environ[name]).mkdir()
        before = os.times()
        start = time.perf_counter()
        processes = [
            subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in (run.command, run.beside)
            if command
        ]
        peaks: list[float] = []
        watch = threading.Thread(target=_watch, args=([process.pid for process in processes], peaks))
        watch.start()
        codes = [process.wait() for process in processes]
        figure.seconds.append(time.perf_counter() - start)
        after = os.times()
        watch.join()
    if any(code != 0 for code in codes):
        raise SystemExit(f"{run.name} failed with {codes}: {' '.join(run.command)[:200]}")
    figure.cpu.append(after.children_user + after.children_system - before.children_user - before.children_system)
    figure.megabytes.append(max(peaks, default=0.0))


def _watch(pids: Sequence[int], peaks: list[float]) -> None:
    """Note how much memory a process and all that it starts hold, until it is gone. (Linux; elsewhere nothing.)"""
    while sys.platform == "linux" and (held := [_resident(pid) for pid in _family(pids)]):
        peaks.append(sum(held) / 1e6)
        time.sleep(_EVERY)


def _family(pids: Sequence[int]) -> Iterator[int]:
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        except OSError:
            continue
        if state != "Z":
            yield pid
            yield from _family([int(child) for child in children])


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def compare(
    what: str,
    figures: dict[str, Figure],
    one: str,
    other: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> str:
    """A row of the table: how many times as fast ``one`` has to be as ``other``, or how many times as long it may take;
    without either, how it stands.
    """
    mine, theirs = figures[one], figures[other]
    faster = at_least is not None or (at_most is None and mine.median <= theirs.median)
    ratio = theirs.median / mine.median if faster else mine.median / theirs.median
    asked, met = "", ""
    if at_least is not None:
        asked, met = f"at least {at_least:g} times as fast", "yes" if ratio >= at_least else "**no**"
    elif at_most is not None:
        asked, met = f"at most {at_most:g} times as long", "yes" if ratio <= at_most else "**no**"
    cells = [what, one, f"{mine.median:.2f}", f"{statistics.median(mine.cpu):.2f}", other, f"{theirs.median:.2f}"]
    cells += [f"{statistics.median(theirs.cpu):.2f}", f"{ratio:.1f} {'faster' if faster else 'longer'}", asked, met]
    return f"| {' | '.join(cells)} |\n"
