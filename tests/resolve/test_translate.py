"""Dependencies as lines that say nothing else, and environments as steps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from registry import write

from dmlint.cli import cli
from dmlint.facts import Dependency
from dmlint.resolve.resolver_lines import LeftOutError, write_line
from dmlint.resolve.target_python import choose_python, read_shipped
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

SPAN = Source(path="requirements.txt", text="as written").span(0, 10)


def dependency(name: str, specifier: str = "", **more: Any) -> Dependency:
    return Dependency(name=name, specifier=specifier, span=SPAN, where="tests", **more)


@pytest.mark.parametrize(
    ("entry", "line", "note"),
    [
        (dependency("numpy", "<2,>=1.26"), "numpy<2,>=1.26", None),
        (dependency("isaaclab", "==2.2.*", extras=("all", "isaacsim")), "isaaclab[all,isaacsim]==2.2.*", None),
        (dependency("tqdm", marker='python_version < "3.11"'), 'tqdm ; python_version < "3.11"', None),
        (dependency("torch", "==2.7.0+cu128"), "torch==2.7.0", "'as written' is asked for as torch==2.7.0"),
        (
            dependency("numpy", "==1.26.4", url="https://example.org/numpy-1.26.4-py3-none-any.whl"),
            "numpy==1.26.4",
            "'as written' is asked for as numpy==1.26.4",
        ),
    ],
)
def test_a_line(entry: Dependency, line: str, note: str | None) -> None:
    assert write_line(entry) == (line, note)


@pytest.mark.parametrize(
    "entry",
    [
        dependency("numpy", unresolved=(SPAN,)),
        dependency("lab", url="git+https://example.org/lab"),
        dependency("--index-url"),
        dependency("_libgcc_mutex"),
        dependency("numpy", "=1.26"),
        dependency("numpy", marker="sys_platform == 'a\n--index-url http://127.0.0.1'"),
        dependency("numpy", marker="sys_platform == '${HOME}'"),
        dependency("numpy", marker="sys_platform == 'a' # b"),
        dependency("numpy", "===1.0/../x"),
    ],
)
def test_what_is_no_line(entry: Dependency) -> None:
    with pytest.raises(LeftOutError):
        write_line(entry)


@pytest.mark.parametrize(
    ("python", "chosen"),
    [
        (None, ("3.12", False)),
        ("==3.10.*", ("3.10", True)),
        (">=3.10", ("3.12", False)),
        ("<3.12,>=3.10.4", ("3.11", False)),
        (">=3.13", ("3.13", False)),
        ("==3.7.*", ("3.8", True)),
        ("no specifier", ("3.12", False)),
    ],
)
def test_the_python(python: str | None, chosen: tuple[str, bool]) -> None:
    assert choose_python(python) == chosen


def test_what_an_image_holds() -> None:
    assert read_shipped(("numpy==1.26.*", "opencv-python-headless==4.11.0.86")) == {
        "numpy": "1.26.0",
        "opencv-python-headless": "4.11.0.86",
    }


UNKNOWN = "left out: what this script installs is not known"
CONDA = "what conda installs is not replayed"
TREES: dict[str, tuple[dict[str, str], list[tuple[str | None, str]]]] = {
    "files that are deleted": (
        {
            "Dockerfile": "FROM isaac-sim:5.0.0\nRUN rm -rf /isaac-sim/exts/pip_prebundle/numpy*\n"
            "RUN /isaac-sim/python.sh -m pip install pandas\nCOPY . .\n"
        },
        [("1.26.0", "within"), (None, "none"), ("2.3.5", "outside")],
    ),
    "a script that nobody knows": (
        {"Dockerfile": "FROM python:3.11\nRUN pip install 'numpy<2'\nRUN bash /opt/setup.sh\n"},
        [(None, "none"), ("1.26.4", "within"), ("1.26.4", "skipped")],
    ),
    "a clone": (
        {"Dockerfile": "FROM x\nRUN git clone https://github.com/NVIDIA/Isaac-GR00T\nRUN pip install numpy==1.*\n"},
        [(None, "none"), (None, "none"), ("1.26.4", "within")],
    ),
    "conda installs and removes NumPy": (
        {"Dockerfile": "FROM x\nRUN conda install -y numpy=1.26 && conda remove -y numpy && conda install -y scipy\n"},
        [(None, "none"), ("1.26.4", "within"), (None, "none"), (None, "skipped")],
    ),
    "an environment file": (
        {"environment.yml": "name: lab\ndependencies:\n- python=3.11\n- numpy=1.26\n- pip:\n  - pandas\n"},
        [("1.26.4", "within"), ("2.3.5", "outside")],
    ),
    "an environment file without pip": (
        {"environment.yml": "name: lab\ndependencies:\n- numpy=1.26\n"},
        [("1.26.4", "within")],
    ),
    "a pixi file": (
        {"pixi.toml": '[project]\nname = "x"\n[dependencies]\nnumpy = "<2"\n[pypi-dependencies]\npandas = "*"\n'},
        [("1.26.4", "within")],
    ),
    "another Python beside an Isaac Sim that needs NumPy 2": (
        {"Dockerfile": "FROM isaac-sim:6.0.0\nRUN pip install numpy\n"},
        [(None, "none"), ("2.3.5", "unjudged")],
    ),
    "a project of the repository": (
        {"requirements.txt": "numpy<2\nlab\n", "lab/pyproject.toml": '[project]\nname = "lab"\nversion = "1"\n'},
        [("1.26.4", "within")],
    ),
    "--upgrade is not for what a project requires": (
        {
            "Dockerfile": "FROM python:3.11\nWORKDIR /app\nCOPY . .\n"
            "RUN pip install numpy==1.26.0\nRUN pip install -U .\n",
            "pyproject.toml": '[project]\nname = "lab"\nversion = "1"\ndependencies = ["numpy"]\n',
        },
        [(None, "none"), ("1.26.0", "within"), ("1.26.0", "within")],
    ),
    "an image that may bound by itself": (
        {"Dockerfile": "FROM nvcr.io/nvidia/pytorch:24.05-py3\nRUN pip install 'numpy<2'\n"},
        [(None, "none"), ("1.26.4", "within")],
    ),
    "an empty project": (
        {"requirements.txt": "torch\n"},
        [(None, "none")],
    ),
}


@pytest.mark.parametrize(("files", "steps"), TREES.values(), ids=TREES.keys())
def test_the_steps(files: dict[str, str], steps: list[tuple[str | None, str]], here: Path) -> None:
    write(here, files)
    result = CliRunner().invoke(cli, ["resolve", "--output-format", "json"])
    found = json.loads(result.stdout)["environments"]
    last = [entry for entry in found if entry["path"] == found[0]["path"]][-1]
    assert [(step["numpy"], step["verdict"]) for step in last["steps"]] == steps
