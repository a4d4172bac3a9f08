"""The same tree gives the same findings in the same order, wherever and however it is linted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dmlint.parsers import claim

if TYPE_CHECKING:
    from collections.abc import Mapping

FIXTURES = Path(__file__).parents[2] / "fixtures"
PARTS = ("across", "robot-workspace", "rules")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All kinds of files in one repository."""
    root = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        shutil.copytree(FIXTURES / part, root / part)
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    return root


def lint(cwd: Path, *paths: str, environ: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The findings, in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_"))}
    done = subprocess.run(
        [sys.executable, "-m", "dmlint", "check", "--output-format", "json", "--isolated", *paths],
        cwd=cwd,
        env={**inherited, **(environ or {})},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 1, done.stderr
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


@pytest.fixture(scope="module")
def expected(tree: Path) -> list[dict[str, Any]]:
    """What is found from the root, by one process."""
    found = lint(tree, ".", environ={"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"})
    assert len(found) > 300
    return found


@pytest.mark.parametrize(
    ("paths", "environ"),
    [
        pytest.param((".",), {"PYTHONHASHSEED": "1"}, id="hash-seed"),
        pytest.param((".",), {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "2"}, id="locale"),
        pytest.param((".",), {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, id="another-locale"),
        pytest.param((".",), {"TZ": "Pacific/Kiritimati", "COLUMNS": "20"}, id="time-zone"),
        pytest.param(PARTS, {}, id="arguments"),
        pytest.param(tuple(reversed(PARTS)), {}, id="arguments-in-another-order"),
        pytest.param((*PARTS, *PARTS, "."), {}, id="arguments-twice"),
    ],
)
def test_the_same_whatever_the_surroundings(
    paths: tuple[str, ...], environ: dict[str, str], tree: Path, expected: list[dict[str, Any]]
) -> None:
    assert lint(tree, *paths, environ=environ) == expected


@pytest.mark.parametrize("folder", ["rules/DM101", "across"])
def test_the_same_from_another_folder(folder: str, tree: Path, expected: list[dict[str, Any]]) -> None:
    found = lint(tree / folder, str(tree))
    there = [os.path.relpath(tree / folder / entry["path"], tree).replace(os.sep, "/") for entry in found]
    assert there == [entry["path"] for entry in expected]
    same = ("rule", "line", "column", "end_line", "end_column", "message", "help")
    assert [[entry[key] for key in same] for entry in found] == [[entry[key] for key in same] for entry in expected]


def test_the_same_every_file_by_itself(tree: Path, expected: list[dict[str, Any]]) -> None:
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if claim(path.as_posix()))
    assert lint(tree, *reversed(files)) == expected
