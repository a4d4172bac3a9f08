"""What images and installs say of an environment, and the literal that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.discovery.repository import Repository
from dmlint.environments.identity.image_facts import read_image_facts
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.environments.model import Outcome, Scene


def scene_of(root: Path, text: str, path: str = "Dockerfile") -> Scene:
    """What a file comes to."""
    write_tree(root, {path: text})
    repository = Repository(root)
    return link(read_documents(repository, [path]), repository, SHIPPED.catalogue)


def environment(root: Path, text: str, name: str) -> Outcome:
    """The one environment of that name."""
    [found] = [entry for entry in scene_of(root, text).outcomes if (entry.environment.id or "").endswith(name)]
    return found


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param("FROM nvidia/cuda:12.4.1-base\n", {"cuda": "12.4 nvidia/cuda:12.4.1-base"}, id="CUDA's own image"),
        pytest.param("ARG C=12.4.1\nFROM nvidia/cuda:${C}-base\n", {"cuda": "12.4 12.4.1"}, id="through a variable"),
        pytest.param("ARG C=12.4.1-base\nFROM nvidia/cuda:$C\n", {"cuda": "12.4 12.4.1-base"}, id="the whole tag"),
        pytest.param(
            "ARG I=nvidia/cuda:12.4.1-base\nFROM $I\n", {"cuda": "12.4 nvidia/cuda:12.4.1-base"}, id="all of it"
        ),
        pytest.param(
            "ARG MAJOR=12\nARG MINOR=4\nFROM nvidia/cuda:$MAJOR.$MINOR.1-base\n",
            {"cuda": "12.4 nvidia/cuda:$MAJOR.$MINOR.1-base"},
            id="put together from several",
        ),
        pytest.param(
            "FROM pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel\n",
            {
                "cuda": "12.4 pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel",
                "python": "==3.11.* pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel",
            },
            id="named in the tag",
        ),
        pytest.param("FROM example.org/pytorch:2.6.0\n", {}, id="not named in the tag"),
        pytest.param("FROM nvidia/cuda:latest\n", {}, id="no number"),
        pytest.param("FROM nvidia/cuda\n", {}, id="no tag"),
        pytest.param("ARG C\nFROM nvidia/cuda:12.4.1-$C\n", {}, id="a variable without a value"),
        pytest.param("FROM python:3.11-slim\n", {"python": "==3.11.* python:3.11-slim"}, id="Python's own image"),
        pytest.param("FROM python:3.11.9\n", {"python": "==3.11.* python:3.11.9"}, id="its patch release"),
        pytest.param("ARG P=3.11\nFROM python:$P-slim\n", {"python": "==3.11.* 3.11"}, id="Python through a variable"),
        pytest.param("FROM python:3-slim\n", {}, id="any Python 3"),
        pytest.param("FROM python\n", {}, id="any Python"),
        pytest.param("FROM ubuntu:24.04\n", {"python": "==3.12.* ubuntu:24.04"}, id="a distribution's"),
        pytest.param("FROM nixos/nix:2.18\n", {}, id="neither"),
    ],
)
def test_of_an_image(text: str, facts: dict[str, str], tmp_path: Path) -> None:
    known = environment(tmp_path, text + "RUN pip install requests\n", ":pip").known
    assert {name: f"{fact.value} {fact.span.text}" for name, fact in known.items()} == facts


@pytest.mark.parametrize(
    ("image", "facts"),
    [
        pytest.param("nvcr.io/nvidia/isaac-sim:5.0.0", {"isaac_sim": "5.0.0"}, id="Isaac Sim"),
        pytest.param("nvcr.io/nvidia/isaac-lab:2.2.0", {"isaac_sim": "5.0.0", "isaac_lab": "2.2.0"}, id="Isaac Lab"),
        pytest.param("nvcr.io/nvidia/isaac-lab:9.9.9", {"isaac_lab": "9.9.9"}, id="an Isaac Lab that nobody knows"),
        pytest.param("nvcr.io/nvidia/isaac-sim:latest", {}, id="left open"),
    ],
)
def test_of_an_isaac_image(image: str, facts: dict[str, str], tmp_path: Path) -> None:
    known = environment(tmp_path, f"FROM {image}\n", ":/isaac-sim/python.sh").known
    assert {name: fact.value for name, fact in known.items()} == facts
    assert {fact.span.text for fact in known.values()} <= {image}


def test_what_an_image_brings_is_in_its_own_interpreter_alone(tmp_path: Path) -> None:
    text = "FROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN python3 -m venv /v && /v/bin/pip install requests\n"
    assert environment(tmp_path, text, ":/v").known == {}


@pytest.mark.parametrize(
    ("requirements", "facts"),
    [
        pytest.param("isaacsim==5.0.0", {"isaac_sim": "5.0.0"}, id="one release"),
        pytest.param("isaacsim==5.0.*", {"isaac_sim": "5.0.0"}, id="a line with one release"),
        pytest.param("isaacsim>=5.0", {}, id="several releases"),
        pytest.param("isaacsim", {}, id="any release"),
        pytest.param("isaaclab==2.2.0", {"isaac_lab": "2.2.0"}, id="Isaac Lab"),
        pytest.param("isaaclab>=2.2", {}, id="any later Isaac Lab"),
        pytest.param("uv==0.8.3", {"uv": "==0.8.3"}, id="uv"),
        pytest.param("uv==0.7.0 uv==0.8.3", {"uv": "==0.8.3"}, id="the last word counts"),
        pytest.param("uv==$UNKNOWN", {}, id="a variable"),
        pytest.param("requests==2.32.3", {}, id="another package"),
    ],
)
def test_of_installs(requirements: str, facts: dict[str, str], tmp_path: Path) -> None:
    text = f"FROM ubuntu\nARG UNKNOWN\nRUN pip install {requirements}\n".replace(">=", "\\>=")
    known = environment(tmp_path, text, ":pip").known
    assert {name: fact.value for name, fact in known.items()} == facts


@pytest.mark.parametrize(
    ("text", "uv"),
    [
        pytest.param("FROM ubuntu\nCOPY --from=ghcr.io/astral-sh/uv:0.8.4 /uv /bin/\n", "==0.8.4", id="copied"),
        pytest.param("FROM ghcr.io/astral-sh/uv:0.8.4-python3.10-bookworm\n", "==0.8.4", id="the base image"),
        pytest.param(
            "ARG V=0.8.4\nFROM ghcr.io/astral-sh/uv:$V AS uv\nFROM ubuntu\nCOPY --from=uv /uv /bin/\n",
            "==0.8.4",
            id="by way of a stage",
        ),
        pytest.param(
            "FROM ubuntu AS base\nCOPY --from=ghcr.io/astral-sh/uv:0.8.4 /uv /bin/\nFROM base\n", "==0.8.4", id="below"
        ),
        pytest.param(
            "FROM ubuntu\nRUN curl -LsSf https://astral.sh/uv/0.7.2/install.sh | sh\n", "==0.7.2", id="its installer"
        ),
        pytest.param(
            "FROM ubuntu\nADD https://astral.sh/uv/0.7.2/install.sh /i.sh\nRUN sh /i.sh\n", "==0.7.2", id="added"
        ),
        pytest.param("FROM ubuntu\nADD https://example.org/x.sh /i.sh\n", None, id="something else added"),
        pytest.param(
            "FROM ubuntu\nARG V=0.7.2\nADD https://astral.sh/uv/${V}/install.sh /i.sh\n", None, id="added by variable"
        ),
        pytest.param("FROM ubuntu\nCOPY *.sh /\n", None, id="files of the context"),
        pytest.param("FROM ubuntu\nARG U\nCOPY $U /\n", None, id="a file that is not known"),
        pytest.param("FROM ubuntu\nRUN pipx install uv==0.7.2\n", "==0.7.2", id="in an environment of its own"),
        pytest.param("FROM ubuntu\nRUN pip install uv==0.7.2 && pip install -U uv\n", None, id="replaced by any"),
        pytest.param("FROM ubuntu\nRUN pip install --target /x uv==0.7.2\n", None, id="where nothing looks it up"),
        pytest.param("FROM ubuntu\nRUN pip install uv==0.7.2 && uv self update\n", None, id="updated"),
        pytest.param(
            "FROM ubuntu\nCOPY --from=ghcr.io/astral-sh/uv:0.9.1 /uv /bin/\n"
            "RUN command -v uv || curl -LsSf https://astral.sh/uv/0.7.2/install.sh | sh\n",
            "==0.9.1",
            id="only where it is missing",
        ),
        pytest.param(
            "FROM ubuntu\nRUN pip install uv==0.7.2 && uv self update 0.8.4\n", "==0.8.4", id="updated to one"
        ),
        pytest.param(
            "FROM ubuntu\nCOPY --from=ghcr.io/astral-sh/uv:0.9.1 /uv /bin/\nRUN pip install uv==0.7.2\n",
            "==0.7.2",
            id="the last word",
        ),
        pytest.param(
            "FROM ubuntu\nRUN --mount=from=ghcr.io/astral-sh/uv:0.7.2,source=/uv,target=/bin/uv uv --version\n",
            "==0.7.2",
            id="mounted",
        ),
        pytest.param("FROM ubuntu\nCOPY --from=ghcr.io/astral-sh/uv:0.7 /uv /bin/\n", "==0.7.*", id="a line"),
        pytest.param("FROM ubuntu\nCOPY --from=astral/uv:0.7.2 /uv /bin/\n", "==0.7.2", id="Docker Hub"),
        pytest.param(
            "FROM ubuntu AS tools\nRUN curl https://astral.sh/uv/0.7.2/install.sh | sh\n"
            "FROM ubuntu\nCOPY --from=tools /root/.local/bin/uv /bin/uv\n",
            "==0.7.2",
            id="copied from where it was installed",
        ),
        pytest.param(
            "FROM ubuntu AS tools\nRUN curl https://astral.sh/uv/0.7.2/install.sh | sh\n"
            "FROM ubuntu\nCOPY --from=tools /etc/hosts /etc/\n",
            None,
            id="something else copied from there",
        ),
        pytest.param("FROM ubuntu\nCOPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/\n", None, id="the latest"),
        pytest.param("FROM ubuntu\nCOPY --from=ghcr.io/astral-sh/uv /uv /bin/\n", None, id="no tag"),
        pytest.param("FROM ubuntu\nCOPY --from=example.org/tools:0.8.4 /uv /bin/\n", None, id="another image"),
        pytest.param(
            "FROM ubuntu AS other\nCOPY --from=ghcr.io/astral-sh/uv:0.8.4 /uv /bin/\nFROM ubuntu\n", None, id="apart"
        ),
    ],
)
def test_of_uv(text: str, uv: str | None, tmp_path: Path) -> None:
    found = scene_of(tmp_path, text + "RUN /v/bin/pip install requests\n").outcomes[-1].known.get("uv")
    assert (found.value if found else None) == uv


@pytest.mark.parametrize(
    ("path", "text", "profile"),
    [
        pytest.param("requirements.txt", "gr00t\n", "groot-finetune", id="a package"),
        pytest.param("requirements.txt", "torch\n", None, id="another package"),
        pytest.param("pyproject.toml", "[project]\nname='gr00t'\nversion='1'\n", "groot-finetune", id="a project"),
        pytest.param("pyproject.toml", "[project]\nname='policy'\nversion='1'\n", None, id="another project"),
    ],
)
def test_profiles_are_found_by_names(path: str, text: str, profile: str | None, tmp_path: Path) -> None:
    found = scene_of(tmp_path, text, path).outcomes[0].profile
    assert (found.name if found else None) == profile


def test_a_project_that_a_build_installs_has_a_profile(tmp_path: Path) -> None:
    tree = {
        "Dockerfile": "FROM ubuntu\nCOPY . /gr00t\nRUN pip install -e /gr00t\n",
        "pyproject.toml": "[project]\nname='gr00t'\nversion='1'\n",
    }
    write_tree(tmp_path, tree)
    repository = Repository(tmp_path)
    found = link(read_documents(repository, sorted(tree)), repository, SHIPPED.catalogue).outcomes[0]
    assert found.environment.id == "Dockerfile#0:pip"
    assert found.profile is not None


def test_no_image_says_nothing() -> None:
    assert read_image_facts(SHIPPED.catalogue, None, None) == {}


INSTALL = "RUN /v/bin/pip install scipy\n"


@pytest.mark.parametrize(
    ("text", "python"),
    [
        pytest.param(f"FROM ubuntu\nRUN python3.10 -m venv /v\n{INSTALL}", "==3.10.* python3.10", id="named"),
        pytest.param(f"FROM ubuntu\nRUN virtualenv -p 3.10 /v\n{INSTALL}", "==3.10.* 3.10", id="virtualenv"),
        pytest.param(f"FROM python:3.12\nRUN python -m venv /v\n{INSTALL}", "==3.12.* python:3.12", id="the image's"),
        pytest.param(
            f"FROM python:3.12\nRUN uv venv -p 3.10 /v\n{INSTALL}", "==3.10.* 3.10", id="another than the image's"
        ),
        pytest.param(
            f"FROM ubuntu AS base\nRUN python3.10 -m venv /v\nFROM base\n{INSTALL}",
            "==3.10.* python3.10",
            id="of the stage below",
        ),
        pytest.param(
            f"FROM ubuntu\nRUN uv venv -p 3.10 /v\nRUN uv venv -p 3.11 --clear /v\n{INSTALL}",
            "==3.11.* 3.11",
            id="made again",
        ),
        pytest.param(
            f"FROM ubuntu\nRUN test -d /v || uv venv -p 3.10 /v\n{INSTALL}", "==3.10.* 3.10", id="where it is missing"
        ),
        pytest.param(
            f"FROM ubuntu\nRUN uv venv -p 3.10 /v\nRUN test -f x || uv venv -p 3.11 /v\n{INSTALL}",
            None,
            id="one of two",
        ),
        pytest.param(f"FROM ubuntu\nRUN python -m venv /v\n{INSTALL}", None, id="any image's"),
        pytest.param(f"FROM python:3.12\nRUN uv venv -p '>=3.10' /v\n{INSTALL}", None, id="a range"),
        pytest.param(f"FROM python:3.12\n{INSTALL}", None, id="not made here"),
    ],
)
def test_the_python_of_a_virtual_environment(text: str, python: str | None, tmp_path: Path) -> None:
    found = environment(tmp_path, text, ":/v").known.get("python")
    assert (f"{found.value} {found.span.text}" if found else None) == python
