"""What an environment ends up with, judged: pins missing, undone, elsewhere, at odds, too low, out of place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import lint_tree

from dmlint.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.facts import Finding

SETTINGS = Settings(select=("DM105", "DM107", "DM108", "DM109", "DM111", "DM112", "DM113"))
ISAAC = "FROM nvcr.io/nvidia/isaac-sim:5.0.0\n"
INTO = "RUN /isaac-sim/python.sh -m pip install "
PYTHON = "FROM python:3.11\n"
PIN = PYTHON + "RUN pip install 'numpy<2'\n"


def judge(root: Path, text: str, files: Mapping[str, str] | None = None) -> list[Finding]:
    """What is found in a Dockerfile and the files beside it."""
    return list(lint_tree(root, {"Dockerfile": text, **(files or {})}, settings=SETTINGS).findings)


def told(findings: list[Finding]) -> list[str]:
    """``RULE LINE text`` for each finding."""
    return [f"{entry.rule} {entry.span.line} {entry.span.text}" for entry in findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(ISAAC + INTO + "gymnasium\n", ["DM105 1 nvcr.io/nvidia/isaac-sim:5.0.0"], id="at the image"),
        pytest.param(
            "ARG T=5.0.0\nFROM nvcr.io/nvidia/isaac-sim:$T\n" + INTO + "gymnasium\n", ["DM105 1 5.0.0"], id="at its tag"
        ),
        pytest.param(
            ISAAC + INTO + "gymnasium\n" + INTO + "opencv-python\n",
            ["DM105 1 nvcr.io/nvidia/isaac-sim:5.0.0"],
            id="at the image, forced or not",
        ),
        pytest.param(
            PYTHON + "RUN pip install requests opencv-python\n", ["DM105 2 opencv-python"], id="at what forces it"
        ),
        pytest.param(
            PYTHON + "RUN pip install requests\nRUN pip install isaacsim==5.0.0\n",
            [],
            id="what needs NumPy 1 itself",
        ),
        pytest.param("FROM ubuntu\nRUN conda run -n a pip install pin\n", ["DM105 2 pin"], id="in a conda environment"),
        pytest.param(PYTHON + "RUN pip install uv gr00t\n", ["DM105 2 gr00t"], id="at the first that brings others"),
        pytest.param(ISAAC + "RUN ./isaaclab.sh --install\n", [], id="what the launcher installs is not there"),
        pytest.param(PYTHON + "RUN ./isaaclab.sh --install\n", [], id="no place to point at"),
        pytest.param(ISAAC, [], id="nothing is installed"),
        pytest.param(ISAAC + INTO + "--upgrade pip\n", [], id="what brings no others"),
        pytest.param(PYTHON + "RUN pip install requests\n", [], id="nobody's own"),
        pytest.param(ISAAC + INTO + "-r none.txt\n", [], id="a file that is not there"),
        pytest.param(ISAAC + "ARG P\n" + INTO + "$P\n", [], id="a word that nobody knows"),
        pytest.param(ISAAC + INTO + "-e /opt/cloned\n", [], id="a project that is not there"),
        pytest.param(
            ISAAC + INTO + "-r none.txt\n" + INTO + "opencv-python\n",
            ["DM105 1 nvcr.io/nvidia/isaac-sim:5.0.0"],
            id="forced, whatever the file says",
        ),
        pytest.param(
            ISAAC.replace("5.0.0", "latest") + INTO + "jax\n",
            ["DM105 1 nvcr.io/nvidia/isaac-sim:latest"],
            id="a requirement that forces on some Pythons names it on none",
        ),
        pytest.param(ISAAC.replace("5.0.0", "6.0.1") + INTO + "opencv-python\n", [], id="where NumPy 2 is needed"),
        pytest.param(
            ISAAC.replace("5.0.0", "6.0.1") + "RUN pip install opencv-python\n", [], id="where nobody can tell which"
        ),
        pytest.param(ISAAC + INTO + "gymnasium\n" + INTO + "'numpy<2'\n", [], id="named"),
    ],
)
def test_a_pin_that_is_missing(text: str, found: list[str], tmp_path: Path) -> None:
    assert told(judge(tmp_path, text)) == found


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param(ISAAC + INTO + "gymnasium\n", ["this installs into it"], id="what is installed"),
        pytest.param(
            ISAAC + INTO + "opencv-python\n",
            ["opencv-python 4.12.0.88 and later requires numpy>=2"],
            id="what forces it",
        ),
        pytest.param(PYTHON + "RUN pip install opencv-python\n", [], id="nothing beyond the place"),
    ],
)
def test_why_a_pin_is_missing(text: str, evidence: list[str], tmp_path: Path) -> None:
    [found] = judge(tmp_path, text)
    assert [note.message for note in found.evidence] == evidence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(PIN + "RUN pip install opencv-python\n", ["DM107 3 opencv-python"], id="undone"),
        pytest.param(PIN + "RUN pip install -U numpy\n", [], id="by a requirement on NumPy itself"),
        pytest.param(PIN + "RUN pip uninstall -y numpy\n", [], id="taken away"),
        pytest.param(PIN + "RUN pip install requests\n", [], id="not moved"),
        pytest.param(
            PIN.replace("3.11", "3.11 AS a") + "RUN pip install opencv-python\nFROM a\nRUN pip install 'numpy<2'\n",
            [],
            id="pinned again in the stage that goes on",
        ),
        pytest.param(
            ISAAC.replace("5.0.0", "6.0.1") + INTO + "'numpy>=2.3,<2.4'\n" + INTO + "opencv-python\n",
            [],
            id="as needed",
        ),
        pytest.param(
            ISAAC.replace("5.0.0", "6.0.1")
            + INTO
            + "numpy==2.3.1\nRUN /isaac-sim/python.sh -m pip uninstall -y numpy\n"
            + INTO
            + "opencv-python\n",
            [],
            id="moved, but not out of what is needed",
        ),
        pytest.param(
            ISAAC.replace("5.0.0", "6.0.1") + "RUN pip install 'numpy<2'\nRUN pip install opencv-python\n",
            [],
            id="where nobody can tell which is right",
        ),
    ],
)
def test_a_pin_that_is_undone(text: str, found: list[str], tmp_path: Path) -> None:
    assert told(judge(tmp_path, text)) == found


def test_a_pin_that_is_undone_is_told_with_the_pin_and_the_cause(tmp_path: Path) -> None:
    [found] = judge(tmp_path, PIN + "RUN pip uninstall -y numpy\nRUN pip install albumentations\n")
    assert [note.message for note in found.evidence] == ["numpy<2 is set here", "removes numpy"]
    assert "albumentations brings opencv-python-headless, which requires numpy>=2 from 4.12.0.88 on" in found.message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            ISAAC + "RUN pip install 'numpy<2'\n" + INTO + "gymnasium\n",
            ["DM105 1 nvcr.io/nvidia/isaac-sim:5.0.0", "DM108 2 numpy<2"],
            id="elsewhere",
        ),
        pytest.param(
            ISAAC + "RUN pip install numpy numpy<2\n" + INTO + "gymnasium\n",
            ["DM105 1 nvcr.io/nvidia/isaac-sim:5.0.0"],
            id="what pins nothing",
        ),
        pytest.param(
            "FROM ubuntu\nRUN pip install 'numpy<2'\nRUN /v/bin/pip install opencv-python\n",
            ["DM105 3 opencv-python"],
            id="nobody's own",
        ),
    ],
)
def test_a_pin_that_is_elsewhere(text: str, found: list[str], tmp_path: Path) -> None:
    assert told(judge(tmp_path, text)) == found


def test_manifests_are_no_neighbours(tmp_path: Path) -> None:
    found = judge(tmp_path, "FROM scratch\n", {"a/requirements.txt": "gr00t\n", "b/requirements.txt": "numpy<2\n"})
    assert told(found) == ["DM105 1 gr00t"]


@pytest.mark.parametrize(
    ("requirements", "found"),
    [
        pytest.param("numpy<2\nopencv-python>=4.12\n", ["DM109 2 opencv-python>=4.12"], id="needs NumPy 2"),
        pytest.param("numpy<2\nopencv-python>=4.11\n", [], id="an older release fits"),
        pytest.param("numpy==1.26.2\nnumpy>=1.26\n", [], id="one range in the other"),
        pytest.param("numpy<1.26.4\nnumpy>=1.26,<2\n", ["DM111 2 numpy>=1.26,<2"], id="neither in the other"),
        pytest.param(
            "numpy<1.26.4\nnumpy>=1.26,<2\nnumpy>=1.26,<2\n", ["DM111 2 numpy>=1.26,<2"], id="each range once"
        ),
        pytest.param("numpy<1.26.4\nnumpy>=1.26\n", [], id="no pin at all"),
        pytest.param(
            "numpy<1.26.4;python_version<'3.11'\nnumpy>=1.26,<2;python_version>='3.11'\n", [], id="under other markers"
        ),
        pytest.param("numpy==1.24.4\n", ["DM112 1 numpy==1.24.4"], id="too low"),
        pytest.param("numpy>=1.24\nnumpy==1.26.4\n", [], id="another bound is high enough"),
        pytest.param("numpy==1.24.4;python_version<'3.9'\n", [], id="too old a Python"),
        pytest.param("numpy>=1.23.5,<2\ngr00t\n", [], id="GR00T is content with less"),
        pytest.param("numpy>=1.22,<2\ngr00t\n", ["DM112 1 numpy>=1.22,<2"], id="but not with anything"),
        pytest.param("isaacsim==6.0.1\nnumpy<2\n", ["DM113 2 numpy<2"], id="NumPy 1 for Isaac Sim 6"),
        pytest.param("isaacsim==6.0.1\nnumpy>=1.26\nnumpy\n", [], id="open"),
        pytest.param("isaacsim==5.0.0\nnumpy<2\n", [], id="NumPy 1 for Isaac Sim 5"),
    ],
)
def test_requirements_of_one_environment(requirements: str, found: list[str], tmp_path: Path) -> None:
    assert told(judge(tmp_path, "FROM scratch\n", {"requirements.txt": requirements})) == found


def test_a_floor_that_is_no_version_is_refused() -> None:
    from dmlint.checks.requirement import FloorTooLow

    with pytest.raises(ValueError, match="Invalid specifier"):
        FloorTooLow(package="numpy", floor="low")
