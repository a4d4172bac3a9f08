"""Which modules each kind of run may import: what a run takes is, for the most part, what it imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dmlint

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = (
    "import sys; before = set(sys.modules); from dmlint.__main__ import main\n"
    "main(); sys.stderr.write(' '.join(set(sys.modules) - before))"
)
DOCKERFILE = 'FROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN apt-get update && pip install "numpy<2" torch\n'
PROJECT = '[project]\nname = "arm"\nversion = "1"\ndependencies = ["numpy>=1.26,<2"]\n'

DEAR = {
    "asyncio",
    "concurrent",
    "dataclasses",
    "email",
    "hashlib",
    "http",
    "multiprocessing",
    "pydoc",
    "ssl",
    "tempfile",
}
"""Modules of the standard library that take a millisecond or more, and that no common run needs."""
NO_TOML = DEAR | {"tomli"}
NO_FACTS = NO_TOML | {"json", "logging", "shlex", "string"}
ELSEWHERE = {"colorama", "dmlint", "typing_extensions"}
"""What click imports on Windows, and what msgspec takes where it is."""


@pytest.mark.parametrize(
    ("files", "packages", "most", "unwanted"),
    [
        pytest.param({"README.md": "", "a.py": "print()"}, {"click", "msgspec"}, 52, NO_FACTS, id="nothing watched"),
        pytest.param(
            {"Dockerfile": DOCKERFILE},
            {"click", "dockerfile_parse", "msgspec", "packaging"},
            195,
            NO_TOML,
            id="one Dockerfile",
        ),
        pytest.param(
            {"requirements.txt": "numpy<2\n"},
            {"click", "msgspec", "packaging"},
            160,
            NO_TOML | {"logging"},
            id="requirements",
        ),
        pytest.param(
            {"pyproject.toml": PROJECT},
            {"click", "msgspec", "packaging", "tomli"},
            165,
            DEAR | {"logging"},
            id="pyproject",
        ),
    ],
)
def test_a_run_imports_no_more_than_it_needs(
    tmp_path: Path, files: Mapping[str, str], packages: set[str], most: int, unwanted: set[str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    imported = run(tmp_path)
    tops = {name.partition(".")[0] for name in imported if not name.endswith("__mypyc")}
    assert tops - sys.stdlib_module_names - ELSEWHERE <= packages
    # Each module of ours takes 0.15 ms.
    assert len([name for name in imported if name.startswith("dmlint.")]) <= most
    assert imported & unwanted == set()


@pytest.mark.parametrize(
    "unwanted",
    [
        pytest.param("packaging.markers packaging.requirements packaging.utils packaging.tags", id="packaging"),
        pytest.param("dmlint.installers.conda dmlint.installers.poetry dmlint.installers.uv", id="other installers"),
        pytest.param(
            "dmlint.cli.matrix_command dmlint.cli.baseline_command dmlint.reports.matrix",
            id="other commands",
        ),
        pytest.param("dmlint.parsers.pyproject dmlint.parsers.compose dmlint.parsers.locks yaml", id="other formats"),
        pytest.param("dmlint.fixes.proof dmlint.linting.fixing dmlint.linting.policy", id="what mends and enforces"),
    ],
)
def test_a_dockerfile_leaves_out(dockerfile: set[str], unwanted: str) -> None:
    assert dockerfile & set(unwanted.split()) == set()


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a run on one Dockerfile imports."""
    folder = tmp_path_factory.mktemp("dockerfile")
    (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    return run(folder)


def run(folder: Path) -> set[str]:
    """The modules that a run imports beyond those that Python starts with."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_", "COV_"))}
    done = subprocess.run(
        (sys.executable, "-c", CODE),
        cwd=folder,
        env={**environ, "PYTHONPATH": str(Path(dmlint.__file__).parents[1])},
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    return set(done.stderr.split())
