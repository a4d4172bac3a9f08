"""The rows of the matrix: which environments, what is in them, and what verdict they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from small_tree import SHIPPED, write_tree

from dmlint.config.settings import Settings, Waiver
from dmlint.discovery.repository import Repository
from dmlint.environments.model import PackageState, Way
from dmlint.environments.outcome.steps import show_numpy
from dmlint.linting.engine import judge
from dmlint.linting.observation import Case
from dmlint.reports.matrix import TABLES
from dmlint.reports.matrix.rows import Row, read_rows
from dmlint.reports.terminal import width
from dmlint.reports.view import View
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SIM = "FROM isaac-sim:5.0.0 AS sim\n"
PIN = 'RUN /isaac-sim/python.sh -m pip install "numpy<2.0.0"\n'


def rows(root: Path, files: Mapping[str, str], settings: Settings | None = None) -> list[Row]:
    """All rows of a tree."""
    write_tree(root, files)
    case = Case(files=tuple(sorted(files)), settings=settings or Settings(), pack=SHIPPED)
    found = judge(Repository(root), case)
    return read_rows(found, SHIPPED.catalogue, frozenset(files))


@pytest.mark.parametrize(
    ("files", "ids"),
    [
        pytest.param({"Dockerfile": SIM + PIN}, ["Dockerfile#sim:/isaac-sim/python.sh"], id="stage"),
        pytest.param({"Dockerfile": SIM}, ["Dockerfile#sim:/isaac-sim/python.sh"], id="isaac-sim-alone"),
        pytest.param({"Dockerfile": "FROM ubuntu\nRUN echo\n"}, [], id="nothing-installed"),
        pytest.param({"Dockerfile": "FROM ubuntu\nRUN pip install x\n"}, ["Dockerfile#0:pip"], id="anything-installed"),
        pytest.param(
            {"Dockerfile": f"{SIM}{PIN}FROM sim\nRUN echo\n"},
            ["Dockerfile#1:/isaac-sim/python.sh"],
            id="the-last-stage",
        ),
        pytest.param(
            {"Dockerfile": f"{SIM}{PIN}FROM sim AS a\nFROM sim AS b\n"},
            ["Dockerfile#a:/isaac-sim/python.sh", "Dockerfile#b:/isaac-sim/python.sh"],
            id="two-last-stages",
        ),
        pytest.param(
            {"Dockerfile": SIM + PIN + "RUN pip install x\n"},
            ["Dockerfile#sim:/isaac-sim/python.sh", "Dockerfile#sim:pip"],
            id="two-interpreters",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM ubuntu\nRUN git clone -b v2.2.0 https://github.com/isaac-sim/IsaacLab.git\n"
                "RUN uv pip install --python /opt/v x\n"
            },
            ["Dockerfile#0:/opt/v"],
            id="a-clone-beside-an-install",
        ),
        pytest.param(
            {"Dockerfile": "FROM ubuntu\nRUN git clone -b v2.2.0 https://github.com/isaac-sim/IsaacLab.git\n"},
            ["Dockerfile#0:pip"],
            id="a-clone-alone",
        ),
        pytest.param({"requirements.txt": "numpy<2\n"}, ["requirements.txt"], id="requirements"),
        pytest.param({"requirements.txt": "# none\n"}, [], id="empty-requirements"),
        pytest.param({"constraints.txt": "numpy<2\n"}, [], id="constraints-ask-for-nothing"),
        pytest.param(
            {
                "Dockerfile": "FROM u\nCOPY requirements.txt /\nRUN pip install -r /requirements.txt\n",
                "requirements.txt": "numpy<2\n",
            },
            ["Dockerfile#0:pip"],
            id="installed-requirements",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname="x"\n[dependency-groups]\ndev=["b"]\ntest=["c"]\nnone=[]\n'},
            ["pyproject.toml[dev]", "pyproject.toml[test]"],
            id="groups",
        ),
        pytest.param(
            {"b/requirements.txt": "x\n", "a/pyproject.toml": '[project]\nname="x"\ndependencies=["a"]\n'},
            ["a/pyproject.toml[project]", "b/requirements.txt"],
            id="by-path",
        ),
    ],
)
def test_which_environments_are_rows(tmp_path: Path, files: dict[str, str], ids: list[str]) -> None:
    assert [row.id for row in rows(tmp_path, files)] == ids


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"Dockerfile": f"ARG X\n{SIM}{PIN}"},
            (2, "sim", "/isaac-sim/python.sh", "5.0.0", None, "3.11", None, ("<2.0.0",)),
            id="isaac-sim",
        ),
        pytest.param(
            {"Dockerfile": 'FROM isaac-lab:2.2.0\nRUN ./isaaclab.sh -p -m pip install "numpy<2"\n'},
            (1, "0", "/isaac-sim/python.sh", "5.0.0", "2.2.0", "3.11", None, ("<2",)),
            id="isaac-lab",
        ),
        pytest.param(
            {"Dockerfile": 'FROM nvidia/cuda:12.4.1-devel\nRUN python3.10 -m pip install "numpy<2,>=1.26"\n'},
            (1, "0", "python3.10", None, None, "3.10", "12.4", (">=1.26,<2",)),
            id="cuda",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\nname="x"\nrequires-python=">=3.10,<4"\ndependencies=[\n"numpy<2"]\n'},
            (5, None, None, None, None, "<4,>=3.10", None, ("<2",)),
            id="manifest",
        ),
        pytest.param(
            {"requirements.txt": "\nclick<8\n"}, (2, None, None, None, None, None, None, ()), id="requirements"
        ),
        pytest.param(
            {"Dockerfile": "FROM isaac-sim:4.5.0\nRUN /isaac-sim/python.sh -m pip install x\n"},
            (1, "0", "/isaac-sim/python.sh", "4.5.0", None, "3.10", None, ("<2.0.0",)),
            id="what-isaac-sim-brings",
        ),
        pytest.param(
            {"Dockerfile": 'FROM u\nARG A\nRUN if [ "$A" ]; then pip install "numpy<2"; fi\n'},
            (1, "0", "pip", None, None, None, None, ("<2",)),
            id="perhaps",
        ),
    ],
)
def test_what_a_row_says(tmp_path: Path, files: dict[str, str], expected: tuple[object, ...]) -> None:
    (row,) = rows(tmp_path, files)
    versions = (row.isaac_sim, row.isaac_lab, row.python, row.cuda)
    assert (row.place.line, row.stage, row.interpreter, *versions, row.numpy) == expected


@pytest.mark.parametrize(
    ("files", "status", "reason"),
    [
        pytest.param({"Dockerfile": SIM + PIN}, "ok", "", id="ok"),
        pytest.param(
            {"Dockerfile": "FROM isaac-sim:5.1.0\n" + PIN}, "broken", "DM201 isaac-sim-avoided-image", id="image"
        ),
        pytest.param(
            {"Dockerfile": f"FROM isaac-sim:5.1.0 AS a\n{PIN}FROM a AS b\nRUN echo\n"},
            "broken",
            "DM201 isaac-sim-avoided-image",
            id="image-of-an-earlier-stage",
        ),
        pytest.param(
            {"Dockerfile": 'FROM u AS a\nRUN pip install numpy\nFROM a\nRUN pip install "numpy<2"\n'},
            "broken",
            "DM101 numpy-unpinned",
            id="install-of-an-earlier-stage",
        ),
        pytest.param({"requirements.txt": "numpy\n"}, "broken", "DM101 numpy-unpinned", id="requirements"),
        pytest.param({"requirements.txt": "-r pins\n", "pins": "numpy\n"}, "broken", "DM101 numpy-unpinned", id="pins"),
        pytest.param({"requirements.txt": "x ==\ny\n"}, "broken", "DM900 unreadable-input", id="unreadable"),
        pytest.param({"requirements.txt": 'numpy; python_version < "3.9"\n'}, "ok", "", id="a-python-without-numpy-2"),
        pytest.param(
            {"Dockerfile": "FROM isaac-sim:6.0.1\nRUN /isaac-sim/python.sh -m pip install 'numpy==2.3.1'\n"},
            "ok",
            "",
            id="isaac-sim-6",
        ),
        pytest.param(
            {"Dockerfile": "ARG T\nFROM isaac-sim:${T}\n" + PIN},
            "unknown",
            "which Isaac Sim this is cannot be told",
            id="release",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM isaac-sim:nightly\n" + PIN,
                "compose.yml": "services: {sim: {build: .}}\n",
            },
            "unknown",
            "which Isaac Sim this is cannot be told",
            id="release-in-a-service",
        ),
        pytest.param(
            {"Dockerfile": "FROM u\nARG V\nRUN pip install numpy==$V\n"},
            "unknown",
            "which NumPy this asks for cannot be told",
            id="unknown",
        ),
        pytest.param(
            {"Dockerfile": "FROM u\nARG V\nRUN pip install numpy==$V\nRUN pip install -U 'numpy>=2'\n"},
            "broken",
            "DM103 numpy-2-required",
            id="broken-comes-before-unknown",
        ),
        pytest.param(
            {"Dockerfile": "FROM u\nRUN pip install numpy # dmlint: ignore[DM101] x\n"},
            "broken",
            "DM101 numpy-unpinned",
            id="comment",
        ),
        pytest.param({"requirements.txt": "isaacsim\nnumpy<2\n"}, "ok", "", id="warnings-break-nothing"),
    ],
)
def test_status(tmp_path: Path, files: dict[str, str], status: str, reason: str) -> None:
    (row,) = rows(tmp_path, files)
    assert (row.status.value, row.reason) == (status, reason)


def test_the_image_below_an_image_that_another_service_builds_counts(tmp_path: Path) -> None:
    files = {
        "lab/Dockerfile": "FROM isaac-sim:5.1.0\n",
        "ros/Dockerfile": "FROM lab\n" + PIN,
        "compose.yml": "services: {lab: {build: lab, image: lab}, ros: {build: ros}}\n",
    }
    found = [(row.id, row.interpreter, row.reason) for row in rows(tmp_path, files)]
    assert found == [
        ("lab/Dockerfile#0:/isaac-sim/python.sh@lab", "/isaac-sim/python.sh", "DM201 isaac-sim-avoided-image"),
        ("ros/Dockerfile#0:/isaac-sim/python.sh@ros", "/isaac-sim/python.sh", "DM201 isaac-sim-avoided-image"),
    ]


def test_severities_and_waivers_count(tmp_path: Path) -> None:
    files = {"requirements.txt": "numpy>=2\n"}
    (row,) = rows(tmp_path, files, Settings(per_file_ignores={"*": ("DM1",)}))
    assert (row.status.value, row.reason) == ("ok", "")
    waiver = Waiver(
        rule="DM103", reason="x", path="*", file=tmp_path / "dmlint.toml", shown="dmlint.toml", keys=(), index=0
    )
    (row,) = rows(tmp_path, files, Settings(waivers=(waiver,)))
    assert (row.status.value, row.findings, row.numpy) == ("ok", (), (">=2",))


def test_because_is_the_chain_and_then_the_findings(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, {"Dockerfile": "FROM u\nARG V\nRUN pip install numpy\nRUN pip install -U numpy==$V\n"})
    assert [(note.span.line, note.message.partition(";")[0]) for note in row.because] == [
        (3, "numpy is installed"),
        (4, "which NumPy this asks for cannot be told"),
        (3, "DM101 'numpy' admits NumPy 2.4.6"),
        (4, "DM901 'numpy==$V' depends on $V, which has no value here"),
    ]


def test_a_fault_of_another_environment_is_not_ones_own(tmp_path: Path) -> None:
    text = f"{SIM}{PIN}RUN pip install numpy\nFROM isaac-sim:5.1.0\n{PIN}RUN pip install x\n"
    found = {row.id.rpartition("#")[2]: row.reason for row in rows(tmp_path, {"Dockerfile": text})}
    assert found == {
        "sim:/isaac-sim/python.sh": "",
        "sim:pip": "DM101 numpy-unpinned",
        "1:/isaac-sim/python.sh": "DM201 isaac-sim-avoided-image",
        "1:pip": "",
    }


def test_a_copied_venv_belongs_to_the_stage_that_it_is_copied_into(tmp_path: Path) -> None:
    text = "FROM u AS build\nRUN /opt/venv/bin/pip install 'numpy<2'\nFROM u\nCOPY --from=build /opt/venv /opt/venv\n"
    last = rows(tmp_path, {"Dockerfile": text})[-1]
    assert (last.id, last.place.line, last.stage, last.numpy) == ("Dockerfile#1:/opt/venv", 3, "1", ("<2",))


def test_each_way_once() -> None:
    ways = ("<2,>=1", None, ">=1,<2", "")
    assert show_numpy(PackageState(ways=tuple(Way(versions=way) for way in ways))) == (">=1,<2", "")


def test_hostile_names_stay_in_their_cells(tmp_path: Path) -> None:
    folder = "a\\|`b``c\n"
    found = rows(tmp_path, {f"{folder}/requirements.txt": "numpy\n"})
    view = View(root=tmp_path, cwd=tmp_path)
    _, _, line = TABLES["markdown"](found, view)
    name = "`a\\`&#124;``` `b``c\\n/requirements.txt ```"
    assert line == f"| {name} | N/A | N/A | ? | N/A | any | ❌ DM101 numpy-unpinned |"
    assert all(len(text.splitlines()) <= 1 for table in TABLES.values() for text in table(found, view))


def test_columns_line_up(tmp_path: Path) -> None:
    found = rows(tmp_path, {"漢/requirements.txt": "numpy\n", "requirements.txt": "click<8\n"})
    assert [*TABLES["text"](found, View(root=tmp_path, cwd=tmp_path))] == [
        "   ENVIRONMENT          ISAAC SIM  ISAAC LAB  PYTHON  CUDA  NUMPY  STATUS",
        "✗  漢/requirements.txt  N/A        N/A        ?       N/A   any    broken",
        "✓  requirements.txt     N/A        N/A        ?       N/A   none   ok",
        "",
        "✗ 漢/requirements.txt",
        "    漢/requirements.txt:1:1: DM101 'numpy' admits NumPy 2.4.6; the guide asks for numpy<2.0.0",
        "      help: write 'numpy>=1.26.0,<2.0.0', or bound what is there with ',<2.0.0'",
        "",
        "2 environments: 1 broken, 1 ok.",
    ]


MANY = {
    "docker/a/deep/folder/sim.Dockerfile": f"{SIM}{PIN}RUN pip install numpy\n",
    "docker/b/deep/folder/sim.Dockerfile": f"FROM nvidia/cuda:12.4.1-devel AS sim\n{PIN}",
    "docker/b/deep/Dockerfile": "ARG V\nFROM isaac-sim:${V} AS lab\n" + PIN,
    "team/pyproject.toml": '[project]\nname="x"\ndependencies=["numpy"]\n[dependency-groups]\ndev=["numpy>=2"]\n',
    "a-name-that-is-very-long-and-has-no-space-in-it-at-all-for-more-than-eighty-columns.txt": "x\n",
    "requirements.txt": "numpy\n",
}


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 100, 200])
@pytest.mark.parametrize("color", [False, True])
def test_a_table_keeps_to_its_width(tmp_path: Path, columns: int, color: bool) -> None:
    view = View(root=tmp_path, cwd=tmp_path, columns=columns, color=color)
    found = [click.unstyle(line) for line in TABLES["text"](rows(tmp_path, MANY), view)]
    assert [line for line in found if width(line) > max(columns, 40)] == []
    assert found[-1].endswith("ok.")


TWICE = '[project]\nname="x"\ndependencies=["numpy"]\n[project.optional-dependencies]\nsim=["scipy<1.12"]\n'


def test_a_narrow_table_leaves_out_what_says_least(tmp_path: Path) -> None:
    view = View(root=tmp_path, cwd=tmp_path, columns=64, ascii=True)
    assert [*TABLES["text"](rows(tmp_path, MANY), view)][:8] == [
        "   ENVIRONMENT                                 NUMPY   STATUS",
        "x  sim.Dockerfile#sim:pip                      any     broken",
        "x  requirements.txt                            any     broken",
        "x  pyproject.toml[project]                     any     broken",
        "x  pyproject.toml[dev]                         >=2     broken",
        "?  lab                                         <2.0.0  unknown",
        "   a/deep/folder/sim.Dockerfile#sim:python.sh  <2.0.0  ok",
        "   b/deep/folder/sim.Dockerfile                <2.0.0  ok",
    ]


def test_what_breaks_two_environments_is_told_once(tmp_path: Path) -> None:
    view = View(root=tmp_path, cwd=tmp_path)
    found = [*TABLES["text"](rows(tmp_path, {"pyproject.toml": TWICE}), view)]
    assert [line for line in found if "DM101" in line] == [
        "    pyproject.toml:3:16: DM101 'numpy' admits NumPy 2.4.6; the guide asks for numpy<2.0.0",
        "    pyproject.toml:3:16: DM101 as above",
    ]


def test_a_finding_without_place_in_any_environment_breaks_none(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, {"Dockerfile": "FROM u\nRUN pip install x\nRUNN\n"})
    assert row.status.value == "ok"
    assert isinstance(row.place.source, Source)
