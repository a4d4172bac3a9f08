"""Repositories to measure on, written to disk: the same ones for the same numbers."""

from __future__ import annotations

import subprocess
from random import Random
from typing import TYPE_CHECKING

from shapes import write_dockerfile, write_pyproject, write_requirements

if TYPE_CHECKING:
    from pathlib import Path

_SEED = 9
_FOLDER = 50
"""How many files share a folder."""
_FILLERS = ("py", "md", "cpp", "yaml", "json")
_SCRIPT = '#!/usr/bin/env bash\nset -euo pipefail\ncd "$(dirname "$0")"\npip install {entry} "numpy<2"\n'
_COMPOSE = "services:\n  one:\n    build:\n      context: .\n    environment:\n      - MODE=train\n"


def write_dockerfiles(root: Path, count: int) -> None:
    """``count`` Dockerfiles, each in a folder of its own."""
    random = Random(_SEED)
    for number in range(count):
        _write(root / f"image{number:04}" / "Dockerfile", write_dockerfile(random))


def write_pyprojects(root: Path, count: int) -> None:
    """``count`` files pyproject.toml of 24 KB, each in a folder of its own."""
    random = Random(_SEED)
    for number in range(count):
        _write(root / f"part{number:03}" / "pyproject.toml", write_pyproject(random))


def write_repository(root: Path, files: int, claimed: int) -> None:
    """A git repository with everything staged: ``files`` in all, of which dmlint claims ``claimed``."""
    random = Random(_SEED)
    for number in range(claimed):
        name, text = _claimed(random, number)
        _write(root / f"package{number:04}" / name, text)
    for number in range(files - claimed):
        suffix = _FILLERS[number % len(_FILLERS)]
        folder = root / "source" / f"module{number // _FOLDER:04}"
        _write(folder / f"file{number % _FOLDER:02}.{suffix}", _filler(random))
    for arguments in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(("git", *arguments), cwd=root, check=True)


def _claimed(random: Random, number: int) -> tuple[str, str]:
    """The name and text of a file that dmlint reads: half of them Dockerfiles."""
    match number % 8:
        case 0 | 1 | 2 | 3:
            return "Dockerfile", write_dockerfile(random)
        case 4:
            return "pyproject.toml", write_pyproject(random, 2_000)
        case 5:
            return "requirements.txt", write_requirements(random)
        case 6:
            return "setup.sh", _SCRIPT.format(entry=f"robot-part-{random.randrange(500)}")
        case _:
            return "compose.yml", _COMPOSE


def _filler(random: Random) -> str:
    """Some 40 lines of other people's text; one file in ten mentions NumPy."""
    lines = [f"value_{random.randrange(10_000)} = compute({random.randrange(100)})  # step {at}" for at in range(40)]
    return "\n".join([*(["import numpy as np"] if random.random() < 0.1 else []), *lines, ""])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
