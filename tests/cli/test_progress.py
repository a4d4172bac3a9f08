"""The line that says how far a long run is: on a terminal alone, and gone at the end."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dmlint
from dmlint.cli import output
from dmlint.cli.output import Line, welcome
from dmlint.discovery.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.discovery.progress import Progress
    from dmlint.linting.engine import Judgement

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_", "COV_"))}


def written(moments: Iterable[float], told: Iterable[tuple[str, int, int]]) -> list[str]:
    """What a line writes, if a clock shows these moments: the first when it is made, the next at each telling."""
    stream = io.StringIO()
    clock = iter(moments)
    line = Line(stream, lambda: next(clock))
    for doing, done, total in told:
        line.tell(doing, done, total)
    line.erase()
    return stream.getvalue().split("\r")[1:]


@pytest.mark.parametrize(
    ("moments", "told", "expected"),
    [
        pytest.param([0, 0.49], [("reading", 0, 9)], [], id="short"),
        pytest.param(
            [0, 0.5], [("reading", 1, 9)], ["dmlint: reading 1 of 9 files", " " * 28, ""], id="shown-and-erased"
        ),
        pytest.param(
            [0, 1, 1.05, 1.2],
            [("reading", 8_888, 9_999), ("reading", 8_889, 9_999), ("checking", 9_999, 9_999)],
            ["dmlint: reading 8,888 of 9,999 files", "dmlint: checking 9,999 files        ", " " * 28, ""],
            id="not-too-often",
        ),
    ],
)
def test_a_line_is_written_in_place(
    moments: list[float], told: list[tuple[str, int, int]], expected: list[str]
) -> None:
    assert written(moments, told) == expected


def test_a_narrow_terminal_gets_what_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "16")
    assert written([0, 1], [("reading", 1, 9)])[0] == "dmlint: reading"


@pytest.mark.parametrize(
    ("environ", "terminal", "expected"),
    [
        pytest.param({}, True, True, id="terminal"),
        pytest.param({}, False, False, id="pipe"),
        pytest.param({"TERM": "xterm", "CI": ""}, True, True, id="xterm"),
        pytest.param({"TERM": "dumb"}, True, False, id="dumb"),
        pytest.param({"CI": "true"}, True, False, id="ci"),
    ],
)
def test_who_wants_it(environ: dict[str, str], terminal: bool, expected: bool) -> None:
    assert welcome(environ, terminal=terminal) is expected


def left_on(screen: str) -> str:
    """What a terminal of one line shows after all was written to it."""
    shown = ""
    for text in screen.split("\r"):
        shown = text + shown[len(text) :]
    return shown.rstrip()


def read_terminal(ours: int, theirs: int) -> str:
    """All that was written on a terminal, and a dollar sign where its cursor then stands."""
    os.write(theirs, b"$")
    screen = b""
    while not screen.endswith(b"$"):
        screen += os.read(ours, 1000)
    return screen.decode()


def watched(folder: Path, patience: str, *arguments: str) -> tuple[str, str]:
    """What a run writes on a terminal that its standard error is, and what it prints."""
    code = (
        "import sys; from dmlint.cli import output, run\n"
        "output.PATIENCE = float(sys.argv[1]); sys.exit(run(sys.argv[2:]))"
    )
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", code, patience, *arguments, "--output-format", "concise"]
    environ = {**ENVIRON, "PYTHONPATH": str(Path(dmlint.__file__).parents[1]), "TERM": "xterm", "CI": ""}
    done = subprocess.run(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=theirs, check=False)
    screen = read_terminal(ours, theirs)
    os.close(theirs)
    os.close(ours)
    return screen, done.stdout.decode()


needs_terminal = pytest.mark.skipif(not hasattr(os, "openpty"), reason="a system without pseudo-terminals")


@needs_terminal
def test_a_long_run_leaves_nothing_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    screen, printed = watched(tmp_path, "0")
    assert screen.startswith("\rdmlint: reading 0 of 1 file\r")
    assert left_on(screen) == "$"
    assert printed.startswith("requirements.txt:1:1: DM101")


@needs_terminal
@pytest.mark.parametrize(
    ("patience", "arguments"),
    [
        pytest.param("60", [], id="short"),
        pytest.param("0", ["-q"], id="quiet"),
    ],
)
def test_others_write_nothing_on_it(tmp_path: Path, patience: str, arguments: list[str]) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    assert watched(tmp_path, patience, *arguments)[0] == "$"


@needs_terminal
def test_a_run_that_breaks_off_leaves_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def judge(_tree: Repository, tell: Progress) -> Judgement:
        tell("reading", 3, 4)
        raise KeyboardInterrupt

    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        look = output.follow(judge, quiet=False)
        with pytest.raises(KeyboardInterrupt):
            look(Repository(Path()))
        screen = read_terminal(ours, theirs)
    assert screen.startswith("\rdmlint: reading 3 of 4 files\r")
    assert left_on(screen) == "$"
    os.close(ours)
