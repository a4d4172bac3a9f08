"""What a linted file holds or is called, printed in every format, commands nothing: runner, terminal or reader."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from dmlint.cli import cli
from dmlint.cli.output import guard
from dmlint.reports import REPORTERS
from dmlint.reports.json_report import dump
from dmlint.reports.terminal import inert

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    "::error file=x,line=1::injected",
    "::add-mask::numpy",
    "##[error]injected",
    "##vso[task.setvariable variable=PATH]x",
    "##teamcity[buildStop]",
    "\x1b]0;title\x07\x1b[2J\x1b[31m",
    "\r\n::set-output name=x::y",
    "</failure><system-out>&evil;",
    "<img src=x onerror=alert(1)> | `x` [a](javascript:b) @everyone",
)
CALLS = {
    **{name: ("check", "--output-format", name) for name in REPORTERS},
    "statistics": ("check", "--statistics"),
    "files": ("check", "--show-files"),
    "deps": ("deps",),
    "deps-json": ("deps", "--output-format", "json"),
    "matrix": ("matrix",),
    "matrix-json": ("matrix", "--output-format", "json"),
    "matrix-markdown": ("matrix", "--output-format", "markdown"),
}
OWN = re.compile(r"::(?:error|warning|notice) file=[^\n:]*,line=\d+,")
"""An annotation of dmlint's own."""


@pytest.fixture(params=COMMANDS, ids=[f"command-{number}" for number in range(len(COMMANDS))])
def hostile(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A repository with the command in a file's name, in what is found, beside it, and in what cannot be read."""
    text: str = request.param
    folder = tmp_path / text.replace("/", "_")
    folder.mkdir()
    one_line = text.replace("\n", " ").replace("\r", " ")
    (folder / "requirements.txt").write_text(f"numpy # {one_line}\n{one_line}\nnumpy>=1 ; x {one_line}\n", "utf-8")
    dockerfile = f"FROM isaac-sim:5.1.0 AS x\nARG N='numpy {one_line}'\nRUN pip install numpy>=1 $N '{one_line}'\n"
    (folder / "Dockerfile").write_text(f"{dockerfile}RUN pip install -r '{one_line}'\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return text


def output(*arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments, "--isolated"])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="names of POSIX")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_nothing_comes_alive(call: tuple[str, ...], hostile: str) -> None:
    printed = output(*call, ".")
    lines = re.split(r"[\n\r]", printed)
    assert len(lines) > 1
    assert not [line for line in lines if line.lstrip().startswith("::") and not OWN.match(line)]
    # The properties of an annotation are encoded, and no log shows them.
    shown = "\n".join(line.rpartition("::")[2] if line.startswith("::") else line for line in lines)
    assert not re.search(r"\x1b|\x07|\u202e|##\w*\[", shown)


@pytest.mark.skipif(sys.platform == "win32", reason="names of POSIX")
@pytest.mark.parametrize("name", ["json", "sarif", "gitlab", "rdjson"])
def test_json_stays_json(name: str, hostile: str) -> None:
    assert json.loads(output("check", "--output-format", name))


@pytest.mark.skipif(sys.platform == "win32", reason="names of POSIX")
def test_xml_stays_xml(hostile: str) -> None:
    root = ElementTree.fromstring(output("check", "--output-format", "junit"))
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("  ::error::x", "  \\x3a:error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a##[error]x", "a#\\x23[error]x"),
        ("##vso[task.x]", "#\\x23vso[task.x]"),
        ("###[x]", "##\\x23[x]"),
        ("## heading", "## heading"),
        ("https://example.org/a#b", "https://example.org/a#b"),
    ],
)
def test_inert(text: str, harmless: str) -> None:
    assert inert(text) == harmless


@pytest.mark.parametrize("text", ["##vso[x]", "###[x]", "a#b", '"##"', "\\##"])
def test_json_says_the_same_without_the_command(text: str) -> None:
    assert "##" not in dump([text])
    assert json.loads(dump([text])) == [text]


@pytest.mark.skipif(sys.platform == "win32", reason="names of POSIX")
def test_a_patch_holds_its_files_as_they_are_and_a_runner_is_told_so(
    hostile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = output("check", "--diff", ".")
    assert "+numpy>=1.26.0,<2.0.0" in plain
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    guarded = output("check", "--diff", ".")
    first, *within, last = guarded.splitlines(keepends=True)
    word = first.removeprefix("::stop-commands::").strip()
    assert (first, "".join(within), last) == (f"::stop-commands::{word}\n", plain, f"::{word}::\n")
    assert re.fullmatch("[0-9a-f]{32,}", word)
    assert word not in output("check", "--diff", ".")
    patch = tmp_path / "patch"
    patch.write_bytes(guarded.encode())
    subprocess.run(["git", "apply", "--verbose", "patch"], cwd=tmp_path, check=True)
    assert output("check", "--diff", ".") == ""


@pytest.mark.parametrize(
    ("patch", "environ", "terminal", "printed"),
    [
        pytest.param(b"+\x1b\xff\n+\tb\n", {}, False, b"+\x1b\xff\n+\tb\n", id="a-pipe"),
        pytest.param(b"+\x1b\xff\n+\tb\n", {}, True, b"+\\x1b\\xff\n+    b\n", id="a-terminal"),
        pytest.param(b"", {"GITHUB_ACTIONS": "true"}, False, b"", id="no-patch"),
    ],
)
def test_a_patch_as_it_is_printed(patch: bytes, environ: dict[str, str], terminal: bool, printed: bytes) -> None:
    assert guard(patch, environ, terminal=terminal) == printed


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_a_patch_on_a_terminal_shows_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy # \x1b[31m\tred\n", "utf-8")
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "dmlint", "--diff", "requirements.txt"]
    subprocess.run(command, cwd=tmp_path, check=False, stdout=follower, stderr=subprocess.DEVNULL)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    os.close(follower)
    assert "+numpy>=1.26.0,<2.0.0 # \\x1b[31m    red" in shown
    assert "\x1b" not in shown
