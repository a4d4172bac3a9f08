from __future__ import annotations

import json
from pathlib import Path

import pytest
from adoption import call, enter, found, read, write

OPEN = "numpy>=1.26\n"
FILE = ".dmlint-baseline.json"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(tmp_path, monkeypatch)


def entries(path: str = FILE) -> list[str]:
    return [f"{entry['path']} {entry['rule']} {entry['text']}" for entry in json.loads(read(path))["findings"]]


def test_only_what_is_new_is_reported(here: Path) -> None:
    write({"requirements.txt": OPEN, "a/requirements.txt": "numpy\n"})
    result = call("baseline")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{FILE}: 2 findings known, 2 of them new, 0 paid off and dropped.\n"
    assert entries() == ["a/requirements.txt DM101 numpy", "requirements.txt DM101 numpy>=1.26"]
    assert call().stdout == "All clear: 2 files checked; 2 known.\n"
    write({"requirements.txt": f"# numbers\n\n{OPEN}numpy\n"})
    assert found() == [("requirements.txt", 4, "DM101")]
    assert call().exit_code == 1


def test_what_is_paid_off_is_said_and_dropped(here: Path) -> None:
    write({"requirements.txt": OPEN, "a/requirements.txt": OPEN, "b/requirements.txt": OPEN, "dmlint.toml": ""})
    assert call("baseline").exit_code == 0
    write({"a/requirements.txt": "numpy<2\n"})
    Path("b/requirements.txt").unlink()
    assert call().stdout == (
        "All clear: 2 files checked; 1 known, 2 of the baseline paid off (`dmlint baseline` drops them).\n"
    )
    assert call("a").stdout == ("All clear: 1 file checked; 1 of the baseline paid off (`dmlint baseline` drops it).\n")
    assert call("requirements.txt").stdout == "All clear: 1 file checked; 1 known.\n"
    assert call("--select", "DM2").stdout == "All clear: 2 files checked.\n"
    assert call("--exclude", "a").stdout.count("1 of the baseline paid off") == 1
    assert call("baseline", "a").stderr == f"{FILE}: 0 findings known, 0 of them new, 1 paid off and dropped.\n"
    assert entries() == ["b/requirements.txt DM101 numpy>=1.26", "requirements.txt DM101 numpy>=1.26"]
    assert call("baseline", "-q").stderr == ""
    assert entries() == ["requirements.txt DM101 numpy>=1.26"]


def test_a_second_baseline_changes_nothing(here: Path) -> None:
    write({"requirements.txt": OPEN + "numpy\n" * 12})
    assert call("baseline").exit_code == 0
    before = read(FILE)
    assert call("baseline").stderr == f"{FILE}: 13 findings known, 0 of them new, 0 paid off and dropped.\n"
    assert read(FILE) == before


def test_what_is_suppressed_or_waived_is_not_taken(here: Path) -> None:
    write(
        {
            "a/requirements.txt": "numpy # dmlint: ignore[DM101] soon\n",
            "b/requirements.txt": OPEN,
            "dmlint.toml": "[[waivers]]\nrule = 'DM101'\npath = 'b/*'\nreason = 'x'\n",
        }
    )
    assert call("baseline").exit_code == 0
    assert read(FILE) == '{"version": 1, "findings": [\n]}\n'


def test_what_is_said_of_comments_and_waivers_is_taken_too(here: Path) -> None:
    waiver = "[[waivers]]\nrule = 'DM101'\npath = 'c/*'\nreason = 'x'\n"
    comment = "click # dmlint: ignore[DM101] soon\n"
    write({"a/requirements.txt": comment, "dmlint.toml": waiver, "b/requirements.txt": "click\n"})
    assert [rule for _, _, rule in found()] == ["DM902", "DM904"]
    assert call("baseline").exit_code == 0
    assert found() == []
    assert call("a").stdout == "All clear: 1 file checked; 1 known.\n"
    write({"dmlint.toml": ""})
    assert "1 of the baseline paid off" in call().stdout


def test_where_the_file_is(here: Path) -> None:
    write({"requirements.txt": OPEN, "ci/dmlint.toml": "baseline = 'known.json'", "x.json": "["})
    config = ("--config", "ci/dmlint.toml")
    assert "no such file" in call(*config).stderr
    assert call("baseline", *config).stderr.startswith("ci/known.json: 1 finding known")
    assert call(*config).exit_code == 0
    assert call(*config, "--no-baseline").exit_code == 1
    assert call("--baseline", "ci/known.json").exit_code == 0
    assert call("--baseline", "ci/known.json", "--isolated").exit_code == 0
    assert call(DMLINT_BASELINE="ci/known.json").exit_code == 0
    assert call("baseline", "--output", "y.json").stderr.startswith("y.json: ")
    assert read("y.json") == read("ci/known.json")
    assert call("--baseline", "nowhere.json").exit_code == 2
    assert call("--baseline", "x.json", "--no-baseline").exit_code == 2
    assert call("baseline").exit_code == 0
    assert call("--isolated").exit_code == 1


@pytest.mark.parametrize("command", ["check", "matrix", "baseline"])
def test_a_broken_file_stops_the_run(here: Path, command: str) -> None:
    write({"requirements.txt": OPEN, FILE: '{"version": 1, "findings": [{}]}'})
    result = call(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"dmlint: error: {here / FILE}: this is no baseline: findings[0]: 'path' must be a string; "
        "delete it and run `dmlint baseline`\n"
    )


def test_the_file_is_replaced_or_left(here: Path) -> None:
    write({"requirements.txt": OPEN})
    assert call("baseline", "--output", "nowhere/x.json").exit_code == 2
    assert [path.name for path in here.iterdir()] == ["requirements.txt"]


def test_the_matrix_knows_it_too(here: Path) -> None:
    write({"requirements.txt": OPEN})
    assert "broken" in call("matrix").stdout
    assert call("baseline").exit_code == 0
    assert "broken" not in call("matrix").stdout
    assert "broken" in call("matrix", "--no-baseline").stdout
