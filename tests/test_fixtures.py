"""Every fixture says in its own comments what is found in it, and exactly that is found, in every format."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, Protocol

import pytest
import tomli
from fixture_marks import SIDECAR, BadMarkError, Mark, read_marks, read_text

from dmlint.cli import run
from dmlint.parsers import claim
from dmlint.text.source import Source

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
RULES = FIXTURES / "rules"
ACROSS = FIXTURES / "across"
FIXES = FIXTURES / "fixes"
"""What fixing must make of what it finds: not marked, but written down beside."""
CONFIGURATION = "dmlint.toml"
FINDING_KEYS = {
    *("rule", "name", "severity", "message", "path", "line", "column", "end_line", "end_column"),
    *("environment", "environments", "evidence", "fixable", "help"),
}


def folders() -> list[Path]:
    """The folder of each fixture: a small repository of its own."""
    found = [*FIXTURES.iterdir(), *ACROSS.iterdir(), *RULES.glob("*/*")]
    return sorted(path for path in found if path.is_dir() and path not in (ACROSS, FIXES, RULES))


def name(folder: Path) -> str:
    """What a fixture is called."""
    return folder.relative_to(FIXTURES).as_posix()


def shipped_rules() -> dict[str, str]:
    """The severity of each shipped rule by its id."""
    packs = [tomli.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "rules").glob("*.toml")]
    return {rule["id"]: rule["severity"] for pack in packs for rule in pack.get("rule", [])}


class Check(Protocol):
    """Lints the working directory; gives the exit code and what is printed."""

    def __call__(self, output_format: str, *options: str) -> tuple[int, str]: ...


@pytest.fixture(params=[pytest.param(folder, id=name(folder)) for folder in folders()])
def fixture(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of one fixture, as the working directory: what lies above it plays no part."""
    copy = tmp_path / "repository"
    shutil.copytree(request.param, copy)
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """The command line, in this process: with the configuration of the fixture, or with none."""

    def lint(output_format: str, *options: str) -> tuple[int, str]:
        configured = ("--config", CONFIGURATION) if Path(CONFIGURATION).exists() else ("--isolated",)
        code = run(["check", *configured, "--output-format", output_format, *options, "."])
        return code, capsys.readouterr().out

    return lint


def findings(check: Check) -> list[dict[str, Any]]:
    """What is found in the working directory."""
    found: list[dict[str, Any]] = json.loads(check("json")[1])["findings"]
    return found


def text_under(folder: Path, finding: dict[str, Any]) -> str:
    """The text between a finding's positions, which must lie in its file."""
    lines = read_text(folder / finding["path"]).split("\n")
    first, last = finding["line"], finding["end_line"]
    assert 1 <= first <= last <= len(lines)
    assert 1 <= finding["column"] <= len(lines[first - 1]) + 1
    assert 1 <= finding["end_column"] <= len(lines[last - 1]) + 1
    start = sum(len(line) + 1 for line in lines[: first - 1]) + finding["column"] - 1
    end = sum(len(line) + 1 for line in lines[: last - 1]) + finding["end_column"] - 1
    assert start <= end
    return "\n".join(lines)[start:end]


def test_findings_equal_the_marks(fixture: Path, check: Check) -> None:
    marks = read_marks(fixture)
    open_places = {(mark.path, mark.line, mark.rule) for mark in marks if mark.text is None}
    found = [(entry["path"], entry["line"], entry["rule"], text_under(fixture, entry)) for entry in findings(check)]
    got = Counter((*entry[:3], None if entry[:3] in open_places else entry[3]) for entry in found)
    expected = Counter((mark.path, mark.line, mark.rule, mark.text) for mark in marks)
    assert sorted((got - expected).elements(), key=str) == [], "found, not expected"
    assert sorted((expected - got).elements(), key=str) == [], "expected, not found"


def test_marks_name_shipped_rules(fixture: Path) -> None:
    assert {mark.rule for mark in read_marks(fixture)} <= set(shipped_rules())


def test_json_keeps_the_contract(fixture: Path, check: Check) -> None:
    code, printed = check("json")
    report = json.loads(printed)
    files = [(path, claim(path.relative_to(fixture).as_posix())) for path in fixture.rglob("*") if path.is_file()]
    claimed = [path for path, found in files if found and found.takes(Source(path="x", text=read_text(path)))]
    assert set(report) == {"version", "files", "environments", "findings"}
    assert set(report["environments"]) == {"ok", "broken", "unknown"}
    assert (report["version"], report["files"]) == (1, len(claimed))
    assert all(set(entry) == FINDING_KEYS for entry in report["findings"])
    assert all(set(note) == {"path", "line", "column", "message"} for f in report["findings"] for note in f["evidence"])
    assert code == int(any(entry["severity"] == "error" for entry in report["findings"]))


