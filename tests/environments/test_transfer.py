"""What one install does to the NumPy that may be present: each transfer rule, on small Dockerfiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.environments.model import Outcome

ISAAC = "FROM nvcr.io/nvidia/isaac-sim:5.0.0\n"
PYTHON = "FROM python:3.11\n"
INTO = "RUN /isaac-sim/python.sh -m pip install "


def follow(root: Path, text: str, files: Mapping[str, str] | None = None) -> dict[str, Outcome]:
    """The environments of a Dockerfile by id, in the order they are linked."""
    tree = {"Dockerfile": text, **(files or {})}
    write_tree(root, tree)
    repository = Repository(root)
    scene = link(read_documents(repository, sorted(tree)), repository, SHIPPED.catalogue)
    return {outcome.environment.id or "": outcome for outcome in scene.outcomes}


def numpy_of(outcome: Outcome) -> list[str]:
    """Each way of an outcome as ``VERSIONS < MOVER | PIN``, and why it is not known, if it is not."""
    state = outcome.states.get("numpy")
    if state is None:
        return []
    ways = [
        f"{way.versions} < {way.mover.name if way.mover else '-'} | {way.pin.span.text if way.pin else '-'}"
        for way in state.ways
    ]
    return ways + ([f"unknown: {state.unknown.message}"] if state.unknown else [])


def last(root: Path, text: str, files: Mapping[str, str] | None = None) -> list[str]:
    """The NumPy of the Dockerfile's last environment."""
    outcomes = [entry for name, entry in follow(root, text, files).items() if name.startswith("Dockerfile")]
    return numpy_of(outcomes[-1])


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param(ISAAC, ["==1.26.* < - | -"], id="what the image ships"),
        pytest.param(PYTHON + "RUN pip install requests\n", [], id="an image without"),
        pytest.param(ISAAC + INTO + "requests\n", ["==1.26.* < - | -"], id="what does not name it moves nothing"),
        pytest.param(
            ISAAC + INTO + "'numpy>=1.26,<2'\n", ["<2,>=1.26 < numpy | numpy>=1.26,<2"], id="a pin beside the shipped"
        ),
        pytest.param(ISAAC + INTO + "numpy\n", ["==1.26.* < - | -"], id="an installed version that fits stays"),
        pytest.param(ISAAC + INTO + "-U numpy\n", [" < numpy | -"], id="but not with --upgrade"),
        pytest.param(ISAAC + INTO + "--force-reinstall numpy\n", [" < numpy | -"], id="nor with --force-reinstall"),
        pytest.param(
            PYTHON + "RUN pip install numpy==1.26.4\nRUN pip install 'numpy<2'\n",
            ["==1.26.4 < numpy | numpy<2"],
            id="what fits stays, and the new pin counts",
        ),
        pytest.param(
            PYTHON + "RUN pip install numpy==1.26.4\nRUN pip install 'numpy>=1.26'\n",
            ["==1.26.4 < numpy | numpy==1.26.4"],
            id="what fits stays, and the old pin counts",
        ),
        pytest.param(
            PYTHON + "RUN pip install 'numpy>=2'\nRUN pip install 'numpy<2'\n",
            ["<2 < numpy | numpy<2"],
            id="what does not fit is replaced",
        ),
        pytest.param(
            PYTHON + "RUN pip install 'numpy>=1.24' 'numpy<2'\n",
            [">=1.24,<2 < numpy | numpy<2"],
            id="all bounds of an install are met",
        ),
        pytest.param(
            PYTHON + "RUN pip install numpy<2\n",
            [" < numpy | -"],
            id="what the shell takes as a redirection is no bound",
        ),
        pytest.param(
            PYTHON + "RUN pip install 'numpy<2; platform_machine == \"x86_64\"'\n",
            ['<2 < numpy | numpy<2; platform_machine == "x86_64"', "None < - | -"],
            id="a marker that may not hold leaves what was",
        ),
        pytest.param(
            PYTHON + "RUN pip install 'numpy<2; python_version < \"3.12\"'\n",
            ['<2 < numpy | numpy<2; python_version < "3.12"'],
            id="a marker that always holds does not",
        ),
        pytest.param(
            "FROM ubuntu:24.04\n"
            "RUN pip install 'numpy==1.26.4;python_version<\"3.12\"' 'numpy==1.26.0;python_version>=\"3.12\"'\n",
            [
                '==1.26.4 < numpy | numpy==1.26.4;python_version<"3.12"',
                '==1.26.0 < numpy | numpy==1.26.0;python_version>="3.12"',
            ],
            id="markers that exclude each other are two ways",
        ),
    ],
)
def test_an_install_that_names_numpy(text: str, ways: list[str], tmp_path: Path) -> None:
    assert last(tmp_path, text) == ways


