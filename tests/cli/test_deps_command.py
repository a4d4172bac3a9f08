from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from dmlint.cli import cli
from dmlint.facts import BaseImage, Copy, Dependency, Document, FileReference, Group, InstallStep, ReferenceKind, Stage
from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.parsers import dockerfile
from dmlint.reports.listing import json_lines, text_lines
from dmlint.reports.view import View
from dmlint.text.source import Source
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from dmlint.text.source import Span

VIEW = View(root=Path("/r"), cwd=Path("/r/docker"))
TEXT = """ARG TAG=5.1.0 SPEC=numpy==2.0 X
FROM isaac-sim:${TAG} AS base
RUN pip install "scipy" $SPEC jax>=1 -e .[sim] -r r.txt -r $Y -c c.txt --upgrade 'a\\<2' b$X /w.whl
RUN pip install "scipy"
"""
SOURCE = Source(path="docker/Dockerfile", text=TEXT)
WHERE = "RUN pip install"


def at(part: str) -> Span:
    begin = TEXT.index(part)
    return SOURCE.span(begin, begin + len(part))


SCIPY = Dependency(name="scipy", span=at("scipy"), where=WHERE)
NUMPY = Dependency(name="numpy", span=at("numpy==2.0"), where=WHERE, specifier="==2.0", via=(at("$SPEC"),))
JAX = Dependency(name="jax", span=at("jax"), where=WHERE, redirection=at("jax>=1"))
SPELT = Dependency(
    name="a", span=at("a\\<2"), where=WHERE, specifier="<2", extras=("x", "y"), marker='python_version > "3"'
)
HALF = Dependency(name="b", span=at("b$X"), where=WHERE, unresolved=(at("$X"),))
WHEEL = Dependency(name="w", span=at("w.whl"), where=WHERE, url="file:///w.whl", via=(at("/w.whl"),))
STEP = InstallStep(
    span=at("pip install"),
    tool="pip",
    interpreter=Interpreter(InterpreterKind.PATH, "/isaac-sim/python.sh"),
    conditional=True,
    requirements=(SCIPY, NUMPY, JAX, SPELT, HALF, WHEEL),
    references=(
        FileReference(kind=ReferenceKind.PROJECT, path=".", span=at(".[sim]"), extras=("sim",), editable=True),
        FileReference(kind=ReferenceKind.REQUIREMENTS, path="r.txt", span=at("r.txt")),
        FileReference(kind=ReferenceKind.REQUIREMENTS, path=None, span=at("$Y")),
        FileReference(kind=ReferenceKind.CONSTRAINTS, path="c.txt", span=at("c.txt")),
    ),
    flags=("--upgrade",),
)
AGAIN = InstallStep(span=at("pip install"), tool="pip", interpreter=BARE, requirements=(SCIPY,))
IMAGE = BaseImage(
    written=at("isaac-sim:${TAG}"),
    value=Traced.of(at("isaac-sim:")) + Traced((Piece("5.1.0", at("5.1.0"), (at("${TAG}"),)),)),
    stage="base",
)
UNKNOWN = BaseImage(
    written=at("$X"), value=Traced((Piece("$X", at("$X"), known=False),)), stage="1", role="COPY --from"
)
COPY = Copy(span=at("FROM"), sources=("x",), target=None)
DOCKERFILE = Document(
    source=SOURCE,
    dependencies=(SCIPY, NUMPY, JAX, SPELT, HALF, WHEEL, SCIPY),
    steps=(STEP, AGAIN),
    images=(IMAGE, UNKNOWN),
    stages=(Stage(name="base", span=at("FROM"), image=IMAGE, actions=(STEP, COPY, AGAIN)),),
)


def listed(*documents: Document) -> dict[str, list[dict[str, object]]]:
    (line,) = json_lines(documents, VIEW)
    found: dict[str, list[dict[str, object]]] = json.loads(line)
    return found


def test_the_keys_are_the_contract() -> None:
    found = listed(DOCKERFILE)
    assert list(found) == ["version", "dependencies", "steps", "images"]
    assert list(found["dependencies"][0].items()) == [
        ("path", "Dockerfile"),
        ("line", 3),
        ("column", 18),
        ("end_line", 3),
        ("end_column", 23),
        ("name", "scipy"),
        ("specifier", ""),
        ("extras", []),
        ("marker", None),
        ("url", None),
        ("where", "RUN pip install"),
        ("environment", "Dockerfile#base:/isaac-sim/python.sh"),
    ]
    assert list(found["steps"][0].items()) == [
        ("path", "Dockerfile"),
        ("line", 3),
        ("column", 5),
        ("tool", "pip"),
        ("interpreter", "/isaac-sim/python.sh"),
        ("conditional", True),
        (
            "requirements",
            ["scipy", "numpy==2.0", "jax", "-e .[sim]", 'a[x,y]<2; python_version > "3"', "b$X", "w @ file:///w.whl"],
        ),
        ("requirement_files", ["r.txt", "$Y"]),
        ("constraint_files", ["c.txt"]),
        ("flags", ["--upgrade"]),
    ]
    assert list(found["images"][0].items()) == [
        ("path", "Dockerfile"),
        ("line", 2),
        ("column", 6),
        ("stage", "base"),
        ("reference", "isaac-sim:5.1.0"),
        ("raw", "isaac-sim:${TAG}"),
        ("resolved", True),
    ]
    assert [image["resolved"] for image in found["images"]] == [True, False]


