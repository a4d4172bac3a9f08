"""Small repositories under git, for surveys."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FAULTY = {"Dockerfile": "FROM nvcr.io/nvidia/isaac-sim:5.1.0\nRUN /isaac-sim/python.sh -m pip install numpy\n"}
FINE = {"requirements.txt": "numpy>=1.26.0,<2.0.0\n"}
OPEN = {
    "Dockerfile": "FROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN /isaac-sim/python.sh -m pip install 'numpy<2'\n"
    "RUN /isaac-sim/python.sh -m pip install git+https://example.com/arm.git\n"
}


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder."""
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(("git", "-C", str(folder), *identity, *arguments), check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository with one more commit of these files."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")
    return folder


def mirror(folder: Path, source: Path) -> str:
    """The address of a bare mirror that serves parts of itself, as a host of repositories does."""
    git(source, "clone", "-q", "--mirror", str(source), str(folder))
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return f"file://{folder}"