PIN = PYTHON + "RUN pip install 'numpy<2'\n"
KEPT = ["<2 < numpy | numpy<2"]
MOVED = [">=2 < opencv-python | numpy<2"]
RENEWED = [" < scipy | numpy<2"]
NOT_BROUGHT = "that this build brings from the repository: what it asks for is not judged"
WHY = "opencv-python 4.12.0.88 and later requires numpy>=2"


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param(PIN + "RUN pip install opencv-python\n", MOVED, id="forced"),
        pytest.param(PYTHON + "RUN pip install opencv-python\n", [">=2 < opencv-python | -"], id="brought"),
        pytest.param(
            PYTHON + "RUN pip install 'numpy>=2.1'\nRUN pip install opencv-python\n",
            [">=2.1 < numpy | -"],
            id="what it has is what is needed",
        ),
        pytest.param(PIN + "RUN pip install 'opencv-python<4.12'\n", KEPT, id="an older release"),
        pytest.param(PIN + "RUN pip install 'opencv-python>4.11.0.86,<4.12.0.88'\n", KEPT, id="no release at all"),
        pytest.param(PIN + "RUN pip install 'opencv-python<4,>=5'\n", KEPT, id="nothing fits"),
        pytest.param(PIN + "RUN pip install --no-deps opencv-python\n", KEPT, id="--no-deps"),
        pytest.param(PIN + "RUN conda install opencv-python\n", [], id="another installer"),
        pytest.param(PIN + "RUN pip install opencv-python 'numpy<2'\n", KEPT, id="a bound steps back"),
        pytest.param(
            PIN + "RUN pip install opencv-python 'numpy<2'\nRUN pip install opencv-python\n",
            KEPT,
            id="and then it stays",
        ),
        pytest.param(
            PIN + "RUN pip install opencv-python 'numpy<2'\nRUN pip install -U opencv-python\n",
            MOVED,
            id="but not with --upgrade",
        ),
        pytest.param(
            PIN + "RUN pip install opencv-python 'numpy<2'\nRUN pip install 'opencv-python>=4.12'\n",
            MOVED,
            id="nor where it does not fit",
        ),
        pytest.param(
            PIN + "RUN pip uninstall -y opencv-python\nRUN pip install opencv-python\n", MOVED, id="nor once it is gone"
        ),
        pytest.param(
            PIN + "RUN pip install 'opencv-python>=4.12' 'numpy<2'\n",
            KEPT,
            id="a conflict moves nothing: the build stops",
        ),
        pytest.param(
            PIN + "RUN pip install albumentations\n", [">=2 < albumentations | numpy<2"], id="through another"
        ),
        pytest.param(
            PIN + "RUN pip install albumentations 'opencv-python-headless<4.12'\n", KEPT, id="through another, bounded"
        ),
        pytest.param(PIN + "RUN pip install jax\n", [">=2 < jax | numpy<2"], id="on this Python"),
        pytest.param(PIN + "RUN pip install scipy\n", KEPT, id="not on this Python"),
        pytest.param(
            PIN.replace("python:3.11", "ubuntu") + "RUN pip install jax\n",
            [*KEPT, "unknown: jax 0.7.2 and later requires numpy>=2"],
            id="on some Pythons",
        ),
        pytest.param(
            PIN.replace("python:3.11", "ubuntu") + "RUN pip install 'jax>=0.8' 'numpy<2'\n",
            KEPT,
            id="no conflict on all",
        ),
        pytest.param(
            PIN + "RUN uv pip install --system --upgrade 'opencv-python<4.12'\n",
            [" < opencv-python | numpy<2"],
            id="uv takes all anew",
        ),
        pytest.param(PIN + "RUN pip install --force-reinstall scipy\n", RENEWED, id="as pip does when it is forced"),
        pytest.param(PIN + "RUN pip install -U --upgrade-strategy eager scipy\n", RENEWED, id="and where it is eager"),
        pytest.param(PIN + "RUN pip install -U scipy\n", KEPT, id="pip's upgrade is for what is named"),
        pytest.param(PIN + "RUN uv pip install --system -U click\n", KEPT, id="what may not need NumPy"),
        pytest.param(PIN + "RUN uv pip install --system -U opencv-python\n", MOVED, id="what forces it forces it"),
        pytest.param(
            PIN + "ARG V\nRUN pip install opencv-python==$V\n",
            [*KEPT, "unknown: which opencv-python this is cannot be told"],
            id="which release is not known",
        ),
    ],
)
def test_an_install_that_does_not_name_numpy(text: str, ways: list[str], tmp_path: Path) -> None:
    assert last(tmp_path, text) == ways


