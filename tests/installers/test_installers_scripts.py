"""Installers behind the shell's own grammar: what a whole script installs, and where."""

from __future__ import annotations

import pytest
from installer_commands import show, steps_of, value_of

from dmlint.installers import read_actions
from dmlint.installers.activation import HABITS
from dmlint.installers.effects import Effects
from dmlint.syntax.shell.run import run_script
from dmlint.syntax.shell.start import Start


def read(script: str) -> Effects:
    start = Start(environ={"PATH": value_of("/usr/bin")}, cwd="/app", habits=HABITS)
    found = run_script(value_of(script, "Dockerfile"), start)
    return sum((read_actions(command, "RUN") for command in found.commands), Effects())


@pytest.mark.parametrize(
    ("script", "installs"),
    [
        pytest.param("pip install numpy<2 && uv pip install --system scipy", ["numpy!", "scipy"], id="list"),
        pytest.param("pip install numpy>=1.26,<2 torch>=2.2 > log", ["numpy!", "torch!"], id="redirections"),
        pytest.param("pip install numpy <2", ["numpy!"], id="redirection after a blank"),
        pytest.param("pip install numpy < /dev/null 2>&1 | tee log", ["numpy"], id="honest redirections"),
        pytest.param("pip install -r /dev/stdin <<EOF\nnumpy<2\nEOF\n", ["numpy<2"], id="here-document"),
        pytest.param("echo 'pip install numpy'", [], id="printed"),
        pytest.param("uv run --with 'numpy<2' python x.py", ["project:.", "numpy<2"], id="uv run"),
        pytest.param("pip install \\\n  'numpy<2' \\\n  scipy", ["numpy<2", "scipy"], id="continuation"),
    ],
)
def test_yields(script: str, installs: list[str]) -> None:
    assert show(read(script)) == installs


@pytest.mark.parametrize(
    ("script", "interpreter"),
    [
        pytest.param("conda run -n sim pip install numpy", "conda:sim", id="conda run"),
        pytest.param("conda run -p /opt/conda/envs/sim python -m pip install numpy", "conda:sim", id="conda run -p"),
        pytest.param("poetry run pip install numpy", "poetry", id="poetry run"),
        pytest.param("cd /isaac-sim && ./python.sh -m pip install numpy", "/isaac-sim/python.sh", id="cd"),
        pytest.param("sudo -H /opt/venv/bin/pip install numpy", "/opt/venv", id="sudo"),
        pytest.param("export PATH=/opt/venv/bin:$PATH; pip install numpy", "/opt/venv", id="PATH"),
    ],
)
def test_interpreter(script: str, interpreter: str) -> None:
    assert [str(step.interpreter) for step in steps_of(read(script))] == [interpreter]
