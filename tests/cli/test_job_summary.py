"""The summary of a GitHub job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from adoption import call, enter, write

from dmlint.cli.report_targets import LARGEST

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one fault, and beside it what a runner would give."""
    repository = tmp_path / "repository"
    repository.mkdir()
    enter(repository, monkeypatch)
    write({"requirements.txt": "numpy>=1.26\n", ".git": ""})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


HEAD = "## dmlint\n\nFound 1 error in 1 file; 1 fixable with --fix.\n\n| severity |"


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param([], {"GITHUB_ACTIONS": "true"}, id="by-itself"),
        pytest.param(["--output-format", "github"], {}, id="chosen"),
        pytest.param(["--output-format", "github:a", "--output-format", "text"], {}, id="in-a-file"),
        pytest.param(["-q", "--output-format", "github"], {}, id="quiet"),
    ],
)
def test_it_is_written_with_annotations(here: Path, arguments: list[str], environ: dict[str, str]) -> None:
    result = call(*arguments, **environ)
    assert (result.exit_code, result.stderr) == (1, "")
    assert (here / "summary.md").read_bytes().decode().startswith(HEAD)


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param(["--output-format", "text"], {"GITHUB_ACTIONS": "true"}, id="another-format"),
        pytest.param([], {}, id="no-workflow"),
        pytest.param([], {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": ""}, id="no-name"),
        pytest.param(["--diff"], {"GITHUB_ACTIONS": "true"}, id="diff"),
        pytest.param(["--statistics"], {"GITHUB_ACTIONS": "true"}, id="statistics"),
    ],
)
def test_it_is_not_written_without(here: Path, arguments: list[str], environ: dict[str, str]) -> None:
    assert call(*arguments, **environ).exit_code == 1
    assert not (here / "summary.md").exists()


def test_it_stands_below_what_is_there(here: Path) -> None:
    summary = here / "summary.md"
    summary.write_bytes("# é".encode())
    write({"requirements.txt": "numpy<2\n"})
    for _ in range(2):
        assert call("--output-format", "github").exit_code == 0
    section = "\n\n## dmlint\n\nAll clear: 1 file checked.\n"
    assert summary.read_bytes().decode() == f"# é{section * 2}"


def test_a_chart_shows_what_is_broken(here: Path) -> None:
    assert call("--output-format", "github").exit_code == 1
    text = (here / "summary.md").read_text(encoding="utf-8")
    _, _, chart = text.partition("\n\n### Broken environments\n\n```mermaid\nflowchart LR\n")
    assert '  subgraph e0["requirements.txt: broken"]\n' in chart
    assert chart.endswith("```\n")


def test_a_chart_is_no_larger_than_what_is_drawn(here: Path) -> None:
    write({f"folder{number}/requirements.txt": "numpy>=1.26\n" for number in range(200)})
    assert call("--output-format", "github").exit_code == 1
    chart = (here / "summary.md").read_text(encoding="utf-8").partition("```mermaid\n")[2]
    assert 10_000 < len(chart) < 45_000


def test_it_is_cut(here: Path) -> None:
    write({f"folder{number}/requirements.txt": "numpy>=1.26\n" for number in range(100)})
    (here / "summary.md").write_bytes(b"x" * (LARGEST - 10_000))
    assert call("--output-format", "github").exit_code == 1
    data = (here / "summary.md").read_bytes()
    rows = data.count(b"\n| error |")
    assert LARGEST - 400 < len(data) <= LARGEST
    assert f"\n\n{101 - rows} findings are left out: the table would be too long.\n".encode() in data


@pytest.mark.parametrize(
    ("there", "message"),
    [
        pytest.param(LARGEST - 100, "summary.md (GITHUB_STEP_SUMMARY) is full", id="nearly-full"),
        pytest.param(LARGEST + 1, "summary.md (GITHUB_STEP_SUMMARY) is full", id="too-full"),
    ],
)
def test_it_takes_no_more_than_there_is_room(here: Path, there: int, message: str) -> None:
    (here / "summary.md").write_bytes(b"x" * there)
    result = call("--output-format", "github")
    assert result.exit_code == 1
    assert message in result.stderr
    assert (here / "summary.md").stat().st_size == there


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("nowhere/summary.md", "no such file or directory", id="no-folder"),
        pytest.param(".", "is no file", id="folder"),
        pytest.param("x" * 300, "file name too long", id="name"),
    ],
)
def test_it_fails_no_run(here: Path, name: str, message: str) -> None:
    write({"requirements.txt": "numpy<2\n"})
    result = call("--output-format", "github", GITHUB_STEP_SUMMARY=str(here / name))
    assert (result.exit_code, result.stdout) == (0, "All clear: 1 file checked.\n")
    assert result.stderr.startswith("dmlint: warning: ")
    assert message in result.stderr


def test_a_hostile_name_stays_text(here: Path) -> None:
    write({"<img src=x>|@all`/requirements.txt": "numpy>=1.26\n"})
    assert call("--output-format", "github").exit_code == 1
    assert "| `<img src=x>`&#124;``@all`/requirements.txt:1:1`` |" in (here / "summary.md").read_bytes().decode()