BOUND = {"c.txt": "numpy<2\n"}


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param("RUN pip install -c c.txt opencv-python\n", ["<2 < numpy | numpy<2"], id="-c"),
        pytest.param(
            "ENV PIP_CONSTRAINT=c.txt\nRUN pip install opencv-python\n", ["<2 < numpy | numpy<2"], id="variable"
        ),
        pytest.param(
            "RUN pip install -c c.txt opencv-python-headless\nRUN pip install albumentations\n",
            ["<2 < numpy | numpy<2"],
            id="the release that it steps back to stays",
        ),
        pytest.param("RUN pip install -c c.txt click\n", ["None < - | numpy<2"], id="of what may not need NumPy"),
        pytest.param(
            "RUN pip install --no-deps -c c.txt rerun-sdk\n", ["None < - | numpy<2"], id="of one that comes alone"
        ),
        pytest.param(
            "RUN pip install -c c.txt \"rerun-sdk; sys_platform == 'win32'\"\n",
            ["None < - | numpy<2"],
            id="of one that may not come",
        ),
        pytest.param(
            "RUN pip install -c c.txt \"rerun-sdk; sys_platform == 'linux'\"\n",
            ["<2 < numpy | numpy<2"],
            id="of one that comes here",
        ),
        pytest.param(
            "RUN pip install 'numpy>=2'\nRUN pip install -c c.txt opencv-python==4.11.0.86\n",
            ["<2 < numpy | numpy<2"],
            id="what is there gives way",
        ),
        pytest.param(
            "RUN pip install numpy==1.26.4\nRUN pip install -c c.txt opencv-python==4.11.0.86\n",
            ["==1.26.4 < numpy | numpy<2"],
            id="what is there and fits stays",
        ),
        pytest.param(
            "RUN pip install numpy==1.26.0\nRUN uv pip install --system -U -c c.txt scipy\n",
            ["<2 < numpy | numpy<2"],
            id="unless all is taken anew",
        ),
        pytest.param(
            "RUN uv pip install --system --override c.txt numpy\n", ["<2 < numpy | numpy<2"], id="an override"
        ),
        pytest.param("RUN pip install -c c.txt numpy\n", ["<2 < numpy | numpy<2"], id="named, and bounded"),
        pytest.param(
            "ENV UV_CONSTRAINT=c.txt\nRUN pip install opencv-python\n", [">=2 < opencv-python | -"], id="uv's"
        ),
        pytest.param(
            "RUN pip install -c other.txt opencv-python\n",
            [f"unknown: there is no file 'other.txt' {NOT_BROUGHT}"],
            id="one that is not there",
        ),
        pytest.param(
            "RUN pip install 'numpy<2'\nRUN pip freeze > f.txt\nRUN pip install -c f.txt opencv-python\n",
            ["<2 < numpy | numpy<2", f"unknown: {WHY}"],
            id="one whose content nobody knows",
        ),
        pytest.param(
            "RUN pip freeze > f.txt\nRUN pip install -c f.txt numpy\n",
            ["unknown: which NumPy this asks for cannot be told"],
            id="the same, and numpy is named",
        ),
        pytest.param(
            "RUN pip freeze > f.txt\nRUN pip install -c f.txt 'numpy<2'\n", ["<2 < numpy | numpy<2"], id="rightly named"
        ),
    ],
)
def test_constraints(text: str, ways: list[str], tmp_path: Path) -> None:
    assert last(tmp_path, PYTHON + "COPY . .\n" + text, BOUND) == ways


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param(PIN + "RUN pip uninstall -y numpy\n", ["None < - | numpy<2"], id="uninstall"),
        pytest.param(PIN + "RUN pip uninstall -y scipy\n", KEPT, id="uninstall of another"),
        pytest.param(
            PIN + "RUN pip uninstall -y numpy\nRUN pip install opencv-python\n", MOVED, id="the pin is remembered"
        ),
        pytest.param(PYTHON + "RUN pip uninstall -y numpy\n", ["None < - | -"], id="nothing was there"),
        pytest.param(
            ISAAC + "RUN rm -rf /isaac-sim/exts/omni.pip/pip_prebundle/numpy*\n",
            ["None < - | -"],
            id="deleted as files",
        ),
        pytest.param(
            ISAAC + "ARG X\nRUN if [ $X ]; then rm -rf /isaac-sim/exts/omni.pip/pip_prebundle/numpy*; fi\n",
            ["==1.26.* < - | -", "None < - | -"],
            id="deleted under a condition",
        ),
        pytest.param(
            ISAAC + "RUN rm -rf /isaac-sim/exts/omni.pip/pip_prebundle/scipy*\n", ["==1.26.* < - | -"], id="other files"
        ),
        pytest.param(ISAAC + "RUN rm -rf /tmp/numpy*\n", ["==1.26.* < - | -"], id="files elsewhere"),
    ],
)
def test_what_takes_numpy_away(text: str, ways: list[str], tmp_path: Path) -> None:
    assert last(tmp_path, text) == ways


