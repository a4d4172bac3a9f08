"""Compose files: the image and the build of each service, and where each of their values is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.parsers import claim
from dmlint.parsers.compose import Files, parse
from dmlint.parsers.dotenv import read_values
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import BuildRequest, Document


def read(text: str, env: str = "", others: Mapping[str, str] | None = None, over: tuple[str, ...] = ()) -> Document:
    """A compose file in ``docker/`` with the variables of an ``.env`` text, and other files by path."""
    sources = {path: Source(path=path, text=other) for path, other in (others or {}).items()}
    files = Files(
        load=sources.get,
        include=sources.get,
        variables=lambda folder: read_values(sources[f"{folder}/.env"]) if f"{folder}/.env" in sources else {},
        over=over,
        under="docker/below.yml",
    )
    variables = read_values(Source(path="docker/.env", text=env))
    return parse(Source(path="docker/compose.yml", text=text), variables, files)


def builds(text: str, env: str = "", others: Mapping[str, str] | None = None) -> dict[str, BuildRequest]:
    """The builds by service."""
    return {build.service: build for build in read(text, env, others).builds}


def images(text: str, env: str = "", others: Mapping[str, str] | None = None) -> dict[str, str]:
    """The references by service."""
    return {image.stage: image.value.text for image in read(text, env, others).images}


def told(build: BuildRequest) -> tuple[str | None, str | None, str | None, dict[str, str], tuple[str, ...]]:
    """What a build comes to, without its places."""
    return build.context, build.dockerfile, build.target, {k: v.text for k, v in build.args.items()}, build.given


SIM = "services:\n  sim:\n    build: "


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        pytest.param(".", ("docker", "docker/Dockerfile", None, {}, ()), id="string"),
        pytest.param("..", (".", "Dockerfile", None, {}, ()), id="folder above"),
        pytest.param("{}", ("docker", "docker/Dockerfile", None, {}, ()), id="nothing said"),
        pytest.param("{context: ../, dockerfile: a/D}", (".", "a/D", None, {}, ()), id="context and dockerfile"),
        pytest.param("{dockerfile: ../D, target: dev}", ("docker", "D", "dev", {}, ()), id="target"),
        pytest.param("https://x.org/y.git", (None, None, None, {}, ()), id="address"),
        pytest.param("{context: '${UNKNOWN}'}", (None, None, None, {}, ()), id="unknown context"),
        pytest.param("{dockerfile: '$UNKNOWN'}", ("docker", None, None, {}, ()), id="unknown dockerfile"),
        pytest.param("{target: '$UNKNOWN'}", ("docker", "docker/Dockerfile", None, {}, ()), id="unknown target"),
        pytest.param(
            "{args: {A: 1.10, B: , C: [x], D: '$X'}}",
            ("docker", "docker/Dockerfile", None, {"A": "1.10"}, ("B", "D")),
            id="args as a mapping",
        ),
        pytest.param(
            "{args: [A=b=c, 'B', 'C=', '=x', {D: e}]}",
            ("docker", "docker/Dockerfile", None, {"A": "b=c", "C": ""}, ("B",)),
            id="args as a list",
        ),
    ],
)
def test_builds(build: str, expected: tuple[object, ...]) -> None:
    assert told(builds(SIM + build)["sim"]) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("$A", "1", id="bare"),
        pytest.param("x${A}y", "x1y", id="braces"),
        pytest.param("${A:-b}", "1", id="default not needed"),
        pytest.param("${E:-b}", "b", id="default for an empty one"),
        pytest.param("${E-b}", "", id="an empty one is set"),
        pytest.param("${U-b}", "b", id="default"),
        pytest.param("${U:-${V:-${A}}}", "1", id="defaults in defaults"),
        pytest.param("${A:?no}", "1", id="required and set"),
        pytest.param("${U:?no}", None, id="required and not set"),
        pytest.param("${A:+c}", "c", id="replacement"),
        pytest.param("${U:+c}", "", id="no replacement"),
        pytest.param("$$A", "$A", id="dollar"),
        pytest.param("$$", "$", id="dollar alone"),
        pytest.param("$U", None, id="not set"),
        pytest.param("${A", None, id="malformed"),
        pytest.param("$A$$$A", "1$1", id="dollar between"),
    ],
)
def test_interpolation(written: str, expected: str | None) -> None:
    build = builds(f"{SIM}{{args: {{X: '{written}'}}}}", "A=1\nE=\n")["sim"]
    assert {name: value.text for name, value in build.args.items()}.get("X") == expected
    assert build.given == (() if expected is not None else ("X",))


def test_an_argument_without_value_is_taken_from_the_environment() -> None:
    build = builds(f"{SIM}{{args: [TAG, OTHER]}}", "TAG=5.1.0\n")["sim"]
    assert told(build)[3:] == ({"TAG": "5.1.0"}, ("OTHER",))


def test_a_value_knows_its_line_and_the_way_it_came() -> None:
    build = builds(f"{SIM}{{args: {{X: 'v${{TAG}}', Y: 5.1.0}}}}", "# c\nTAG=5.1.0\n")["sim"]
    last = build.args["X"].pieces[-1]
    assert (last.span.source.path, last.span.line, last.span.text) == ("docker/.env", 2, "5.1.0")
    assert [span.text for span in last.via] == ["${TAG}"]
    literal = build.args["Y"].pieces[0].span
    assert (literal.source.path, literal.line, literal.text) == ("docker/compose.yml", 3, "5.1.0")


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        pytest.param("{a: {image: 'x:${TAG}'}}", {"a": "x:5"}, id="image"),
        pytest.param("{a: {image: x, build: .}}", {}, id="the name of what is built"),
        pytest.param("{a: {image: }}", {}, id="none"),
        pytest.param("{a: {image: ''}}", {}, id="empty"),
        pytest.param("{a: {image: [x]}}", {}, id="a list"),
        pytest.param("{a: x, [b]: {image: y}, c: }", {}, id="no services"),
        pytest.param("[a]", {}, id="a list of services"),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_images(services: str, expected: dict[str, str]) -> None:
    assert images(f"services: {services}", "TAG=5\n") == expected


def test_anchors_merges_and_fragments() -> None:
    text = """
