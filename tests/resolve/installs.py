"""A history as a Dockerfile for dmlint, and as commands that are really run in an environment of their own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner
from registry import write

from dmlint.cli import cli
from dmlint.resolve.resolvers import find_uv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from histories import History

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def resolve(history: History, folder: Path) -> tuple[str | None, ...]:
    """The NumPy after each step by `dmlint resolve`, on an image that has the running Python."""
    return tuple(step["numpy"] for step in replay(history, folder))


def replay(history: History, folder: Path) -> list[dict[str, Any]]:
    """What `dmlint resolve` says of each step."""
    runs = "".join(f"RUN {command}\n" for command in history.commands)
    image = f"FROM python:{PYTHON}-slim\nWORKDIR /app\nCOPY . .\n"
    write(folder, {**history.files, "Dockerfile": image + runs})
    result = CliRunner().invoke(cli, ["resolve", "--output-format", "json", str(folder / "Dockerfile")])
    (environment,) = json.loads(result.stdout)["environments"]
    steps: list[dict[str, Any]] = environment["steps"][1:]
    return steps


def install(history: History, folder: Path, environ: Mapping[str, str]) -> tuple[str | None, ...]:
    """The NumPy after each command, in a new environment that has the running Python."""
    write(folder, history.files)
    _call([find_uv(), "venv", "--quiet", "--python", sys.executable, "venv"], folder, environ)
    found: list[str | None] = []
    for command in history.commands:
        words = shlex.split(command.replace("--system", ""))
        _call([*_INSTALLERS[words[0]], *words[1:]], folder, environ)
        found.append(_numpy(folder))
    return tuple(found)


_INSTALLERS = {
    "pip": (sys.executable, "-m", "pip", "--quiet", "--python", "venv"),
    "uv": (find_uv(), "--quiet"),
}
"""The program that the first word of a command means, for the environment in ``venv``."""


def _call(command: list[str], folder: Path, environ: Mapping[str, str]) -> None:
    """Run a command that may fail, as some installs must."""
    variables = {**environ, "VIRTUAL_ENV": "venv", "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=False)


def _numpy(folder: Path) -> str | None:
    """The NumPy in the environment, by what an installer leaves there."""
    found = [path.name.split("-")[1] for path in (folder / "venv").rglob("numpy-*.dist-info")]
    return found[0].removesuffix(".dist") if found else None