def under(condition: str, command: str) -> str:
    """A step that happens under a condition."""
    return f'ARG {condition}\nRUN if [ -n "${condition}" ]; then {command}; fi\n'


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param(PIN + under("A", "pip install opencv-python"), [*KEPT, *MOVED], id="both outcomes"),
        pytest.param(PYTHON + under("A", "pip install 'numpy<2'"), KEPT, id="what was not there is no way"),
        pytest.param(PIN + under("A", "pip uninstall -y numpy"), [*KEPT, "None < - | numpy<2"], id="an uninstall"),
        pytest.param(PIN + under("A", "pip install requests"), KEPT, id="nothing changes"),
        pytest.param(
            PIN + under("A", "pip install opencv-python") + "RUN pip install 'numpy<2'\n", KEPT, id="settled afterwards"
        ),
        pytest.param(
            PIN + under("A", "pip install -r none.txt"),
            [
                *KEPT,
                f"unknown: there is no file 'none.txt' {NOT_BROUGHT}",
            ],
            id="not known under a condition",
        ),
    ],
)
def test_conditions(text: str, ways: list[str], tmp_path: Path) -> None:
    assert last(tmp_path, text) == ways


def test_more_ways_than_can_be_told_apart_are_unknown(tmp_path: Path) -> None:
    text = PYTHON + "".join(under(f"A{minor}", f"pip install -U numpy==1.{minor}.0") for minor in range(30))
    ways = last(tmp_path, text)
    assert len(ways) == 17
    assert ways[-1].startswith("unknown: numpy==1.")


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param(
            PIN + "ARG P\nRUN pip install $P\n",
            [*KEPT, "unknown: '$P' depends on a variable whose value is not known"],
            id="an unknown word",
        ),
        pytest.param(PIN + "ARG P\nRUN pip install $P 'numpy<2'\n", KEPT, id="unless NumPy is named beside it"),
        pytest.param(PIN + "ARG P\nRUN pip install $P\nRUN pip install -U 'numpy<2'\n", KEPT, id="or later"),
        pytest.param(
            PIN + "RUN pip install numpy@git+https://example.org/numpy\n",
            [*KEPT, "unknown: which NumPy this asks for cannot be told"],
            id="a direct reference",
        ),
    ],
)
def test_what_cannot_be_read(text: str, ways: list[str], tmp_path: Path) -> None:
    assert last(tmp_path, text) == ways


