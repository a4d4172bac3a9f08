"""``init``, ``--show-settings`` and ``extend`` on real trees."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from adoption import call, enter, found, read, write

from dmlint.config.config_schema import FILE, generate, load_schema
from dmlint.config.settings import ENVIRONMENTS, KEYS, WAIVERS
from dmlint.reports import REPORTERS

if TYPE_CHECKING:
    from pathlib import Path

WAIVER = {"rule": "DM101", "path": "a", "reason": "x"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(tmp_path, monkeypatch)


TABLE = """[tool.dmlint]
# The least severity that fails a run: error, warning or notice.
fail-on = "error"
# Rules to leave out, by id or the start of one (`dmlint rules` lists them).
ignore = []
# Files to leave out, as .gitignore would name them.
exclude = []
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", TABLE, id="empty"),
        pytest.param("[project] # x\nname='x'\n", f"[project] # x\nname='x'\n\n{TABLE}", id="project"),
        pytest.param("[project]\nname='x'", f"[project]\nname='x'\n\n{TABLE}", id="no-line-end"),
        pytest.param("[tool.ruff]\r\n", "[tool.ruff]\r\n\r\n" + TABLE.replace("\n", "\r\n"), id="carriage-returns"),
        pytest.param("\ufeff[tool]\nx = 1\n", f"\ufeff[tool]\nx = 1\n\n{TABLE}", id="byte-order-mark"),
    ],
)
def test_init_adds_a_table_and_changes_nothing_else(here: Path, before: str, after: str) -> None:
    write({"pyproject.toml": before})
    result = call("init")
    assert (result.exit_code, result.stderr) == (0, "Wrote pyproject.toml.\n")
    assert read("pyproject.toml") == after
    assert call("--show-settings").exit_code == 0
    again = call("init")
    assert (again.exit_code, again.stderr) == (2, "dmlint: error: pyproject.toml has a table tool.dmlint already\n")
    assert read("pyproject.toml") == after


def test_init_makes_a_file_of_its_own(here: Path) -> None:
    assert call("init").stderr == "Wrote dmlint.toml.\n"
    assert read("dmlint.toml") == TABLE.removeprefix("[tool.dmlint]\n")
    assert call("--show-settings").exit_code == 0
    assert call("init").stderr == "dmlint: error: dmlint.toml is there already\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("tool = {x = 1}\n", "cannot take a table tool.dmlint", id="closed-table"),
        pytest.param("tool = 1\n", "cannot take a table tool.dmlint", id="no-table"),
        pytest.param("[tool", "cannot take a table tool.dmlint", id="no-toml"),
        pytest.param("tool.dmlint.select = []", "has a table tool.dmlint already", id="there"),
    ],
)
def test_init_leaves_what_it_cannot_add_to(here: Path, text: str, message: str) -> None:
    write({"pyproject.toml": text})
    result = call("init")
    assert result.exit_code == 2
    assert message in result.stderr
    assert read("pyproject.toml") == text


def test_init_says_what_it_cannot_read(here: Path) -> None:
    (here / "pyproject.toml").mkdir()
    assert call("init").stderr == "dmlint: error: pyproject.toml is not read: it is a folder\n"


def test_init_says_why_it_cannot_open_what_is_there(here: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of POSIX")
    write({"pyproject.toml": "tool.dmlint.select = []"})
    # All modules are there after a first call.
    assert "has a table tool.dmlint already" in call("init").stderr
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(here, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, most[1]))
    try:
        result = call("init")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
    message = "dmlint: error: cannot read pyproject.toml: too many open files\n"
    assert (result.exit_code, result.stderr) == (2, message)


def settings(*arguments: str, **environ: str) -> dict[str, str]:
    result = call(*arguments, "--show-settings", **environ)
    assert result.exit_code == 0, result.stderr
    return dict(line.split(" = ", 1) for line in result.stdout.splitlines()[1:])


