"""Work shared out between processes that go on from what is in memory, where the system makes such processes safely."""

from __future__ import annotations

import io
import os
import pickle
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_MOST = 8
"""More processes are used only where somebody asks for them."""
_MEMORY = 180_000_000
"""Bytes that all processes may hold at first, though what a copy holds is the original's until it is changed."""
_NONE = -1
_THREADS = Path("/proc/self/task")


def count_jobs(asked: int | None, threads: Path = _THREADS) -> int:
    """How many processes may be at work: as many as are asked for, else one for each core while there is memory for it;
    but 1 where this one cannot be copied safely. A copy has one thread, and waits in vain for what others held:
    ``threads`` must show but one.
    """
    if sys.platform != "linux" or len([*threads.glob("*")]) != 1:
        return 1
    return asked or max(1, min(len(os.sched_getaffinity(0)), _MOST, _MEMORY // _resident()))


def _resident() -> int:
    """How many bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def spread(work: Callable[[int], T], shares: int, common: Sequence[object] = ()) -> list[T]:
    """What ``work`` makes of each share, by its number: the first is done here, each other by a copy of this process.

    Whatever keeps a copy from its work, that share is done here as well, and fails here if it must. What comes from a
    copy is a copy, but for the objects in ``common``: those are the same.
    """
    helpers: list[_Helper] = []
    try:
        helpers += (_Helper(work, number, common) for number in range(1, shares))
        found = [work(0)]
        for number, helper in enumerate(helpers, 1):
            said = helper.fetch()
            found.append(work(number) if said is None else load(said, common))
        return found
    finally:
        for helper in helpers:
            helper.end()


class _Helper:
    """A process that does one share of the work, says what it comes to, and is over."""

    def __init__(self, work: Callable[[int], object], number: int, common: Sequence[object]) -> None:
        self._pipe, pipe = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:
            # There is no room for one more: its share is done without it.
            self._pid = _NONE
        if self._pid == 0:
            # It ends without a trace, whatever happens: what fails is done again where it can be told.
            try:
                os.close(self._pipe)
                said = dump(work(number), common)
                with os.fdopen(pipe, "wb") as stream:
                    stream.write(said)
                os._exit(0)
            finally:
                os._exit(1)
        os.close(pipe)

    def fetch(self) -> bytes | None:
        """All that the process says; None if it came to nothing."""
        with os.fdopen(os.dup(self._pipe), "rb") as stream:
            said = stream.read()
        return said if self._wait() == 0 else None

    def end(self) -> None:
        """Leave nothing behind."""
        os.close(self._pipe)
        if self._pid != _NONE:
            os.kill(self._pid, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        """The status with which the process is over; not 0 where there was none."""
        pid, self._pid = self._pid, _NONE
        return 1 if pid == _NONE else os.waitpid(pid, 0)[1]


def dump(found: object, common: Sequence[object]) -> bytes:
    """An object as bytes, in which those that both sides have in common are only named."""
    stream = io.BytesIO()
    _Pickler(stream, common).dump(found)
    return stream.getvalue()


def load(said: bytes, common: Sequence[object]) -> Any:
    """The object again."""
    return _Unpickler(io.BytesIO(said), common).load()


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, common: Sequence[object]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._numbers = {id(entry): number for number, entry in enumerate(common)}

    def persistent_id(self, found: object) -> int | None:
        return self._numbers.get(id(found))


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, common: Sequence[object]) -> None:
        super().__init__(stream)
        self._common = common

    def persistent_load(self, number: int) -> object:
        return self._common[number]
