"""Specifiers that the shell takes as redirections: DM106, and nothing else of the same requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import find, lint_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param("pip install numpy<2", ["DM106 numpy<2"], id="attached, below"),
        pytest.param("pip install numpy>=1.26", ["DM106 numpy>=1.26"], id="attached, above"),
        pytest.param("pip install numpy <2", ["DM106 numpy <2"], id="apart"),
        pytest.param("pip install numpy>=1.26,<2", ["DM106 numpy>=1.26,<2"], id="both bounds"),
        pytest.param("pip install numpy>=2", ["DM106 numpy>=2"], id="no DM103 beside it"),
        pytest.param("pip install torch>=2.2 scipy", ["DM106 torch>=2.2"], id="another package"),
        pytest.param("pip install torch>=2.2 numpy>=1.26", ["DM106 torch>=2.2", "DM106 numpy>=1.26"], id="two of them"),
        pytest.param("pip install numpy<2 'numpy>=1.26'", ["DM106 numpy<2", "DM101 numpy>=1.26"], id="no bound of it"),
        pytest.param("uv pip install isaacsim>=5", ["DM106 isaacsim>=5"], id="no DM202 and DM203 beside it"),
        pytest.param("pip install 'numpy<2'", [], id="quoted"),
        pytest.param('pip install "numpy>=1.26,<2"', [], id="double quotes"),
        pytest.param("pip install numpy\\<2", [], id="escaped"),
        pytest.param("pip install numpy==1.26.4 > log.txt", [], id="a log"),
        pytest.param("pip install numpy==1.26.4 2>&1", [], id="a stream"),
        pytest.param("pip install numpy==1.26.4 >> log.txt", [], id="a log that grows"),
        pytest.param("pip install numpy==1.26.4 < /dev/null", [], id="an input"),
    ],
)
def test_redirections(command: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"Dockerfile": f"FROM ubuntu\nRUN {command}\n"}) == found


@pytest.mark.parametrize(
    ("written", "severity", "message", "instead"),
    [
        pytest.param(
            "numpy>=1.26",
            "error",
            "without quotes the shell drops the bound, installs any numpy and writes a file named '=1.26'",
            "put it in quotes: 'numpy>=1.26'",
            id="above",
        ),
        pytest.param(
            "numpy<2",
            "error",
            "without quotes the shell reads a file named '2' and installs any numpy",
            "put it in quotes: 'numpy<2'",
            id="below",
        ),
        pytest.param(
            "numpy>=1.26,<2",
            "error",
            "without quotes the shell drops the bound, installs any numpy and writes a file named '=1.26,'",
            "put it in quotes: 'numpy>=1.26,<2'",
            id="both",
        ),
        pytest.param(
            'numpy>="1.26"',
            "error",
            "without quotes the shell drops the bound, installs any numpy and writes a file named '=1.26'",
            "put it in quotes: 'numpy>=1.26'",
            id="quotes at the wrong place",
        ),
        pytest.param(
            "isaacsim-rl>=5",
            "error",
            "without quotes the shell drops the bound, installs any isaacsim-rl and writes a file named '=5'",
            "put it in quotes: 'isaacsim-rl>=5'",
            id="watched by a pattern",
        ),
        pytest.param(
            "torch>=2.2",
            "warning",
            "without quotes the shell drops the bound, installs any torch and writes a file named '=2.2'",
            "put it in quotes: 'torch>=2.2'",
            id="not watched",
        ),
    ],
)
def test_what_the_shell_makes_of_it(written: str, severity: str, message: str, instead: str, tmp_path: Path) -> None:
    report = lint_tree(tmp_path, {"Dockerfile": f"FROM ubuntu AS base\nRUN pip install {written}\n"})
    (finding,) = report.findings
    assert (finding.severity.value, finding.message, finding.help) == (severity, message, instead)
    assert finding.environment == "Dockerfile#base:pip"


def test_the_reference_that_uses_it_is_evidence(tmp_path: Path) -> None:
    text = "FROM ubuntu\nARG NAME=numpy\nRUN pip install $NAME>=1.26\n"
    (finding,) = lint_tree(tmp_path, {"Dockerfile": text}).findings
    assert (finding.rule, finding.span.text) == ("DM106", "$NAME>=1.26")
    assert [(note.span.text, note.message) for note in finding.evidence] == [("$NAME", "the value is used here")]
