"""Compares what dmlint says of generated environments with what uv resolves, step by step; needs the package index.

Run it as ``python tests/fuzz/against_uv.py --count 200``. Each environment is a Dockerfile of one to five installs by
pip or uv: NumPy pinned, open and bounded, packages of the forcing table, ``--no-deps``, ``--upgrade`` and markers.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

from dmlint.checks import load_rules
from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.environments.model import Outcome, PackageState
from dmlint.facts import Severity
from dmlint.linting.engine import judge
from dmlint.linting.observation import Case
from dmlint.requirements.versions import Fit, admits, fit
from dmlint.resolve.plan import Manner, ReplayStep, TargetPython
from dmlint.resolve.replay import replay
from dmlint.resolve.resolvers import Resolvers, find_uv

PYTHONS = ("3.10", "3.11", "3.12")
NUMPY = (
    *(
        "numpy",
        "numpy<2",
        "numpy>=1.26,<2",
        "numpy==1.26.4",
        "numpy>=1.26",
        "numpy~=1.26.0",
        "numpy==2.1.*",
        "numpy>=2",
    ),
    *("numpy<2.3", "numpy!=2.0.*,<2.1", "numpy>=1.24", "numpy<2; python_version < '3.12'"),
    *("numpy>=2; sys_platform == 'win32'", "numpy==1.26.4; python_version >= '3.8'"),
)
OTHERS = (
    *(
        "opencv-python",
        "opencv-python<4.12",
        "opencv-python>=4.12",
        "opencv-python==4.11.0.86",
        "opencv-python-headless",
    ),
    *("rerun-sdk", "rerun-sdk<0.23", "rerun-sdk>=0.23.2", "nlopt", "nlopt<2.8", "pin", "pin<3", "jax", "jax<0.5"),
    *("contourpy", "contourpy<1.3", "scipy", "scipy<1.14", "pandas", "pandas<2.3", "click", "gymnasium"),
    *("albumentations", "opencv-python; python_version < '3.9'", "rerun-sdk; sys_platform == 'linux'"),
)
CONSTRAINTS = ("numpy<2", "numpy==1.26.4", "numpy>=1.26,<2", "opencv-python<4.12", "rerun-sdk<0.23")
FLAGS = ("", "", "", "", "--upgrade", "--no-deps")
_PACK = load_rules()
_FORCING = {force.package for force in _PACK.catalogue.forces}


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """One command: what is asked for, its flag, whether the constraints file is named, and whether uv runs it."""

    requirements: tuple[str, ...]
    flag: str
    constrained: bool
    uv: bool

    def line(self) -> str:
        """The command as a Dockerfile has it."""
        words = [f'"{text}"' for text in self.requirements]
        options = [self.flag, "-c /c.txt" if self.constrained else ""]
        tool = "uv pip install --system" if self.uv else "pip install"
        return " ".join(["RUN", tool, *(option for option in options if option), *words])

    def step(self, constraints: tuple[str, ...]) -> ReplayStep:
        """The same for the resolver."""
        upgrade = self.flag == "--upgrade"
        return ReplayStep(
            requirements=self.requirements,
            constraints=constraints if self.constrained else (),
            manner=Manner.UV if self.uv else Manner.PIP,
            upgrades=tuple(text.partition(";")[0].strip().rstrip("<>=!~.,*0123456789") for text in self.requirements)
            if upgrade and not self.uv
            else (),
            fresh=upgrade and self.uv,
            deps=self.flag != "--no-deps",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """An environment: its Python, its constraints file and its installs."""

    python: str
    constraints: tuple[str, ...]
    installs: tuple[Install, ...]

    def dockerfile(self) -> str:
        """The build that makes it."""
        head = [f"FROM python:{self.python}-slim", "COPY constraints.txt /c.txt"]
        return "\n".join([*head, *(install.line() for install in self.installs)]) + "\n"


def make(seed: int) -> Build:
    """An environment; the same number makes the same one."""
    random = Random(seed)
    installs = tuple(
        Install(
            requirements=tuple(
                dict.fromkeys(random.choices(random.choice([NUMPY, OTHERS, OTHERS]), k=random.choice([1, 1, 2])))
            ),
            flag=random.choice(FLAGS),
            constrained=random.random() < 0.2,
            uv=random.random() < 0.3,
        )
        for _ in range(random.randint(1, 5))
    )
    constraints = tuple(dict.fromkeys(random.choices(CONSTRAINTS, k=random.choice([1, 1, 2]))))
    return Build(python=random.choice(PYTHONS), constraints=constraints, installs=installs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What dmlint says: NumPy's state at the end, the rules that found an error, and the environment's verdict."""

    numpy: PackageState
    errors: tuple[str, ...]


