"""Builds that other files ask for: which Dockerfile, which arguments, which context, which environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, find_places, lint_tree, write_tree

from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

IMAGE = "nvcr.io/nvidia/isaac-sim"
BASE = f"ARG TAG\nFROM {IMAGE}:${{TAG}} AS base\n"
PLAIN = f"ARG TAG=5.0.0\nFROM {IMAGE}:${{TAG}}\n"
AS_GIVEN = "{build: {context: ., args: {TAG: $T}}}"
SIM = "services:\n  sim:\n    build:\n      context: .\n      args: {TAG: '%s'}\n"


def environments(root: Path, files: Mapping[str, str]) -> list[str]:
    """The ids of the environments of a tree, and the Isaac Sim of each."""
    write_tree(root, files)
    repository = Repository(root)
    scene = link(read_documents(repository, sorted(files)), repository, SHIPPED.catalogue)
    found = (outcome.environment for outcome in scene.outcomes)
    return sorted(f"{entry.id} {entry.isaac_sim}" for entry in found)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"compose.yml": SIM % "5.1.0", "Dockerfile": BASE}, ["compose.yml:5 DM201 5.1.0"], id="literal"),
        pytest.param({"compose.yml": SIM % "5.0.0", "Dockerfile": BASE}, [], id="literal, right"),
        pytest.param(
            {"compose.yml": SIM % "$T", ".env": "# c\nT=5.1.0\n", "Dockerfile": BASE}, [".env:2 DM201 5.1.0"], id=".env"
        ),
        pytest.param({"compose.yml": SIM % "$T", ".env": "T=5.0.0\n", "Dockerfile": BASE}, [], id=".env, right"),
        pytest.param(
            {"compose.yml": SIM % "${T:-5.1.0}", "Dockerfile": BASE}, ["compose.yml:5 DM201 5.1.0"], id="default"
        ),
        pytest.param(
            {"compose.yml": SIM % "$T", "Dockerfile": PLAIN.replace("5.0.0", "5.1.0")},
            ["Dockerfile:1 DM201 5.1.0"],
            id="from outside: the Dockerfile's default",
        ),
        pytest.param({"compose.yml": SIM % "$T", "Dockerfile": BASE}, ["Dockerfile:2 DM901 ${TAG}"], id="not known"),
        pytest.param(
            {"compose.yml": SIM % "5.0.0", "Dockerfile": PLAIN.replace("5.0.0", "5.1.0")},
            ["Dockerfile:1 DM201 5.1.0"],
            id="the default is a build too",
        ),
        pytest.param(
            {
                "compose.yml": "services:\n  sim:\n    env_file: .env.sim\n    build: {context: ., args: {TAG: $T}}\n",
                ".env.sim": "T=5.1.0\n",
                "Dockerfile": BASE,
            },
            ["Dockerfile:2 DM901 ${TAG}"],
            id="env_file does not interpolate",
        ),
        pytest.param(
            {
                "docker/compose.yml": (SIM % "$T").replace("context: .", "context: .."),
                "docker/.env.sim": "T=5.1.0\n",
                "run.sh": "docker compose -f docker/compose.yml --env-file docker/.env.sim build\n",
                "Dockerfile": BASE,
            },
            ["docker/.env.sim:1 DM201 5.1.0"],
            id="--env-file in a script",
        ),
        pytest.param(
            {"compose.yml": f"services: {{sim: {{image: '{IMAGE}:5.1.0'}}}}\n"},
            [f"compose.yml:1 DM201 {IMAGE}:5.1.0"],
            id="image",
        ),
        pytest.param(
            {
                "compose.yml": SIM % "5.0.0",
                "compose.override.yml": SIM.replace("      context: .\n", "") % "5.1.0",
                "Dockerfile": BASE,
            },
            ["compose.override.yml:4 DM201 5.1.0"],
            id="override beside it",
        ),
        pytest.param(
            {
                "compose.yml": SIM % "5.0.0",
                "compose.dev.yml": SIM.replace("      context: .\n", "") % "5.1.0",
                "Dockerfile": BASE,
            },
            ["compose.dev.yml:4 DM201 5.1.0"],
            id="a part beside it",
        ),
        pytest.param(
            {
                ".env": "COMPOSE_FILE=compose.yml:x/compose.more.yml\n",
                "compose.yml": SIM % "5.0.0",
                "x/compose.more.yml": SIM % "5.1.0",
                "Dockerfile": BASE,
            },
            ["x/compose.more.yml:5 DM201 5.1.0"],
            id="COMPOSE_FILE",
        ),
        pytest.param(
            {
                "compose.yml": "include: [a/compose.yml]\n",
                "a/compose.yml": SIM % "$T",
                ".env": "T=5.1.0\n",
                "a/.env": "T=5.0.0\n",
                "a/Dockerfile": BASE,
            },
            [".env:1 DM201 5.1.0"],
            id="include",
        ),
        pytest.param(
            {"build.sh": "docker build --build-arg TAG=5.1.0 .\n", "Dockerfile": BASE},
            ["build.sh:1 DM201 5.1.0"],
            id="script",
        ),
        pytest.param(
            {
                "docker/build.sh": "docker build -f docker/D.Dockerfile --build-arg TAG=5.1.0 .\n",
                "docker/D.Dockerfile": BASE,
            },
            ["docker/build.sh:1 DM201 5.1.0"],
            id="a script that is started at the root",
        ),
        pytest.param(
            {
                "docker-bake.hcl": 'variable "T" { default = "5.1.0" }\ntarget "sim" { args = { TAG = T } }\n',
                "Dockerfile": BASE,
            },
            ["docker-bake.hcl:1 DM201 5.1.0"],
            id="bake",
        ),
        pytest.param(
            {"compose.yml": f"services:\n  sim:\n    build:\n      dockerfile_inline: |\n        FROM {IMAGE}:5.1.0\n"},
            [f"compose.yml:5 DM201 {IMAGE}:5.1.0"],
            id="inline",
        ),
        pytest.param({"compose.yml": "services: {sim: {build: {context: gone}}}\n"}, [], id="no Dockerfile"),
        pytest.param({"compose.yml": "services: {sim: {build: {dockerfile_inline: ''}}}\n"}, [], id="empty inline"),
    ],
)
def test_a_finding_points_at_the_literal(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert find_places(tmp_path, files) == expected


def test_a_literal_of_several_services_is_found_once_with_its_uses(tmp_path: Path) -> None:
    files = {
        "compose.yml": f"services:\n  a: {AS_GIVEN}\n  b: {AS_GIVEN}\n",
        ".env": "T=5.1.0\n",
        "Dockerfile": BASE,
    }
    (finding,) = lint_tree(tmp_path, files).findings
    notes = [(note.span.source.path, note.span.line, note.span.text) for note in finding.evidence]
    assert notes == [("Dockerfile", 2, f"{IMAGE}:${{TAG}}"), ("compose.yml", 2, "$T")]
    assert finding.environment == "Dockerfile#base:/isaac-sim/python.sh@a"


def test_two_literals_are_found_twice(tmp_path: Path) -> None:
    files = {
        "compose.yml": "services:\n  a: {build: {args: {TAG: 5.1.0}}}\n  b: {build: {args: [TAG=5.1.0]}}\n",
        "Dockerfile": BASE,
    }
    assert find_places(tmp_path, files) == ["compose.yml:2 DM201 5.1.0", "compose.yml:3 DM201 5.1.0"]


MANY = f"""FROM {IMAGE}:5.0.0 AS base
FROM base AS dev
COPY --from=base /x /y
RUN /isaac-sim/python.sh -m pip install x
FROM {IMAGE}:4.5.0 AS other
"""


@pytest.mark.parametrize(
    ("compose", "expected"),
    [
        pytest.param("{}", ["base 5.0.0", "dev 5.0.0", "other 4.5.0"], id="none"),
        pytest.param("{a: {build: .}}", ["base@a 5.0.0", "dev@a 5.0.0", "other@a 4.5.0"], id="all"),
        pytest.param(
            "{a: {build: {target: dev}}}",
            ["base@a 5.0.0", "dev@a 5.0.0", "other 4.5.0"],
            id="a target and what it needs",
        ),
        pytest.param(
            "{a: {build: {target: other}}, b: {build: {target: base}}}",
            ["base@b 5.0.0", "dev 5.0.0", "other@a 4.5.0"],
            id="two targets",
        ),
        pytest.param(
            "{a: {build: {target: gone}}}", ["base@a 5.0.0", "dev@a 5.0.0", "other@a 4.5.0"], id="no such target"
        ),
        pytest.param(
            "{a: {build: {target: base}}, b: {build: .}}",
            ["base@a 5.0.0", "base@b 5.0.0", "dev@b 5.0.0", "other@b 4.5.0"],
            id="a target and all",
        ),
    ],
)
def test_stages_that_builds_reach(compose: str, expected: list[str], tmp_path: Path) -> None:
    found = environments(tmp_path, {"compose.yml": f"services: {compose}", "Dockerfile": MANY})
    short = [entry.replace("Dockerfile#", "").replace(":/isaac-sim/python.sh", "") for entry in found]
    assert short == expected


def test_services_of_one_name_in_two_files(tmp_path: Path) -> None:
    files = {
        "compose.yml": SIM % "5.0.0",
        "compose.b.yml": SIM % "4.5.0",
        "compose.c.yml": SIM % "5.0.0",
        "Dockerfile": BASE,
    }
    found = [entry.removeprefix("Dockerfile#base:/isaac-sim/python.sh") for entry in environments(tmp_path, files)]
    assert sorted(found) == ["@compose.c.yml:sim 5.0.0", "@compose.yml:sim 5.0.0", "@sim 4.5.0"]


def test_the_context_decides_which_file_is_copied(tmp_path: Path) -> None:
    dockerfile = "FROM python:3.11\nCOPY requirements.txt /r.txt\nRUN pip install -r /r.txt\n"
    files = {
        "compose.yml": "services: {a: {build: {context: ., dockerfile: docker/Dockerfile}}}\n",
        "docker/Dockerfile": dockerfile,
        "docker/requirements.txt": "numpy>=1.26,<2\n",
        "requirements.txt": "numpy\n",
    }
    assert find_places(tmp_path, files) == ["requirements.txt:1 DM101 numpy"]


def test_what_lies_outside_of_the_context_is_not_there(tmp_path: Path) -> None:
    files = {
        "compose.yml": "services: {a: {build: docker}}\n",
        "docker/Dockerfile": "FROM python:3.11\nCOPY requirements.txt /r.txt\nRUN pip install -r /r.txt\n",
        "requirements.txt": "numpy>=1.26,<2\n",
    }
    assert find_places(tmp_path, files) == ["docker/Dockerfile:3 DM901 /r.txt"]


def test_a_dockerfile_of_another_name(tmp_path: Path) -> None:
    files = {"compose.yml": "services: {a: {build: {dockerfile: sim.docker}}}\n", "sim.docker": f"FROM {IMAGE}:5.1.0\n"}
    write_tree(tmp_path, files)
    found = lint_tree(tmp_path, files, paths=["compose.yml"]).findings
    assert [entry.span.source.path for entry in found] == ["sim.docker"]


def test_only_reported_files_are_reported(tmp_path: Path) -> None:
    files = {"compose.yml": SIM % "$T", ".env": "T=5.1.0\n", "Dockerfile": BASE}
    found = lint_tree(tmp_path, files, paths=["Dockerfile"], context=["compose.yml", ".env"]).findings
    assert found == ()


def test_a_suppression_in_the_env_file(tmp_path: Path) -> None:
    files = {"compose.yml": SIM % "$T", ".env": "# dmlint: ignore[DM201] needed\nT=5.1.0\n", "Dockerfile": BASE}
    assert find_places(tmp_path, files) == []


def test_an_inline_dockerfile_has_its_places_in_the_compose_file(tmp_path: Path) -> None:
    text = """services:
  sim:
    build:
      dockerfile_inline: |
        FROM nvcr.io/nvidia/isaac-sim:${TAG}
        # dmlint: ignore[DM105] none
        RUN pip install numpy
        RUN pip install "scipy${X}" 'numpy<3'
