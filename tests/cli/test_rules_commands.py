from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from dmlint.checks import load_rules
from dmlint.cli import cli, run

if TYPE_CHECKING:
    from pathlib import Path


def test_rules_prints_each() -> None:
    result = CliRunner().invoke(cli, ["rules", "--isolated"])
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [rule.id for rule in load_rules().rules]
    assert lines[0].split() == ["DM101", "error", "numpy-unpinned", *load_rules().rules[0].title.split()]
    assert result.exit_code == 0


def test_the_rules_of_a_team_count_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pack = tmp_path / "team.toml"
    check = "{ kind = 'requirement-within', package = 'numpy', within = '<2.0.0', fault = 'unbounded' }"
    pack.write_text(
        f"[[rule]]\nid='TEAM1'\nname='ours'\nseverity='notice'\ntitle='T'\nmessage='M'\nwhy=''\ncheck={check}\n",
        encoding="utf-8",
    )
    (tmp_path / "dmlint.toml").write_text("extend-rules=['team.toml']\nselect=['TEAM']", encoding="utf-8")
    assert CliRunner().invoke(cli, ["rules"]).stdout.splitlines()[-1].split() == ["TEAM1", "notice", "ours", "T"]
    explained = CliRunner().invoke(cli, ["explain", "ours"]).stdout
    assert explained.startswith("TEAM1 ours (notice)\n\nT\n\nTo suppress it: `# dmlint: ignore[TEAM1] the reason`")
    page = CliRunner().invoke(cli, ["explain", "ours", "--output-format", "markdown"]).stdout
    assert page.startswith("# TEAM1 ours\n\nT (notice).\n\n## How to suppress it\n\n")


@pytest.mark.parametrize("rule", ["DM101", "numpy-unpinned"])
def test_explain(rule: str) -> None:
    result = CliRunner().invoke(cli, ["explain", rule])
    known = load_rules().rules[0]
    assert result.exit_code == 0
    assert result.stdout.startswith(f"DM101 numpy-unpinned (error)\n\n{known.title}\n\n")
    assert " ".join(known.why.split()) in " ".join(result.stdout.split())
    assert result.stdout.endswith("".join(f"  {source}\n" for source in known.sources))


def test_every_rule_can_be_explained() -> None:
    for rule in load_rules().rules:
        assert CliRunner().invoke(cli, ["explain", rule.id]).stdout.startswith(f"{rule.id} {rule.name} ")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        pytest.param("DM110x", "there is no rule 'DM110x' (did you mean 'DM1", id="id"),
        pytest.param("numpy-unpined", "(did you mean 'numpy-unpinned'?); `dmlint rules` prints them all", id="name"),
        pytest.param("~", "there is no rule '~'; `dmlint rules`", id="nothing-close"),
        pytest.param("KeyError: 'arm'", "no rule is about this message; give the line that names", id="message"),
        pytest.param("numpy", "there is no rule 'numpy'; `dmlint rules` prints", id="too little of a message"),
        pytest.param("x" * 81, "no rule is about this message; give the line", id="one long word"),
        pytest.param("", "no rule is about this message; give the line", id="nothing"),
    ],
)
def test_explain_of_an_unknown_rule(rule: str, message: str) -> None:
    result = CliRunner().invoke(cli, ["explain", rule])
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


CRASH = """\
[Error] [omni.syntheticdata] callback failed
Traceback (most recent call last):
  File "/isaac-sim/extscache/omni.syntheticdata/scripts/sensors.py", line 12, in on_update
TypeError: Unable to write from unknown
 dtype, kind=f, size=0
"""


@pytest.mark.parametrize(
    ("words", "given"),
    [
        pytest.param(["Unable to write from unknown dtype"], None, id="part of a message"),
        pytest.param(["Unable", "to", "write", "from", "unknown", "dtype"], None, id="without quotes"),
        pytest.param([CRASH], None, id="a traceback"),
        pytest.param(["-"], CRASH, id="standard input"),
        pytest.param(["-"], f"caf\xe9\n{CRASH}".encode("latin-1"), id="bytes that are no UTF-8"),
    ],
)
def test_explain_of_a_message_lists_the_rules(words: list[str], given: str | bytes | None) -> None:
    result = CliRunner().invoke(cli, ["explain", "--isolated", *words], input=given)
    listed = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  DM")]
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "TypeError: Unable to write from unknown dtype, kind=*, size=*\n\nThe camera pipeline"
    )
    assert listed[:3] == ["DM107", "DM105", "DM101"]
    assert result.stdout.endswith("  https://github.com/isaac-sim/IsaacLab/issues/3312\n")


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert run(["explain", "-"]) == 2
    assert capsys.readouterr().err == "dmlint: error: standard input is closed\n"


def test_standard_input_may_name_a_rule() -> None:
    result = CliRunner().invoke(cli, ["explain", "-"], input="DM101\n")
    assert result.stdout.startswith("DM101 numpy-unpinned (error)\n")


def test_explain_of_several_rules() -> None:
    one, other, both = (
        CliRunner().invoke(cli, ["explain", "--isolated", *names]).stdout
        for names in (["DM101"], ["numpy-2-locked"], ["dm101", "DM110"])
    )
    assert both == f"{one}\n{other}"
    report = CliRunner().invoke(cli, ["explain", "--isolated", "DM101", "DM110", "--output-format", "json"]).stdout
    assert [rule["id"] for rule in json.loads(report)["rules"]] == ["DM101", "DM110"]


def test_explain_of_a_rule_and_something_else() -> None:
    assert CliRunner().invoke(cli, ["explain", "DM101", "bogus"]).exit_code == 2


def test_a_message_as_markdown_and_json() -> None:
    page = CliRunner().invoke(cli, ["explain", "_ARRAY_API not found", "--output-format", "markdown"]).stdout
    assert page.startswith("```text\nAttributeError: _ARRAY_API not found\n")
    assert "\n* DM107 numpy-pin-overridden: A later step can move NumPy past the pin\n" in page
    report = json.loads(CliRunner().invoke(cli, ["explain", "_ARRAY_API not found", "--output-format", "json"]).stdout)
    assert set(report) == {"version", "rules", "signatures"}
    assert report["rules"] == report["signatures"][0]["rules"]
    assert set(report["signatures"][0]) == {"texts", "cause", "rules", "sources"}


def test_rules_as_json() -> None:
    report = json.loads(CliRunner().invoke(cli, ["rules", "--isolated", "--output-format", "json"]).stdout)
    assert [rule["id"] for rule in report["rules"]] == [rule.id for rule in load_rules().rules]
    one = json.loads(CliRunner().invoke(cli, ["explain", "DM101", "--output-format", "json"]).stdout)
    assert one == {"version": 1, **report["rules"][0]}
    assert one["bad"][0].keys() == {"Dockerfile"}
    assert "TypeError: Unable to write from unknown dtype, kind=*, size=*" in one["signatures"]


def test_the_format_of_findings_is_not_that_of_explanations() -> None:
    result = CliRunner().invoke(cli, ["rules", "--isolated"], env={"DMLINT_OUTPUT_FORMAT": "json"})
    assert result.stdout.startswith("DM101 ")
