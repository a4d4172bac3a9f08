"""README, CHANGELOG and `.ci/run` say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli

import dmlint
from dmlint.cli import run
from dmlint.config.settings import KEYS
from dmlint.parsers import FORMATS
from dmlint.reports import REPORTERS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)


def between(name: str) -> str:
    """The part of README that is held against the code."""
    found = re.search(rf"<!-- {name}:start -->\n(.*?)<!-- {name}:end -->", README, re.DOTALL)
    assert found, name
    return found[1]


def test_readme_gives_two_commands() -> None:
    assert len(COMMANDS) == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_ci_runs_the_commands_of_readme(command: str) -> None:
    gates = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in gates if line == command or line.startswith(f"{command} ||")]


def test_readme_shows_what_its_first_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert run(COMMANDS[0].split("/dmlint ")[1].split()) == 1
    assert between("example") == f"```text\n{capsys.readouterr().out}```\n"


def test_readme_shows_the_picture_that_dmlint_draws(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (told,) = re.findall(r"`dmlint (matrix \S+) --output-format svg:(\S+)`", README)
    monkeypatch.chdir(ROOT)
    assert run([*told[0].split(), "--output-format", "svg"]) == 0
    # `dmlint matrix fixtures/robot-workspace --output-format svg:.github/tracks.svg` draws it anew.
    assert (ROOT / told[1]).read_text(encoding="utf-8") == capsys.readouterr().out
    assert f"]({told[1]})" in README


def test_ci_opens_the_page_in_a_browser() -> None:
    assert "\n.venv/bin/python -m pytest -q tests/browser/check_page.py\n" in (ROOT / ".ci" / "run").read_text(
        encoding="utf-8"
    )


def test_readme_lists_the_formats() -> None:
    assert between("formats") == "".join(f"* {entry.name}\n" for entry in FORMATS)


def test_readme_lists_the_output_formats() -> None:
    cells = [line.split("|")[1] for line in between("reports").splitlines()[2:]]
    assert sorted(re.findall(r"`([a-z]+)`", "".join(cells))) == sorted(REPORTERS)


def test_readme_lists_the_configuration_keys() -> None:
    cells = [line.split("|")[1] for line in between("keys").splitlines()[2:]]
    assert sorted(re.findall(r"`([a-z-]+)`", "".join(cells))) == sorted(KEYS)


def test_readme_gives_a_reason_for_each_dependency() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=;\s]", dependency)[0] for dependency in project["dependencies"]]
    cells = [line.split("|")[1].strip() for line in between("dependencies").splitlines()[2:]]
    assert sorted(", ".join(cells).split(", ")) == sorted(names)


def test_readme_names_the_release_in_the_hook() -> None:
    assert f"rev: v{dmlint.__version__}\n" in README


def test_changelog_tells_of_the_current_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(dmlint.__version__)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)


def test_security_names_tests_that_are_there() -> None:
    security = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", security)
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in sources] == []
