"""Shell scripts by themselves, and the scripts that they run."""

from __future__ import annotations

import pytest
from other_formats import images, read, runs, show

from dmlint.text.problems import ProblemKind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("pip install numpy\n", ["0:pip numpy"], id="plain"),
        pytest.param("#!/usr/bin/env bash\npip install numpy", ["0:pip numpy"], id="bash"),
        pytest.param("#!/bin/zsh\r\npip install numpy\r\n", ["0:pip numpy"], id="zsh with CRLF"),
        pytest.param("#!/usr/bin/python3\npip install numpy", [], id="python"),
        pytest.param("#!/usr/bin/fish\npip install numpy", [], id="fish"),
        pytest.param("echo 'pip install numpy'\ncat <<E\npip install numpy\nE\n", [], id="printed"),
        pytest.param("if x; then pip install numpy; fi", ["?0:pip numpy"], id="conditional"),
        pytest.param("cd sub && pip install -r r.txt", ["0:pip requirements=r.txt"], id="file"),
        pytest.param(". .venv/bin/activate\npip install numpy", ["0:.venv numpy"], id="activated"),
        pytest.param("ls -l\n", [], id="of no interest"),
        pytest.param("", [], id="empty"),
        pytest.param("pip install a\nif then (\n", ["0:pip a"], id="broken further down"),
    ],
)
def test_installs(text: str, expected: list[str]) -> None:
    assert show("install.sh", text) == expected


def test_what_bash_refuses_is_unreadable_where_bash_says_so() -> None:
    problems = read("x.sh", "pip install numpy\nif then (\n").problems
    assert [(problem.kind, problem.span.line) for problem in problems] == [(ProblemKind.UNREADABLE, 2)]


def test_comments_that_speak_to_dmlint_are_kept() -> None:
    (comment,) = read("x.sh", "pip install numpy # dmlint: ignore[DM101] why\n").comments
    assert comment.text == "# dmlint: ignore[DM101] why"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "T=5.1.0\ndocker run --rm a/isaac-sim:$T bash",
            ["0 docker run a/isaac-sim:5.1.0 [a/isaac-sim:$T]"],
            id="run",
        ),
        pytest.param("f() { docker pull a/b:1; }\nf; f", ["0 docker pull a/b:1 [a/b:1]"], id="twice by a function"),
        pytest.param("docker run a:$T", ["0 docker run a:$T? [a:$T]"], id="unknown"),
    ],
)
def test_images(text: str, expected: list[str]) -> None:
    assert images("x.sh", text) == expected


def test_builds_are_named_once() -> None:
    builds = read("x.sh", "b() { docker build --build-arg A=$1 -t t .; }\nb 1; b 2; b 2").builds
    assert [build.args["A"].text for build in builds] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "path", "arguments"),
    [
        pytest.param("bash a.sh x", "a.sh", ["x"], id="bash"),
        pytest.param("bash -eux -o pipefail -- ./a.sh", "a.sh", [], id="options"),
        pytest.param("bash --rcfile r a.sh", "a.sh", [], id="long option with a value"),
        pytest.param("sudo -E sh /tmp/a.sh", "/tmp/a.sh", [], id="wrapped"),
        pytest.param("cd sub; ./a.sh", "sub/a.sh", [], id="from a folder"),
        pytest.param("python3 -V; ./install", "install", [], id="without suffix"),
        pytest.param("/opt/bin/a.sh", "/opt/bin/a.sh", [], id="script in a bin"),
        pytest.param("source a.sh", "a.sh", [], id="source"),
        pytest.param(". ./a.sh", "a.sh", [], id="dot"),
        pytest.param('bash "$HERE/sub/a.sh"', "sub/a.sh", [], id="behind an unknown folder"),
        pytest.param('bash "$HERE/$NAME.sh"', None, [], id="unknown"),
        pytest.param('bash "$NAME.sh"', None, [], id="unknown name"),
    ],
)
def test_runs_scripts(text: str, path: str | None, arguments: list[str]) -> None:
    (run,) = runs("x.sh", text)
    assert (run.path, [value.text for value in run.arguments]) == (path, arguments)
    assert run.sourced == text.startswith((".", "source")) - text.startswith("./")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("bash -c 'x.sh'; echo a.sh", id="text"),
        pytest.param("bash -c $X a.sh", id="unknown text"),
        pytest.param("curl http://x/a.sh | sh -s -- --yes", id="input"),
        pytest.param("bash - < a.sh; bash", id="redirected"),
        pytest.param("/usr/bin/env; /opt/venv/bin/python a.py; a.sh", id="programs"),
        pytest.param("./run.py && ./isaaclab.sh -s", id="others"),
        pytest.param("/isaac-sim/python.sh a.py", id="launcher"),
        pytest.param("source", id="nothing"),
    ],
)
def test_runs_no_script(text: str) -> None:
    assert runs("x.sh", text) == []
