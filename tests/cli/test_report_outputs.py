"""Several reports of one run, and where each goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from adoption import call, enter, read, write
from click.shell_completion import ShellComplete

import dmlint
from dmlint.cli import cli

OPEN = "numpy>=1.26\n"
SUMMARY = "Found 1 error in 1 file; 1 fixable with --fix.\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one fault."""
    enter(tmp_path, monkeypatch)
    write({"requirements.txt": OPEN})
    return tmp_path


def to(*outputs: str) -> list[str]:
    return [f"--output-format={output}" for output in outputs]


def written() -> list[str]:
    """The files that a run has made."""
    return sorted(path.name for path in Path().iterdir() if path.name not in ("requirements.txt", "dmlint.toml"))


def test_one_is_printed_and_others_are_written(here: Path) -> None:
    write({"out.json": "old"})
    result = call(*to("sarif:out.sarif", "concise", "json:out.json"))
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("requirements.txt:1:1: DM101 error: ")
    assert json.loads(read("out.sarif"))["runs"][0]["results"][0]["ruleId"] == "DM101"
    assert json.loads(read("out.json"))["files"] == 1
    assert written() == ["out.json", "out.sarif"]


def test_where_each_has_a_file_the_summary_goes_to_standard_error(here: Path) -> None:
    result = call(*to("sarif:a", "text:b"), GITHUB_ACTIONS="true")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", SUMMARY)
    quiet = call("-q", *to("gitlab:a"))
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (1, "", "")
    assert json.loads(read("a"))[0]["check_name"] == "DM101"


def test_the_one_without_a_file_goes_to_the_output_file(here: Path) -> None:
    result = call(*to("json:a", "concise"), "--output-file", "b")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", SUMMARY)
    assert read("b").startswith("requirements.txt:1:1: DM101 error: ")
    assert json.loads(read("a"))["files"] == 1


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        pytest.param({"dmlint.toml": "output-format = 'json:a'"}, ["a"], id="one"),
        pytest.param({"dmlint.toml": "output-format = ['json:a', 'text', 'sarif:b']"}, ["a", "b"], id="list"),
    ],
)
def test_a_configuration_names_them_too(here: Path, source: dict[str, str], outputs: list[str]) -> None:
    write(source)
    assert call().exit_code == 1
    assert written() == outputs


def test_a_variable_parts_them_by_commas(here: Path) -> None:
    result = call(DMLINT_OUTPUT_FORMAT="json:a b,concise, sarif:c")
    assert result.stdout.startswith("requirements.txt:1:1: DM101 error: ")
    assert written() == ["a b", "c"]
    assert call(*to("sarif:a,b")).exit_code == 1
    assert written() == ["a b", "a,b", "c"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(to("text", "json"), "sends both text and json to standard output", id="two-printed"),
        pytest.param(to("text:a", "json:./a"), "sends both text and json to ", id="one-file"),
        pytest.param(
            [*to("text:a"), "--output-file", "b"], "--output-file is for a format that names no", id="too-much"
        ),
        pytest.param(
            [*to("text:a", "json"), "--output-file", "./a"], "--output-file and --output-format both name a", id="both"
        ),
        pytest.param(to("xml:a"), "--output-format knows no 'xml'", id="unknown"),
        pytest.param(to("sarif:"), "names no file", id="no-file"),
        pytest.param([*to("sarif:a"), "--diff"], "--diff prints a patch and makes no report", id="diff"),
        pytest.param([*to("sarif", "text:a"), "--statistics"], "not with --output-format sarif", id="statistics"),
        pytest.param(["--docs-url", "x.org"], "--docs-url must be an address", id="docs-url"),
    ],
)
def test_what_does_not_go_together(here: Path, arguments: list[str], message: str) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert written() == []


def test_what_cannot_be_written_keeps_nothing_else_back(here: Path) -> None:
    write({"there": ""})
    result = call(*to("json:nowhere/a", "sarif:there/b", "text", "gitlab:c"))
    assert result.exit_code == 2
    assert result.stdout.startswith("requirements.txt:1:1: error[DM101]")
    assert json.loads(read("c"))[0]["check_name"] == "DM101"
    (line,) = result.stderr.splitlines()
    assert line.startswith("dmlint: error: cannot write ")
    assert line.count("cannot write") == 2
    assert str(Path("nowhere/a")) in line
    assert written() == ["c", "there"]


