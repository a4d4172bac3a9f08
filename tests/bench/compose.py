"""Measures what linting costs by the number of compose services and Dockerfiles.

Run it as ``python tests/bench/compose.py``. Five services share three Dockerfiles, as often as the first column says:
the last column, time by repetition against the smallest size's, stays near 1.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from dmlint.checks import load_rules
from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.linting.engine import lint

SIZES = (2, 10, 40)
"""Repetitions: the second is the repository of 50 services and 30 Dockerfiles."""
ROUNDS = 3
_DOCKERFILE = """ARG TAG
ARG N
FROM nvcr.io/nvidia/isaac-sim:${TAG} AS base
ARG N
COPY requirements.txt /r.txt
RUN /isaac-sim/python.sh -m pip install -r /r.txt "package-{at}==$N"
RUN apt-get update && apt-get install -y git curl && if [ -f /x ]; then /isaac-sim/python.sh -m pip install scipy; fi
FROM base AS dev
RUN /isaac-sim/python.sh -m pip install "numpy>=1.26.0,<2.0.0"
"""


def write_repository(root: Path, times: int) -> list[str]:
    """Five services and three Dockerfiles for each time; gives all paths."""
    services: list[str] = []
    paths = ["compose.yml", ".env", "requirements.txt"]
    for at in range(times * 3):
        paths.append(f"docker/{at}/Dockerfile")
        (root / "docker" / str(at)).mkdir(parents=True)
        (root / paths[-1]).write_text(_DOCKERFILE.replace("{at}", str(at)), encoding="utf-8")
    for at in range(times * 5):
        args = f"{{TAG: '${{TAG_{at % 7}}}', N: {at}}}"
        build = f"{{context: ., dockerfile: docker/{at % (times * 3)}/Dockerfile, args: {args}}}"
        services.append(f"  service-{at}:\n    build: {build}\n")
    (root / "compose.yml").write_text("services:\n" + "".join(services), encoding="utf-8")
    (root / ".env").write_text("".join(f"TAG_{at}=5.{at % 2}.0\n" for at in range(7)), encoding="utf-8")
    (root / "requirements.txt").write_text("scipy<2\n", encoding="utf-8")
    return paths


def measure(times: int) -> float:
    """The shortest time of a run, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        paths = write_repository(root, times)
        pack = load_rules()
        taken: list[float] = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            lint(Repository(root), paths, Settings(), pack)
            taken.append(time.perf_counter() - start)
        return min(taken)


def main() -> int:
    """Print a row for each size; 1 where a repetition costs more than twice what it costs in the smallest."""
    sys.stdout.write("times  services  Dockerfiles  seconds  by repetition\n")
    first = 0.0
    worst = 0.0
    for times in SIZES:
        seconds = measure(times)
        first = first or seconds / times
        ratio = seconds / times / first
        worst = max(worst, ratio)
        sys.stdout.write(f"{times:5}  {times * 5:8}  {times * 3:11}  {seconds:7.2f}  {ratio:13.2f}\n")
    return int(worst > 2)


if __name__ == "__main__":
    sys.exit(main())
