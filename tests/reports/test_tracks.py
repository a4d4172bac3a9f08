"""An environment's track on one line, and findings in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.environments.model import PackageState
from dmlint.linting.engine import Report, judge, report
from dmlint.linting.observation import Case
from dmlint.reports import REPORTERS
from dmlint.reports.matrix import TABLES
from dmlint.reports.matrix.mermaid import chart_broken
from dmlint.reports.matrix.rows import read_rows
from dmlint.reports.matrix.track import track_line
from dmlint.reports.terminal import fold
from dmlint.reports.view import View
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.reports.matrix.rows import Row

PIP = "RUN /isaac-sim/python.sh -m pip install "
SIM = "FROM nvcr.io/nvidia/isaac-sim:5.0.0 AS sim\n"
PIN = f"{PIP}'numpy<2'\n"


def read(root: Path, files: Mapping[str, str]) -> Report:
    write_tree(root, files)
    case = Case(files=tuple(sorted(files)), settings=Settings(), pack=SHIPPED)
    return report(judge(Repository(root), case), case.files, SHIPPED)


def rows(root: Path, files: Mapping[str, str]) -> list[Row]:
    found = read(root, files).judgement
    assert found is not None
    return read_rows(found, SHIPPED.catalogue, frozenset(files))


@pytest.mark.parametrize(
    ("dockerfile", "line"),
    [
        pytest.param(f"{SIM}{PIN}", "FROM isaac-sim:5.0.0 · [<2]", id="a-pin"),
        pytest.param(
            f"{SIM}{PIN}{PIP}x\n{PIP}y\n{PIP}-U numpy\n",
            "FROM isaac-sim:5.0.0 · [<2] · 2 installs · numpy ▲2  lost at Dockerfile:5",
            id="lost",
        ),
        pytest.param(
            f"FROM isaac-sim:6.0.1\n{PIP}'numpy<2'\n",
            "FROM isaac-sim:6.0.1 · numpy ▼1  lost at Dockerfile:2",
            id="lost-downwards",
        ),
        pytest.param(
            f"FROM isaac-sim:5.1.0\n{PIN}",
            "FROM isaac-sim:5.1.0 ! · [<2]  DM201 at Dockerfile:1",
            id="an-avoided-image",
        ),
        pytest.param(f"{SIM}{PIN}ARG V\n{PIP}numpy==$V\n", "FROM isaac-sim:5.0.0 · [<2] · numpy ?", id="unknown"),
        pytest.param(
            f"{SIM}{PIN}RUN /isaac-sim/python.sh -m pip uninstall -y numpy\n",
            "FROM isaac-sim:5.0.0 · [<2] · -numpy",
            id="removed",
        ),
        pytest.param(
            f"{SIM}{PIN}COPY a /b\n"
            + f"{PIP}-U x\n{PIP}'numpy<1.26'\n{PIP}x\n{PIP}'numpy<2'\n" * 2
            + f"{PIP}-U numpy\n",
            "FROM isaac-sim:5.0.0 · [<2] · [<1.26] · numpy ▲2  lost at Dockerfile:12",
            id="long",
        ),
        pytest.param(f"{SIM}{PIP}-r missing.txt\n", "FROM isaac-sim:5.0.0 · -r missing.txt ?", id="no-name"),
    ],
)
def test_a_track_on_one_line(tmp_path: Path, dockerfile: str, line: str) -> None:
    (row,) = rows(tmp_path, {"Dockerfile": dockerfile})
    assert track_line(row, View(root=tmp_path, cwd=tmp_path)).replace("[<1.26] · [<1.26]", "[<1.26]") == line


def test_a_script_starts_without_an_image(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, {"setup.sh": "#!/bin/sh\npip install numpy\n"})
    assert track_line(row, View(root=tmp_path, cwd=tmp_path)) == "start · numpy ▲2  lost at setup.sh:2"


def test_what_a_manifest_asks_for_may_be_unknown(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, {"requirements.txt": "numpy @ https://example.org/numpy.zip\n"})
    assert [step.kind.value for step in row.steps] == ["unknown"]


def test_no_chart_of_what_was_looked_into(tmp_path: Path) -> None:
    seen = Report(findings=(), files=1, seen=Source(path="env:x", text=""))
    assert chart_broken(seen, View(root=tmp_path, cwd=tmp_path)) == []


def test_a_track_in_ascii(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, {"Dockerfile": f"FROM x/{'y' * 40}\nRUN pip install numpy\n"})
    line = track_line(row, View(root=tmp_path, cwd=tmp_path, ascii=True))
    assert line == "FROM yyyyyyyyyyyyyyyy... > numpy ^2  lost at Dockerfile:2"


TWO = {
    "a/requirements.txt": "isaacsim\nnumpy>=1.26\n",
    "pyproject.toml": '[project]\nname="x"\ndependencies=["numpy"]\n'
    '[project.optional-dependencies]\ndev=["scipy<1.12"]\n',
    "environment.yml": "dependencies: [",
}


@pytest.mark.parametrize(
    ("by", "heads"),
    [
        pytest.param(
            "file",
            ["a/requirements.txt: 1 error, 1 warning", "environment.yml: 1 error", "pyproject.toml: 1 error"],
            id="file",
        ),
        pytest.param(
            "rule",
            [
                "DM101 numpy-unpinned: 2 errors",
                "DM900 unreadable-input: 1 error",
                "DM203 isaac-sim-unpinned: 1 warning",
            ],
            id="rule",
        ),
        pytest.param(
            "environment",
            [
                "a/requirements.txt: 1 error, 1 warning",
                "no environment: 1 error",
                "pyproject.toml[project]: 1 error",
                "pyproject.toml[dev]: 1 error",
            ],
            id="environment",
        ),
    ],
)
def test_findings_in_groups(tmp_path: Path, by: str, heads: list[str]) -> None:
    view = View(root=tmp_path, cwd=tmp_path, group_by=by)
    lines = [*REPORTERS["text"](read(tmp_path, TWO), view)]
    assert [line for line in lines if line.endswith(("error", "errors", "warning"))] == heads
    assert lines[2].split(" ")[1].startswith("error")


def test_many_broken_environments_are_counted(tmp_path: Path) -> None:
    files = {f"folder{number:02}/requirements.txt": "numpy\n" for number in range(23)}
    lines = [*REPORTERS["text"](read(tmp_path, files), View(root=tmp_path, cwd=tmp_path))]
    assert lines[-3:-1] == ["and 3 more broken environments: `dmlint matrix` prints them all", ""]
    assert lines[-23] == "folder00/requirements.txt  numpy ▲2  lost at folder00/requirements.txt:1"


def test_a_long_track_is_drawn_by_what_tells_something(tmp_path: Path) -> None:
    steps = "".join(f"{PIP}x{at}\n{PIP}'numpy<1.{26 - at % 2}'\n" for at in range(20))
    found = rows(tmp_path, {"a/Dockerfile": SIM + PIN + steps, "b/Dockerfile": SIM + PIN * 20})
    lines = [*TABLES["mermaid"](found, View(root=tmp_path, cwd=tmp_path))]
    assert max(line.count("-->") for line in lines) == 1
    assert sum(" --> " in line for line in lines) < 2 * 13


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        pytest.param("short", None, ["short"], id="any-width"),
        pytest.param("a b c d e", 5, ["a b c", "  d e"], id="at-spaces"),
        pytest.param("a bcdefghij", 5, ["a bcd", "  efg", "  hij"], id="within-a-word"),
        pytest.param("漢字漢字", 5, ["漢字", "  漢", "  字"], id="wide"),
        pytest.param("lower ::error::x", 12, ["lower", "  \\x3a:error"], id="no-command"),
    ],
)
def test_text_is_folded(text: str, size: int | None, lines: list[str]) -> None:
    assert [*fold(text, size, "  ")][: len(lines)] == lines


def test_nothing_of_a_state_is_none() -> None:
    from dmlint.environments.outcome.steps import say_state

    assert say_state(PackageState()) == ("none",)