x-args: &args {A: 1, B: 2}
x-build: &build
  context: ..
  args: {<<: *args, B: 3}
services:
  one: {build: *build}
  two: {build: {<<: *build, target: dev}}
"""
    found = {name: told(build) for name, build in builds(text).items()}
    assert found == {
        "one": (".", "Dockerfile", None, {"B": "3", "A": "1"}, ()),
        "two": (".", "Dockerfile", "dev", {"B": "3", "A": "1"}, ()),
    }


BASE = "base: {build: {context: .., target: dev, args: {A: 1, B: 2}}}"


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param("{extends: base}", (".", "Dockerfile", "dev", {"A": "1", "B": "2"}, ()), id="by name"),
        pytest.param(
            "{extends: {service: base}, build: {args: [A=3]}}",
            (".", "Dockerfile", "dev", {"A": "3", "B": "2"}, ()),
            id="args are merged",
        ),
        pytest.param(
            "{extends: base, build: {args: !override {A: 3}}}",
            (".", "Dockerfile", "dev", {"A": "3"}, ()),
            id="override of args",
        ),
        pytest.param(
            "{extends: base, build: {args: !reset null, target: !reset null}}",
            (".", "Dockerfile", None, {}, ()),
            id="reset",
        ),
        pytest.param(
            "{extends: base, build: !override {dockerfile: D}}",
            ("docker", "docker/D", None, {}, ()),
            id="override of the build",
        ),
        pytest.param(
            "{extends: base, build: x}",
            ("docker/x", "docker/x/Dockerfile", "dev", {"A": "1", "B": "2"}, ()),
            id="string over mapping",
        ),
        pytest.param("{extends: nobody, build: .}", ("docker", "docker/Dockerfile", None, {}, ()), id="unknown"),
        pytest.param("{extends: sim, build: .}", ("docker", "docker/Dockerfile", None, {}, ()), id="itself"),
        pytest.param("{extends: {file: x.yml}, build: .}", ("docker", "docker/Dockerfile", None, {}, ()), id="no name"),
        pytest.param(
            "{extends: {service: b, file: gone.yml}, build: .}",
            ("docker", "docker/Dockerfile", None, {}, ()),
            id="no file",
        ),
        pytest.param(
            "{extends: {service: b, file: bad.yml}, build: .}",
            ("docker", "docker/Dockerfile", None, {}, ()),
            id="bad file",
        ),
        pytest.param(
            "{extends: {service: b, file: '${F}/c.yml'}, build: {args: {B: 3}}}",
            ("other", "other/Dockerfile", None, {"A": "1", "B": "3"}, ()),
            id="paths of another file count from there",
        ),
        pytest.param(
            "{extends: middle, build: {args: {C: 3}}}",
            (".", "Dockerfile", "dev", {"A": "9", "B": "2", "C": "3"}, ()),
            id="a chain",
        ),
    ],
)
def test_extends(service: str, expected: tuple[object, ...]) -> None:
    others = {"docker/bad.yml": "[", "other/c.yml": "services: {b: {build: {context: ., args: {A: 1}}}}"}
    text = f"services:\n  {BASE}\n  middle: {{extends: base, build: {{args: {{A: 9}}}}}}\n  sim: {service}\n"
    assert told(builds(text, "F=../other\n", others)["sim"]) == expected


def test_extending_in_a_circle_ends() -> None:
    found = builds("services:\n  a: {extends: b, build: .}\n  b: {extends: a, build: x}\n")
    assert sorted(found) == ["a", "b"]


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        pytest.param("[sub/c.yml]", {"own": "o:1", "part": "p:1-2"}, id="a path"),
        pytest.param("[{path: sub/c.yml}]", {"own": "o:1", "part": "p:1-2"}, id="path as a key"),
        pytest.param(
            "[{path: [sub/c.yml, sub/d.yml]}]", {"own": "o:1", "part": "p:3"}, id="several that are one project"
        ),
        pytest.param(
            "[{path: sub/c.yml, project_directory: .}]", {"own": "o:1", "part": "p:1-${B}"}, id="another folder"
        ),
        pytest.param("[gone.yml, {path: []}, {x: y}]", {"own": "o:1"}, id="not there"),
        pytest.param("[compose.yml]", {"own": "o:1"}, id="itself"),
        pytest.param("x", {"own": "o:1"}, id="no list"),
    ],
)
def test_include(include: str, expected: dict[str, str]) -> None:
    others = {
        "docker/sub/c.yml": "services: {part: {image: 'p:${A}-${B}'}}",
        "docker/sub/d.yml": "services: {part: {image: 'p:3'}}",
        "docker/sub/.env": "A=9\nB=2\n",
        "docker/compose.yml": f"include: {include}\nservices: {{own: {{image: 'o:${{A}}'}}}}",
    }
    assert images(others["docker/compose.yml"], "A=1\n", others) == expected


def test_a_file_that_lies_over_another() -> None:
    upper = {"over/o.yml": "services: {sim: {build: {args: {A: 2}, context: x}}, new: {image: y}}"}
    found = read("services: {sim: {build: {dockerfile: D, args: {B: 1}}}}", "", upper, ("over/o.yml", "gone.yml"))
    assert [told(build) for build in found.builds] == [("docker/x", "docker/x/D", None, {"B": "1", "A": "2"}, ())]
    assert [image.stage for image in found.images] == ["new"]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        pytest.param(
            "services: {sim: {build: {context: .., args: {B: 1}}}}", {"B": "1", "A": "2"}, id="the rest of it"
        ),
        pytest.param("services: {other: {build: ..}}", {"A": "2"}, id="another service"),
        pytest.param("[", {"A": "2"}, id="unreadable"),
    ],
)
def test_a_part_of_a_build_lies_over_the_main_file(below: str, expected: dict[str, str]) -> None:
    found = builds("services: {sim: {build: {args: {A: 2}}}}", "", {"docker/below.yml": below})
    assert told(found["sim"])[3] == expected


def test_an_inline_dockerfile() -> None:
    text = "services:\n  sim:\n    build:\n      dockerfile_inline: |\n        FROM x:${TAG}\n        RUN y $$Z\n"
    build = builds(text, "TAG=5\n")["sim"]
    assert build.inline is not None
    assert (build.dockerfile, build.inline.text) == (None, "FROM x:5\nRUN y $Z\n")


def test_a_file_that_is_no_yaml() -> None:
    assert [problem.kind for problem in parse(Source(path="compose.yml", text="[")).problems] == [
        ProblemKind.UNREADABLE
    ]


def test_comments() -> None:
    found = parse(Source(path="compose.yml", text="services: {}  # dmlint: ignore[DM201] why\n"))
    assert [span.text for span in found.comments] == ["# dmlint: ignore[DM201] why"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("compose.yaml", "compose files"),
        ("a/docker-compose.yml", "compose files"),
        ("docker-compose.override.yml", "compose files"),
        ("compose-dev.yml", "compose files"),
        ("docker/.env", ".env files"),
        (".env.base", ".env files"),
        ("sim.env", ".env files"),
        ("docker-bake.hcl", "docker-bake files"),
        ("docker-bake.override.json", "docker-bake files"),
    ],
)
def test_names(path: str, name: str) -> None:
    claimed = claim(path)
    assert claimed is not None
    assert claimed.name == name
    assert claimed.parse(Source(path=path, text="")).builds == ()


@pytest.mark.parametrize(
    "path", ["compose.txt", "decompose.yml", "environment", ".environ", "bake.hcl", "docker-bake.tf"]
)
def test_other_names(path: str) -> None:
    assert getattr(claim(path), "name", "") not in ("compose files", ".env files", "docker-bake files")


WORDS = st.sampled_from(
    [
        "services:",
        "\n",
        "  ",
        " a:",
        " build:",
        " args:",
        " [",
        "]",
        "{",
        "}",
        "$A",
        "${A:-",
        "}",
        "!reset",
        "&a ",
        "*a",
        "<<: ",
        "x",
        ", ",
    ]
)


@given(st.lists(WORDS, max_size=25).map("".join))
def test_never_raises(text: str) -> None:
    assert read(text, "A=$A\n").source.text == text


def test_other_files_are_left_out_without_a_repository() -> None:
    text = "include: [x.yml]\nservices: {a: {extends: {service: b, file: y.yml}, build: .}}\n"
    assert [told(build)[0] for build in parse(Source(path="compose.yml", text=text)).builds] == ["."]


def test_two_services_that_extend_the_same_file() -> None:
    other = {"docker/c.yml": "services: {a: {image: x}, b: {image: y}}"}
    text = "services: {a: {extends: {service: a, file: c.yml}}, b: {extends: {service: b, file: c.yml}}}"
    assert images(text, "", other) == {"a": "x", "b": "y"}


def test_documents_of_one_file_lie_over_each_other() -> None:
    text = "services:\n  a: {image: x}\n  b: {image: y}\n---\nservices:\n  b: {image: z}\n"
    text += "  c: {extends: {file: o.yml, service: d}}\n"
    others = {"docker/o.yml": "services: {}\n---\nservices: {d: {image: w}}\n"}
    assert images(text, others=others) == {"a": "x", "b": "z", "c": "w"}
