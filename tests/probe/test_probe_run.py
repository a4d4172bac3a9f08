"""Programs are run with limits, and nothing of them is left."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from dmlint.probe import process as running
from dmlint.probe.probed_python import ProbeError
from dmlint.probe.process import run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="groups of processes are ended as POSIX has them")
ENDLESS = "import time\nwhile True: time.sleep(9)"
FLOOD = "import sys\nwhile True: sys.{stream}.write('x' * 65536)"
ORPHAN = (
    "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\nprint('done')"
)


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


@pytest.mark.parametrize(
    ("text", "code", "out", "err"),
    [
        pytest.param("print('hi')", 0, "hi\n", "", id="output"),
        pytest.param("import sys; sys.exit('no')", 1, "", "no\n", id="exit code and error output"),
        pytest.param("import sys; sys.stdout.buffer.write(b'\\xff')", 0, "\N{REPLACEMENT CHARACTER}", "", id="no text"),
        pytest.param("import os; print(os.getcwd())", 0, f"{Path(os.sep).absolute()}\n", "", id="in the root folder"),
        pytest.param("import sys; print(repr(sys.stdin.read()))", 0, "''\n", "", id="nothing to read"),
        pytest.param("import sys; print(sys.dont_write_bytecode)", 0, "True\n", "", id="no byte code"),
    ],
)
def test_what_a_program_says(text: str, code: int, out: str, err: str) -> None:
    ended = run(python(text), None, 30)
    assert (ended.code, ended.out.replace("\r", ""), ended.err.replace("\r", "")) == (code, out, err)
    assert (ended.late, ended.flooded) == (False, False)


def test_a_file_is_its_input(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("print('from the file')", encoding="utf-8")
    assert run([sys.executable, "-"], script, 30).out.strip() == "from the file"


def test_one_that_does_not_end_is_ended() -> None:
    started = time.monotonic()
    assert run(python(ENDLESS), None, 1).late
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_one_that_writes_without_end_is_ended(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LIMIT", 200_000)
    ended = run(python(FLOOD.format(stream=stream)), None, 30)
    assert ended.flooded
    assert not ended.late
    assert len(ended.out) + len(ended.err) < 400_000


def test_what_it_leaves_behind_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_GRACE", 0.5)
    started = time.monotonic()
    assert run(python(ORPHAN), None, 30).out == "done\n"
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        pytest.param([os.sep], "cannot be run", id="a folder"),
        pytest.param(["no\0name"], "cannot be run: embedded null", id="no name of a file"),
    ],
)
def test_what_cannot_be_started(command: list[str], fault: str) -> None:
    with pytest.raises(ProbeError, match=fault):
        run(command, None, 5)
