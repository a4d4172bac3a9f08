"""``--fix``, ``--unsafe-fixes``, ``--diff`` and ``--exit-non-zero-on-fix``, as they are typed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from dmlint.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

OPEN, CLOSED, TWO = "numpy>=1.26\n", "numpy>=1.26,<2.0.0\n", "numpy>=2\n"
PATCH = (
    "diff --git a/requirements.txt b/requirements.txt\n--- a/requirements.txt\n+++ b/requirements.txt\n"
    "@@ -1,1 +1,1 @@\n-numpy>=1.26\n+numpy>=1.26,<2.0.0\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment that asks for nothing."""
    for name in ("GITHUB_ACTIONS", *(name for name in os.environ if name.startswith("DMLINT_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", "--isolated", *arguments], prog_name="dmlint")


@pytest.mark.parametrize(
    ("text", "arguments", "expected", "summary"),
    [
        pytest.param(OPEN, [], (1, OPEN), "Found 1 error in 1 file; 1 fixable with --fix.", id="said"),
        pytest.param(OPEN, ["--fix"], (0, CLOSED), "All clear: 1 file checked; 1 fixed.", id="fixed"),
        pytest.param(TWO, ["--fix"], (1, TWO), "1 fixable with --fix --unsafe-fixes.", id="not-safe"),
        pytest.param(
            TWO,
            ["--fix", "--unsafe-fixes"],
            (0, "numpy>=1.26.0,<2.0.0\n"),
            "All clear: 1 file checked; 1 fixed.",
            id="all",
        ),
        pytest.param(OPEN, ["--fix", "--exit-non-zero-on-fix"], (1, CLOSED), "1 fixed.", id="non-zero"),
        pytest.param(
            CLOSED, ["--fix", "--exit-non-zero-on-fix"], (0, CLOSED), "All clear: 1 file checked.", id="nothing"
        ),
        pytest.param(OPEN, ["--fix", "--exit-non-zero-on-fix", "--exit-zero"], (0, CLOSED), "1 fixed.", id="exit-zero"),
        pytest.param(OPEN, ["--fix", "--ignore", "DM1"], (0, OPEN), "All clear: 1 file checked.", id="not-selected"),
    ],
)
def test_fix(here: Path, text: str, arguments: list[str], expected: tuple[int, str], summary: str) -> None:
    (here / "requirements.txt").write_text(text, encoding="utf-8")
    result = call(*arguments, "--output-format", "text", ".")
    assert (result.exit_code, (here / "requirements.txt").read_text(encoding="utf-8")) == expected
    assert summary in result.stdout


def test_both_kinds_are_counted(here: Path) -> None:
    (here / "requirements.txt").write_text(OPEN, encoding="utf-8")
    (here / "two-requirements.txt").write_text(TWO, encoding="utf-8")
    assert "; 1 fixable with --fix, 1 more with --unsafe-fixes." in call(".").stdout


def test_json_says_what_is_fixable(here: Path) -> None:
    (here / "requirements.txt").write_text("numpy<3,<4\nnumpy>=1.26\n", encoding="utf-8")
    findings = json.loads(call("--output-format", "json", ".").stdout)["findings"]
    assert [(entry["line"], entry["fixable"]) for entry in findings] == [(1, False)]


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        pytest.param(
            OPEN,
            ["--diff"],
            (
                1,
                PATCH,
                "Would fix 1 finding in 1 file.\n",
            ),
            id="changes",
        ),
        pytest.param(CLOSED, ["--diff"], (0, "", "Would fix 0 findings in 0 files.\n"), id="nothing"),
        pytest.param(TWO, ["--diff", "-q"], (0, "", ""), id="quiet"),
    ],
)
def test_diff(here: Path, text: str, arguments: list[str], expected: tuple[int, str, str]) -> None:
    (here / "requirements.txt").write_text(text, encoding="utf-8")
    result = call(*arguments, ".")
    assert (result.exit_code, result.stdout, result.stderr) == expected
    assert (here / "requirements.txt").read_text(encoding="utf-8") == text


def test_diff_can_pass_and_be_written_to_a_file(here: Path) -> None:
    (here / "requirements.txt").write_bytes(b"\xff\xfen\0u\0m\0p\0y\0")
    result = call("--diff", "--exit-zero", "--output-file", "fix.patch", ".")
    assert (result.exit_code, result.stdout) == (0, "")
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "apply", "fix.patch"], check=True)
    assert (here / "requirements.txt").read_bytes().decode("utf-16") == "numpy>=1.26.0,<2.0.0"


def test_unsafe_fixes_alone_are_a_mistake(here: Path) -> None:
    result = call("--unsafe-fixes", ".")
    assert (result.exit_code, "--unsafe-fixes goes with --fix or --diff" in result.stderr) == (2, True)


def test_what_is_not_named_is_not_changed(here: Path) -> None:
    (here / "Dockerfile").write_text("FROM python:3.11\nRUN pip install -r deps.txt\n", encoding="utf-8")
    (here / "requirements.txt").write_text(OPEN, encoding="utf-8")
    call("--fix", "Dockerfile")
    assert (here / "requirements.txt").read_text(encoding="utf-8") == OPEN


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a folder that may not be written to")
def test_a_folder_that_may_not_be_written_to(here: Path) -> None:
    (here / "locked").mkdir()
    (here / "locked" / "requirements.txt").write_text(OPEN, encoding="utf-8")
    (here / "locked").chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = call("--fix", ".")
    (here / "locked").chmod(stat.S_IRWXU)
    assert (result.exit_code, (here / "locked" / "requirements.txt").read_text(encoding="utf-8")) == (2, OPEN)
    assert "locked/requirements.txt: the fixed file cannot be written: permission denied" in result.stderr


def test_a_real_process_prints_bytes_as_they_are(here: Path) -> None:
    (here / "requirements.txt").write_bytes("numpy  # f\u00fcr\r\n".encode())
    command = [sys.executable, "-m", "dmlint", "--isolated", "--diff", "."]
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, check=False, env=environ)
    assert (done.returncode, b"-numpy  # f\xc3\xbcr\r\n+numpy>=1.26.0,<2.0.0  # f\xc3\xbcr\r\n" in done.stdout) == (
        1,
        True,
    )
