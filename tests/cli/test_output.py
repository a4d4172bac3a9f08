from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from dmlint.cli.output import OutputError, can_print, deliver, emit, is_terminal, wants_color, warn


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "expected"),
    [
        pytest.param("auto", {}, True, True, id="terminal"),
        pytest.param("auto", {}, False, False, id="pipe"),
        pytest.param("auto", {"TERM": "dumb"}, True, False, id="dumb"),
        pytest.param("auto", {"TERM": "xterm"}, True, True, id="xterm"),
        pytest.param("auto", {"NO_COLOR": "1"}, True, False, id="no-color"),
        pytest.param("auto", {"NO_COLOR": ""}, True, True, id="no-color-empty"),
        pytest.param("auto", {"FORCE_COLOR": "1"}, False, True, id="force"),
        pytest.param("auto", {"FORCE_COLOR": "0"}, False, False, id="force-zero"),
        pytest.param("auto", {"FORCE_COLOR": "0"}, True, True, id="force-zero-forbids-nothing"),
        pytest.param("auto", {"CLICOLOR_FORCE": "1"}, False, True, id="clicolor"),
        pytest.param("auto", {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True, id="force-before-dumb"),
        pytest.param("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, id="no-color-first"),
        pytest.param("always", {"NO_COLOR": "1"}, False, True, id="always"),
        pytest.param("never", {"FORCE_COLOR": "1"}, True, False, id="never"),
    ],
)
def test_color(choice: str, environ: dict[str, str], terminal: bool, expected: bool) -> None:
    assert wants_color(choice, environ, terminal=terminal) is expected


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    (tmp_path / "link").symlink_to("report")
    deliver(["ü", "\udcff"], tmp_path / "link")
    assert target.read_text(encoding="utf-8") == "ü\n\\udcff\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "report"]


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    deliver([], tmp_path / "report")
    assert (tmp_path / "report").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert (tmp_path / "report").read_bytes() == b""


def test_a_device_stays_one() -> None:
    deliver(["x"], Path(os.devnull))
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OutputError, match=r"^cannot write to standard output: no space left on device$"):
            deliver(["x"], None)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("nowhere/report", "cannot write .*nowhere/report: no such file", id="no-folder"),
        pytest.param(".", "is a directory", id="folder"),
        pytest.param("x" * 300, "file name too long", id="name"),
    ],
)
def test_a_file_that_cannot_be_written(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        deliver(["x"], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_pipe_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        emit("x", stream)
        emit("y" * 100_000, stream)


def test_a_stream_that_was_closed_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    deliver(["x"], None)
    assert is_terminal() is False


def test_a_warning_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    warn("a\nb")
    assert capsys.readouterr().err == "dmlint: warning: a\\nb\n"


@pytest.mark.parametrize(
    ("encoding", "printable"),
    [pytest.param("utf-8", True, id="utf-8"), pytest.param("ascii", False, id="ascii")],
)
def test_what_can_be_printed(encoding: str, printable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert can_print("\u2713") is printable
    assert can_print("ok")
