"""A policy that a repository cannot weaken, on real trees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from adoption import call, enter, found, read, write

if TYPE_CHECKING:
    from pathlib import Path

POLICY = "../org/policy.toml"
OPEN = "numpy>=1.26\n"
PACK = """
[[rule]]
id = "ORG001"
name = "torch-unbound"
severity = "warning"
title = "Torch is bound"
message = "{found} is open"
why = "It breaks."
check = { kind = "requirement-within", package = "numpy", within = "<2.0.0" }
"""
FINDING = [("requirements.txt", 1, "DM101")]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository beside the folder of the organization."""
    (tmp_path / "repository").mkdir()
    return enter(tmp_path / "repository", monkeypatch)


@pytest.mark.parametrize(
    ("files", "options"),
    [
        pytest.param({}, (), id="nothing"),
        pytest.param({"dmlint.toml": "ignore = ['DM101']"}, (), id="ignore"),
        pytest.param({"dmlint.toml": "extend-ignore = ['DM1']"}, (), id="extend-ignore"),
        pytest.param({"dmlint.toml": "select = ['DM2']"}, (), id="select"),
        pytest.param({}, ("--ignore", "DM101"), id="option"),
        pytest.param({}, ("--select", "DM2"), id="select-option"),
        pytest.param({"dmlint.toml": "[per-file-ignores]\n'*' = ['DM1']"}, (), id="per-file-ignores"),
        pytest.param({"dmlint.toml": "exclude = ['*.txt']"}, (), id="exclude"),
        pytest.param({"dmlint.toml": "exclude = ['*.txt']\nforce-exclude = true"}, (), id="force-exclude"),
        pytest.param({}, ("--exclude", "*.txt"), id="exclude-option"),
        pytest.param({"dmlint.toml": "max-file-size = 1\nignore = ['DM9']"}, (), id="max-file-size"),
        pytest.param({"requirements.txt": "numpy>=1.26 # dmlint: ignore[DM101] no\n"}, (), id="comment"),
        pytest.param({"requirements.txt": "numpy>=1.26\n# dmlint: ignore-file[DM101] no\n"}, (), id="file-comment"),
        pytest.param({"dmlint.toml": "[[waivers]]\nrule='DM101'\npath='*'\nreason='no'"}, (), id="waiver"),
        pytest.param(
            {
                ".dmlint-baseline.json": json.dumps(
                    {
                        "version": 1,
                        "findings": [
                            {"path": "requirements.txt", "rule": "DM101", "text": "numpy>=1.26", "occurrence": 1}
                        ],
                    }
                )
            },
            (),
            id="baseline",
        ),
        pytest.param({"dmlint.toml": "severities = { DM101 = 'notice' }"}, (), id="severity"),
        pytest.param({"dmlint.toml": "ignore = ['DM101']"}, ("--isolated",), id="isolated"),
    ],
)
@pytest.mark.parametrize("policy", ["select = ['DM101']", "extend = 'x.toml'"])
def test_what_a_policy_selects_cannot_be_silenced(
    here: Path, files: dict[str, str], options: tuple[str, ...], policy: str
) -> None:
    write({"requirements.txt": OPEN} | files | {POLICY: policy, "../org/x.toml": "select = ['DM101']"})
    assert found(*options, "--policy", POLICY) == FINDING
    result = call(*options, DMLINT_POLICY=POLICY)
    assert result.exit_code == 1
    assert "policy.toml requires this, and no comment, waiver or baseline counts" in result.stdout


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("requirements.txt", b"numpy>=1.26\n\xff\n", id="encoding"),
        pytest.param("requirements.txt", b"numpy>=1.26\n" + b"#" * 21_000_000, id="padding"),
        pytest.param("pyproject.toml", b"[project]\ndependencies = ['numpy']\n[", id="broken"),
        pytest.param("setup.sh", b"# coding: cp037\n" + "pip install numpy\n".encode("cp037"), id="coding"),
        pytest.param(".env", b"# coding: utf-7\nA=\xff\n", id="coding-of-variables"),
    ],
)
@pytest.mark.parametrize("own", ["", "ignore = ['DM9']", "severities = { DM900 = 'notice' }", "exclude = ['*']"])
def test_a_file_that_cannot_be_read_gets_round_no_policy(here: Path, name: str, data: bytes, own: str) -> None:
    write({POLICY: "select = ['DM101']", "dmlint.toml": own})
    (here / name).write_bytes(data)
    assert call("--policy", POLICY).exit_code == 1
    assert (name, "DM900") in {(path, rule) for path, _, rule in found("--policy", POLICY)}


def test_a_policy_may_leave_out_what_cannot_be_read(here: Path) -> None:
    (here / "requirements.txt").write_bytes(b"\xff\n")
    for policy in ("select = ['DM101']\nignore = ['DM900']", "fail-on = 'warning'"):
        write({POLICY: policy, "dmlint.toml": "ignore = ['DM9']"})
        assert found("--policy", POLICY) == []