def test_settings_say_where_they_come_from(here: Path) -> None:
    write(
        {
            "dmlint.toml": "extend='ci/base.toml'\nselect=['DM1']\nextend-ignore=['DM102']\nforce-exclude=true\n",
            "ci/base.toml": """
ignore = ["DM2"]
extend-ignore = ["DM103"]
fail-on = "warning"
exclude = ["x"]
severities = { DM101 = "notice" }
waivers = [{ rule = "DM101", path = "a", reason = "x", until = 2027-01-31 }]
environments = [{ path = "b", profile = "groot-finetune" }]
""",
        }
    )
    shown = settings("--extend-ignore", "DM104", DMLINT_FAIL_ON="notice")
    assert shown == {
        "baseline": "null  # default",
        "docs-url": "null  # default",
        "environments": '[{"profile": "groot-finetune", "path": "ci/b"}]  # ci/base.toml',
        "exclude": '["/ci/**/x"]  # ci/base.toml',
        "extend-exclude": "[]  # default",
        "extend-ignore": '["DM102", "DM104"]  # dmlint.toml, command line',
        "extend-rules": "[]  # default",
        "extend-select": "[]  # dmlint.toml",
        "fail-on": '"notice"  # environment: DMLINT_FAIL_ON',
        "force-exclude": "true  # dmlint.toml",
        "ignore": "[]  # dmlint.toml",
        "max-file-size": "20000000  # default",
        "output-format": "[]  # default",
        "per-file-ignores": "{}  # default",
        "select": '["DM1"]  # dmlint.toml',
        "severities": '{"DM101": "notice"}  # ci/base.toml',
        "waivers": '[{"rule": "DM101", "reason": "x", "path": "ci/a", "until": "2027-01-31"}]  # ci/base.toml',
    }
    chosen = settings(DMLINT_OUTPUT_FORMAT="json:a.json, text")["output-format"]
    assert chosen == f'["json:{here / "a.json"}", "text"]  # environment: DMLINT_OUTPUT_FORMAT'
    assert settings("--isolated")["select"] == '[""]  # default'
    assert settings("--isolated", DMLINT_SELECT="DM1")["ignore"] == "[]  # environment: DMLINT_SELECT"


def test_settings_are_checked_before_they_are_shown(here: Path) -> None:
    assert call("--select", "DM999", "--show-settings").exit_code == 2


def test_a_configuration_stands_on_another(here: Path) -> None:
    write(
        {
            "requirements.txt": "numpy\nisaacsim\n",
            "a/requirements.txt": "numpy\n",
            "dmlint.toml": "extend = 'shared/dmlint.toml'\nextend-exclude = ['/a/']\n",
            "shared/dmlint.toml": "extend = '../ci/pyproject.toml'\nselect = ['DM101', 'DM2']\n",
            "ci/pyproject.toml": "[tool.dmlint]\nextend-ignore = ['DM1']\nfail-on = 'notice'\n",
        }
    )
    assert [rule for _, _, rule in found()] == ["DM101", "DM203"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"dmlint.toml": "extend = 'dmlint.toml'"}, "dmlint.toml: extend leads back", id="itself"),
        pytest.param(
            {"dmlint.toml": "extend = 'a.toml'", "a.toml": "extend = 'b.toml'", "b.toml": "extend = './a.toml'"},
            "b.toml: extend leads back to where it started",
            id="cycle",
        ),
        pytest.param({"dmlint.toml": "extend = 'a.toml'"}, "a.toml: no such file", id="missing"),
        pytest.param({"dmlint.toml": "extend = ['a.toml']"}, "extend must be a string", id="list"),
        pytest.param(
            {"dmlint.toml": "extend = 'a.toml'", "a.toml": "selct = []"},
            "a.toml: unknown key 'selct' (did you mean 'select'?)",
            id="unknown-key",
        ),
    ],
)
def test_what_cannot_be_extended_is_said(here: Path, files: dict[str, str], message: str) -> None:
    write(files)
    result = call()
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_schema_is_what_the_code_says() -> None:
    """Write it anew with ``json.dumps(generate(REPORTERS), indent=2)`` where this fails."""
    assert FILE.read_text(encoding="utf-8") == json.dumps(generate(REPORTERS), indent=2) + "\n"


def test_the_schema_has_all_keys_and_no_other() -> None:
    schema = load_schema("dmlint")
    assert schema["properties"].keys() == set(KEYS)
    assert schema["properties"]["output-format"]["anyOf"][0] == {"enum": list(REPORTERS)}


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        pytest.param(WAIVERS, WAIVER, id="waivers"),
        pytest.param(ENVIRONMENTS, {"profile": "groot-finetune", "path": "a"}, id="environments"),
    ],
)
def test_the_schema_s_entries_are_those_that_the_code_takes(here: Path, key: str, entry: dict[str, str]) -> None:
    items = load_schema()["properties"][key]["items"]
    full = dict.fromkeys(items["properties"], "2027-01-31") | entry
    write({"dmlint.toml": f"[[{key}]]\n" + "".join(f"{name} = '{value}'\n" for name, value in full.items())})
    assert call("--show-settings").exit_code == 0
    write({"dmlint.toml": f"[[{key}]]\nnonsense = 1\n"})
    result = call("--show-settings")
    assert f"unknown key '{key}[0].nonsense'" in result.stderr
    for name in items["required"]:
        less = {word: value for word, value in full.items() if word != name}
        write({"dmlint.toml": f"[[{key}]]\n" + "".join(f"{word} = '{value}'\n" for word, value in less.items())})
        assert f"{key}[0].{name} is missing" in call("--show-settings").stderr
