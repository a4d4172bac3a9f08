"""``--stdin-filename PATH -``: a text that is not on the disk, judged as if it were."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from adoption import enter, read, write
from click.testing import CliRunner, Result

from dmlint.cli import cli
from dmlint.cli.scope import CallError, read_scope
from dmlint.reports import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN, CLOSED = "numpy>=1.26\n", "numpy>=1.26,<2.0.0\n"
INSTALL = "FROM python:3.11\nWORKDIR /w\nCOPY . .\nRUN pip install -r requirements.txt -c constraints.txt\n"
PATCH = (
    "diff --git a/requirements.txt b/requirements.txt\n--- a/requirements.txt\n+++ b/requirements.txt\n"
    "@@ -1,1 +1,1 @@\n-numpy>=1.26\n+numpy>=1.26,<2.0.0\n"
)
FIXED = "All clear: 1 file checked; 1 fixed.\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(tmp_path, monkeypatch)


def pipe(text: str | bytes, *arguments: str, name: str = "requirements.txt", **environ: str) -> Result:
    """Run the command with a text on standard input."""
    call = ["--stdin-filename", name, *arguments, "-"]
    return CliRunner().invoke(cli, call, prog_name="dmlint", input=text, env=environ)


def found(text: str | bytes, *arguments: str, name: str = "requirements.txt") -> list[tuple[str, int, str]]:
    """What is found in a text, as path, line and rule."""
    findings = json.loads(pipe(text, *arguments, "--output-format", "json", name=name).stdout)["findings"]
    return [(entry["path"], entry["line"], entry["rule"]) for entry in findings]


@pytest.mark.parametrize(
    ("files", "name", "text", "expected"),
    [
        pytest.param({}, "requirements.txt", OPEN, [("requirements.txt", 1, "DM101")], id="no-such-file-yet"),
        pytest.param(
            {}, "new/Dockerfile", "FROM x\nRUN pip install numpy", [("new/Dockerfile", 2, "DM101")], id="folder"
        ),
        pytest.param(
            {"requirements.txt": CLOSED}, "requirements.txt", OPEN, [("requirements.txt", 1, "DM101")], id="now"
        ),
        pytest.param({"requirements.txt": OPEN}, "requirements.txt", CLOSED, [], id="not-what-is-on-the-disk"),
        pytest.param(
            {"Dockerfile": INSTALL, "constraints.txt": "numpy<2\n"}, "requirements.txt", OPEN, [], id="in-its-project"
        ),
        pytest.param(
            {"requirements.txt": OPEN, "constraints.txt": "numpy<2\n"}, "Dockerfile", INSTALL, [], id="what-it-names"
        ),
        pytest.param(
            {"requirements.txt": "-r more.txt\n"}, "more.txt", CLOSED, [], id="no-kind-of-file-that-is-read-by-name"
        ),
        pytest.param({}, "requirements.txt", "numpy  # dmlint: ignore[DM101] no\n", [], id="comment"),
        pytest.param({"dmlint.toml": "ignore=['DM1']"}, "requirements.txt", OPEN, [], id="configuration"),
        pytest.param(
            {"dmlint.toml": "exclude=['*']"}, "requirements.txt", OPEN, [("requirements.txt", 1, "DM101")], id="named"
        ),
        pytest.param({}, "requirements.txt", "", [], id="empty"),
        pytest.param({}, "requirements.txt", b"numpy\xff", [("requirements.txt", 1, "DM900")], id="not-utf-8"),
        pytest.param({}, "requirements.txt", b"\xff\xfen\0", [("requirements.txt", 1, "DM101")], id="utf-16"),
        pytest.param({}, "requirements.txt", b"\0\1\2\xfe", [("requirements.txt", 1, "DM900")], id="binary"),
    ],
)
def test_a_text_is_judged_as_the_file(
    here: Path, files: Mapping[str, str], name: str, text: str | bytes, expected: list[tuple[str, int, str]]
) -> None:
    write({"dmlint.toml": "", **files})
    wanted = {b"\xff\xfen\0": b"\xff\xfen\0u\0m\0p\0y\0"}.get(text if isinstance(text, bytes) else b"", text)
    assert found(wanted, name=name) == expected


def test_what_includes_a_new_file_sees_it(here: Path) -> None:
    write({"dmlint.toml": "", "Dockerfile": "FROM x\nWORKDIR /w\nCOPY . .\nRUN pip install -r requirements.txt\n"})
    result = pipe("numpy\n", "--output-format", "text")
    assert "Dockerfile:4:5: its file is installed here" in result.stdout


@pytest.mark.parametrize("format_", REPORTERS)
def test_every_format_has_it(here: Path, format_: str) -> None:
    result = pipe(OPEN, "--output-format", format_)
    assert (result.exit_code, "DM101" in result.stdout, result.stderr) == (1, True, "")


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        pytest.param(OPEN, ["--diff"], (1, PATCH, "Would fix 1 finding in 1 file.\n"), id="diff"),
        pytest.param(CLOSED, ["--diff", "-q"], (0, "", ""), id="no-diff"),
        pytest.param(OPEN, ["--fix"], (0, CLOSED, FIXED), id="fix"),
        pytest.param(OPEN, ["--fix", "--exit-non-zero-on-fix"], (1, CLOSED, FIXED), id="fix-non-zero"),
        pytest.param("numpy>=1.26\r\n", ["--fix"], (0, "numpy>=1.26,<2.0.0\r\n", FIXED), id="line-ends-stay"),
        pytest.param(CLOSED, ["--fix"], (0, CLOSED, "All clear: 1 file checked.\n"), id="nothing-to-fix"),
        pytest.param("numpy>=2\n", ["--fix", "-q", "--exit-zero"], (0, "numpy>=2\n", None), id="not-safe-to-fix"),
        pytest.param(OPEN, ["--fix", "-q", "--exclude", "*", "--force-exclude"], (0, OPEN, ""), id="excluded-fix"),
        pytest.param(OPEN, ["-q", "--exclude", "*", "--force-exclude"], (0, "", ""), id="excluded"),
        pytest.param(OPEN, ["--show-files"], (0, "requirements.txt\n", ""), id="show-files"),
        pytest.param(OPEN, ["--statistics"], (1, "1  DM101  numpy-unpinned\n", ""), id="statistics"),
    ],
)
def test_standard_output_has_what_was_asked_for(
    here: Path, text: str, arguments: list[str], expected: tuple[int, str, str | None]
) -> None:
    write({"requirements.txt": "untouched\n"})
    result = pipe(text, *arguments)
    code, stdout, stderr = expected
    printed = result.stdout_bytes.decode()
    assert (result.exit_code, printed, result.stderr) == (code, stdout, result.stderr if stderr is None else stderr)
    assert read("requirements.txt") == "untouched\n"


def test_what_is_left_after_a_fix_stands_on_standard_error(here: Path) -> None:
    result = pipe("numpy>=2\nnumpy>=1.26\n", "--fix", "--output-format", "concise")
    assert result.stdout == "numpy>=2\nnumpy>=1.26\n"
    assert result.stderr.startswith("requirements.txt:")
    kept = pipe("numpy>=2\n", "--fix", "--output-file", "report", "-q")
    assert (kept.stdout, kept.stderr, "DM103" in read("report")) == ("numpy>=2\n", "", True)


@pytest.mark.parametrize(
    "data",
    [pytest.param(b"numpy\xff\n", id="not-utf-8"), pytest.param(b"\xef\xbb\xbfnumpy>=1.26,<2\n", id="byte-order-mark")],
)
def test_bytes_pass_through(here: Path, data: bytes) -> None:
    assert pipe(data, "--fix").stdout_bytes == data


def test_what_is_too_large_to_be_looked_at_passes_through(here: Path) -> None:
    write({"dmlint.toml": "max-file-size = 1000"})
    assert found("numpy\n" * 200) == [("requirements.txt", 1, "DM900")]
    assert pipe("numpy\n" * 200, "--fix").stdout_bytes == b"numpy\n" * 200


def test_a_byte_order_mark_stays(here: Path) -> None:
    wide = OPEN.encode("utf-16")
    assert pipe(wide, "--fix").stdout_bytes == CLOSED.encode("utf-16")


def test_only_the_text_is_fixed(here: Path) -> None:
    write({"dmlint.toml": "", "deps.txt": "numpy\n"})
    dockerfile = "FROM x\nWORKDIR /w\nCOPY . .\nRUN pip install -r deps.txt\n"
    result = pipe(dockerfile, "--fix", "--output-format", "concise", name="Dockerfile")
    assert (result.exit_code, result.stdout) == (1, dockerfile)
    assert "deps.txt:1:1: DM101" in result.stderr
    assert read("deps.txt") == "numpy\n"


def test_a_policy_holds_for_it(here: Path) -> None:
    write({"policy.toml": "select=['DM101']", "dmlint.toml": "ignore=['DM101']"})
    assert found(OPEN, "--policy", "policy.toml") == [("requirements.txt", 1, "DM101")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["-"], "--stdin-filename PATH says which file it is", id="no-name"),
        pytest.param(["--stdin-filename", "a"], "goes with the path -: dmlint --stdin-filename a -", id="no-dash"),
        pytest.param(["--stdin-filename", "a", "b"], "goes with the path -", id="another-path"),
        pytest.param(["--stdin-filename", "a", "-", "b"], "goes with no other path", id="more-paths"),
        pytest.param(["--stdin-filename", ".", "-"], ". is a folder", id="folder"),
        pytest.param(["--stdin-filename", "away.txt", "-"], "is a symbolic link out of", id="outside"),
        pytest.param(
            ["--stdin-filename", "a", "--add-ignore", "so", "-"], "--add-ignore writes into files", id="ignore"
        ),
    ],
)
def test_what_does_not_go_together_is_said(here: Path, arguments: list[str], said: str) -> None:
    write({"root/.git": "", "elsewhere/requirements.txt": OPEN})
    os.chdir("root")
    Path("away.txt").symlink_to("../elsewhere/requirements.txt")
    result = CliRunner().invoke(cli, arguments, prog_name="dmlint", input="numpy\n")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert said in result.stderr


def test_a_variable_names_no_file(here: Path) -> None:
    write({"requirements.txt": OPEN})
    call = ["--output-format", "concise"]
    result = CliRunner().invoke(cli, call, prog_name="dmlint", input=CLOSED, env={"DMLINT_STDIN_FILENAME": "x"})
    assert (result.exit_code, "requirements.txt:1:1: DM101" in result.stdout) == (1, True)


def test_a_place_elsewhere_is_a_project_of_its_own(here: Path) -> None:
    (here / "root").mkdir()
    os.chdir("root")
    assert found(OPEN, name="../other/requirements.txt") == [("../other/requirements.txt", 1, "DM101")]


def test_a_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CallError, match="standard input is closed"):
        read_scope((Path("-"),), Path("Dockerfile"), quiet=False)


def test_a_standard_input_that_cannot_be_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with os.fdopen(os.open("taken", os.O_WRONLY | os.O_CREAT), encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(CallError, match="cannot read standard input: bad file descriptor"):
            read_scope((Path("-"),), Path("Dockerfile"), quiet=False)