"""
    files = {"compose.yml": text, ".env": "TAG=5.1.0\nX===1.11\n"}
    found = lint_tree(tmp_path, files, settings=Settings(select=("DM101", "DM102", "DM201"))).findings
    places = [(entry.rule, entry.span.source.path, entry.span.line, entry.span.text) for entry in found]
    assert places == [
        ("DM201", ".env", 1, "5.1.0"),
        ("DM101", "compose.yml", 7, "numpy"),
        ("DM102", "compose.yml", 8, "numpy<3"),
    ]


def test_many_builds_of_one_dockerfile_are_bounded(tmp_path: Path) -> None:
    services = "".join(f"  s{at}: {{build: {{context: ., args: {{TAG: 5.0.0, N: {at}}}}}}}\n" for at in range(250))
    anchored = services.replace("TAG: 5.0.0", "TAG: $T")
    found = environments(tmp_path, {"compose.yml": f"services:\n{anchored}", ".env": "T=5.0.0\n", "Dockerfile": BASE})
    assert len(found) == 200


def test_one_build_that_is_asked_for_twice(tmp_path: Path) -> None:
    script = "docker build -t sim --build-arg TAG=$1 .\ndocker build -t sim .\n"
    found = environments(tmp_path, {"a.sh": script, "b.sh": "docker build -t sim .\n", "Dockerfile": PLAIN})
    assert found == ["Dockerfile#0:/isaac-sim/python.sh@sim 5.0.0"]


def test_a_dockerfile_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "D").mkdir()
    assert find_places(tmp_path, {"compose.yml": "services: {a: {build: {dockerfile: D}}}\n"}) == []


@pytest.mark.parametrize(
    ("script", "line", "found"),
    [
        pytest.param("docker/run.py", 'X = ["--env-file", ".env.sim"]', True, id="in a list"),
        pytest.param("docker/a/b/run.sh", "docker compose --env-file=.env.sim up", True, id="two folders below"),
        pytest.param("docker/README.md", "`docker compose --env-file .env.sim build`", True, id="a page"),
        pytest.param("Makefile", "up:\n\tdocker compose --env-file docker/.env.sim up\n", True, id="Makefile"),
        pytest.param("docker/run.sh", "set -a\nsource .env.sim\ndocker compose build\n", True, id="sourced"),
        pytest.param("docker/a/b/c/run.sh", "docker compose --env-file=.env.sim up", False, id="three folders below"),
        pytest.param("docker/run.sh", "docker compose --env-file .env.sim2 up", False, id="another name"),
        pytest.param("docker/run.sh", "docker compose --env-file my.env.sim up", False, id="the end of another name"),
        pytest.param("docker/run.sh", "cat .env.sim\ndocker compose build\n", False, id="only named"),
        pytest.param("docker/run.txt", "docker compose --env-file .env.sim up", False, id="no script"),
        pytest.param("other/run.sh", "docker compose --env-file .env.sim up", False, id="elsewhere"),
    ],
)
def test_env_files_that_scripts_name(script: str, line: str, found: bool, tmp_path: Path) -> None:
    files = {
        "docker/compose.yml": f"services: {{sim: {{image: '{IMAGE}:${{T}}'}}}}\n",
        "docker/.env.sim": "T=5.1.0\n",
        script: line,
    }
    expected = "docker/.env.sim:1 DM201 5.1.0" if found else "docker/compose.yml:1 DM901 ${T}"
    assert find_places(tmp_path, files) == [expected]


def test_an_inline_dockerfile_with_arguments_and_what_is_not_known(tmp_path: Path) -> None:
    steps = "ARG N\\nRUN pip install numpy==$$N scipy==$U\\nRUN pip install 'num\\\npy<3'\\n"
    inline = f"ARG TAG\\nFROM {IMAGE}:$$TAG\\n{steps}"
    files = {"compose.yml": f'services: {{a: {{build: {{dockerfile_inline: "{inline}", args: {{TAG: 5.1.0}}}}}}}}\n'}
    assert find_places(tmp_path, files) == [
        "compose.yml:1 DM901 $$N",
        "compose.yml:1 DM102 num\\\npy<3",
        "compose.yml:2 DM201 5.1.0",
    ]


@pytest.mark.parametrize("spoil", [".env", "run.sh"])
def test_files_beside_that_cannot_be_read(spoil: str, tmp_path: Path) -> None:
    files = {"compose.yml": SIM % "$T", ".env.sim": "T=5.1.0\n", "Dockerfile": BASE}
    write_tree(tmp_path, files)
    (tmp_path / spoil).write_bytes(b"T=5.1.0 --env-file .env.sim \xff" + b"x" * 200_000)
    assert find_places(tmp_path, files) == ["Dockerfile:2 DM901 ${TAG}"]


def test_a_dockerfile_that_no_parser_has_met_yet(tmp_path: Path) -> None:
    files = {"compose.yml": "services: {a: {build: {}}, b: {build: {}}}\n", "Dockerfile": PLAIN}
    write_tree(tmp_path, files)
    repository = Repository(tmp_path)
    scene = link(read_documents(repository, ["compose.yml"]), repository, SHIPPED.catalogue)
    assert [outcome.service for outcome in scene.outcomes] == ["@a", "@b"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("docker build -f x/D.Dockerfile .\n", id="from the folder above"),
        pytest.param('cd "$(dirname "$0")/.."\ndocker build -f x/D.Dockerfile .\n', id="after a change of folder"),
        pytest.param('docker build -f "$ROOT/x/D.Dockerfile" "$ROOT"\n', id="by the root's name"),
    ],
)
def test_a_script_may_be_started_anywhere(script: str, tmp_path: Path) -> None:
    files = {"a/b/build.sh": script, "a/x/D.Dockerfile": PLAIN}
    assert environments(tmp_path, files) == ["a/x/D.Dockerfile#0:/isaac-sim/python.sh@docker build 5.0.0"]


def test_an_image_that_is_known_in_part(tmp_path: Path) -> None:
    text = "services: {a: {build: {dockerfile_inline: 'FROM $${NONE}/isaac-sim:5.1.0'}}}\n"
    assert find_places(tmp_path, {"compose.yml": text}) == [
        "compose.yml:1 DM201 $${NONE}/isaac-sim:5.1.0",
        "compose.yml:1 DM901 $${NONE}",
    ]


@pytest.mark.parametrize(
    "script", ["docker build -f $X .\n", "docker build https://x.org/y.git\n", "docker build -f D .\n"]
)
def test_builds_of_which_nothing_is_known(script: str, tmp_path: Path) -> None:
    assert find_places(tmp_path, {"a/b.sh": script, "b.sh": script, "c.sh": "true\n"}) == []


def test_two_projects_in_one_folder(tmp_path: Path) -> None:
    files = {
        "compose.a.yml": SIM % "$T",
        "compose.b.yml": SIM % "$T",
        ".env.sim": "T=5.1.0\n",
        "up.sh": "docker compose --env-file .env.sim up\n",
        "Dockerfile": BASE,
    }
    assert find_places(tmp_path, files) == [".env.sim:1 DM201 5.1.0"]


BAKE = 'target "sim" { args = { TAG = "%s" } }\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"docker-bake.hcl": BAKE % "4.5.0", "docker-bake.override.hcl": BAKE % "5.1.0"},
            ["docker-bake.override.hcl:1 DM201 5.1.0"],
            id="over the one beside",
        ),
        pytest.param(
            {"docker-bake.override.hcl": BAKE % "5.1.0"}, ["docker-bake.override.hcl:1 DM201 5.1.0"], id="alone"
        ),
        pytest.param({"docker-bake.hcl": BAKE % "5.0.0", "docker-bake.override.hcl": "#\n"}, [], id="changes nothing"),
        pytest.param({"docker-bake.hcl": BAKE % "5.0.0"}, [], id="none"),
    ],
)
def test_bake_overrides(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert find_places(tmp_path, {**files, "Dockerfile": BASE}) == expected


CONTEXTS = "services:\n  sim:\n    build:\n      context: a\n      additional_contexts: %s\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"compose.yml": CONTEXTS % f"[base=docker-image://{IMAGE}:5.1.0]", "a/Dockerfile": "FROM base\n"},
            [f"compose.yml:5 DM201 {IMAGE}:5.1.0"],
            id="an image, in a list",
        ),
        pytest.param(
            {
                "compose.yml": CONTEXTS % f"{{base: 'docker-image://{IMAGE}:${{T}}'}}",
                ".env": "T=5.1.0\n",
                "a/Dockerfile": "FROM base:latest\n",
            },
            [".env:1 DM201 5.1.0"],
            id="an image by way of .env",
        ),
        pytest.param(
            {
                "compose.yml": CONTEXTS % "{base: 'service:lab'}" + "  lab: {build: {context: b}}\n",
                "a/Dockerfile": "FROM base\n",
                "b/Dockerfile": f"FROM {IMAGE}:5.1.0\n",
            },
            [f"b/Dockerfile:1 DM201 {IMAGE}:5.1.0"],
            id="another service",
        ),
        pytest.param(
            {
                "compose.yml": CONTEXTS % "{base: '${UNKNOWN}', x: 'service:', y: null, z: ''}",
                "a/Dockerfile": "FROM base\n",
            },
            [],
            id="not known",
        ),
        pytest.param(
            {"compose.yml": CONTEXTS % "{base: 'docker-image://'}", "a/Dockerfile": "FROM base\n"}, [], id="no image"
        ),
        pytest.param(
            {
                "compose.yml": CONTEXTS % "{src: ./b, far: 'https://x.org/y.git'}",
                "a/Dockerfile": "FROM python:3.11\nCOPY --from=src *.txt /d/\nCOPY --from=far b.txt /d/\n"
                "RUN pip install -r /d/r.txt\n",
                "b/r.txt": "numpy>=2\n",
            },
            ["b/r.txt:1 DM103 numpy>=2"],
            id="a folder",
        ),
        pytest.param(
            {
                "docker-bake.hcl": 'target "sim" {\n contexts = { base = "../elsewhere", lab = "target:x" }\n}\n'
                f'target "x" {{\n dockerfile-inline = "FROM {IMAGE}:5.1.0"\n}}\n',
                "Dockerfile": "FROM lab\n",
            },
            [f"docker-bake.hcl:5 DM201 {IMAGE}:5.1.0"],
            id="a target with its Dockerfile inside",
        ),
        pytest.param(
            {
                "build.sh": f"docker buildx build --build-context base=docker-image://{IMAGE}:5.1.0 .\n",
                "Dockerfile": "FROM base\n",
            },
            [f"build.sh:1 DM201 {IMAGE}:5.1.0"],
            id="of a command",
        ),
    ],
)
def test_named_contexts(files: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert find_places(tmp_path, files) == expected


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param(PLAIN, ["Dockerfile#0:/isaac-sim/python.sh 5.0.0"], id="defaults that give an image"),
        pytest.param(BASE, [], id="none that do"),
        pytest.param(f"{BASE}FROM base AS over\n", [], id="nor for a stage on such a one"),
    ],
)
def test_defaults_of_a_dockerfile_are_a_build_beside_those_of_services(
    dockerfile: str, expected: list[str], tmp_path: Path
) -> None:
    found = environments(tmp_path, {"compose.yml": SIM % "4.5.0", "Dockerfile": dockerfile})
    assert [entry for entry in found if "@" not in entry] == expected