def test_a_dependency_that_is_installed_twice_names_each_environment() -> None:
    found = [entry["environment"] for entry in listed(DOCKERFILE)["dependencies"] if entry["name"] == "scipy"]
    assert found == ["Dockerfile#base:/isaac-sim/python.sh", "Dockerfile#base:pip"]


@pytest.mark.parametrize(
    ("group", "environment"),
    [
        pytest.param("project", "Dockerfile[project]", id="pyproject"),
        pytest.param("", None, id="requirements-file"),
    ],
)
def test_groups(group: str, environment: str | None) -> None:
    groups = (Group(name=group, dependencies=(SCIPY,)),)
    found = listed(Document(source=SOURCE, dependencies=(SCIPY, NUMPY), groups=groups))
    assert [entry["environment"] for entry in found["dependencies"]] == [environment, None]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("pip install -e $R/sim[dev]", ["-e $R/sim[dev]"], id="with its extras"),
        pytest.param("uv sync --extra dev --project $R", ["$R[dev]"], id="extras said elsewhere"),
    ],
)
def test_a_project_in_an_unknown_folder(line: str, expected: list[str]) -> None:
    source = Source(path="Dockerfile", text=f"FROM scratch\nRUN {line}\n")
    (step,) = listed(dockerfile.parse(source))["steps"]
    assert step["requirements"] == expected


def test_text_is_in_columns_and_in_order() -> None:
    lines = list(text_lines([DOCKERFILE, Document(source=SOURCE)], VIEW))
    assert lines[0] == "Dockerfile"
    assert lines[1] == "  1:20  dependency  numpy==2.0                      RUN pip install"
    assert "  2:6   image       FROM (stage base)               isaac-sim:5.1.0  as isaac-sim:${TAG}" in lines
    assert "  3:90  image       COPY --from (stage 1)           $X  with an unknown part" in lines
    (step,) = [line for line in lines if "pip (/isaac-sim/python.sh)" in line]
    assert step.split()[4:7] == ["sometimes", "--upgrade", "scipy"]
    assert step.endswith("w @ file:///w.whl -r r.txt -r $Y -c c.txt")
    assert lines[-1] == ""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a requirements file, and one that cannot be read."""
    monkeypatch.chdir(tmp_path)
    Path("requirements.txt").write_text("numpy >= 1.26, <2\n-r nowhere.txt\n]\n", encoding="utf-8")
    Path("constraints.txt").symlink_to("/nowhere")
    return tmp_path


def test_the_command(here: Path) -> None:
    result = CliRunner().invoke(cli, ["deps", "--output-format", "json"])
    assert result.exit_code == 0
    assert [entry["specifier"] for entry in json.loads(result.stdout)["dependencies"]] == ["<2,>=1.26"]
    warnings = result.stderr.splitlines()
    assert warnings[0].startswith("dmlint: warning: constraints.txt:1:1: the file is not read: ")
    assert warnings[1].startswith("dmlint: warning: requirements.txt:3:1: ")


def test_the_command_for_people(here: Path) -> None:
    result = CliRunner().invoke(cli, ["deps", "-q"], env={"DMLINT_OUTPUT_FORMAT": "github", "GITHUB_ACTIONS": "true"})
    assert result.stdout == "requirements.txt\n  1:1  dependency  numpy<2,>=1.26  requirements file\n\n"
    assert (result.stderr, result.exit_code) == ("", 0)


def test_excluded_files_are_not_listed(here: Path) -> None:
    result = CliRunner().invoke(cli, ["deps", "--exclude", "*.txt", "--output-file", os.devnull])
    assert (result.stdout, result.stderr) == ("", "dmlint: warning: there is no file here that dmlint reads\n")


def test_what_is_taken_away_is_no_install() -> None:
    source = Source(path="Dockerfile", text="FROM a\nRUN pip uninstall -y numpy\n")
    view = View(root=Path("/r"), cwd=Path("/r"))
    listed = json.loads("".join(json_lines([dockerfile.parse(source)], view)))
    assert (listed["dependencies"], listed["steps"]) == ([], [])
    assert "removal" in "\n".join(text_lines([dockerfile.parse(source)], view))
