"""How long dmlint takes to start, as a user has it: the wheel in an environment of its own; ratios to a bare Python.

``python tests/bench/start.py`` prints the table. Each run gets a fresh copy of its tree and a cache folder of its own;
runs of all cases take turns, so that what else the machine does meets all alike.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
RUNS = 11
DOCKERFILE = """FROM nvcr.io/nvidia/isaac-sim:5.0.0
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
WORKDIR /workspace
COPY . .
RUN /isaac-sim/python.sh -m pip install "numpy>=1.26,<2" scipy
RUN pip install --no-cache-dir torch==2.5.1
CMD ["bash"]
"""
UNWATCHED = "FROM python:3.11\nRUN apt-get update && apt-get install -y git\nRUN pip install flask\nCOPY . .\n"
PROJECT = '[project]\nname = "arm"\nversion = "1"\ndependencies = ["numpy>=1.26,<2", "isaacsim==5.0.0"]\n'
CODE = {"README.md": "# Arm\n", "arm/__init__.py": "print()\n", "arm/main.c": "int main() {}\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call of dmlint in a repository of ``files``; ``limit`` is the ratio that is aimed at, None for none."""

    name: str
    files: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured: milliseconds and ratios to a bare Python, by the clock and in processor time."""

    name: str
    milliseconds: float
    ratio: float
    processor: float
    limit: int | None


CASES = (
    Case(name="`dmlint --version`", files=CODE, arguments=("--version",), limit=5),
    Case(name="nothing that dmlint reads", files=CODE, limit=6),
    Case(name="a Dockerfile with nothing watched", files={**CODE, "Dockerfile": UNWATCHED}),
    Case(name="one relevant Dockerfile", files={**CODE, "Dockerfile": DOCKERFILE}, limit=9),
    Case(name="one requirements file", files={**CODE, "requirements.txt": "numpy>=1.26,<2\nscipy\n"}),
    Case(name="one pyproject.toml", files={**CODE, "pyproject.toml": PROJECT}),
)


def measure(python: str = sys.executable, runs: int = RUNS) -> list[Row]:
    """A row a case; installs the wheel, with what it depends on, for an interpreter."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        binaries = install(python, home / "environment")
        trees = [_plant(home / f"tree-{number}", case.files) for number, case in enumerate(CASES)]
        times: list[list[tuple[float, float]]] = [[] for _ in (None, *CASES)]
        # The first round warms the file cache, and is thrown away.
        for _ in range(runs + 1):
            times[0].append(_timed((str(binaries / "python"), "-I", "-c", "pass"), trees[0], home))
            for number, case in enumerate(CASES):
                command = (str(binaries / "dmlint"), *case.arguments)
                times[number + 1].append(_timed(command, trees[number], home))
    bare, *found = [tuple(map(median, zip(*entries[1:], strict=True))) for entries in times]
    return [
        Row(
            name=case.name,
            milliseconds=wall * 1000,
            ratio=wall / bare[0],
            processor=used / bare[1],
            limit=case.limit,
        )
        for case, (wall, used) in zip(CASES, found, strict=True)
    ]


def install(python: str, environment: Path) -> Path:
    """Make an environment with dmlint's wheel and what it depends on, nothing else; the folder of its programs."""
    subprocess.run((python, "-m", "venv", str(environment)), check=True)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run((str(binaries / "python"), "-m", "pip", "install", "--quiet", str(ROOT)), check=True)
    return binaries


def _plant(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(("git", "init", "--quiet", str(folder)), check=True)
    return folder


def _timed(command: tuple[str, ...], tree: Path, home: Path) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, of one run in a fresh copy of the tree."""
    copy, cache = home / "copy", home / "cache"
    shutil.copytree(tree, copy)
    cache.mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_"))}
    environ |= {"XDG_CACHE_HOME": str(cache)}
    used = _used()
    start = time.perf_counter()
    subprocess.run(command, cwd=copy, env=environ, capture_output=True, check=False)
    wall = time.perf_counter() - start
    used = _used() - used
    shutil.rmtree(copy)
    shutil.rmtree(cache)
    return wall, used


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def table(rows: list[Row]) -> str:
    """The rows as a table in Markdown."""
    lines = ["| run | ms | times bare Python | in processor time | aim |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.name} | {row.milliseconds:.0f} | {row.ratio:.1f} | {row.processor:.1f} | {row.limit or ''} |"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{table(measure(sys.argv[1] if len(sys.argv) > 1 else sys.executable))}\n")
