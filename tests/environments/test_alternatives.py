"""Ways of a build that exclude each other, on scripts of a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree
from test_transfer import numpy_of

from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.environments.model import Environment, Install, PackageState, Way
from dmlint.environments.outcome.alternatives import join_arms
from dmlint.facts import InstallStep
from dmlint.facts.interpreter import BARE
from dmlint.linting.parsed_files import read_documents
from dmlint.text.arms import Arm
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

PIN = "pip install 'numpy==1.26.4'\n"


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        pytest.param(
            'if [ "$1" ]; then\n pip install opencv-python\n pip install "numpy<2"\nfi\n',
            ["==1.26.4 < numpy | numpy==1.26.4", "<2 < numpy | numpy<2"],
            id="what an arm undoes it mends",
        ),
        pytest.param(
            'if [ "$1" ]; then pip install "numpy>=2"; fi\npip install "numpy<2"\n',
            ["==1.26.4 < numpy | numpy<2", "<2 < numpy | numpy<2"],
            id="settled behind the choice",
        ),
    ],
)
def test_a_choice(text: str, ways: list[str], tmp_path: Path) -> None:
    write_tree(tmp_path, {"setup.sh": f"#!/bin/bash\n{PIN}{text}"})
    repository = Repository(tmp_path)
    scene = link(read_documents(repository, ["setup.sh"]), repository, SHIPPED.catalogue)
    assert numpy_of(scene.outcomes[-1]) == ways


TEXT = Source(path="x", text="outer inner")
OUTER, INNER = TEXT.span(0, 5), TEXT.span(6, 11)


def arm(choice: object, number: int, count: int = 2) -> Arm:
    return Arm(OUTER if choice == "outer" else INNER, 0, number, count)


def run(*commands: tuple[str, tuple[Arm, ...]]) -> list[str | None]:
    """The versions that may be there after commands that each install one, in their arms."""
    states = {"numpy": PackageState(ways=(Way(versions="==0"),))}
    for version, arms in commands:
        step = InstallStep(span=OUTER, tool="pip", interpreter=BARE, conditional=True, arms=arms)
        install = Install(environment=Environment(id=None), requirements=(), step=step)
        states = join_arms(install, states, {"numpy": PackageState(ways=(Way(versions=version),))})
    return [way.versions for way in states["numpy"].ways]


@pytest.mark.parametrize(
    ("commands", "versions"),
    [
        pytest.param([("==1", (arm("outer", 0),)), ("==2", (arm("outer", 1),))], ["==1", "==2"], id="all arms"),
        pytest.param(
            [("==1", (arm("outer", 0, 3),)), ("==2", (arm("outer", 1, 3),))], ["==0", "==1", "==2"], id="one more"
        ),
        pytest.param(
            [("==1", (arm("outer", 0, 0),)), ("==2", (arm("outer", 1, 0),))],
            ["==0", "==1", "==2"],
            id="nobody knows how many",
        ),
        pytest.param([("==1", (arm("outer", 0),)), ("==3", (arm("outer", 0),))], ["==0", "==3"], id="one arm twice"),
        pytest.param(
            [("==1", (arm("outer", 0), arm("inner", 0))), ("==2", (arm("outer", 0), arm("inner", 1)))],
            ["==0", "==1", "==2"],
            id="a choice within an arm",
        ),
        pytest.param([("==1", ())], ["==0", "==1"], id="a condition"),
    ],
)
def test_arms(commands: list[tuple[str, tuple[Arm, ...]]], versions: list[str]) -> None:
    assert run(*commands) == versions
