"""Measures what linking costs by the number of install steps: in one stage, and over a chain of stages.

Run it as ``python tests/bench/link_steps.py``. The cost of a step should not grow with the number of steps: the last
column, time per step against the smallest size's, stays near 1.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dmlint.checks import load_rules
from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGE = "FROM nvcr.io/nvidia/isaac-sim:5.0.0"
SIZES = (100, 1_000, 4_000)
ROUNDS = 3


def plain(step: int) -> str:
    """A pin and what undoes it, in turns."""
    package = ("'numpy<2'", "opencv-python", f"package-{step}")[step % 3]
    return f"RUN /isaac-sim/python.sh -m pip install {package}\n"


def conditional(step: int) -> str:
    """A step that adds a way."""
    return f'RUN if [ -n "$A" ]; then /isaac-sim/python.sh -m pip install -U numpy==1.{step % 30}.0; fi\n'


def constrained(step: int) -> str:
    """A step with a constraints file that was copied long ago."""
    return f"RUN /isaac-sim/python.sh -m pip install -c /c.txt package-{step}\n"


def unread(step: int) -> str:
    """A step with a word that nobody knows."""
    return f"RUN /isaac-sim/python.sh -m pip install $UNKNOWN package-{step}\n"


def apart(step: int) -> str:
    """A step into an environment of its own."""
    return f"RUN /opt/venv{step}/bin/pip install package-{step}\n"


def in_one_stage(write: Callable[[int], str], steps: int) -> str:
    """All steps in one stage."""
    return f"{IMAGE}\nARG A\nARG UNKNOWN\nCOPY c.txt /c.txt\n" + "".join(write(step) for step in range(steps))


def in_chained_stages(write: Callable[[int], str], steps: int, stages: int) -> str:
    """The steps spread over stages each of which goes on from the one before."""
    lines = [f"{IMAGE} AS stage0\nCOPY c.txt /c.txt\n"]
    for stage in range(stages):
        lines += [f"FROM stage{stage} AS stage{stage + 1}\nARG A\nARG UNKNOWN\n"]
        lines += [write(step) for step in range(stage, steps, stages)]
    return "".join(lines)


def measure(text: str) -> float:
    """Seconds that linking a Dockerfile takes, reading it left out: the best of some rounds."""
    catalogue = load_rules().catalogue
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Dockerfile").write_text(text, encoding="utf-8")
        (Path(folder) / "c.txt").write_text("numpy<2\n", encoding="utf-8")
        best = float("inf")
        for _ in range(ROUNDS):
            repository = Repository(Path(folder))
            read = read_documents(repository, ["Dockerfile", "c.txt"])
            start = time.perf_counter()
            link(read, repository, catalogue)
            best = min(best, time.perf_counter() - start)
    return best


def report(name: str, rows: list[tuple[int, str]]) -> list[str]:
    """A line for each size: steps, milliseconds, microseconds for a step, and that against the first row's."""
    lines = []
    first = 0.0
    for steps, text in rows:
        seconds = measure(text)
        each = seconds / steps
        first = first or each
        lines.append(f"{name:32} {steps:6} {seconds * 1e3:10.1f} {each * 1e6:10.1f} {each / first:8.2f}")
    return lines


def main() -> None:
    """Print the table."""
    lines = [f"{'steps':32} {'number':>6} {'ms':>10} {'us a step':>10} {'ratio':>8}"]
    for write in (plain, conditional, constrained, unread, apart):
        lines += report(f"{write.__name__}, one stage", [(size, in_one_stage(write, size)) for size in SIZES])
    for write in (plain, constrained):
        chains = [(size, in_chained_stages(write, size, 200)) for size in SIZES]
        lines += report(f"{write.__name__}, 200 chained stages", chains)
    lines += report("plain, a stage for each", [(size, in_chained_stages(plain, size, size)) for size in SIZES[:2]])
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