def test_only_the_policy_s_rules_see_what_a_repository_excludes(here: Path) -> None:
    files = {
        "a/requirements.txt": "numpy\nisaacsim\n",
        "dmlint.toml": "exclude = ['a']",
        "requirements.txt": "isaacsim\n",
    }
    write(files | {POLICY: "select = ['DM101']", "dmlint.toml": "exclude = ['a']"})
    assert found("--policy", POLICY) == [("a/requirements.txt", 1, "DM101"), ("requirements.txt", 1, "DM203")]
    write({POLICY: "select = ['DM101']\nexclude = ['a/']"})
    assert found("--policy", POLICY) == [("requirements.txt", 1, "DM203")]


def test_a_policy_says_what_may_be_waived(here: Path) -> None:
    policy = "select = ['DM101', 'DM203']\nwaivable = ['DM203']\n"
    both = "numpy # dmlint: ignore[DM101] x\nisaacsim # dmlint: ignore[DM203] x\nisaacsim[all] # x\n"
    waivers = "".join(f"[[waivers]]\nrule='{rule}'\npath='b/*'\nreason='x'\n" for rule in ("DM101", "DM203"))
    write(
        {POLICY: policy, "a/requirements.txt": both, "b/requirements.txt": "numpy\nisaacsim\n", "dmlint.toml": waivers}
    )
    assert found("--policy", POLICY) == [
        ("a/requirements.txt", 1, "DM101"),
        ("a/requirements.txt", 3, "DM203"),
        ("b/requirements.txt", 1, "DM101"),
    ]
    shown = call("--policy", POLICY).stdout
    assert "1 suppressed, 1 waived" in shown
    assert shown.count("policy.toml requires this") == 2
    write({"b/requirements.txt": "scipy # dmlint: ignore[DM203] x\n"})
    assert found("b", "--policy", POLICY) == [("b/requirements.txt", 1, "DM902"), ("dmlint.toml", 6, "DM904")]
    write({"b/requirements.txt": "numpy\n", "a/requirements.txt": "scipy\n"})
    assert [rule for _, _, rule in found("--policy", POLICY)] == ["DM101", "DM904"]
    assert [rule for _, _, rule in found("--policy", POLICY, "--ignore", "DM9")] == ["DM101"]


def test_a_policy_s_own_waivers_count(here: Path) -> None:
    waiver = "[[waivers]]\nrule = 'DM101'\npath = '*'\nreason = 'x'\n"
    write({POLICY: f"select = ['DM101']\n{waiver}", "requirements.txt": OPEN})
    assert found("--policy", POLICY) == []


def test_comments_of_what_may_be_waived_can_be_left_unheeded(here: Path) -> None:
    policy = "select = ['DM101']\nwaivable = ['DM1']\n"
    write({POLICY: policy, "requirements.txt": "numpy # dmlint: ignore[DM101] x\n"})
    assert found("--policy", POLICY) == []
    assert found("--policy", POLICY, "--no-ignore") == FINDING


def test_the_severities_of_a_policy_win(here: Path) -> None:
    write(
        {
            "requirements.txt": "isaacsim\nnumpy\n",
            "dmlint.toml": "severities = { DM203 = 'notice', DM101 = 'notice' }",
            POLICY: "severities = { DM203 = 'error' }\nselect = ['DM101']\n",
        }
    )
    findings = json.loads(call("--policy", POLICY, "--output-format", "json").stdout)["findings"]
    assert {entry["rule"]: entry["severity"] for entry in findings} == {"DM203": "error", "DM101": "error"}


@pytest.mark.parametrize(
    ("policy", "own", "code"),
    [
        pytest.param("fail-on = 'warning'", "", 1, id="stricter-than-the-default"),
        pytest.param("fail-on = 'warning'", "fail-on = 'error'", 1, id="stricter-than-the-repository"),
        pytest.param("fail-on = 'error'", "fail-on = 'notice'", 1, id="the-repository-is-stricter"),
        pytest.param("waivable = []", "", 0, id="nobody-is"),
    ],
)
def test_fail_on_can_only_be_made_stricter(here: Path, policy: str, own: str, code: int) -> None:
    write({"requirements.txt": "isaacsim\n", "dmlint.toml": own, POLICY: policy})
    assert call("--policy", POLICY).exit_code == code


def test_what_a_policy_ignores_does_not_run(here: Path) -> None:
    write({"requirements.txt": OPEN, "dmlint.toml": "select = ['DM101']", POLICY: "ignore = ['DM101']"})
    assert found("--policy", POLICY) == []
    assert found() == FINDING


