"""``dmlint resolve``: what it prints, what it refuses, and that nothing else reaches it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from registry import write

from dmlint.cli import cli
from dmlint.resolve.resolvers import find_uv

PIP = f"pip {version('pip')}"
ROOT = Path(__file__).parents[2]
SIMULATOR = """ARG TAG=5.0.0
FROM isaac-sim:${TAG} AS sim
RUN /isaac-sim/python.sh -m pip install \\
    # arrays
    "numpy<2"
RUN if [ -n "$CAMERA" ]; then /isaac-sim/python.sh -m pip install -U jax; fi
RUN conda install -n base numpy
"""


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["resolve", *arguments], prog_name="dmlint")


def environments(*arguments: str) -> dict[str, dict[str, Any]]:
    found = json.loads(call("--output-format", "json", *arguments).stdout)
    assert found["version"] == 1
    return {entry["id"]: entry for entry in found["environments"]}


def test_the_table(here: Path) -> None:
    write(here, {"docker/Dockerfile": SIMULATOR})
    result = call("--environment", "*python.sh")
    assert (
        result.stdout
        == f"""\
docker/Dockerfile#sim:/isaac-sim/python.sh: broken: NumPy 2.3.5, which is not within <2.0.0
  Python 3.11 on Linux x86_64, wheels alone, by {PIP}; the image holds numpy==1.26.*, opencv-python-headless==4.11.0.86
  STEP  PLACE                NUMPY   VERDICT                          ASKED
  1     docker/Dockerfile:2  1.26.0  within                           FROM isaac-sim:5.0.0
  2     docker/Dockerfile:3  1.26.0  within                           /isaac-sim/python.sh -m pip install "numpy<2"
  3     docker/Dockerfile:6  2.3.5   outside <- the pin is lost here  /isaac-sim/python.sh -m pip install -U jax
      it may not happen; it is replayed as if it did
  dmlint matrix says broken (DM107 numpy-pin-overridden), NumPy <2 or >=2

