"""devcontainer.json: JSON with comments, images, builds, commands."""

from __future__ import annotations

import pytest
from other_formats import images, read, show

PATH = ".devcontainer/devcontainer.json"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"image": "a:1"}', ["0 image a:1 [a:1]"], id="plain"),
        pytest.param('// c\n{/* x */ "image": "a\\u003a1", // y\n}', ["0 image a:1 [a\\u003a1]"], id="comments"),
        pytest.param('{"image": "a:${localEnv:T:5.1}"}', ["0 image a:5.1 [a:${localEnv:T:5.1}]"], id="default"),
        pytest.param('{"image": "a:${localEnv:T}"}', ["0 image a:${localEnv:T}? [a:${localEnv:T}]"], id="unknown"),
        pytest.param('{"image": null, "x": [true, null, -1.5e3, {}, [],]}', [], id="no text"),
        pytest.param('[{"image": "a"}]', [], id="a list"),
        pytest.param('{"image": ""}', [], id="empty"),
    ],
)
def test_images(text: str, expected: list[str]) -> None:
    assert images(PATH, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"postCreateCommand": "pip install \\"numpy<2\\""}', ["0:pip numpy<2"], id="string"),
        pytest.param('{"onCreateCommand": ["pip", "install", "a b", "numpy<2"]}', ["0:pip numpy<2"], id="list"),
        pytest.param(
            '{"postStartCommand": {"a": "pip install a", "b": ["pip", "install", "b"], "c": 1, "d": [], "e": {}}}',
            ["0:pip a", "0:pip b"],
            id="map",
        ),
        pytest.param('{"initializeCommand": "pip install a"}', [], id="on the host"),
        pytest.param(
            '{"containerEnv": {"N": "numpy"}, "postCreateCommand": "pip install $N"}', ["0:pip numpy"], id="environment"
        ),
        pytest.param(
            '{"postCreateCommand": "pip install -r ${containerWorkspaceFolder}/r.txt"}',
            ["0:pip requirements=./r.txt"],
            id="folder",
        ),
    ],
)
def test_installs(text: str, expected: list[str]) -> None:
    assert show(PATH, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '{"build": {"dockerfile": "Dockerfile"}}',
            (".devcontainer", ".devcontainer/Dockerfile", None, {}, ()),
            id="plain",
        ),
        pytest.param(
            '{"build": {"dockerfile": "../D", "context": "..", "target": "t",'
            ' "args": {"A": "1", "B": "${localEnv:B}"}}}',
            (".", "D", "t", {"A": "1"}, ("B",)),
            id="all",
        ),
        pytest.param(
            '{"dockerFile": "D", "context": "${localEnv:X}"}', (None, ".devcontainer/D", None, {}, ()), id="old keys"
        ),
    ],
)
def test_builds(text: str, expected: tuple[object, ...]) -> None:
    (build,) = read(PATH, text).builds
    args = {name: value.text for name, value in build.args.items()}
    assert (build.context, build.dockerfile, build.target, args, build.given) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "here should stand a value", id="empty"),
        pytest.param('{"a" 1}', "here should stand a colon", id="no colon"),
        pytest.param('{"a": 1 "b": 2}', "here should stand a comma or '}'", id="no comma"),
        pytest.param("{a: 1}", "here should stand a string in quotes", id="bare key"),
        pytest.param("[1, 2", "here should stand a comma or ']'", id="no end"),
        pytest.param("{} x", "something stands behind the value", id="more"),
        pytest.param("{ /* x", "a comment has no end", id="open comment"),
        pytest.param("[" * 200, "values are nested too deeply", id="deep"),
    ],
)
def test_malformed(text: str, message: str) -> None:
    (problem,) = read(PATH, text).problems
    assert problem.message == f"the file is not valid JSON: {message}"


def test_a_surrogate_alone_is_replaced() -> None:
    assert images(PATH, '{"image": "\\ud83d\\ude00a\\ud800b"}') == [
        "0 image \U0001f600a\ufffdb [\\ud83d\\ude00a\\ud800b]"
    ]
