"""Stand-ins for what a probe meets: interpreters, environments' folders, a container engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMPY = 'version = "{version}"\n'


def write_program(path: Path, text: str) -> Path:
    """A program that can be run: a Python script, or with a first line of its own any other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "" if text.startswith("#!") else f"#!{sys.executable}\n"
    path.write_text(head + text, encoding="utf-8")
    path.chmod(0o755)
    return path


def write_python(path: Path, *folders: Path, **environ: str) -> Path:
    """An interpreter like Isaac Sim's python.sh: this Python, with folders on PYTHONPATH, and variables."""
    variables = {"PYTHONPATH": ":".join(map(str, folders)), **environ}
    exports = "".join(f"export {name}='{value}'\n" for name, value in variables.items())
    return write_program(path, f'#!/bin/sh\n{exports}exec {sys.executable} "$@"\n')


def write_numpy(folder: Path, version: str, body: str = "") -> Path:
    """A folder with a NumPy that is no more than its version, and does what ``body`` does when it is imported."""
    (folder / "numpy").mkdir(parents=True, exist_ok=True)
    (folder / "numpy" / "version.py").write_text(NUMPY.format(version=version), encoding="utf-8")
    (folder / "numpy" / "__init__.py").write_text(f"{body}\n__version__ = {version!r}\n", encoding="utf-8")
    return folder


def write_pip(folder: Path) -> Path:
    """A folder with a pip that does nothing."""
    (folder / "pip").mkdir(parents=True, exist_ok=True)
    (folder / "pip" / "__main__.py").write_text("", encoding="utf-8")
    return folder


def write_package(folder: Path, name: str, version: str, *needs: str, files: Mapping[str, str] | None = None) -> Path:
    """The folder that says that a package is installed."""
    place = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    place.mkdir(parents=True, exist_ok=True)
    required = "".join(f"Requires-Dist: {need}\n" for need in needs)
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}\nName: of the description\n"
    (place / "METADATA").write_text(text, encoding="utf-8")
    for file, content in (files or {}).items():
        (place / file).write_text(content, encoding="utf-8")
    return folder