def test_an_environment_is_broken_where_an_error_names_it(
    fixture: Path, check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads(check("json")[1])
    configured = ("--config", CONFIGURATION) if Path(CONFIGURATION).exists() else ("--isolated",)
    run(["matrix", *configured, "--output-format", "json", "."])
    rows = json.loads(capsys.readouterr().out)["environments"]
    statuses = Counter(row["status"] for row in rows)
    assert report["environments"] == {word: statuses[word] for word in ("ok", "broken", "unknown")}
    named = {name for entry in report["findings"] if entry["severity"] == "error" for name in entry["environments"]}
    broken = {row["id"] for row in rows if row["status"] == "broken"}
    # What a comment silences breaks an environment too.
    silenced = any("dmlint: ignore" in read_text(path) for path in fixture.rglob("*") if path.is_file())
    assert broken == named & {row["id"] for row in rows} or silenced


@pytest.mark.parametrize(
    ("output_format", "shape"),
    [
        pytest.param("text", "{path}:{line}:{column}: {severity}[{rule}] {name}: {message}", id="text"),
        pytest.param("concise", "{path}:{line}:{column}: {rule} {severity}: {message}", id="concise"),
        pytest.param("github", "title={rule} {name}::{path}:{line}:{column}: {rule} {escaped}", id="github"),
    ],
)
def test_each_finding_shows_up(fixture: Path, check: Check, output_format: str, shape: str) -> None:
    wanted = findings(check)
    code, printed = check(output_format)
    assert code == int(any(entry["severity"] == "error" for entry in wanted))
    shown = [shape.format(**entry, escaped=entry["message"].replace("%", "%25")) for entry in wanted]
    assert [line for line in shown if line not in printed] == []


def test_what_fails_a_run_can_be_lowered_and_waived(fixture: Path, check: Check) -> None:
    found = findings(check)
    assert check("concise", "--fail-on", "notice")[0] == int(bool(found))
    assert check("concise", "--exit-zero")[0] == 0


@pytest.mark.parametrize("folder", [pytest.param(folder, id=name(folder)) for folder in folders()])
def test_twins(folder: Path) -> None:
    """A faulty fixture has a clean twin; what is called clean has no mark."""
    faulty = bool(read_marks(folder))
    of_a_rule = folder.parent.parent == RULES
    assert not (faulty and folder.name.endswith("-clean"))
    assert not faulty or of_a_rule or folder.with_name(f"{folder.name}-clean").is_dir()


@pytest.mark.parametrize("rule", sorted(shipped_rules()))
def test_each_rule_has_findings_and_near_misses(rule: str) -> None:
    assert rule in {mark.rule for mark in read_marks(RULES / rule / "findings")}
    near = RULES / rule / "near-misses"
    assert [path for path in near.rglob("*") if path.is_file() and claim(path.relative_to(near).as_posix())]
    assert rule not in {mark.rule for mark in read_marks(near)}


def test_every_finding_has_the_severity_of_its_rule(fixture: Path, check: Check) -> None:
    """DM106 alone weighs less where the package is not watched."""
    lighter = {("DM106", "warning")}
    found = {(entry["rule"], entry["severity"]) for entry in findings(check)}
    assert found <= set(shipped_rules().items()) | lighter


@pytest.mark.parametrize(
    ("package", "severity"),
    [
        pytest.param("numpy<2", "error", id="watched"),
        pytest.param("isaacsim>=5", "error", id="watched too"),
        pytest.param("torch>=2.2", "warning", id="not watched"),
    ],
)
def test_an_unquoted_specifier_weighs_by_its_package(
    package: str, severity: str, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text(f"FROM python:3.11\nRUN pip install {package}\n", encoding="utf-8")
    assert ("DM106", severity) in {(entry["rule"], entry["severity"]) for entry in findings(check)}


@pytest.mark.parametrize(
    ("file", "text", "marks"),
    [
        pytest.param("r.txt", "# expect: DM101\nx\n", [Mark(path="r.txt", line=2, rule="DM101")], id="bare"),
        pytest.param(
            "r.txt",
            '# expect: DM101 "x; y == "z""\r\nx\r\n',
            [Mark(path="r.txt", line=2, rule="DM101", text='x; y == "z"')],
            id="with text",
        ),
        pytest.param(
            "r.txt",
            "# expect: DM102\n  # expect: DM101\nx\n",
            [Mark(path="r.txt", line=3, rule="DM101"), Mark(path="r.txt", line=3, rule="DM102")],
            id="two for one line",
        ),
        pytest.param(f"r{SIDECAR}", '7: DM201 "t"\n', [Mark(path="r", line=7, rule="DM201", text="t")], id="sidecar"),
    ],
)
def test_marks_are_read(file: str, text: str, marks: list[Mark], tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(text.encode())
    assert read_marks(tmp_path) == marks


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("r.txt", "# expect DM101\nx\n", id="no colon"),
        pytest.param("r.txt", "x # expect: DM101\n", id="behind text"),
        pytest.param("r.txt", '# expect: DM101 "\nx\n', id="half a quotation"),
        pytest.param("r.txt", "# expect: DM101, DM102\nx\n", id="a list"),
        pytest.param("r.txt", "x\n# expect: DM101", id="nothing below"),
        pytest.param(f"r{SIDECAR}", "DM101\n", id="sidecar without line"),
    ],
)
def test_marks_that_cannot_be_read_are_errors(file: str, text: str, tmp_path: Path) -> None:
    (tmp_path / file).write_bytes(text.encode())
    with pytest.raises(BadMarkError, match=re.escape(file.removesuffix(SIDECAR))):
        read_marks(tmp_path)
