"""Where a build's files come from, and what bounds the installs of its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import find_places, lint_tree

if TYPE_CHECKING:
    from pathlib import Path

OPEN = {"requirements.txt": "numpy\n"}
BOUND = {"constraints.txt": "numpy<2\n"}
HERE = "requirements.txt:1 DM101 numpy"


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            "COPY requirements.txt /app/requirements.txt\nRUN pip install -r /app/requirements.txt", id="name"
        ),
        pytest.param("COPY requirements.txt /app/\nRUN pip install -r /app/requirements.txt", id="into a folder"),
        pytest.param("COPY requirements.txt /r.txt\nRUN pip install -r /r.txt", id="under another name"),
        pytest.param("COPY . /app\nRUN pip install -r /app/requirements.txt", id="everything"),
        pytest.param("COPY *.txt /app/\nRUN pip install -r /app/requirements.txt", id="a pattern"),
        pytest.param("COPY a.py requirements.txt /app/\nRUN pip install -r /app/requirements.txt", id="several"),
        pytest.param("ADD requirements.txt /app/\nRUN pip install -r /app/requirements.txt", id="ADD"),
        pytest.param('COPY ["requirements.txt", "/app/"]\nRUN pip install -r /app/requirements.txt', id="JSON"),
        pytest.param("COPY --chown=1:1 . /app\nRUN pip install -r /app/requirements.txt", id="a flag"),
        pytest.param("WORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt", id="a working directory"),
        pytest.param("COPY . /app\nRUN cd /app && pip install -r requirements.txt", id="cd"),
        pytest.param("COPY . /app\nWORKDIR /app/src\nRUN pip install -r ../requirements.txt", id="upward"),
        pytest.param("ARG R=/app\nCOPY . $R\nRUN pip install -r $R/requirements.txt", id="a variable"),
        pytest.param(
            "RUN --mount=type=bind,source=requirements.txt,target=/r.txt pip install -r /r.txt", id="a bind mount"
        ),
        pytest.param("RUN --mount=type=bind,target=/app pip install -r /app/requirements.txt", id="all mounted"),
        pytest.param("COPY . /app\nFROM base\nRUN pip install -r /app/requirements.txt", id="of the parent stage"),
        pytest.param(
            "COPY . /app\nFROM ubuntu\nCOPY --from=base /app /b\nRUN pip install -r /b/requirements.txt",
            id="of another stage",
        ),
        pytest.param(
            "COPY . /app\nFROM ubuntu\nCOPY --from=0 /app/requirements.txt /\nRUN pip install -r /requirements.txt",
            id="of a stage by its number",
        ),
        pytest.param(
            "COPY requirements.txt /app/\nRUN pip install -r /app/requirements.txt && rm -rf /app", id="removed later"
        ),
    ],
)
def test_a_copied_file_is_found(steps: str, tmp_path: Path) -> None:
    assert find_places(tmp_path, {"Dockerfile": f"FROM ubuntu AS base\n{steps}\n", **OPEN}) == [HERE]


@pytest.mark.parametrize(
    ("steps", "named"),
    [
        pytest.param("RUN pip install -r /app/r.txt", "/app/r.txt", id="not copied"),
        pytest.param("RUN pip install -r /app/r.txt\nCOPY r.txt /app/", "/app/r.txt", id="copied too late"),
        pytest.param("COPY r.txt /other/\nRUN pip install -r /app/r.txt", "/app/r.txt", id="copied elsewhere"),
        pytest.param("COPY --from=ubuntu /r.txt /\nRUN pip install -r /r.txt", "/r.txt", id="from an image"),
        pytest.param("COPY $UNKNOWN /app/\nRUN pip install -r /app/r.txt", "/app/r.txt", id="from who knows where"),
        pytest.param("COPY r.txt $UNKNOWN/\nRUN pip install -r /app/r.txt", "/app/r.txt", id="to who knows where"),
        pytest.param("COPY *.in /app/\nRUN pip install -r /app/r.txt", "/app/r.txt", id="another pattern"),
        pytest.param("COPY . .\nRUN pip install -r ../r.txt", "../r.txt", id="above all that is copied"),
    ],
)
def test_a_file_that_the_build_does_not_bring_is_said(steps: str, named: str, tmp_path: Path) -> None:
    """What is said is that it is missing; the file that is there is judged alone."""
    files = {"Dockerfile": f"FROM ubuntu\n{steps}\n", "r.txt": "numpy\n"}
    found = lint_tree(tmp_path, files).findings
    assert [(entry.rule, entry.span.text) for entry in found] == [("DM901", named)]
    where = "that this build brings from the repository"
    assert found[0].message == f"there is no file '{named}' {where}: what it asks for is not judged"


@pytest.mark.parametrize(
    ("steps", "bounded"),
    [
        pytest.param("COPY constraints.txt /c.txt\nRUN pip install numpy -c /c.txt", True, id="-c"),
        pytest.param(
            "COPY constraints.txt /c.txt\nRUN pip install numpy --constraint=/c.txt", True, id="--constraint="
        ),
        pytest.param("COPY . /\nENV PIP_CONSTRAINT=/constraints.txt\nRUN pip install numpy", True, id="ENV"),
        pytest.param("COPY . /\nARG PIP_CONSTRAINT=/constraints.txt\nRUN pip install numpy", True, id="ARG"),
        pytest.param("COPY . /\nRUN PIP_CONSTRAINT=/constraints.txt pip install numpy", True, id="before the command"),
        pytest.param("COPY . /\nRUN export PIP_CONSTRAINT=/constraints.txt && pip install numpy", True, id="export"),
        pytest.param(
            'COPY . /\nENV PIP_CONSTRAINT="/other.txt /constraints.txt"\nRUN echo > /other.txt; pip install numpy',
            True,
            id="the second of two",
        ),
        pytest.param("COPY . /\nENV PIP_CONSTRAINT=\nRUN pip install numpy", False, id="empty"),
        pytest.param("COPY . /\nENV UV_CONSTRAINT=/constraints.txt\nRUN pip install numpy", False, id="uv's for pip"),
        pytest.param("COPY . /\nENV UV_CONSTRAINT=/constraints.txt\nRUN uv pip install numpy", True, id="uv's for uv"),
        pytest.param(
            "COPY . /\nENV PIP_CONSTRAINT=/constraints.txt\nRUN uv pip install numpy", False, id="pip's for uv"
        ),
        pytest.param("COPY . /\nENV UV_OVERRIDE=/constraints.txt\nRUN uv pip install 'numpy>=2'", True, id="override"),
        pytest.param("COPY . /\nRUN uv pip install 'numpy>=2' --override /constraints.txt", True, id="--override"),
        pytest.param("RUN echo 'numpy<2' > /c.txt && pip install numpy -c /c.txt", True, id="echo"),
        pytest.param("RUN printf 'numpy<2\\n' > /c.txt\nRUN pip install numpy -c /c.txt", True, id="printf"),
        pytest.param(
            "RUN printf '%s\\n' 'scipy<2' 'numpy<2' > /c.txt\nENV PIP_CONSTRAINT=/c.txt\nRUN pip install numpy",
            True,
            id="printf with arguments",
        ),
        pytest.param(
            "COPY <<EOF /c.txt\n# pins\nnumpy<2\nEOF\nRUN pip install numpy -c /c.txt", True, id="COPY heredoc"
        ),
        pytest.param("RUN cat > /c.txt <<EOF\nnumpy<2\nEOF\nRUN pip install numpy -c /c.txt", True, id="RUN heredoc"),
        pytest.param("RUN echo 'scipy<2' > /c.txt && pip install numpy -c /c.txt", False, id="another package"),
        pytest.param(
            "COPY . /\nRUN pip install scipy -c /constraints.txt\nRUN pip install numpy", False, id="other step"
        ),
        pytest.param("RUN pip install scipy 'numpy<2'\nRUN pip install numpy", False, id="an earlier pin"),
        pytest.param("RUN pip install 'numpy<2' scipy numpy", True, id="the same command"),
    ],
)
def test_constraints_of_the_same_install(steps: str, bounded: bool, tmp_path: Path) -> None:
    found = lint_tree(tmp_path, {"Dockerfile": f"FROM ubuntu\n{steps}\n", **BOUND}).findings
    assert [entry.rule for entry in found] == ["DM101"] * (not bounded)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        pytest.param("RUN pip install numpy -c /missing.txt", ["DM901 /missing.txt"], id="missing: no verdict"),
        pytest.param(
            "RUN pip install 'numpy>=2' -c /missing.txt", ["DM103 numpy>=2", "DM901 /missing.txt"], id="nor needed"
        ),
        pytest.param("RUN pip install numpy -r /missing.txt", ["DM101 numpy", "DM901 /missing.txt"], id="no bound"),
        pytest.param('RUN pip install numpy -c "$NUMPY_PINS"', ["DM901 $NUMPY_PINS"], id="a variable's"),
        pytest.param('RUN pip install numpy -c "$PINS"', ["DM901 $PINS"], id="a variable's, and numpy is asked for"),
        pytest.param('RUN pip install scipy -c "$PINS"', [], id="a variable's, and nothing watched is asked for"),
        pytest.param(
            "RUN pip install numpy -c https://example.org/c.txt",
            ["DM901 https://example.org/c.txt"],
            id="an address, and numpy is asked for",
        ),
        pytest.param("RUN pip install scipy -c https://example.org/c.txt", [], id="an address"),
        pytest.param(
            "ENV PIP_CONSTRAINT=/missing.txt\nRUN pip install numpy", ["DM901 /missing.txt"], id="missing, by ENV"
        ),
        pytest.param("RUN curl -o /c.txt x && pip install numpy -c /c.txt", ["DM901 /c.txt"], id="fetched"),
        pytest.param("RUN gen > /c.txt && pip install numpy -c /c.txt", [], id="written by who knows whom"),
        pytest.param(
            "RUN printf '%s\\n' '-r more.txt' numpy > /r.txt && pip install -r /r.txt",
            ["DM101 numpy"],
            id="requirements that were written, with an option",
        ),
        pytest.param(
            "RUN echo 'numpy' > /r.txt && pip install -r /r.txt", ["DM101 numpy"], id="requirements that were written"
        ),
    ],
)
def test_constraints_that_cannot_be_followed(steps: str, found: list[str], tmp_path: Path) -> None:
    got = lint_tree(tmp_path, {"Dockerfile": f"FROM ubuntu\n{steps}\n"}).findings
    assert [f"{entry.rule} {entry.span.text}" for entry in got] == found


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        pytest.param("docker/Dockerfile", "COPY requirements.txt /\nRUN pip install -r /requirements.txt", id="above"),
        pytest.param(
            "a/b/Dockerfile", "COPY a/requirements.txt /\nRUN pip install -r /requirements.txt", id="the root"
        ),
    ],
)
def test_the_context_may_be_a_folder_above(path: str, steps: str, tmp_path: Path) -> None:
    files = {path: f"FROM ubuntu\n{steps}\n", **OPEN, "a/requirements.txt": "numpy>=2\n", "setup.cfg": ""}
    report = lint_tree(tmp_path, files)
    assert {entry.environment for entry in report.findings} == {f"{path}#0:pip", None}


@pytest.mark.parametrize(
    ("dockerfile", "environment"),
    [
        pytest.param("FROM ubuntu\nRUN pip install numpy\n", "Dockerfile#0:pip", id="number"),
        pytest.param("FROM ubuntu AS Base\nRUN pip3 install numpy\n", "Dockerfile#Base:pip", id="name"),
        pytest.param("FROM a\nFROM b\nRUN python3 -m pip install numpy\n", "Dockerfile#1:pip", id="second"),
        pytest.param(
            "FROM a\nRUN python3.10 -m pip install numpy\n", "Dockerfile#0:python3.10", id="another interpreter"
        ),
        pytest.param(
            "FROM isaac-sim:5.0.0\nRUN ./python.sh -m pip install numpy\n",
            "Dockerfile#0:/isaac-sim/python.sh",
            id="Isaac Sim's by another path",
        ),
        pytest.param(
            "FROM isaac-sim:5.0.0 AS sim\nFROM sim\nRUN /isaac-sim/python.sh -m pip install numpy\n",
            "Dockerfile#1:/isaac-sim/python.sh",
            id="Isaac Sim's in a stage on top",
        ),
        pytest.param("FROM isaac-sim:5.0.0\nRUN pip install numpy\n", "Dockerfile#0:pip", id="the other one"),
        pytest.param("FROM a\nRUN pip install -t /opt/lib numpy\n", "Dockerfile#0:target:/opt/lib", id="a folder"),
    ],
)
def test_environments(dockerfile: str, environment: str, tmp_path: Path) -> None:
    (finding,) = lint_tree(tmp_path, {"Dockerfile": dockerfile}).findings
    assert (finding.rule, finding.environment) == ("DM101", environment)


def test_stages_that_are_built_on_each_other(tmp_path: Path) -> None:
    """A cycle and a parent that does not exist end the search."""
    text = "FROM b AS a\nFROM a AS b\nRUN pip install -r /r.txt\nFROM c AS c\nRUN pip install -r /s.txt\n"
    assert find_places(tmp_path, {"Dockerfile": text}) == ["Dockerfile:3 DM901 /r.txt", "Dockerfile:5 DM901 /s.txt"]


def test_isaac_sim_that_is_installed_decides_for_its_environment(tmp_path: Path) -> None:
    text = "FROM python:3.12\nRUN pip install isaacsim==6.0.1.0\nRUN pip install 'numpy>=2'\n"
    assert find_places(tmp_path, {"Dockerfile": text}) == ["Dockerfile:2 DM204 isaacsim==6.0.1.0"]
    other = text.replace("RUN pip install 'numpy", "RUN python3.11 -m pip install 'numpy")
    assert find_places(tmp_path, {"Dockerfile": other}) == [
        "Dockerfile:2 DM204 isaacsim==6.0.1.0",
        "Dockerfile:3 DM103 numpy>=2",
    ]