"""
    )
    assert result.exit_code == 1


def test_the_keys_are_the_contract(here: Path) -> None:
    write(here, {"Dockerfile": SIMULATOR})
    (entry,) = environments("--environment", "Dockerfile#sim:/isaac*").values()
    steps = entry.pop("steps")
    assert list(entry.items()) == [
        ("id", "Dockerfile#sim:/isaac-sim/python.sh"),
        ("path", "Dockerfile"),
        ("line", 2),
        ("python", "3.11"),
        ("python_known", True),
        ("platform", "linux-x86_64"),
        ("ships", ["numpy==1.26.*", "opencv-python-headless==4.11.0.86"]),
        ("needs", "<2.0.0"),
        ("numpy", "2.3.5"),
        ("status", "broken"),
        ("lost_at", 2),
        ("matrix", {"status": "broken", "numpy": ["<2", ">=2"]}),
        ("differs", False),
    ]
    assert list(steps[2].items()) == [
        ("path", "Dockerfile"),
        ("line", 6),
        ("asked", "/isaac-sim/python.sh -m pip install -U jax"),
        ("conditional", True),
        ("numpy", "2.3.5"),
        ("verdict", "outside"),
        ("lost", True),
        ("expected", "<2 or >=2"),
        ("differs", False),
        ("cause", None),
        ("failure", None),
        ("tool", PIP),
        ("instead", None),
        ("left_out", []),
        ("notes", []),
    ]


def images(*runs: str) -> str:
    """A Dockerfile on an image whose Python is 3.11."""
    return "FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n" + "".join(f"RUN {run}\n" for run in runs)


REMARKS = {
    "a variable": (
        "pip install numpy==${V} tzdata",
        "left out: 'numpy==${V}' depends on a variable that has no value here",
    ),
    "an address": (
        "pip install 'lab @ git+https://example.org/lab' tzdata",
        "left out: 'lab @ git+https://example.org/lab' comes from an address: what it requires is not known",
    ),
    "an archive": (
        "pip install https://example.org/torch-2.7.0%2Bcu128-py3-none-any.whl",
        "'https://example.org/torch-2.7.0%2Bcu128-py3-none-any.whl' is asked for as torch==2.7.0",
    ),
    "a build of a version": ("pip install torch==2.7.0+cu128", "'torch==2.7.0+cu128' is asked for as torch==2.7.0"),
    "an index": (
        "pip install tzdata --extra-index-url https://me:secret@example.org/simple",
        "resolved on your own index, not on https://example.org/simple",
    ),
    "a variable that names an index": (
        "PIP_INDEX_URL=https://example.org/simple pip install tzdata",
        "resolved on your own index, not on that of PIP_INDEX_URL",
    ),
    "a variable that is not heeded": ("PIP_NO_DEPS=1 pip install pandas", "left out: what PIP_NO_DEPS asks for"),
    "an option that is not heeded": (
        "uv pip install --system --resolution lowest pandas",
        "left out: what --resolution asks for",
    ),
    "a release of Isaac Sim": (
        "pip install 'isaacsim[all]==5.0.0.0' tzdata",
        "'isaacsim[all]==5.0.0.0' has no wheels on indexes: numpy<2.0.0, which it needs, stands for it",
    ),
    "any Isaac Sim": (
        "pip install isaacsim tzdata",
        "left out: 'isaacsim' has no wheels on indexes, and which NumPy it needs cannot be told",
    ),
    "an Isaac Lab": (
        "pip install 'isaaclab[all,isaacsim]==2.2.0' tzdata",
        "'isaaclab[all,isaacsim]==2.2.0' is asked for without Isaac Sim, which has no wheels on indexes",
    ),
    "an Isaac Lab by itself": ("pip install isaaclab", "left out: isaaclab, of which the index has no wheel"),
    "a file that is not there": (
        "pip install -r gone.txt tzdata",
        "left out: there is no file 'gone.txt' that this build brings from the repository",
    ),
    "a project that nobody can read": ("pip install ./gone", "left out: what './gone' asks for is not known"),
    "an unsatisfiable install": (
        "pip install numpy==9",
        "cannot be resolved: Could not find a version that satisfies the requirement numpy==9",
    ),
    "a package that is missing": (
        "pip install nosuch-package",
        "left out: nosuch-package, of which the index has no wheel",
    ),
    "another installer": ("poetry install", "left out: what poetry installs is not replayed"),
    "a line that would be another option": (
        """pip install "tzdata; sys_platform != ' --index-url http://127.0.0.1:9'" """,
        "left out: ",
    ),
}


@pytest.mark.parametrize(("run", "remark"), REMARKS.values(), ids=REMARKS.keys())
def test_what_is_not_as_it_is_written_is_said(run: str, remark: str, here: Path) -> None:
    write(here, {"Dockerfile": images(run)})
    result = call()
    assert f"\n      {remark}" in result.stdout
    assert "secret" not in result.stdout


STATUSES = {
    "the pin holds": (("pip install 'numpy<2'",), ("ok", "1.26.4", False, 0)),
    "without NumPy": (("pip install tzdata",), ("ok", None, False, 0)),
    "something is left out": (("pip install 'numpy<2' git+https://example.org/lab",), ("unknown", "1.26.4", False, 0)),
    "a package is missing": (("pip install nosuch-package 'numpy<2'",), ("unknown", "1.26.4", False, 0)),
    "the pin is lost": (("pip install 'numpy<2'", "pip install jax"), ("broken", "2.3.5", False, 1)),
    "lost and found again": (("pip install jax", "pip install 'numpy<2'"), ("ok", "1.26.4", False, 0)),
    "an install fails": (("pip install 'numpy<2'", "pip install numpy==1.9"), ("failed", "1.26.4", False, 1)),
    "a release that the rules do not know of": (
        ("pip install 'numpy<2'", "pip install novel"),
        ("broken", "2.3.5", True, 1),
    ),
}


@pytest.mark.parametrize(("runs", "wanted"), STATUSES.values(), ids=STATUSES.keys())
def test_the_verdict(runs: tuple[str, ...], wanted: tuple[object, ...], here: Path) -> None:
    write(here, {"Dockerfile": images(*runs)})
    (entry,) = environments().values()
    assert (entry["status"], entry["numpy"], entry["differs"], call("--quiet").exit_code) == wanted


def test_where_the_resolver_and_the_rules_differ_is_said(here: Path) -> None:
    write(here, {"Dockerfile": images("pip install 'numpy<2'", "pip install novel")})
    lines = call().stdout.splitlines()
    assert lines[-3:] == [
        "      DIFFERS: dmlint matrix expects NumPy <2 here; novel 1.0 requires numpy>=2",
        "  DIFFERS: dmlint matrix says ok, NumPy <2",
        "",
    ]


def test_a_lock_says_which_numpy_uv_sync_installs(here: Path) -> None:
    project = (
        '[project]\nname = "lab"\nversion = "1"\nrequires-python = "==3.11.*"\ndependencies = ["pandas", "lab[x]"]\n'
    )
    lock = "version = 1\n" + "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://example.org" }}\n'
        for name, version in (("pandas", "3.0.6"), ("numpy", "1.26.0"))
    )
    files = {"pyproject.toml": project, "uv.lock": lock, "Dockerfile": images("uv sync", "uv add scipy")}
    write(here, files)
    found = environments()
    assert {name: entry["numpy"] for name, entry in found.items()} == {"Dockerfile#0:/app/.venv": "1.26.0"}
    assert "\n      with the versions of uv.lock" in call().stdout


def test_a_manifest_is_one_install_into_nothing(here: Path) -> None:
    write(here, {"requirements.txt": "numpy>=1.26\n", "constraints.txt": "numpy<2\n"})
    (entry,) = environments("requirements.txt", "--python", "3.10", "--processor", "aarch64").values()
    assert (entry["python"], entry["python_known"], entry["platform"]) == ("3.10", False, "linux-aarch64")
    assert [(step["asked"], step["numpy"]) for step in entry["steps"]] == [("install requirements.txt", "2.3.5")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--environment", "nothing*"), "there is no environment 'nothing*'; `dmlint matrix` prints them all"),
        (("--time-limit", "0.0001"), "uv did not resolve tzdata within 0.0001 seconds"),
        (("--python", "2.7"), "'2.7' is no Python version like 3.11"),
        (("--processor", "z80"), "z80"),
    ],
)
def test_what_stops_a_run(arguments: tuple[str, ...], message: str, here: Path) -> None:
    write(here, {"requirements.txt": "tzdata\n"})
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_network_is_missing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    write(here, {"requirements.txt": "numpy<2\n"})
    result = call()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "uv could not fetch http://127.0.0.1:9/simple/numpy/ to resolve numpy<2" in result.stderr


STAND_INS = {
    "not there": "raise ModuleNotFoundError",
    "without its program": "def find_uv_bin():\n    raise FileNotFoundError\n",
}


@pytest.mark.parametrize("module", STAND_INS.values(), ids=STAND_INS.keys())
def test_uv_is_missing(module: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"modules/uv.py": module, "requirements.txt": "numpy<2\n"})
    monkeypatch.syspath_prepend(here / "modules")
    monkeypatch.delitem(sys.modules, "uv", raising=False)
    monkeypatch.setenv("PATH", str(here / "modules"))
    result = call("requirements.txt")
    assert result.exit_code == 2
    assert "resolving needs uv, which is neither installed beside dmlint nor on PATH: pip install uv" in result.stderr


def test_uv_on_path_serves_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Path(find_uv())
    write(here, {"modules/uv.py": STAND_INS["not there"], "requirements.txt": "numpy<2\n"})
    monkeypatch.syspath_prepend(here / "modules")
    monkeypatch.delitem(sys.modules, "uv", raising=False)
    monkeypatch.setenv("PATH", str(program.parent))
    assert find_uv() == str(program)
    assert call("requirements.txt").exit_code == 0


def test_a_folder_without_environments(here: Path) -> None:
    write(here, {"docker-compose.yml": "services: {}\n"})
    result = call()
    assert (result.exit_code, result.stdout) == (0, "")
    assert "there is no environment here" in result.stderr
    assert call("--quiet").stderr == ""


def test_nothing_of_the_repository_counts_for_uv_or_is_written(here: Path) -> None:
    hostile = '[[index]]\nurl = "http://127.0.0.1:9/simple"\ndefault = true\n'
    write(
        here,
        {"uv.toml": hostile, ".env": "UV_DEFAULT_INDEX=http://127.0.0.1:9/simple\n", "requirements.txt": "numpy<2\n"},
    )
    before = sorted(here.rglob("*"))
    assert call("requirements.txt").exit_code == 0
    assert sorted(here.rglob("*")) == before


REACH = """
import sys

def refuse(event, arguments):
    assert not event.startswith("socket."), event
    assert event != "subprocess.Popen" or "git" in str(arguments[1][0]), arguments

sys.addaudithook(refuse)
from dmlint.cli import run
code = run(sys.argv[1:])
assert not [name for name in sys.modules if name.startswith("dmlint.resolve")]
sys.exit(code)
"""


@pytest.mark.parametrize("command", ["check", "matrix", "deps"])
def test_no_other_command_reaches_the_network_or_the_resolver(command: str) -> None:
    fixture = ROOT / "fixtures" / "guide-containers"
    done = subprocess.run(
        [sys.executable, "-c", REACH, command, str(fixture)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