def read(case: Build) -> Said:
    """Lint an environment."""
    with TemporaryDirectory() as name:
        root = Path(name)
        (root / "Dockerfile").write_text(case.dockerfile(), encoding="utf-8")
        (root / "constraints.txt").write_text("\n".join(case.constraints) + "\n", encoding="utf-8")
        files = Case(files=("Dockerfile", "constraints.txt"), settings=Settings(), pack=_PACK)
        judged = judge(Repository(root), files)
    ends = [entry for entry in judged.scene.outcomes if entry.final and entry.stage]
    errors = (finding.rule for finding in judged.standing if finding.severity is Severity.ERROR)
    return Said(numpy=_numpy(ends), errors=tuple(dict.fromkeys(errors)))


def _numpy(ends: list[Outcome]) -> PackageState:
    return ends[0].states.get("numpy", PackageState()) if ends else PackageState()


def resolve(case: Build, uv: Resolvers) -> tuple[str | None, str | None]:
    """NumPy at the end, None for none, and why a step failed, if one did: nothing comes after it."""
    steps = [install.step(case.constraints) for install in case.installs]
    for reached in (found := replay(steps, {}, TargetPython(python=case.python), uv)):
        if reached.failure is not None:
            return None, reached.failure
    return found[-1].installed.get("numpy"), None


def compare(said: Said, numpy: str | None, failure: str | None) -> str:
    """In one word or a few how both lie to each other."""
    state = said.numpy
    if failure is not None:
        return "agrees: cannot be built" if said.errors or state.unknown else "DIFFERS: cannot be built"
    if state.unknown is not None:
        return "agrees: unknown"
    if any(_is_told(way.versions, numpy) for way in state.ways):
        return "agrees"
    if all(way.versions is None for way in state.ways):
        return "agrees: no NumPy" if numpy is None else "silent: NumPy comes along with what does not force it"
    return "DIFFERS"


def _is_told(versions: str | None, numpy: str | None) -> bool:
    return numpy is None if versions is None else numpy is not None and admits(versions, numpy)


def explain(build: Build, said: Said, numpy: str | None, failure: str | None, uv: Resolvers) -> str:
    """Why a build differs, where the table of what forces NumPy 2 cannot know more; else ``DIFFERS``."""
    if failure is not None:
        return "DIFFERS: cannot be built" if "numpy" in failure else "explained: packages that no rule watches disagree"
    outside = all(way.versions is not None and fit(way.versions, "<2.0.0") is Fit.OUTSIDE for way in said.numpy.ways)
    if numpy is None or not outside:
        return "DIFFERS"
    if admits(">=2", numpy):
        return "explained: another NumPy 2; of these the table tells none from the other"
    for install in build.installs:
        for text in install.requirements:
            name = Requirement(text).name
            alone = replay([ReplayStep(requirements=(text,))], {}, TargetPython(python=build.python), uv)[
                0
            ].installed.get("numpy")
            if name != "numpy" and alone is not None and admits("<2", alone):
                return "explained: the release that is taken needs NumPy 1"
            if install.constrained and name not in _FORCING and name != "numpy" and alone is not None:
                return "explained: a package that is not in the table needs NumPy, and a bound is in force"
    return "DIFFERS"


def main() -> int:
    """Compare ``--count`` environments from the seed ``--first`` on; 1 if any differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    asked = parser.parse_args()
    uv = Resolvers(program=find_uv(), limit=300)
    counts: Counter[str] = Counter()
    for seed in range(asked.first, asked.first + asked.count):
        case = make(seed)
        said, (numpy, failure) = read(case), resolve(case, uv)
        verdict = compare(said, numpy, failure)
        if verdict.startswith("DIFFERS"):
            verdict = explain(case, said, numpy, failure, uv)
        counts[verdict] += 1
        if verdict.startswith("DIFFERS"):
            ways = [way.versions for way in said.numpy.ways]
            sys.stdout.write(f"# seed {seed}, {verdict}: read {ways} {said.errors}, resolved {failure or numpy}\n")
            sys.stdout.write(f"# constraints: {case.constraints}\n{case.dockerfile()}\n")
            sys.stdout.flush()
    sys.stdout.write("".join(f"{count:5} {verdict}\n" for verdict, count in sorted(counts.items())))
    return int(any(verdict.startswith("DIFFERS") for verdict in counts))


if __name__ == "__main__":
    sys.exit(main())
