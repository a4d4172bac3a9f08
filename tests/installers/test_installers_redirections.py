"""Specifiers that the shell takes as redirections, told from honest redirections."""

from __future__ import annotations

import pytest
from installer_commands import make_command, read, show, step_of

from dmlint.facts import FileWrite
from dmlint.installers import read_actions


@pytest.mark.parametrize(
    ("line", "swallowed"),
    [
        pytest.param("pip install numpy<2", ["numpy<2"], id="ceiling"),
        pytest.param("pip install numpy>=1.26", ["numpy>=1.26"], id="floor"),
        pytest.param("pip install numpy>=1.26,<2", ["numpy>=1.26,<2"], id="range"),
        pytest.param("pip install numpy>=1.26,<2.0.0, torch>=2.2 -U", ["numpy>=1.26,<2.0.0,", "torch>=2.2"], id="two"),
        pytest.param("pip install numpy <2", ["numpy <2"], id="blank before"),
        pytest.param("pip install numpy < 2", ["numpy < 2"], id="blanks on both sides"),
        pytest.param("pip install numpy >= 1.26", ["numpy >="], id="blank after the operator"),
        pytest.param("pip install numpy >1.26", ["numpy >1.26"], id="greater"),
        pytest.param("pip install numpy>1", ["numpy>1"], id="greater, one digit"),
        pytest.param("pip install numpy > 1.26", ["numpy > 1.26"], id="greater with blanks and a point"),
        pytest.param("pip install numpy<2.0.0rc1,!=1.25.*", ["numpy<2.0.0rc1,!=1.25.*"], id="pre-release, exclusion"),
        pytest.param("pip install numpy<=1.26.*", ["numpy<=1.26.*"], id="star"),
        pytest.param("pip install numpy>=$V", ["numpy>=$V"], id="unknown version"),
        pytest.param("pip install numpy<$V", ["numpy<$V"], id="unknown ceiling"),
        pytest.param("pip install 'numpy'>=1.26", ["'numpy'>=1.26"], id="the name alone is quoted"),
        pytest.param("pip install numpy[extra]<2 > log.txt", ["numpy[extra]<2"], id="and an honest one"),
        pytest.param("uv pip install numpy<2", ["numpy<2"], id="uv"),
        pytest.param("conda install numpy<2", ["numpy<2"], id="conda"),
        pytest.param("uv run --no-project --with numpy<2 x", ["numpy<2"], id="an option's value"),
        pytest.param("/isaac-sim/python.sh -m pip install numpy<2", ["numpy<2"], id="python.sh"),
    ],
)
def test_yields(line: str, swallowed: list[str]) -> None:
    found = [item for item in step_of(read(line)).requirements if item.redirection]
    assert [item.redirection.text for item in found if item.redirection] == swallowed
    assert [(item.span, item.specifier) for item in found] == [(item.redirection, "") for item in found]


@pytest.mark.parametrize(
    "line",
    [
        "pip install numpy > log.txt",
        "pip install numpy >> 2",
        "pip install numpy > 2.log",
        "pip install numpy < /dev/null",
        "pip install numpy 2>&1",
        "pip install numpy 2> 1",
        "pip install numpy 2>1",
        "pip install numpy &> 1.0",
        "pip install numpy > 1",
        "pip install numpy > $LOG",
        "pip install numpy < $INPUT",
        "pip install numpy>$LOG",
        "pip install numpy >=/tmp/x",
        "pip install numpy -q <2",
        "pip install numpy < " + "1." * 200 + "1",
        "pip install 'numpy<2'",
    ],
)
def test_ignores(line: str) -> None:
    (item,) = step_of(read(line)).requirements
    assert item.redirection is None


@pytest.mark.parametrize("line", ["pip install . > 2.0", "pip install -r r.txt <2", "pip install ./x.zip <2"])
def test_what_is_no_requirement(line: str) -> None:
    assert not any("!" in text for text in show(read(line)))


def test_nothing_is_written_by_a_swallowed_floor() -> None:
    assert not any(isinstance(action, FileWrite) for action in read("pip install numpy>=1.26").actions)


def test_name_through_a_variable() -> None:
    (item,) = step_of(read("pip install ${P}<2", environ={"P": "numpy"})).requirements
    assert (item.name, item.span.text) == ("numpy", "${P}<2")


def test_word_from_elsewhere() -> None:
    """A word that is written in another file than its redirection keeps its own place."""
    line, other = make_command("pip install numpy<2"), make_command("pip install numpy")
    mixed = type(line)(span=line.span, words=other.words, redirections=line.redirections)
    (item,) = step_of(read_actions(mixed, "RUN")).requirements
    assert (item.redirection, item.span.source) == (None, other.span.source)
