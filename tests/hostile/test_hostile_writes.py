"""`--fix` on a machine that fails: each file is the old one or the new one, whole."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest
from watched import fill, kill

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")

OLD = "# arrays\nnumpy>=1.26\n" + "# padding\n" * 200
NEW = OLD.replace("numpy>=1.26", "numpy>=1.26,<2.0.0")
FILES = ("a/requirements.txt", "b/requirements.txt", "c/requirements.txt")
KEPT = 0o640


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(OLD, encoding="utf-8")
        (tmp_path / name).chmod(KEPT)
    return tmp_path


def texts(tree: Path) -> list[str]:
    return [(tree / name).read_text(encoding="utf-8") for name in FILES]


def modes(tree: Path) -> set[int]:
    return {stat.S_IMODE((tree / name).stat().st_mode) for name in FILES}


def test_a_kill_at_any_moment_leaves_whole_files(tree: Path) -> None:
    seen = set()
    for moment in range(1, 40, 3):
        for name in FILES:
            (tree / name).write_text(OLD, encoding="utf-8")
        run = kill(tree, moment, "--fix", ".")
        after = texts(tree)
        assert set(after) <= {OLD, NEW}
        assert modes(tree) == {KEPT}
        seen.add((run.code, after.count(NEW)))
    assert {code for code, _ in seen} == {-9, 0}
    assert {count for _, count in seen} == {0, 1, 2, 3}


def test_what_a_killed_run_leaves_is_no_file_to_lint(tree: Path) -> None:
    run = kill(tree, 2, "--fix", ".")
    assert run.code == -9
    assert [path for path in (tree / "a").iterdir() if path.name.endswith(".dmlint")]
    done = kill(tree, 10_000, "--fix", ".")
    assert (done.code, texts(tree)) == (0, [NEW] * 3)
    assert "in 3 files" in done.out or "3 files" in done.out


def test_a_full_disk_leaves_the_old_files_and_is_said(tree: Path) -> None:
    run = fill(tree, 1000, "--fix", ".")
    assert run.code == 2
    assert run.err == "dmlint: error: a/requirements.txt: the fixed file cannot be written: file too large\n"
    assert texts(tree) == [OLD] * 3
    assert modes(tree) == {KEPT}
    assert [path.name for path in (tree / "a").iterdir()] == ["requirements.txt"]


def test_a_report_on_a_full_disk_leaves_the_old_report(tree: Path) -> None:
    (tree / "report.json").write_text("old\n", encoding="utf-8")
    run = fill(tree, 100, ".", "--output-format", "json", "--output-file", "report.json")
    assert (run.code, run.err) == (2, "dmlint: error: cannot write report.json: file too large\n")
    assert (tree / "report.json").read_text(encoding="utf-8") == "old\n"


def test_a_baseline_on_a_full_disk_leaves_the_old_baseline(tree: Path) -> None:
    old = '{"version": 1, "findings": [\n]}\n'
    (tree / ".dmlint-baseline.json").write_text(old, encoding="utf-8")
    run = fill(tree, 100, "baseline")
    assert run.code == 2
    assert "file too large" in run.err
    assert (tree / ".dmlint-baseline.json").read_text(encoding="utf-8") == old