VENV = "RUN python3 -m venv /opt/a && /opt/a/bin/pip install 'numpy<2'\n"
CONDA = "FROM ubuntu AS b\nRUN conda create -n sim 'numpy<2' python=3.11\nFROM ubuntu\n"


@pytest.mark.parametrize(
    ("text", "environments"),
    [
        pytest.param(
            PIN.replace("3.11", "3.11 AS a") + "FROM a AS b\n", {"a:pip": KEPT, "b:pip": KEPT}, id="a stage goes on"
        ),
        pytest.param(
            PYTHON + VENV + "RUN pip install numpy==1.26.4\n",
            {"0:/opt/a": KEPT, "0:pip": ["==1.26.4 < numpy | numpy==1.26.4"]},
            id="apart",
        ),
        pytest.param(
            f"FROM ubuntu AS b\n{VENV}FROM ubuntu\nCOPY --from=b /opt/a /srv/v\n",
            {"b:/opt/a": KEPT, "1:/srv/v": KEPT},
            id="a venv is copied",
        ),
        pytest.param(
            f"FROM ubuntu AS b\n{VENV}FROM ubuntu\nCOPY --from=b / /\n",
            {"b:/opt/a": KEPT, "1:/opt/a": KEPT},
            id="all of it",
        ),
        pytest.param(
            f"FROM ubuntu AS b\n{VENV}FROM ubuntu\nARG S\nCOPY --from=b $S /opt/a\nCOPY --from=b /opt/other /opt/a\n",
            {"b:/opt/a": KEPT},
            id="something else is copied",
        ),
        pytest.param(
            CONDA + "COPY --from=b /opt/conda /opt/conda\n", {"b:conda:sim": KEPT, "1:conda:sim": KEPT}, id="a prefix"
        ),
        pytest.param(
            CONDA + "COPY --from=b /opt/conda/envs/sim /opt/conda/envs/sim\n",
            {"b:conda:sim": KEPT, "1:conda:sim": KEPT},
            id="one conda environment",
        ),
        pytest.param(
            CONDA + "COPY --from=b /opt/conda/envs/other /opt/conda/envs/other\n",
            {"b:conda:sim": KEPT},
            id="another one",
        ),
        pytest.param(
            "FROM python:3.11 AS b\nRUN pip install 'numpy<2'\nFROM python:3.11\nCOPY --from=b /opt /opt\n",
            {"b:pip": KEPT},
            id="the system's own does not come along",
        ),
        pytest.param(
            f"{ISAAC.strip()} AS s\nFROM ubuntu\nCOPY --from=s /isaac-sim /opt/sim\n",
            {"s:/isaac-sim/python.sh": ["==1.26.* < - | -"], "1:/opt/sim/python.sh": ["==1.26.* < - | -"]},
            id="Isaac Sim is copied",
        ),
    ],
)
def test_environments_of_stages(text: str, environments: dict[str, list[str]], tmp_path: Path) -> None:
    found = {name.removeprefix("Dockerfile#"): numpy_of(entry) for name, entry in follow(tmp_path, text).items()}
    assert found == environments


