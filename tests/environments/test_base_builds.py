"""Images that one build of the repository makes and another one stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BASE = 'FROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN /isaac-sim/python.sh -m pip install "numpy<2"\n'
ON_IT = "FROM my-sim\nRUN /isaac-sim/python.sh -m pip install gymnasium\n"
SIM = "/isaac-sim/python.sh"


def described(root: Path, files: Mapping[str, str]) -> dict[str, tuple[str | None, list[str | None]]]:
    """By the id of each environment of Isaac's interpreter: the Isaac Sim in it, and what NumPy may be there."""
    write_tree(root, files)
    repository = Repository(root)
    outcomes = link(read_documents(repository, sorted(files)), repository, SHIPPED.catalogue).outcomes
    return {
        outcome.environment.id or "": (
            outcome.environment.isaac_sim,
            [way.versions for way in outcome.states["numpy"].ways] if "numpy" in outcome.states else [],
        )
        for outcome in outcomes
        if SIM in (outcome.environment.id or "")
    }


def compose(*services: str) -> str:
    return "services:\n" + "".join(f"  {service}\n" for service in services)


FOLLOWED = ("5.0.0", ["<2"])
NOT_FOLLOWED: tuple[None, list[str]] = (None, [])


@pytest.mark.parametrize(
    ("asking", "on_it", "environment"),
    [
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}")}, ON_IT, "on/Dockerfile#0:SIM", id="compose"
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: {context: base, tags: [x, my-sim]}}")},
            ON_IT,
            "on/Dockerfile#0:SIM",
            id="compose's tags",
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}", "on: {build: on, image: on}")},
            ON_IT,
            "on/Dockerfile#0:SIM@on",
            id="both are services",
        ),
        pytest.param(
            {"compose.yaml": compose("on: {build: on, image: on}", "sim: {build: base, image: my-sim}")},
            ON_IT,
            "on/Dockerfile#0:SIM@on",
            id="in another order",
        ),
        pytest.param(
            {"compose.yaml": compose('sim: {build: base, image: "my-sim${SUFFIX-}"}')},
            ON_IT,
            "on/Dockerfile#0:SIM",
            id="a variable in the name",
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}")},
            ON_IT.replace("my-sim", "my-sim:latest"),
            "on/Dockerfile#0:SIM",
            id="the newest",
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}")},
            "ARG B=my-sim\nFROM ubuntu AS other\nFROM ${B} AS last\n" + ON_IT.partition("\n")[2],
            "on/Dockerfile#last:SIM",
            id="a stage, by a variable",
        ),
        pytest.param(
            {"docker-bake.hcl": 'target "sim" {\n  context = "base"\n  tags = ["my-sim"]\n}\n'},
            ON_IT,
            "on/Dockerfile#0:SIM",
            id="bake",
        ),
        pytest.param(
            {"build.sh": "#!/bin/bash\ndocker build -t my-sim base\n"}, ON_IT, "on/Dockerfile#0:SIM", id="docker build"
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}", "again: {build: base, image: my-sim}")},
            ON_IT,
            "on/Dockerfile#0:SIM",
            id="one build by two names",
        ),
        pytest.param(
            {
                "compose.yaml": compose("sim: {build: base}"),
                "other.compose.yaml": "",
                "docker-compose.yaml": compose("sim: {build: base, image: my-sim}"),
            },
            ON_IT,
            "on/Dockerfile#0:SIM",
            id="named by one of two files",
        ),
    ],
)
def test_followed(asking: Mapping[str, str], on_it: str, environment: str, tmp_path: Path) -> None:
    found = described(tmp_path, {"base/Dockerfile": BASE, "on/Dockerfile": on_it, **asking})
    assert found[environment.replace("SIM", SIM)] == FOLLOWED


@pytest.mark.parametrize(
    ("asking", "on_it"),
    [
        pytest.param({}, ON_IT, id="nobody makes it"),
        pytest.param({"compose.yaml": compose("sim: {build: base, image: my-sim2}")}, ON_IT, id="another name"),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}")}, ON_IT.replace("my-sim", "My-sim"), id="case"
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}")},
            ON_IT.replace("my-sim", "my-sim:2"),
            id="tag",
        ),
        pytest.param(
            {
                "compose.yaml": compose("a: {build: base, image: my-sim}", "b: {build: more, image: my-sim}"),
                "more/Dockerfile": "FROM ubuntu\n",
            },
            ON_IT,
            id="two make it",
        ),
        pytest.param({"compose.yaml": compose("sim: {image: my-sim}")}, ON_IT, id="it is only run"),
        pytest.param({"compose.yaml": compose("sim: {build: base, image: 'my-sim${X:?}'}")}, ON_IT, id="unknown name"),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: my-sim}")},
            "ARG B\n" + ON_IT.replace("my-sim", "$B"),
            id="unknown base",
        ),
        pytest.param(
            {"compose.yaml": compose("sim: {build: base, image: }", "x: {build: on, image: my-sim}")},
            ON_IT,
            id="itself",
        ),
    ],
)
def test_not_followed(asking: Mapping[str, str], on_it: str, tmp_path: Path) -> None:
    found = described(tmp_path, {"base/Dockerfile": BASE, "on/Dockerfile": on_it, **asking})
    assert {entry[0] for name, entry in found.items() if name.startswith("on/")} == {None}


def test_the_stage_that_is_built_counts(tmp_path: Path) -> None:
    base = f"{BASE.replace('5.0.0', '5.0.0 AS first')}FROM ubuntu AS second\n"
    for target, release in (("first", "5.0.0"), ("second", None)):
        files = {
            "compose.yaml": compose(f"sim: {{build: {{context: base, target: {target}}}, image: my-sim}}"),
            "base/Dockerfile": base,
            "on/Dockerfile": ON_IT,
        }
        assert described(tmp_path / target, files)[f"on/Dockerfile#0:{SIM}"][0] == release


def test_a_circle_is_harmless(tmp_path: Path) -> None:
    files = {
        "compose.yaml": compose("a: {build: a, image: img-a}", "b: {build: b, image: img-b}"),
        "a/Dockerfile": f"FROM img-b\n{BASE.partition(chr(10))[2]}",
        "b/Dockerfile": f"FROM img-a\n{ON_IT.partition(chr(10))[2]}",
    }
    assert set(described(tmp_path, files)) == {f"a/Dockerfile#0:{SIM}@a", f"b/Dockerfile#0:{SIM}@b"}


def test_a_long_chain_is_followed_to_its_end(tmp_path: Path) -> None:
    most = 300
    files = {"compose.yaml": compose(*(f"s{n}: {{build: d{n}, image: i{n}}}" for n in reversed(range(most))))}
    files |= {f"d{n}/Dockerfile": f"FROM i{n - 1}\n" for n in range(1, most)} | {"d0/Dockerfile": BASE}
    assert described(tmp_path, files)[f"d{most - 1}/Dockerfile#0:{SIM}@s{most - 1}"] == FOLLOWED


def test_an_inline_dockerfile_makes_an_image_too(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  sim:\n    image: my-sim\n    build:\n      dockerfile_inline: |\n"
        + "".join(f"        {line}\n" for line in BASE.splitlines()),
        "on/Dockerfile": ON_IT,
    }
    assert described(tmp_path, files)[f"on/Dockerfile#0:{SIM}"] == FOLLOWED
