"""Files that conda is given belong to the environment that it makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.environments.model import Scene

FILE = "name: sim\ndependencies:\n- python=3.11\n- numpy=1.26\n- pip:\n  - scipy<2\n"
BASE = "FROM continuumio/miniconda3\nWORKDIR /\nCOPY . /\n"


def scene(root: Path, files: dict[str, str]) -> Scene:
    write_tree(root, files)
    repository = Repository(root)
    return link(read_documents(repository, sorted(files)), repository, SHIPPED.catalogue)


def environments(root: Path, files: dict[str, str]) -> dict[str | None, list[str]]:
    """What is asked for in each environment."""
    return {
        outcome.environment.id: [
            f"{entry.name}{entry.specifier}" for install in outcome.installs for entry in install.requirements
        ]
        for outcome in scene(root, files).outcomes
    }


ALL = ["python==3.11.*", "numpy==1.26.*", "scipy<2"]


@pytest.mark.parametrize(
    ("command", "files", "name", "asked"),
    [
        pytest.param("conda env create -f environment.yml", {"environment.yml": FILE}, "sim", ALL, id="its own name"),
        pytest.param(
            "conda env create -n x -f environment.yml", {"environment.yml": FILE}, "x", ALL, id="another name"
        ),
        pytest.param(
            "mamba env update -n base -f environment.yml", {"environment.yml": FILE}, "base", ALL, id="update"
        ),
        pytest.param("micromamba create -y -f env.yaml", {"env.yaml": FILE}, "sim", ALL, id="any file name"),
        pytest.param(
            "micromamba install -y -f environment.yml",
            {"environment.yml": "dependencies: [numpy]\n"},
            "environment.yml",
            ["numpy"],
            id="a file without a name",
        ),
        pytest.param(
            "conda install -n x --file list.txt scipy",
            {"list.txt": "numpy=1.26 # ours\n# none\n\npandas >=2\n"},
            "x",
            ["scipy", "numpy==1.26.*", "pandas>=2"],
            id="a list",
        ),
        pytest.param(
            "conda env create -f environment.yml",
            {
                "environment.yml": "name: sim\ndependencies:\n- pip:\n  - -r r.txt\n  - -e arm\n",
                "r.txt": "numpy<2\n",
                "arm/pyproject.toml": '[project]\nname = "arm"\nversion = "1"\ndependencies = ["scipy"]\n',
            },
            "sim",
            ["numpy<2", "scipy"],
            id="files and projects of the pip section",
        ),
    ],
)
def test_joined(command: str, files: dict[str, str], name: str, asked: list[str], tmp_path: Path) -> None:
    found = environments(tmp_path, {**files, "Dockerfile": f"{BASE}RUN {command}\n"})
    assert found.pop(f"Dockerfile#0:conda:{name}") == asked
    assert {path for path in found if path and not path.startswith("arm/")} == set()


def test_a_script_joins_it_too_and_without_either_it_stands_alone(tmp_path: Path) -> None:
    script = "#!/bin/bash\nconda env create -f environment.yml\n"
    assert environments(tmp_path / "a", {"environment.yml": FILE, "setup.sh": script}) == {"setup.sh#0:conda:sim": ALL}
    assert environments(tmp_path / "b", {"environment.yml": FILE}) == {"environment.yml[sim]": ALL}


def problems(root: Path, files: dict[str, str]) -> list[str]:
    return [problem.message for problem in scene(root, files).problems]


@pytest.mark.parametrize(
    ("command", "files", "message"),
    [
        pytest.param("conda env create -f nowhere.yml", {}, "there is no file 'nowhere.yml'", id="not there"),
        pytest.param("conda env create -f ${X}.yml", {}, "depends on a variable that has no value", id="a variable"),
        pytest.param("conda env create -f https://x/e.yml", {}, "what 'https://x/e.yml' asks for", id="an address"),
        pytest.param("conda env create -f environment.yml", {"environment.yml": "a: [\n"}, "expected", id="no YAML"),
        pytest.param(
            "micromamba create -f conda-lock.yml",
            {"conda-lock.yml": "package: []\n"},
            "what 'conda-lock.yml'",
            id="lock",
        ),
        pytest.param(
            "conda create --file list.txt",
            {"list.txt": "@EXPLICIT\nhttps://x/n.conda\n"},
            "what 'list.txt'",
            id="exact",
        ),
        pytest.param(
            "conda create --file list.txt", {"list.txt": "!!!\n"}, "'!!!' is not a MatchSpec", id="no package"
        ),
        pytest.param(
            "conda env create -f environment.yml",
            {
                "environment.yml": "name: s\ndependencies:\n- pip:\n  - -e arm\n  - -c none.txt\n  - -e git+https://x/y\n"
            },
            "what 'arm' asks for is not known",
            id="a project that is not there",
        ),
    ],
)
def test_what_cannot_be_followed_is_told(command: str, files: dict[str, str], message: str, tmp_path: Path) -> None:
    told = problems(tmp_path, {**files, "Dockerfile": f"{BASE}RUN {command}\n"})
    assert [text for text in told if message in text]


def test_a_file_that_is_written_by_the_build_is_not_read(tmp_path: Path) -> None:
    text = f"{BASE}RUN echo 'name: sim' > /e.yml && conda env create -f /e.yml\n"
    assert environments(tmp_path, {"Dockerfile": text}) == {"Dockerfile#0:conda:/e.yml": []}


@pytest.mark.parametrize("name", ["list.bin", "env.yaml"])
def test_a_file_that_cannot_be_read_is_a_problem(name: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {"Dockerfile": f"{BASE}RUN conda install --file {name}\n"})
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    repository = Repository(tmp_path)
    found = link(read_documents(repository, ["Dockerfile"]), repository, SHIPPED.catalogue)
    assert [problem.span.source.path for problem in found.problems] == [name]
