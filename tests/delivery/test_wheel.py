"""What is installed: the wheel and an editable install both find the shipped rules and run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import dmlint

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the test run's own Python settings."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GITHUB_"))}
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=cwd, env=environ, check=False, capture_output=True, encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the tree builds."""
    folder = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_package_rules_and_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    packs = {f"dmlint/rules/{path.name}" for path in (ROOT / "rules").glob("*.toml")}
    pages = {f"dmlint/rules/docs/{path.name}" for path in (ROOT / "rules" / "docs").glob("*.md")}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "dmlint").rglob("*.py")}
    assert packs
    assert pages
    assert packs | pages | modules <= names
    assert f"dmlint-{dmlint.__version__}.dist-info/licenses/LICENSE" in names
    assert not [name for name in names if name.startswith(("tests/", "fixtures/"))]


@pytest.mark.parametrize("editable", [False, True], ids=["wheel", "editable"])
def test_runs_when_installed(editable: bool, wheel: Path, tmp_path: Path) -> None:
    target = {False: [str(wheel)], True: ["-e", str(ROOT)]}[editable]
    environment, workspace = tmp_path / "environment", tmp_path / "workspace"
    shutil.copytree(ROOT / "fixtures" / "robot-workspace", workspace)
    venv.create(environment, with_pip=True)
    folders = os.pathsep.join(str(environment / name) for name in ("bin", "Scripts"))
    python = shutil.which("python", path=folders)
    assert python
    installed = run(python, "-m", "pip", "install", "-q", *target, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    program = shutil.which("dmlint", path=folders)
    assert program
    assert dmlint.__version__ in run(program, "--version", cwd=workspace).stdout
    linted = run(program, "--output-format", "concise", cwd=workspace)
    assert "DM201" in linted.stdout, linted.stderr
    assert linted.returncode == 1
