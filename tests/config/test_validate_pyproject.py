"""validate-pyproject, which finds the schema of ``[tool.dmlint]`` as soon as dmlint is installed beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("validate_pyproject")

OURS = Path(__file__).parents[2] / "pyproject.toml"
_PROJECT = '[project]\nname = "robot"\nversion = "1"\n'


def validate(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "validate_pyproject", str(file)], capture_output=True, text=True, check=False
    )


def test_it_takes_our_own() -> None:
    result = validate(OURS)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("", id="none"),
        pytest.param("[tool.dmlint]\n", id="empty"),
        pytest.param('[tool.dmlint]\ndocs-url = "https://example.org/rules"\n', id="address"),
        pytest.param('[tool.dmlint]\ndocs-url = "http://[::1]:8080/a$b"\noutput-format = "json:a"\n', id="signs"),
    ],
)
def test_it_takes_what_dmlint_takes(tmp_path: Path, table: str) -> None:
    (tmp_path / "pyproject.toml").write_text(_PROJECT + table, encoding="utf-8")
    result = validate(tmp_path / "pyproject.toml")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    "table",
    [
        pytest.param('docs-url = "ftp://example.org"', id="address"),
        pytest.param('docs-url = "https://example.org/a?b"', id="query"),
        pytest.param("selct = []", id="key"),
        pytest.param('output-format = "jsn"', id="format"),
    ],
)
def test_it_refuses_what_dmlint_refuses(tmp_path: Path, table: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{_PROJECT}[tool.dmlint]\n{table}\n", encoding="utf-8")
    result = validate(tmp_path / "pyproject.toml")
    assert result.returncode == 1
    assert "tool.dmlint" in result.stdout + result.stderr
