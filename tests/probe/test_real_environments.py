"""Real environments with real NumPys, looked into as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from stand_ins import write_program

from dmlint.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="interpreters are where POSIX has them"),
]
OLD, NEW = "1.26.4", "2.0.2"
"""The last NumPy 1, for Python 3.9 to 3.12, and one NumPy 2 for these."""


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two environments, `old` and `new`, each with its NumPy alone, and a bare one; made once."""
    if sys.version_info >= (3, 13):
        pytest.skip("there is no NumPy 1 for this Python")
    root = tmp_path_factory.mktemp("environments")
    for name in ("old", "new", "bare"):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / name)], check=True)
    for name, version in (("old", OLD), ("new", NEW)):
        site = next((root / name).glob("lib/python*/site-packages"))
        install = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary=:all:"]
        subprocess.run([*install, "--target", str(site), f"numpy=={version}"], check=True)
    return root


def look(interpreter: Path) -> tuple[int, list[str], list[dict[str, Any]]]:
    """Exit code, what is found, and the copies of NumPy."""
    result = CliRunner().invoke(cli, ["env", "--isolated", "--python", str(interpreter), "--output-format", "json"])
    report = json.loads(result.stdout)
    found = [f"{entry['rule']} {entry['message'].partition(';')[0]}" for entry in report["findings"]]
    return result.exit_code, found, report["facts"]["numpy"]


def with_path(environments: Path, name: str, first: str) -> Path:
    """An interpreter like Isaac Sim's: one environment's Python, with the packages of another put before its own."""
    site = next((environments / first).glob("lib/python*/site-packages"))
    program = f'#!/bin/sh\nexport PYTHONPATH="{site}"\nexec "{environments / name}/bin/python" "$@"\n'
    return write_program(environments / f"{first}-before-{name}" / "python.sh", program)


def test_numpy_1(environments: Path) -> None:
    code, found, copies = look(environments / "old")
    assert (code, found) == (0, [])
    assert [(copy["version"], copy["use"], copy["replaceable"]) for copy in copies] == [(OLD, "imported", True)]


def test_numpy_2(environments: Path) -> None:
    code, found, copies = look(environments / "new")
    assert (code, found) == (1, [f"DM401 `import numpy` means NumPy {NEW} here"])
    assert [copy["version"] for copy in copies] == [NEW]


def test_without_numpy(environments: Path) -> None:
    assert look(environments / "bare") == (0, [], [])


def test_numpy_1_put_before_numpy_2(environments: Path) -> None:
    code, found, copies = look(with_path(environments, "new", "old"))
    assert (code, [message.partition(" in ")[0] for message in found]) == (0, [f"DM405 NumPy {NEW}"])
    assert [(copy["version"], copy["use"]) for copy in copies] == [(OLD, "imported"), (NEW, "shadowed")]


def test_numpy_2_put_before_numpy_1(environments: Path) -> None:
    code, found, copies = look(with_path(environments, "old", "new"))
    assert (code, found) == (1, [f"DM401 `import numpy` means NumPy {NEW} here"])
    assert [(copy["version"], copy["use"]) for copy in copies] == [(NEW, "imported"), (OLD, "shadowed")]


def test_a_folder_in_a_pth_file_comes_last(environments: Path) -> None:
    """As site hooks add folders after site-packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environments / "hooked")], check=True)
    site = next((environments / "hooked").glob("lib/python*/site-packages"))
    (site / "bundle.pth").write_text(f"{next((environments / 'new').glob('lib/python*/site-packages'))}\n")
    code, found, copies = look(environments / "hooked")
    assert (code, found) == (1, [f"DM401 `import numpy` means NumPy {NEW} here"])
    assert [(copy["version"], copy["use"], copy["replaceable"]) for copy in copies] == [(NEW, "imported", True)]


def test_files_of_two_numpys_in_one_folder(environments: Path) -> None:
    """What an install over another one leaves behind: Python files of NumPy 1, compiled ones of NumPy 2."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environments / "mixed")], check=True)
    site = next((environments / "mixed").glob("lib/python*/site-packages"))
    for name in ("old", "new"):
        other = next((environments / name).glob("lib/python*/site-packages"))
        subprocess.run(["cp", "-R", f"{other}/numpy", str(site)], check=True)
    (site / "numpy" / "_core" / "multiarray.py").write_text(
        "raise ImportError('numpy.core.multiarray failed to import')\n"
    )
    code, found, copies = look(environments / "mixed")
    assert (code, copies[0]["use"]) == (1, "tried")
    assert [message.partition(":")[0] for message in found if message.startswith("DM404")] == [
        "DM404 `import numpy` fails here"
    ]