def test_the_rules_of_a_policy_run(here: Path) -> None:
    write({"requirements.txt": OPEN, "dmlint.toml": "select = ['DM2']", "../org/pack.toml": PACK})
    write({POLICY: "extend-rules = ['pack.toml']"})
    assert [rule for _, _, rule in found("--policy", POLICY)] == ["ORG001"]
    assert "ORG001" in call("rules", "--policy", POLICY).stdout
    assert call("explain", "ORG001", DMLINT_POLICY=POLICY).exit_code == 0
    write({"dmlint.toml": f"select = ['DM2']\nextend-rules = ['{POLICY.replace('policy', 'pack')}']"})
    assert [rule for _, _, rule in found("--policy", POLICY)] == ["ORG001"]
    write({POLICY: "extend-rules = ['pack.toml']\nignore = ['ORG']"})
    assert found("--policy", POLICY) == []


def test_a_rule_with_the_id_of_a_policy_s_is_refused(here: Path) -> None:
    write({"own.toml": PACK, "dmlint.toml": "extend-rules = ['own.toml']", "requirements.txt": OPEN})
    write({"../org/pack.toml": PACK, POLICY: "extend-rules = ['pack.toml']"})
    result = call("--policy", POLICY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{here / 'own.toml'}: rule ORG001 is already defined in" in result.stderr


def test_a_comment_may_name_the_repository_s_own_rules(here: Path) -> None:
    write({"own.toml": PACK, "dmlint.toml": "extend-rules = ['own.toml']", POLICY: "select = ['DM903', 'DM101']"})
    write({"requirements.txt": "numpy # dmlint: ignore[ORG001] x\n"})
    assert found("--policy", POLICY) == FINDING


def test_neither_baseline_nor_comments_are_written_against_a_policy(here: Path) -> None:
    write({"requirements.txt": "numpy\nisaacsim\n", POLICY: "select = ['DM101']"})
    assert call("baseline", "--policy", POLICY).exit_code == 0
    assert [entry["rule"] for entry in json.loads(read(".dmlint-baseline.json"))["findings"]] == ["DM203"]
    assert call("--add-ignore", "x", "--no-baseline", "--policy", POLICY).exit_code == 1
    assert read("requirements.txt") == "numpy\nisaacsim  # dmlint: ignore[DM203] x\n"
    write({POLICY: "select = ['DM101']\nwaivable = ['DM101']"})
    assert call("--add-ignore", "x", "--policy", POLICY).exit_code == 0


def test_a_fix_pleases_a_policy(here: Path) -> None:
    write({"requirements.txt": OPEN, "dmlint.toml": "ignore = ['DM1']", POLICY: "select = ['DM101']"})
    assert call("--fix", "--policy", POLICY).exit_code == 0
    assert read("requirements.txt") == "numpy>=1.26,<2.0.0\n"


def test_the_matrix_obeys_it_too(here: Path) -> None:
    write({"requirements.txt": "numpy # dmlint: ignore[DM101] x\n", POLICY: "select = ['DM101']"})
    # A comment silences a finding, and makes no environment right.
    assert "broken" in call("matrix").stdout
    assert "broken" in call("matrix", "--policy", POLICY).stdout


def test_the_settings_name_it(here: Path) -> None:
    write({POLICY: "select = ['DM101']\nfail-on = 'notice'"})
    shown = call("--show-settings", "--policy", POLICY).stdout
    assert "policy.toml says comes before all of this\n" in shown
    assert 'fail-on = "notice"' in shown


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        pytest.param("waiveable = []", "unknown key 'waiveable' (did you mean 'waivable'?)", id="unknown-key"),
        pytest.param("waivable = 'DM1'", "waivable must be a list of strings", id="no-list"),
        pytest.param("waivable = ['DM7']", "waivable names 'DM7', which is neither", id="unknown-id"),
        pytest.param("select = ['DM7']", "select names 'DM7', which is neither", id="unknown-selection"),
        pytest.param("baseline = 'x'", "baseline has no place in a policy", id="baseline"),
        pytest.param("output-format = 'json'", "output-format has no place in a policy", id="output-format"),
        pytest.param("docs-url = 'https://x.org'", "docs-url has no place in a policy", id="docs-url"),
        pytest.param("x = ", "this is not valid TOML", id="no-toml"),
        pytest.param("", "a policy asks for something", id="empty"),
    ],
)
def test_a_wrong_policy_stops_the_run(here: Path, policy: str, message: str) -> None:
    write({POLICY: policy, "requirements.txt": OPEN})
    result = call("--policy", POLICY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "policy.toml" in result.stderr


def test_a_policy_without_its_table_stops_the_run(here: Path) -> None:
    write({"pyproject.toml": "[project]\nname = 'x'\n"})
    assert "pyproject.toml: a policy asks for something" in call("--policy", "pyproject.toml").stderr


def test_a_policy_that_is_not_there_stops_the_run(here: Path) -> None:
    write({"requirements.txt": OPEN})
    assert call(DMLINT_POLICY="nowhere.toml").exit_code == 2


def test_waivable_is_no_key_of_a_configuration(here: Path) -> None:
    write({"dmlint.toml": "waivable = []"})
    assert "unknown key 'waivable'" in call().stderr
