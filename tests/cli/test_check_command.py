from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from dmlint.cli import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN = "numpy>=1.26\n"
BOUND = "numpy<2\n"
VARIABLES = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment that asks for nothing."""
    for name in (*VARIABLES, *(name for name in os.environ if name.startswith("DMLINT_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def call(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="dmlint", env=environ)


def rules_of(result: Result) -> list[tuple[str, str]]:
    findings = json.loads(result.stdout)["findings"]
    return [(entry["path"], entry["rule"]) for entry in findings]


FIRST = "requirements.txt:1:1: DM101 error: "


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--output-format", "concise"], id="no-path"),
        pytest.param([".", "--output-format", "concise"], id="folder"),
        pytest.param(["requirements.txt", "--output-format=concise"], id="file"),
        pytest.param(["check", "--output-format", "concise"], id="command"),
        pytest.param(["--output-format", "concise", "check"], id="a-folder-called-like-a-command-after-an-option"),
        pytest.param(["--output-format", "concise", "--", "requirements.txt"], id="dashes"),
        pytest.param(["--select", "DM1", "--output-format", "concise", "."], id="options-first"),
    ],
)
def test_checking_needs_no_command(here: Path, arguments: list[str]) -> None:
    write(here, {"requirements.txt": OPEN, "check/requirements.txt": OPEN})
    result = call(*arguments)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "requirements.txt:1:1: DM101 error: " in result.stdout


def test_a_command_comes_before_a_folder_of_its_name(here: Path) -> None:
    write(here, {"rules/requirements.txt": OPEN})
    assert call("rules").stdout.startswith("DM101  error")
    assert call("./rules", "--output-format", "concise").stdout.startswith(f"rules/{FIRST}")


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        pytest.param(OPEN, [], 1, id="error"),
        pytest.param(BOUND, [], 0, id="nothing"),
        pytest.param(OPEN, ["--exit-zero"], 0, id="exit-zero"),
        pytest.param(OPEN, ["--ignore", "DM1"], 0, id="ignored"),
        pytest.param(OPEN, ["--select", "DM2,DM102"], 0, id="not-selected"),
        pytest.param(OPEN, ["--select", "DM2", "--select", "DM101"], 1, id="selected"),
        pytest.param(OPEN, ["--select", "DM2", "--extend-select", "DM101"], 1, id="selection-extended"),
        pytest.param(OPEN, ["--extend-ignore", "DM101"], 0, id="ignored-too"),
        pytest.param("isaacsim\n", ["--select", "DM203"], 0, id="warning"),
        pytest.param("isaacsim\n", ["--select", "DM203", "--fail-on", "warning"], 1, id="warning-that-fails"),
        pytest.param("isaacsim\n", ["--select", "DM203", "--fail-on", "notice"], 1, id="below-the-severity"),
        pytest.param("-r missing.txt\n", ["--fail-on", "notice", "--show-files"], 0, id="show-files"),
        pytest.param(OPEN, ["--statistics"], 1, id="statistics"),
        pytest.param(OPEN, ["nowhere"], 2, id="missing-path"),
        pytest.param(OPEN, ["--select", "DM9999"], 2, id="unknown-id"),
        pytest.param(OPEN, ["--select", " ,"], 2, id="nothing-selected"),
        pytest.param(OPEN, ["--ignore", ""], 1, id="nothing-ignored"),
        pytest.param(OPEN, ["--no-such-option"], 2, id="unknown-option"),
        pytest.param(OPEN, ["--config", "nowhere.toml"], 2, id="missing-configuration"),
        pytest.param(OPEN, ["--config", "requirements.txt"], 2, id="broken-configuration"),
        pytest.param(OPEN, ["--isolated", "--config", "x"], 2, id="contradiction"),
        pytest.param(OPEN, ["--output-file", "nowhere/report"], 2, id="no-folder-for-the-report"),
        pytest.param(OPEN, ["--statistics", "--output-format", "json"], 1, id="statistics-for-programs"),
        pytest.param(OPEN, ["--statistics", "--output-format", "sarif"], 2, id="statistics-as-sarif"),
        pytest.param(OPEN, ["--environment", "nothing*"], 2, id="no-such-environment"),
        pytest.param(OPEN, ["--environment", "*.txt"], 1, id="an-environment"),
        pytest.param(OPEN, ["--status", "ok"], 0, id="environments-that-are-ok"),
    ],
)
@pytest.mark.parametrize("format_", ["text", "concise", "json", "github"])
def test_exit_codes_are_the_same_for_every_format(
    here: Path, text: str, arguments: list[str], code: int, format_: str
) -> None:
    write(here, {"requirements.txt": text})
    environ = {"statistics": {}, "": {"DMLINT_OUTPUT_FORMAT": format_}}["statistics" * ("--statistics" in arguments)]
    assert call(*arguments, **environ).exit_code == code


def test_faults_are_one_sentence_on_standard_error(here: Path) -> None:
    write(here, {"dmlint.toml": "selct = []"})
    result = call()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "dmlint: error: dmlint.toml: unknown key 'selct' (did you mean 'select'?)\n"


def test_no_file_is_a_warning(here: Path) -> None:
    result = call("--output-format", "json")
    assert (result.exit_code, rules_of(result)) == (0, [])
    assert result.stderr == "dmlint: warning: there is no file here that dmlint reads\n"


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        pytest.param("", "All clear: 0 files checked.", id="nothing"),
        pytest.param("ignore = ['DM9999']", "names 'DM9999'", id="ignore"),
        pytest.param("severities = {DM9999 = 'error'}", "names 'DM9999'", id="severities"),
        pytest.param("per-file-ignores = {'*.py' = ['DM9999']}", "names 'DM9999'", id="per-file-ignores"),
        pytest.param("extend-rules = ['none.toml']", "none.toml: no such file", id="extend-rules"),
        pytest.param(
            "environments = [{profile = 'x', path = 'b'}]", "names 'x', which is no profile", id="environments"
        ),
        pytest.param(
            "waivers = [{rule = 'DM9999', reason = 'x', path = 'b'}]", "names 'DM9999'", id="unknown rule waived"
        ),
        pytest.param("waivers = [{rule = 'DM101', reason = 'x', path = 'b'}]", "DM904", id="waiver of nothing"),
    ],
)
def test_a_configuration_is_held_to_account_where_there_is_nothing_to_lint(
    here: Path, configuration: str, said: str
) -> None:
    write(here, {"dmlint.toml": configuration, "a.py": "print()"})
    assert said in call().output


def test_sarif_lists_the_rules_where_there_is_nothing_to_lint(here: Path) -> None:
    write(here, {"a.py": "print()"})
    (run,) = json.loads(call("--output-format", "sarif").stdout)["runs"]
    assert "DM101" in {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_a_baseline_is_held_to_account_where_there_is_nothing_to_lint(here: Path) -> None:
    write(here, {"a.py": "print()", "requirements.txt": OPEN})
    assert call("baseline").exit_code == 0
    (here / "requirements.txt").unlink()
    assert "of the baseline paid off" in call().output


def test_quiet_prints_findings_only(here: Path) -> None:
    write(here, {"x\n.md": ""})
    loud, quiet = call("x\n.md"), call("-q", "x\n.md")
    assert loud.stderr.splitlines() == [
        "dmlint: warning: x\\n.md is no kind of file that dmlint reads",
        "dmlint: warning: there is no file here that dmlint reads",
    ]
    assert loud.stdout == "All clear: 0 files checked.\n"
    assert (quiet.stdout, quiet.stderr, quiet.exit_code) == ("", "", 0)


@pytest.mark.parametrize(
    ("arguments", "environ", "configured", "start"),
    [
        pytest.param([], {}, "", "requirements.txt:1:1: error[DM101]", id="default"),
        pytest.param([], {}, "output-format='concise'", FIRST, id="configuration"),
        pytest.param([], {"DMLINT_OUTPUT_FORMAT": "json"}, "output-format='concise'", "{", id="environment"),
        pytest.param(
            ["--output-format=github"],
            {"DMLINT_OUTPUT_FORMAT": "json"},
            "output-format='concise'",
            "::error ",
            id="option",
        ),
        pytest.param([], {"GITHUB_ACTIONS": "true"}, "", "::error ", id="workflow"),
        pytest.param([], {"GITHUB_ACTIONS": "1"}, "", "requirements.txt:1:1: error[", id="not-quite-a-workflow"),
        pytest.param(["--output-format=concise"], {"GITHUB_ACTIONS": "true"}, "", FIRST, id="workflow-option"),
        pytest.param([], {"GITHUB_ACTIONS": "true"}, "output-format='concise'", FIRST, id="workflow-configuration"),
        pytest.param(["--statistics"], {"GITHUB_ACTIONS": "true"}, "", "1  DM101  numpy-unpinned", id="statistics"),
    ],
)
def test_the_format_is_chosen_by_the_nearest(
    here: Path, arguments: list[str], environ: dict[str, str], configured: str, start: str
) -> None:
    write(here, {"requirements.txt": OPEN, "dmlint.toml": configured})
    assert call(*arguments, **environ).stdout.startswith(start)


def test_settings_come_from_the_environment_too(here: Path) -> None:
    write(here, {"requirements.txt": OPEN})
    assert call(DMLINT_SELECT="DM2,DM8").exit_code == 2
    assert call(DMLINT_SELECT="DM2, DM102").exit_code == 0
    assert call("--select", "DM101", DMLINT_SELECT="DM2").exit_code == 1
    assert call(DMLINT_EXIT_ZERO="1").exit_code == 0


def test_the_report_goes_to_a_file(here: Path) -> None:
    write(here, {"requirements.txt": OPEN})
    result = call("--output-file", "report.json", "--output-format", "json", GITHUB_ACTIONS="true")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Found 1 error in 1 file; 1 fixable with --fix.\n"
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["files"] == 1
    assert call("-q", "--output-file", "report.txt", GITHUB_ACTIONS="true").stderr == ""
    assert Path("report.txt").read_text(encoding="utf-8").startswith("requirements.txt:1:1: error[DM101]")


def test_show_files(here: Path) -> None:
    write(here, {"a/Dockerfile\n": "", "a/Dockerfile": "", "a/requirements.txt": OPEN, "a/x": "", ".git": ""})
    os.chdir("a")
    result = call("..", "--show-files", "--exclude", "requirements.txt")
    assert (result.exit_code, result.stdout) == (0, "Dockerfile\n")


@pytest.mark.parametrize(
    ("arguments", "environ", "colored"),
    [
        pytest.param([], {}, False, id="pipe"),
        pytest.param(["--color", "always"], {}, True, id="always"),
        pytest.param([], {"FORCE_COLOR": "1"}, True, id="forced"),
        pytest.param(["--color", "never"], {"FORCE_COLOR": "1"}, False, id="never"),
    ],
)
def test_colors(here: Path, arguments: list[str], environ: dict[str, str], colored: bool) -> None:
    write(here, {"requirements.txt": OPEN})
    assert ("\x1b[" in call(*arguments, **environ).stdout) is colored


def test_names_narrow_what_is_reported_not_what_is_read(here: Path) -> None:
    write(
        here,
        {
            "dmlint.toml": "",
            "requirements.txt": "numpy\n",
            "constraints.txt": BOUND,
            "Dockerfile": "FROM x\nWORKDIR /w\nCOPY . .\nRUN pip install -r requirements.txt -c constraints.txt\n",
        },
    )
    assert rules_of(call("requirements.txt", "--output-format", "json", "--select", "DM101")) == []


def test_paths_are_relative_to_the_working_directory(here: Path) -> None:
    write(here, {"r/.git": "", "r/a/requirements.txt": OPEN, "r/b/x": ""})
    os.chdir("r/b")
    assert rules_of(call("../a", "--output-format", "json")) == [("../a/requirements.txt", "DM101")]


def test_force_exclude(here: Path) -> None:
    write(here, {"requirements.txt": OPEN, "dmlint.toml": "exclude=['*.txt']\nforce-exclude=true"})
    assert call("requirements.txt").exit_code == 0
    assert call("requirements.txt", "--no-force-exclude").exit_code == 1
    assert call("requirements.txt", "--isolated").exit_code == 1


def test_rules_of_a_team(here: Path) -> None:
    write(here, {"dmlint.toml": "extend-rules=['missing.toml']"})
    result = call("rules")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "missing.toml" in result.stderr