def test_what_is_left_after_fixing_is_reported(here: Path) -> None:
    write({"requirements.txt": f"{OPEN}isaacsim\n"})
    result = call("--fix", *to("json:a"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert [entry["rule"] for entry in json.loads(read("a"))["findings"]] == ["DM203"]
    assert "1 fixed" in result.stderr


@pytest.mark.parametrize("configured", ["'json:a'", "['json:a', 'concise']"])
def test_counts_stand_for_what_is_printed(here: Path, configured: str) -> None:
    write({"dmlint.toml": f"output-format = {configured}"})
    result = call("--statistics")
    assert (result.exit_code, result.stdout) == (1, "1  DM101  numpy-unpinned\n")
    assert json.loads(read("a"))["files"] == 1
    assert call("--statistics", "--output-file", "b").stdout == ""
    assert read("b") == "1  DM101  numpy-unpinned\n"


@pytest.mark.parametrize("option", ["--diff", "--show-files", "--show-settings"])
def test_what_makes_no_report_writes_none(here: Path, option: str) -> None:
    write({"dmlint.toml": "output-format = ['json:a']"})
    assert call(option).stdout != ""
    assert call(option, DMLINT_OUTPUT_FORMAT="json:b").stdout != ""
    assert written() == []
    assert call(option, "--output-file", "c").stdout == ""
    assert written() == ["c"]


def test_a_file_gets_colors_only_where_they_are_asked_for(here: Path) -> None:
    assert "\x1b[" in call(*to("concise:a", "text"), FORCE_COLOR="1").stdout
    assert call(*to("text:b"), FORCE_COLOR="1").exit_code == 1
    assert "\x1b[" not in read("b")
    assert call(*to("text:b"), "--color", "always").exit_code == 1
    assert "\x1b[" in read("b")


@pytest.mark.parametrize("command", ["matrix", "deps"])
def test_other_commands_have_formats_of_their_own(here: Path, command: str) -> None:
    write({"dmlint.toml": "output-format = ['sarif:a', 'json']"})
    result = call(command, DMLINT_OUTPUT_FORMAT="sarif:b")
    assert result.exit_code == 0
    assert written() == []


def test_pages_of_rules_are_linked(here: Path) -> None:
    shown = call(DMLINT_DOCS_URL="https://example.org/rules/").stdout
    assert "\n  = why: https://example.org/rules/DM101.md\n" in shown
    write({"dmlint.toml": "docs-url = 'https://example.org'"})
    assert "why: https://example.org/DM101.md" in call(*to("github")).stdout


def test_a_run_imports_only_the_formats_that_it_prints(here: Path) -> None:
    code = (
        "import sys; from dmlint.cli import run\n"
        "run(['--output-format=concise', '--output-format=jsonl:a'])\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    package = str(Path(dmlint.__file__).parents[1])
    environ = {**os.environ, "PYTHONPATH": package}
    done = subprocess.run(
        (sys.executable, "-c", code),
        cwd=here,
        env=environ,
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    loaded = set(done.stderr.split())
    formats = {name for name in loaded if name.startswith("dmlint.reports.")}
    words = {f"dmlint.reports.{name}" for name in ("summary", "terminal", "view")}
    assert formats - words == {f"dmlint.reports.{name}" for name in ("json_report", "text_report")}
    assert not {"xml", "xml.etree", "dmlint.reports.rule_pages"} & loaded


def test_formats_are_completed(here: Path) -> None:
    complete = ShellComplete(cli, {}, "dmlint", "_DMLINT_COMPLETE")
    found = complete.get_completions(["check", "--output-format"], "j")
    assert [item.value for item in found] == ["json", "jsonl", "junit"]


def test_no_half_a_file_is_left(here: Path) -> None:
    write({"out.json": "old"})
    result = call(*to("json:out.json/x"))
    assert (result.exit_code, read("out.json")) == (2, "old")
