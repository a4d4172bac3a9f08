"""What an environment is made of, judged against what its Isaac Sim or its profile needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, lint_tree, write_tree

from dmlint.checks.profile import ProfileKept, ProfileWithout
from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.environments.model import ProfileAssignment
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(select=("DM205", "DM301", "DM302", "DM303"))
ISAAC = "FROM nvcr.io/nvidia/isaac-sim:5.0.0\n"
LAB = "RUN git clone -b {} https://github.com/isaac-sim/IsaacLab.git\n"


def told(root: Path, path: str, text: str) -> list[str]:
    """What is found in a file, as ``RULE text``."""
    found = lint_tree(root, {path: text}, settings=SETTINGS).findings
    return [f"{entry.rule} {entry.span.text}" for entry in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(ISAAC + LAB.format("v2.3.0"), ["DM205 v2.3.0"], id="Isaac Lab of a later Isaac Sim"),
        pytest.param(ISAAC + LAB.format("v2.2.0"), [], id="of this one"),
        pytest.param(ISAAC + LAB.format("v1.9.7"), [], id="of nobody knows which"),
        pytest.param(ISAAC + LAB.format("main"), [], id="no release"),
        pytest.param("FROM ubuntu\n" + LAB.format("v2.3.0"), [], id="without Isaac Sim"),
        pytest.param("FROM nvcr.io/nvidia/isaac-lab:2.2.0\n", [], id="from one image"),
        pytest.param(
            "FROM ubuntu\nRUN conda create -n s python=3.10\nRUN conda run -n s pip install isaacsim==5.0.0\n",
            ["DM301 python=3.10"],
            id="Isaac Sim on another Python",
        ),
        pytest.param(
            "FROM ubuntu\nRUN conda create -n s python=3.11\nRUN conda run -n s pip install isaacsim==5.0.0\n",
            [],
            id="on its own",
        ),
        pytest.param("FROM ubuntu\nRUN pip install isaacsim==5.0.0\n", [], id="on nobody knows which"),
        pytest.param("FROM python:3.8\nRUN pip install isaacsim==2023.1.1\n", [], id="a release that nobody knows"),
        pytest.param("FROM python:3.11\nRUN pip install gr00t\n", ["DM301 python:3.11"], id="GR00T on another Python"),
        pytest.param("FROM python:3.10\nRUN pip install gr00t\n", [], id="GR00T on its own"),
        pytest.param("FROM python:3.11\nRUN pip install gr00t isaacsim==5.0.0\n", [], id="Isaac Sim has the last word"),
        pytest.param("FROM python:3.13\nRUN pip install requests\n", [], id="neither"),
        pytest.param("FROM ubuntu\nRUN pip install gr00t uv==0.8.3\n", ["DM302 uv==0.8.3"], id="too old a uv"),
        pytest.param("FROM ubuntu\nRUN pip install gr00t 'uv>=0.7'\n", [], id="a uv that may be new enough"),
        pytest.param("FROM ubuntu\nRUN pip install requests uv==0.8.3\n", [], id="a uv for others"),
        pytest.param(
            "FROM nvidia/cuda:12.2.0-base\nRUN pip install gr00t\n", ["DM303 nvidia/cuda:12.2.0-base"], id="CUDA"
        ),
        pytest.param("FROM nvidia/cuda:12.4.1-base\nRUN pip install gr00t\n", [], id="the right CUDA"),
        pytest.param(
            "FROM nvidia/cuda:12.2.0-base\nRUN pip install gr00t isaacsim==5.0.0\n", [], id="a simulator's CUDA"
        ),
    ],
)
def test_what_an_environment_is_made_of(text: str, found: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, "Dockerfile", text) == found


def test_the_other_side_is_told(tmp_path: Path) -> None:
    text = "[project]\nname='x'\nversion='1'\nrequires-python='==3.10.*'\ndependencies=['isaacsim==5.0.0', 'numpy<2']\n"
    [found] = lint_tree(tmp_path, {"pyproject.toml": text}, settings=SETTINGS).findings
    assert [note.message for note in found.evidence] == ["brings Isaac Sim 5.0.0"]


def test_a_project_tells_its_python(tmp_path: Path) -> None:
    text = "[project]\nname='gr00t'\nversion='1'\nrequires-python='>=3.11'\ndependencies=['numpy<2']\n"
    assert told(tmp_path, "pyproject.toml", text) == ["DM301 >=3.11"]


@pytest.mark.parametrize(
    ("assignment", "found"),
    [
        pytest.param(ProfileAssignment(profile="groot-finetune"), ["nvcr.io/nvidia/isaac-sim:5.0.0"], id="everything"),
        pytest.param(
            ProfileAssignment(profile="groot-finetune", stage="train"),
            ["nvcr.io/nvidia/isaac-sim:5.0.0"],
            id="its stage",
        ),
        pytest.param(
            ProfileAssignment(
                profile="groot-finetune", path="docker/*", image="*isaac-sim*", environment="*:/isaac-sim/*"
            ),
            ["nvcr.io/nvidia/isaac-sim:5.0.0"],
            id="all of it",
        ),
        pytest.param(ProfileAssignment(profile="groot-finetune", stage="serve"), [], id="another stage"),
        pytest.param(ProfileAssignment(profile="groot-finetune", path="other/*"), [], id="another path"),
        pytest.param(ProfileAssignment(profile="groot-finetune", image="nvidia/cuda*"), [], id="another image"),
        pytest.param(ProfileAssignment(profile="groot-finetune", environment="*:pip"), [], id="another environment"),
        pytest.param(ProfileAssignment(profile="unheard-of"), [], id="another profile"),
    ],
)
def test_isaac_sim_where_the_configuration_says_that_it_has_no_place(
    assignment: ProfileAssignment, found: list[str], tmp_path: Path
) -> None:
    path = "docker/Dockerfile"
    write_tree(tmp_path, {path: ISAAC.replace("\n", " AS train\n") + "RUN /isaac-sim/python.sh -m pip install gr00t\n"})
    repository = Repository(tmp_path)
    scene = link(read_documents(repository, [path]), repository, SHIPPED.catalogue, [assignment])
    assert [hit.span.text for hit in ProfileWithout().run(scene)] == found


def test_a_fact_that_profiles_do_not_speak_of_is_refused() -> None:
    with pytest.raises(ValueError, match="fact is one of uv, cuda, not 'rocm'"):
        ProfileKept(fact="rocm")


def test_an_unrestricted_environment_may_have_any_numpy(tmp_path: Path) -> None:
    files = {
        "docs/requirements.txt": "numpy\nopencv-python\n",
        "docs/Dockerfile": "FROM python:3.11\nRUN pip install numpy==1.20.0\nRUN pip install opencv-python git+https://h/o/r\n",
        "sim/requirements.txt": "numpy\n",
    }
    assigned = Settings(environments=(ProfileAssignment(profile="unrestricted", path="docs/*"),))
    report = lint_tree(tmp_path, files, settings=assigned)
    assert [f"{entry.span.source.path} {entry.rule}" for entry in report.findings] == ["sim/requirements.txt DM101"]
    assert report.environments == {"ok": 2, "broken": 1, "unknown": 0}
