"""The hooks that pre-commit offers: which files they take, and that the real pre-commit runs them as README says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from checkout import ADDRESS, ROOT, committed, environment, git, shared, snippet

from dmlint.cli.check_command import check
from dmlint.parsers import FORMATS, UNCLAIMED, claim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Hook = Callable[..., subprocess.CompletedProcess[str]]

HOOKS: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
}
OPEN, CLOSED = "numpy>=1.26\n", "numpy>=1.26,<2.0.0\n"
PLACE = re.compile(r"^\S+:\d+:\d+: \w+\[DM\d+\].*$", re.MULTILINE)
SUMMARY = re.compile(r" in \d+ files")


def test_readme_tells_of_each_hook() -> None:
    assert list(HOOKS) == ["dmlint", "dmlint-fix", "dmlint-project"]
    assert [name for name in HOOKS if f"`{name}`" not in (ROOT / "README.md").read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", HOOKS)
def test_takes_the_files_that_some_parser_claims(name: str) -> None:
    alternatives = "\n  | ".join(entry.pattern for entry in FORMATS)
    assert HOOKS[name]["files"] == f"(?x)^(?:\n    {alternatives}\n)$"
    assert HOOKS[name]["exclude"] == f"^{UNCLAIMED}$"
    assert HOOKS[name]["types"] == ["file"]


@pytest.mark.parametrize(
    "path",
    [
        "Dockerfile",
        "docker/Dockerfile.base",
        "docker/dockerfile-dev",
        "sim.Dockerfile",
        "Containerfile",
        "Dockerfile.md",
        "Dockerfile.dockerignore",
        "dockerfile_builder.py",
        "Dockerfile.j2",
        "docker/dockerfile.go",
        "Dockerfile.ros2",
        "x.dockerfile",
        "requirements/gpu/sim.txt",
        ".github/workflows/ci.yml",
        "third_party/x/.github/workflows/ci.yml",
        "sim_env.yml",
        "a/pyproject.toml",
        "xpyproject.toml",
        "requirements.txt",
        "requirements-dev.in",
        "requirements/sim.txt",
        "sim_constraints.txt",
        "notes.txt",
        "requirements.md",
        "src/main.py",
    ],
)
def test_agrees_with_the_parsers_about(path: str) -> None:
    wanted = HOOKS["dmlint"]
    taken = bool(re.search(wanted["files"], path)) and not re.search(wanted["exclude"], path)
    assert taken == (claim(path) is not None)


@pytest.mark.parametrize("name", HOOKS)
def test_runs_a_command_that_there_is(name: str) -> None:
    words = HOOKS[name]["entry"].split()
    assert words[:5] == ["python", "-I", "-m", "dmlint", check.name]
    assert set(words[5:]) <= {spelling for parameter in check.params for spelling in parameter.opts}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lint a folder in one process."""
    command = [sys.executable, "-m", "dmlint", "."]
    return subprocess.run(command, cwd=folder, env=environment(), check=False, capture_output=True, encoding="utf-8")


