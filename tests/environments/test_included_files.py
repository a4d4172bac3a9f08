"""Requirements and constraints files: which install each belongs to, what it includes, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import find_places, lint_tree

from dmlint.discovery.repository import Repository
from dmlint.environments.requirement_files.included_files import RequirementFiles
from dmlint.facts import Role

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({"requirements.txt": "numpy\n"}, ["requirements.txt:1 DM101 numpy"], id="alone"),
        pytest.param(
            {"requirements.txt": "numpy\n-c constraints.txt\n", "constraints.txt": "numpy<2\n"},
            [],
            id="bounded by its own constraints",
        ),
        pytest.param(
            {"requirements.txt": "numpy\n", "constraints.txt": "numpy<2\n"},
            ["requirements.txt:1 DM101 numpy"],
            id="a constraints file that it does not name",
        ),
        pytest.param(
            {"requirements.txt": "-r base.txt\n", "base.txt": "numpy\n"}, ["base.txt:1 DM101 numpy"], id="an include"
        ),
        pytest.param(
            {"requirements.txt": "-r base.txt\nnumpy<2\n", "base.txt": "numpy\n"}, [], id="bounded by its includer"
        ),
        pytest.param(
            {"requirements.txt": "-r base.txt\nnumpy\n", "base.txt": "numpy<2\n"}, [], id="bounded by what it includes"
        ),
        pytest.param(
            {"requirements.txt": "-r base.txt\nnumpy\n", "base.txt": "-c c.txt\n", "c.txt": "numpy<2\n"},
            [],
            id="constraints of what it includes",
        ),
        pytest.param(
            {"requirements.txt": "numpy\n-c c.txt\n", "c.txt": "-r more.txt\n", "more.txt": "numpy<2\n"},
            [],
            id="what constraints include constrains",
        ),
        pytest.param(
            {"requirements.txt": "scipy\n-c c.txt\n", "c.txt": "numpy>=2\n"}, [], id="a bound on what nobody asks for"
        ),
        pytest.param(
            {"requirements.txt": "-r a/r.txt\n", "a/r.txt": "-r b/s.txt\n", "a/b/s.txt": "numpy\n"},
            ["a/b/s.txt:1 DM101 numpy"],
            id="paths are relative to the file that names them",
        ),
        pytest.param(
            {"a/requirements.txt": "-r ../base.txt\n", "base.txt": "numpy\n"},
            ["base.txt:1 DM101 numpy"],
            id="a path upward",
        ),
        pytest.param(
            {"requirements.txt": "-r requirements.txt\nnumpy\n"},
            ["requirements.txt:2 DM101 numpy"],
            id="a cycle of one",
        ),
        pytest.param(
            {"requirements.txt": "-r base.txt\n", "base.txt": "-r requirements.txt\nnumpy\n"},
            ["base.txt:2 DM101 numpy"],
            id="a cycle of two",
        ),
        pytest.param(
            {"constraints.txt": "-c constraints.txt\nnumpy\n"}, [], id="constraints that constrain themselves"
        ),
        pytest.param(
            {"requirements.txt": "-r missing.txt\n"},
            ["requirements.txt:1 DM901 missing.txt"],
            id="a missing include",
        ),
        pytest.param(
            {"requirements.txt": "scipy\n-c missing.txt\n"},
            ["requirements.txt:2 DM901 missing.txt"],
            id="missing constraints, said though nothing is watched",
        ),
        pytest.param(
            {"requirements.txt": "numpy\n-c missing.txt\n"},
            ["requirements.txt:2 DM901 missing.txt"],
            id="missing constraints may bound: no verdict",
        ),
        pytest.param(
            {"requirements.txt": "numpy>=2\n-c missing.txt\n"},
            ["requirements.txt:1 DM103 numpy>=2", "requirements.txt:2 DM901 missing.txt"],
            id="missing constraints cannot mend that",
        ),
        pytest.param(
            {"requirements.txt": "numpy\n-r missing.txt\n"},
            ["requirements.txt:1 DM101 numpy", "requirements.txt:2 DM901 missing.txt"],
            id="a missing include",
        ),
        pytest.param(
            {"requirements.txt": "-r ../outside.txt\n"},
            ["requirements.txt:1 DM901 ../outside.txt"],
            id="outside of the repository",
        ),
        pytest.param(
            {"requirements.txt": "-r ${NUMPY_REQUIREMENTS}\n"},
            ["requirements.txt:1 DM901 ${NUMPY_REQUIREMENTS}"],
            id="a name that depends on a variable",
        ),
        pytest.param(
            {"requirements.txt": "-r ${SOME}\n"}, [], id="a name that depends on a variable that says nothing of NumPy"
        ),
        pytest.param({"requirements.txt": "-r https://example.org/r.txt\n"}, [], id="an address"),
        pytest.param(
            {"requirements.txt": "numpy\n-r https://example.org/r.txt\n"},
            ["requirements.txt:1 DM101 numpy"],
            id="requirements at an address bound nothing",
        ),
        pytest.param(
            {"requirements.txt": "numpy\n-c https://example.org/c.txt\n"},
            ["requirements.txt:2 DM901 https://example.org/c.txt"],
            id="constraints at an address may bound: no verdict",
        ),
        pytest.param(
            {"requirements.txt": "numpy\n-c ${SOME}\n"},
            ["requirements.txt:2 DM901 ${SOME}"],
            id="constraints at an unknown name may bound: no verdict",
        ),
        pytest.param(
            {"requirements.txt": "-r base.txt\n", "base.txt": "numpy ==\n"},
            ["base.txt:1 DM900 numpy =="],
            id="an include that is malformed",
        ),
        pytest.param({"requirements.txt": "-r sub\n", "sub/a": ""}, ["sub:1 DM900 "], id="a folder"),
        pytest.param(
            {"requirements.txt": "numpy\n-c sub\n", "sub/a": ""},
            ["sub:1 DM900 "],
            id="constraints that cannot be read may bound: no verdict",
        ),
        pytest.param(
            {"requirements.txt": "-r requirements/base.txt\nnumpy<2\n", "requirements/base.txt": "numpy\n"},
            ["requirements/base.txt:1 DM101 numpy"],
            id="an include is no install: judged alone too",
        ),
    ],
)
def test_files_that_no_install_uses(files: dict[str, str], found: list[str], tmp_path: Path) -> None:
    assert find_places(tmp_path, files) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("numpy\n", [], id="asks for nothing"),
        pytest.param("numpy>=1.26\n", [], id="a floor asks for nothing"),
        pytest.param("numpy<3\n", ["DM102"], id="too loose"),
        pytest.param("numpy>=2\n", ["DM103"], id="twos"),
        pytest.param("numpy>=2,<2\n", ["DM104"], id="unsatisfiable"),
        pytest.param("numpy<2\n", [], id="right"),
        pytest.param("isaacsim==5.1.0\n", ["DM202"], id="avoided"),
    ],
)
def test_a_constraints_file_judged_alone(text: str, found: list[str], tmp_path: Path) -> None:
    report = lint_tree(tmp_path, {"constraints.txt": text})
    assert [(entry.rule, entry.environment) for entry in report.findings] == [(rule, None) for rule in found]


@pytest.mark.parametrize(
    ("dockerfile", "found"),
    [
        pytest.param("COPY requirements.txt /r/\nRUN pip install -r /r/requirements.txt\n", True, id="used"),
        pytest.param(
            "COPY requirements.txt /r/\nRUN pip install 'numpy<2' -r /r/requirements.txt\n", False, id="bounded there"
        ),
        pytest.param(
            "COPY requirements.txt /r/\nRUN pip install 'numpy<2'\nRUN pip install -r /r/requirements.txt\n",
            True,
            id="another step bounds nothing",
        ),
        pytest.param("RUN pip install 'numpy<2'\n", True, id="not used: judged alone"),
    ],
)
def test_a_used_file_is_judged_in_its_install(dockerfile: str, found: bool, tmp_path: Path) -> None:
    files = {"Dockerfile": f"FROM ubuntu\n{dockerfile}", "requirements.txt": "numpy\n"}
    assert find_places(tmp_path, files) == ["requirements.txt:1 DM101 numpy"] * found


def test_a_place_that_several_installs_reach_is_reported_once(tmp_path: Path) -> None:
    steps = "COPY . /r\nRUN pip install -r /r/requirements.txt\nRUN python3.11 -m pip install -r /r/requirements.txt\n"
    files = {
        "Dockerfile": f"FROM ubuntu AS a\n{steps}FROM debian AS b\n{steps}",
        "requirements-dev.txt": "-r requirements.txt\n",
        "requirements.txt": "numpy\n",
    }
    (finding,) = lint_tree(tmp_path, files).findings
    assert finding.environment == "Dockerfile#a:pip"
    assert finding.span.source.path == "requirements.txt"


def test_a_file_is_excused_only_where_it_is_bounded(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM ubuntu AS a\nCOPY . /r\nRUN pip install 'numpy<2' -r /r/requirements.txt\n"
        "FROM ubuntu AS b\nCOPY . /r\nRUN pip install -r /r/requirements.txt\n",
        "requirements.txt": "numpy\n",
    }
    (finding,) = lint_tree(tmp_path, files).findings
    assert (finding.rule, finding.environment) == ("DM101", "Dockerfile#b:pip")


def test_includes_that_bring_too_much_are_said(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for name, text in {
        "a.txt": "-r b.txt\nnumpy\n",
        "b.txt": "-r c.txt\nscipy\n",
        "c.txt": "-r a.txt\ntorch\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    some = RequirementFiles(repository, {}, most=3).gather("a.txt", Role.REQUIREMENT)
    assert [entry.name for entry in some.dependencies] == ["numpy", "scipy"]
    assert [(problem.span.text, problem.message) for problem in some.problems] == [
        ("c.txt", "'c.txt' is not followed: the files of this repository include each other too often")
    ]
    assert some.undecided
    every = RequirementFiles(repository, {}, most=6).gather("a.txt", Role.REQUIREMENT)
    assert [entry.name for entry in every.dependencies] == ["numpy", "scipy", "torch"]
    assert (every.problems, every.undecided) == ((), False)
