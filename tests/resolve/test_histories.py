"""``dmlint resolve`` on small environments, against what pip and uv really install there."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from histories import HISTORIES
from registry import write

from dmlint.cli import cli
from dmlint.resolve.uv import find_uv

if TYPE_CHECKING:
    from pathlib import Path

    from histories import History

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
NAMED = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())


@NAMED
def test_the_replay(history: History, here: Path) -> None:
    write(here, history.files)
    runs = "".join(f"RUN {command}\n" for command in history.commands)
    (here / "Dockerfile").write_text(f"FROM python:{PYTHON}-slim\nWORKDIR /app\nCOPY . .\n{runs}", encoding="utf-8")
    result = CliRunner().invoke(cli, ["resolve", "--output-format", "json", "Dockerfile"])
    (environment,) = json.loads(result.stdout)["environments"]
    assert tuple(step["numpy"] for step in environment["steps"][1:]) == history.numpy
    assert environment["python"] == PYTHON


@pytest.mark.slow
@NAMED
def test_the_real_installs(history: History, here: Path, environ: dict[str, str]) -> None:
    write(here, history.files)
    call([find_uv(), "venv", "--quiet", "--python", sys.executable, "venv"], here, environ)
    found: list[str | None] = []
    for command in history.commands:
        call([*installer(command), *shlex.split(command.replace("--system", ""))[1:]], here, environ)
        found.append(numpy(here))
    assert tuple(found) == history.numpy


def installer(command: str) -> list[str]:
    """The program that the first word of a command means, for the environment in ``venv``."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", "venv"]
    return {"pip": pip, "uv": [find_uv(), "--quiet"]}[command.partition(" ")[0]]


def call(command: list[str], folder: Path, environ: dict[str, str]) -> None:
    """Run a command that may fail, as some installs must."""
    subprocess.run(command, cwd=folder, env={**environ, "VIRTUAL_ENV": "venv"}, capture_output=True, check=False)


def numpy(folder: Path) -> str | None:
    """The NumPy in the environment, by what an installer leaves there."""
    found = [path.name.split("-")[1] for path in (folder / "venv").rglob("numpy-*.dist-info")]
    return found[0].removesuffix(".dist") if found else None
