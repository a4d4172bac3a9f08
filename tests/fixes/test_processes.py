"""Work shared out between processes: the same comes of it, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

from dmlint.fixes.processes import count_jobs, dump, load, spread
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HERE = os.getpid()
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
# The tests themselves run in processes of several threads; what is done in the copies needs none of them.
COPIES = [LINUX, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]


def kill(_number: int) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def fail(number: int) -> NoReturn:
    raise ValueError(number)


def unspeakable(_number: int) -> Callable[[], None]:
    return lambda: None


def elsewhere(does: Callable[[int], object]) -> Callable[[int], object]:
    """What does one thing in a copy of the process, and another here."""

    def work(number: int) -> object:
        return (str if os.getpid() == HERE else does)(number)

    return work


def children() -> list[int]:
    """The processes that were started here and not waited for."""
    try:
        return [os.waitpid(-1, os.WNOHANG)[0]]
    except ChildProcessError:
        return []


@pytest.mark.parametrize("shares", [pytest.param(count, marks=COPIES) for count in (1, 2, 5)])
def test_each_share_is_done_by_itself_and_told_in_order(shares: int) -> None:
    found = spread(lambda number: (number, os.getpid()), shares)
    assert [number for number, _ in found] == [*range(shares)]
    assert len({pid for _, pid in found}) == shares
    assert found[0][1] == HERE


@pytest.mark.parametrize(
    "does",
    [
        pytest.param(kill, id="killed", marks=COPIES),
        pytest.param(fail, id="failed", marks=COPIES),
        pytest.param(unspeakable, id="unspeakable", marks=COPIES),
    ],
)
def test_a_share_that_a_copy_fails_at_is_done_here(does: Callable[[int], object]) -> None:
    assert spread(elsewhere(does), 3) == ["0", "1", "2"]
    assert children() == []


@pytest.mark.parametrize("shares", [pytest.param(1), pytest.param(3, marks=COPIES)])
def test_what_fails_everywhere_fails(shares: int) -> None:
    with pytest.raises(ValueError, match="0"):
        spread(fail, shares)
    assert children() == []


@pytest.mark.parametrize("shares", [pytest.param(4, marks=COPIES)])
def test_nothing_is_left_behind_by_what_fails(shares: int) -> None:
    with pytest.raises(ZeroDivisionError):
        spread(lambda number: time.sleep(600 // number), shares)
    assert children() == []


@pytest.mark.parametrize("shares", [pytest.param(3, marks=COPIES)])
def test_without_room_for_a_process_all_is_done_here(shares: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> NoReturn:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    assert spread(lambda number: (number, os.getpid()), shares) == [(number, HERE) for number in range(shares)]


def test_what_both_sides_have_stays_the_same() -> None:
    shared, own = Source(path="a", text="a"), Source(path="b", text="b")
    found = load(dump([shared.span(0, 1), own.span(0, 1), own], [own.text, shared]), [own.text, shared])
    assert found[0].source is shared
    assert found[1].source is found[2]
    assert (found[2].path, found[2] is own) == ("b", False)


@pytest.mark.parametrize(
    ("threads", "asked", "expected"),
    [
        pytest.param(["1"], 3, 3, id="asked", marks=LINUX),
        pytest.param(["1", "2"], 3, 1, id="threads"),
        pytest.param([], 3, 1, id="not told"),
    ],
)
def test_how_many_processes_may_be_at_work(
    threads: list[str], asked: int | None, expected: int, tmp_path: Path
) -> None:
    for name in threads:
        (tmp_path / name).touch()
    assert count_jobs(asked, tmp_path) == expected


@LINUX
def test_unasked_there_are_no_more_processes_than_cores(tmp_path: Path) -> None:
    (tmp_path / "1").touch()
    assert 1 <= count_jobs(None, tmp_path) <= len(os.sched_getaffinity(0))
