"""Small repositories on which the command is run as a team runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from dmlint.cli import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

VARIABLES = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go into an empty folder, with an environment that asks for nothing."""
    for name in (*VARIABLES, *(name for name in os.environ if name.startswith("DMLINT_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


def write(files: Mapping[str, str]) -> None:
    """Write texts below the working directory, byte for byte."""
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text.encode())


def read(name: str) -> str:
    """A file as it is."""
    return Path(name).read_bytes().decode()


def call(*arguments: str, **environ: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, list(arguments), prog_name="dmlint", env=environ)


def found(*arguments: str, **environ: str) -> list[tuple[str, int, str]]:
    """What ``check`` finds, as path, line and rule."""
    result = call("check", *arguments, "--output-format", "json", **environ)
    assert result.exit_code in (0, 1), result.output
    findings = json.loads(result.stdout)["findings"]
    return [(entry["path"], entry["line"], entry["rule"]) for entry in findings]
