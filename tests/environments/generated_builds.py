"""Small builds made at random of what real ones are made of; ``python generated_builds.py 2000`` holds so many to the
property of ``test_two_views``.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from small_tree import SHIPPED, write_tree

from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.environments.identity.profiles import EVERYWHERE
from dmlint.environments.outcome.steps import find_outside
from dmlint.facts import Severity
from dmlint.linting.engine import judge, report
from dmlint.linting.observation import Case
from dmlint.reports.matrix.rows import read_rows

IMAGES = (
    "nvcr.io/nvidia/isaac-sim:5.0.0",
    "nvcr.io/nvidia/isaac-sim:5.1.0",
    "nvcr.io/nvidia/isaac-sim:6.0.1",
    "nvcr.io/nvidia/isaac-sim",
    "nvcr.io/nvidia/isaac-lab:2.2.0",
    "python:3.11",
    "python:3.8",
    "ubuntu:22.04",
    "${BASE}",
)
INSTALLERS = (
    "pip install",
    "pip install --no-deps",
    "pip install -U",
    "pip install --force-reinstall",
    "/isaac-sim/python.sh -m pip install",
    "/opt/v/bin/pip install -c c.txt",
    "uv pip install --system",
    "conda run -n sim pip install",
)
WORDS = (
    "numpy",
    "'numpy<2'",
    "'numpy>=1.26'",
    "numpy==1.26.4",
    "'numpy>=2'",
    "numpy<2",
    "'numpy!=2.3.5'",
    "opencv-python",
    "opencv-python>=4.8",
    "'opencv-python<4.12'",
    "albumentations==1.4.18",
    "ultralytics",
    "mplib",
    "scipy",
    "toml",
    "isaacsim==5.0.0",
    "isaacsim",
    "gr00t",
    "'numba<0.60'",
    "git+https://example.com/tasks.git",
    "'numpy @ git+https://github.com/numpy/numpy@v2.1.0'",
    "/tmp/solver-0.1-py3-none-any.whl",
    "-r requirements.txt",
    "-r missing.txt",
    "-e pkg",
    "$MORE",
)
OTHER = (
    "RUN pip uninstall -y numpy",
    "RUN rm -rf /isaac-sim/extscache/x/pip_prebundle/numpy",
    "RUN bash /opt/setup.sh",
    "RUN git clone -b v2.3.0 https://github.com/isaac-sim/IsaacLab.git",
    "RUN python3 gen.py > requirements.txt",
    "COPY . .",
    "ARG BASE",
)
LINES = ("numpy", "numpy<2", "numpy>=2", "opencv-python", "scipy", "mplib", "toml", "isaacsim==5.0.0", "-c c.txt")


def make_build(seed: int) -> dict[str, str]:
    """The files of one build."""
    dice = random.Random(seed)
    text = []
    for stage in range(dice.randint(1, 3)):
        base = f"s{stage - 1}" if stage and dice.random() < 0.5 else dice.choice(IMAGES)
        text.append(f"FROM {base} AS s{stage}")
        text += [_line(dice) for _ in range(dice.randint(0, 5))]
    requirements = "".join(f"{line}\n" for line in dice.sample(LINES, dice.randint(1, 3)))
    project = f'[project]\nname = "pkg"\nversion = "1"\ndependencies = ["{dice.choice(LINES[:-1])}"]\n'
    return {
        "Dockerfile": "\n".join(text) + "\n",
        "requirements.txt": requirements,
        "pkg/pyproject.toml": project,
        "c.txt": "numpy<2\n",
    }


def _line(dice: random.Random) -> str:
    if dice.random() < 0.2:
        return dice.choice(OTHER)
    command = f"{dice.choice(INSTALLERS)} {' '.join(dice.sample(WORDS, dice.randint(1, 2)))}"
    return f'RUN if [ -n "$X" ]; then {command}; fi' if dice.random() < 0.15 else f"RUN {command}"


def find_differences(root: Path, paths: list[str]) -> list[str]:
    """Where the two views of a tree differ: an environment is broken exactly where an error names it, and the numbers
    of both are the same.
    """
    judged = judge(Repository(root), Case(files=tuple(paths), settings=Settings(), pack=SHIPPED))
    said = report(judged, paths, SHIPPED)
    rows = read_rows(judged, SHIPPED.catalogue, frozenset(paths))
    errors = [finding for finding in said.findings if finding.severity is Severity.ERROR]
    errors += [finding for finding in judged.standing if finding.severity is Severity.ERROR]
    named = {name for finding in errors for name in (*finding.environments, finding.environment or "")}
    found = [f"{row.id} is {row.status.value}" for row in rows if (row.status.value == "broken") != (row.id in named)]
    counts = [sum(row.status.value == word for row in rows) for word in ("ok", "broken", "unknown")]
    found += [f"check counts {said.environments}"] if list(said.environments.values()) != counts else []
    return found + [
        f"{row.id} ends outside, and nothing says so"
        for row in rows
        # One that names NumPy anywhere, rightly or wrongly, is judged where it does.
        if row.status.value == "ok" and not row.outcome.named
        if row.outcome.environment.needs.get("numpy", EVERYWHERE) == EVERYWHERE
        if find_outside(row.outcome, row.final, SHIPPED.catalogue)
    ]


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        with tempfile.TemporaryDirectory() as folder:
            files = make_build(number)
            write_tree(Path(folder), files)
            for difference in find_differences(Path(folder), list(files)):
                sys.stdout.write(f"{number} {difference}\n")