@pytest.fixture(scope="module")
def commit_hook(tmp_path_factory: pytest.TempPathFactory) -> Hook:
    """Runs a hook as README configures it, from a commit of this very tree, in a repository with these files added."""
    address = committed(tmp_path_factory)
    environ = environment(PRE_COMMIT_HOME=str(shared(tmp_path_factory) / "store"), PRE_COMMIT_COLOR="never")

    def run(folder: Path, name: str, *which: str, files: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        configured = "repos:\n" + snippet("hook").replace(ADDRESS, str(address)).replace(
            "id: dmlint\n", f"id: {name}\n"
        )
        for path, text in {".pre-commit-config.yaml": configured, **files}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        git(folder, "init", "-q")
        git(folder, "add", ".")
        command = [sys.executable, "-m", "pre_commit", "run", *(which or ["--all-files"])]
        return subprocess.run(command, cwd=folder, env=environ, check=False, capture_output=True, encoding="utf-8")

    return run


@pytest.mark.slow
def test_fails_a_commit_that_brings_a_fault(commit_hook: Hook, tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM python:3.11\nRUN pip install numpy\n", "notes.txt": "numpy\n"}
    done = commit_hook(tmp_path, "dmlint", files=files)
    assert "Dockerfile:2:" in done.stdout, done.stdout + done.stderr
    assert "DM101" in done.stdout
    assert "notes.txt" not in done.stdout
    assert done.returncode == 1
    fixed = {"Dockerfile": 'FROM python:3.11\nRUN pip install "numpy>=1.26.0,<2.0.0"\n'}
    passed = commit_hook(tmp_path, "dmlint", files=fixed)
    assert ("Passed" in passed.stdout, passed.returncode) == (True, 0), passed.stdout


@pytest.mark.slow
def test_a_fix_fails_the_commit_once(commit_hook: Hook, tmp_path: Path) -> None:
    files = {"requirements.txt": OPEN, "legacy/requirements.txt": OPEN, "dmlint.toml": "exclude = ['legacy']\n"}
    first = commit_hook(tmp_path, "dmlint-fix", files=files)
    assert ("1 fixed" in first.stdout, first.returncode) == (True, 1), first.stdout + first.stderr
    assert (tmp_path / "requirements.txt").read_text(encoding="utf-8") == CLOSED
    assert (tmp_path / "legacy/requirements.txt").read_text(encoding="utf-8") == OPEN
    assert commit_hook(tmp_path, "dmlint-fix", files={}).returncode == 0


@pytest.mark.slow
def test_the_project_is_judged_when_one_of_its_files_is_committed(commit_hook: Hook, tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM python:3.11\n", "requirements.txt": OPEN, "notes.md": "numpy\n"}
    done = commit_hook(tmp_path, "dmlint-project", "--files", "Dockerfile", files=files)
    assert ("requirements.txt:1:1: error[DM101]" in done.stdout, done.returncode) == (True, 1), (
        done.stdout + done.stderr
    )
    narrow = commit_hook(tmp_path, "dmlint", "--files", "Dockerfile", files=files)
    assert ("Passed" in narrow.stdout, narrow.returncode) == (True, 0), narrow.stdout
    other = commit_hook(tmp_path, "dmlint-project", "--files", "notes.md", files=files)
    assert ("Skipped" in other.stdout, other.returncode) == (True, 0), other.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="paths as long as these")
def test_a_list_of_files_that_is_split_changes_no_verdict(commit_hook: Hook, tmp_path: Path) -> None:
    # pre-commit hands over at most 128 KiB of file names at once: the Dockerfile, which says with what bound the last
    # files are installed, is looked at by one process, these files and the bound by another.
    install = "RUN pip install -r z/last/requirements.txt -c z/last/constraints.txt\n"
    folders = [f"robots/{number:04}-{'a-long-name-' * 20}" for number in range(1_000)]
    faulty = [f"{folders[number]}/requirements.txt" for number in (0, 499, 999)]
    files = {f"{folder}/requirements.txt": "rospkg\n" for folder in folders}
    files |= dict.fromkeys(faulty, OPEN)
    files |= {
        "Dockerfile": f"FROM python:3.11\nWORKDIR /robot\nCOPY . .\nRUN pip install numpy\n{install}",
        "z/last/requirements.txt": "numpy\n",
        "z/last/constraints.txt": "numpy<2\n",
    }
    done = commit_hook(tmp_path, "dmlint", files=files)
    whole = lint(tmp_path)
    found = Counter(PLACE.findall(done.stdout))
    assert found == Counter(PLACE.findall(whole.stdout)), done.stdout + done.stderr
    assert len(found) == 4
    assert (done.returncode, whole.returncode) == (1, 1)
    assert len(SUMMARY.findall(done.stdout)) > 2
    mended = commit_hook(tmp_path, "dmlint-fix", files={})
    assert (mended.returncode, lint(tmp_path).returncode) == (1, 0), mended.stdout + mended.stderr
    changed = [path for path, text in files.items() if (tmp_path / path).read_text(encoding="utf-8") != text]
    assert sorted(changed) == ["Dockerfile", *faulty]