def test_what_is_known_comes_along_with_a_copied_environment(tmp_path: Path) -> None:
    text = (
        "FROM ubuntu AS b\nRUN conda create -n sim python=3.11\nRUN conda run -n sim pip install isaacsim==5.0.0\n"
        "FROM ubuntu\nCOPY --from=b /opt/conda /opt/conda\nRUN conda run -n sim pip install requests uv==0.8.4\n"
    )
    outcome = follow(tmp_path, text)["Dockerfile#1:conda:sim"]
    assert (outcome.environment.python, outcome.environment.isaac_sim) == ("==3.11.*", "5.0.0")
    assert {name: fact.value for name, fact in outcome.known.items()} == {
        "python": "==3.11.*",
        "isaac_sim": "5.0.0",
        "uv": "==0.8.4",
    }
    assert outcome.final


@pytest.mark.parametrize(
    ("text", "conflicts"),
    [
        pytest.param(PYTHON + "RUN pip install 'opencv-python>=4.12' 'numpy<2'\n", ["opencv-python>=4.12"], id="newer"),
        pytest.param(PYTHON + "RUN pip install 'opencv-python>=4.11' 'numpy<2'\n", [], id="an older one fits"),
        pytest.param(
            PYTHON + "RUN pip install 'opencv-python>4.11.0.86' 'numpy<2'\n", ["opencv-python>4.11.0.86"], id="gap"
        ),
        pytest.param(
            PYTHON + "RUN pip install 'opencv-python>=4.12' 'numpy<3'\n", [], id="a bound that keeps nothing out"
        ),
        pytest.param("FROM ubuntu\nRUN pip install jax 'numpy<2'\n", [], id="not on all Pythons"),
        pytest.param(
            "FROM ubuntu\nRUN pip install 'jax>=0.8' 'numpy<2'\n",
            ["jax>=0.8"],
            id="on all Pythons that have such a release",
        ),
    ],
)
def test_conflicts(text: str, conflicts: list[str], tmp_path: Path) -> None:
    found = [entry.dependency.span.text for outcome in follow(tmp_path, text).values() for entry in outcome.conflicts]
    assert found == conflicts


def test_a_script_that_nobody_reads_leaves_numpy_unknown(tmp_path: Path) -> None:
    assert last(tmp_path, PIN + "RUN bash /opt/setup.sh\n") == [
        *KEPT,
        "unknown: what this script installs is not known",
    ]


def test_requirements_that_a_project_computes_leave_numpy_unknown(tmp_path: Path) -> None:
    files = {"setup.py": "from setuptools import setup\nsetup(name='x', install_requires=read())\n"}
    assert last(tmp_path, PIN + "COPY . .\nRUN pip install .\n", files) == [
        *KEPT,
        "unknown: what 'setup.py' requires is computed: it is not judged",
    ]


LAB = "RUN git clone -b v2.3.0 https://github.com/isaac-sim/IsaacLab.git /lab\n"
GROOT = "RUN git clone https://github.com/NVIDIA/Isaac-GR00T /opt/gr00t\n"


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        pytest.param(ISAAC + LAB, "/isaac-sim/python.sh", id="Isaac Lab in Isaac Sim's image"),
        pytest.param(
            "FROM ubuntu\nRUN conda run -n sim pip install isaacsim==5.0.0\n" + LAB, "conda:sim", id="beside Isaac Sim"
        ),
        pytest.param("FROM ubuntu\n" + LAB, "pip", id="nowhere else"),
        pytest.param(
            "FROM ubuntu\n" + GROOT + "RUN cd /opt/gr00t && uv venv && uv pip install -e .\n",
            "/opt/gr00t/.venv",
            id="where its project is installed",
        ),
        pytest.param("FROM ubuntu\nRUN pip install uv\n" + GROOT, "pip", id="no project is installed"),
        pytest.param(ISAAC + GROOT, "/isaac-sim/python.sh", id="GR00T in Isaac Sim's image"),
    ],
)
def test_what_a_clone_is_for(text: str, environment: str, tmp_path: Path) -> None:
    found = follow(tmp_path, text)
    clones = [name for name, entry in found.items() for install in entry.installs if install.tool == "git clone"]
    assert clones == [f"Dockerfile#0:{environment}"]
