"""Virtual environments that a command makes, and what Python they are made of."""

from __future__ import annotations

import pytest
from installer_commands import read

from dmlint.facts import InstallStep, NewEnvironment


def made(
    line: str, environ: dict[str, str] | None = None, cwd: str | None = "/app"
) -> list[tuple[str, str | None, str]]:
    """The name of each environment, the interpreter that it is made of, and what says so."""
    return [
        (str(action.interpreter), str(action.python) if action.python else None, action.said.text)
        for action in read(line, environ=environ, cwd=cwd).actions
        if isinstance(action, NewEnvironment)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("python3.10 -m venv .venv", ("/app/.venv", "python3.10", "python3.10"), id="venv"),
        pytest.param("/usr/bin/python3.11 -m venv /v", ("/v", "python3.11", "/usr/bin/python3.11"), id="by path"),
        pytest.param("python -m venv --prompt sim --clear /v", ("/v", "pip", "python"), id="a bare python"),
        pytest.param(
            "/usr/local/bin/python3 -m venv /v", ("/v", "pip", "/usr/local/bin/python3"), id="the image's own"
        ),
        pytest.param("/usr/bin/python3 -m venv /v", ("/v", None, "/usr/bin/python3"), id="the distribution's"),
        pytest.param("/opt/w/bin/python -m venv /v", ("/v", "/opt/w", "/opt/w/bin/python"), id="another environment's"),
        pytest.param("virtualenv -p python3.10 /v", ("/v", "python3.10", "python3.10"), id="virtualenv"),
        pytest.param("virtualenv --python=3.10.12 /v", ("/v", "python3.10", "3.10.12"), id="virtualenv by release"),
        pytest.param("virtualenv -p /usr/bin/python3.10 v", ("/app/v", "python3.10", "/usr/bin/python3.10"), id="path"),
        pytest.param("virtualenv /v", ("/v", "pip", "virtualenv"), id="virtualenv alone"),
        pytest.param("python3.12 -m virtualenv /v", ("/v", "python3.12", "python3.12"), id="virtualenv as a module"),
        pytest.param("uv venv --python 3.10 /v", ("/v", "python3.10", "3.10"), id="uv"),
        pytest.param("uv venv --seed -p 3.11", ("/app/.venv", "python3.11", "3.11"), id="uv without a folder"),
        pytest.param("uv venv -c --python=cpython-3.11 v", ("/app/v", "python3.11", "cpython-3.11"), id="uv --clear"),
        pytest.param("uv venv --directory sub -p 3.11 v", ("/app/sub/v", "python3.11", "3.11"), id="uv elsewhere"),
        pytest.param("uv venv --project sub -p 3.11", ("/app/sub/.venv", "python3.11", "3.11"), id="uv of a project"),
        pytest.param("uv venv --python '>=3.10' /v", ("/v", ">=3.10", ">=3.10"), id="uv with a range"),
        pytest.param("uv sync --python 3.10", ("/app/.venv", "python3.10", "3.10"), id="uv sync"),
        pytest.param("uv run -p 3.10 main.py", ("/app/.venv", "python3.10", "3.10"), id="uv run"),
        pytest.param("uv add -p 3.10 numpy", ("/app/.venv", "python3.10", "3.10"), id="uv add"),
        pytest.param("uv venv -p ${PY} /v", ("/v", None, "${PY}"), id="a variable without a value"),
        pytest.param("uv venv /v", ("/v", None, "uv venv /v"), id="uv takes any"),
    ],
)
def test_made(line: str, expected: tuple[str, str | None, str]) -> None:
    assert made(line) == [expected]


@pytest.mark.parametrize(
    ("line", "environ", "said"),
    [
        pytest.param("uv venv -p ${PY} /v", {"PY": "3.10"}, "3.10", id="a variable's value"),
        pytest.param("uv venv -p python${PY} /v", {"PY": "3.10"}, "3.10", id="a part of the word"),
        pytest.param("uv venv -p ${A}.${B} /v", {"A": "3", "B": "10"}, "${A}.${B}", id="put together"),
        pytest.param("uv venv /v", {"UV_PYTHON": "3.10"}, "3.10", id="uv's own variable"),
        pytest.param("virtualenv -p ${PY} /v", {"PY": "python3.10"}, "python3.10", id="virtualenv"),
    ],
)
def test_what_a_variable_says(line: str, environ: dict[str, str], said: str) -> None:
    assert made(line, environ) == [("/v", "python3.10", said)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("uv sync", id="uv sync takes the project's"),
        pytest.param("uv remove -p 3.10 numpy", id="nothing is made to take away"),
        pytest.param("uv run --script -p 3.10 main.py", id="gone at its end"),
        pytest.param("python3.10 -m venv", id="no folder"),
        pytest.param("python3.10 -m pip install x", id="no venv"),
        pytest.param("uv python install 3.10", id="a Python alone"),
    ],
)
def test_nothing_is_made_that_says_anything(line: str) -> None:
    assert made(line) == []


def test_several_at_once() -> None:
    assert [name for name, _, _ in made("python3.10 -m venv a b")] == ["/app/a", "/app/b"]


def test_a_new_environment_is_no_install() -> None:
    assert not [action for action in read("uv venv -p 3.10 /v").actions if isinstance(action, InstallStep)]
    assert [type(action) for action in read("uv sync -p 3.10").actions] == [NewEnvironment, InstallStep]
