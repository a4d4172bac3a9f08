"""The program that is fed to an interpreter, run in this one: what it finds in folders made for it."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from stand_ins import write_numpy, write_package, write_program

from dmlint.probe.answer import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs are made as POSIX has them")
PROGRAM = "dmlint.probe.probe_script"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An environment of which nothing is known: the standard library alone on sys.path, no program on PATH."""
    paths = sysconfig.get_paths()
    standard = [path for path in sys.path if path.startswith(paths["stdlib"]) and "site-packages" not in path]
    monkeypatch.setattr(sys, "path", standard)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python" / "bin" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("CUDA_HOME", str(tmp_path / "cuda"))
    for name in ("ISAAC_PATH", "ISAACLAB_PATH", "CUDA_VERSION"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path
    signal.alarm(0)


def load() -> dict[str, Any]:
    """The functions of the program."""
    return runpy.run_module(PROGRAM)


def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the whole program says."""
    monkeypatch.setattr(sys, "argv", ["-", "30"])
    runpy.run_module(PROGRAM, run_name="__main__")
    signal.alarm(0)
    found = re.search("<<<dmlint-answer(.*)dmlint-answer>>>", capsys.readouterr().out)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_who_prints_what_it_is_given_gives_no_answer() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "<<<dmlint-answer" not in text
    assert "dmlint-answer>>>" not in text


def test_it_is_written_for_python_3_7() -> None:
    """And with the standard library alone."""
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert set(imported) <= sys.stdlib_module_names
    assert [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)] == ["__future__"]


def test_an_environment_with_nothing(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(monkeypatch, capsys)
    assert told["python"] == ".".join(map(str, sys.version_info[:3]))
    assert (told["distributions"], told["copies"], told["pip"]) == ([], [], False)
    assert [told[name] for name in ("isaac_sim", "isaac_lab", "cuda", "driver", "uv")] == [[], [], [], [], []]


def test_the_working_directory_is_not_looked_at(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_numpy(bare, "9.9.9")
    monkeypatch.chdir(bare)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert answer(monkeypatch, capsys)["copies"] == []


def test_packages(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, later = bare / "site", bare / "later"
    write_package(site, "OpenCV_Python", "4.12.0.88", 'numpy<2.3.0,>=2; python_version >= "3.9"', "numpydoc", "pillow")
    write_package(site, "old", "1.0", "numpy (>=1.14)", 'numpy>=2; extra == "all"')
    url = {"direct_url.json": '{"dir_info": {"editable": true}, "url": "file:///workspace/isaaclab/source/isaaclab"}'}
    write_package(site, "isaaclab", "0.44.9", files=url)
    write_package(later, "old", "2.0")
    (later / "debian-3.1.egg-info").write_text("Name: debian\nVersion: 3.1\n", encoding="utf-8")
    (later / "empty.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(site), str(later), str(bare / "gone")])
    found = {entry["name"]: entry for entry in load()["find_distributions"]()}
    assert sorted(found) == ["OpenCV_Python", "debian", "isaaclab", "old"]
    assert found["OpenCV_Python"]["needs"] == ['numpy<2.3.0,>=2; python_version >= "3.9"']
    assert (found["old"]["version"], found["old"]["needs"]) == ("1.0", ["numpy>=1.14"])
    assert found["isaaclab"]["origin"] == "/workspace/isaaclab/source/isaaclab"
    assert found["debian"]["version"] == "3.1"


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        pytest.param("version.py", 'version = "2.1.0"\n', "2.1.0", id="NumPy 2"),
        pytest.param("version.py", 'version: str = "2.4.6"\n', "2.4.6", id="annotated"),
        pytest.param("version.py", "short_version = '1.19.5'\nversion = '1.19.5'\n", "1.19.5", id="NumPy 1.19"),
        pytest.param("_version.py", ' "version": "1.21.6"\n', "1.21.6", id="NumPy 1.21"),
        pytest.param("version.py", "version = get()\n", "", id="not written down"),
    ],
)
def test_the_version_of_a_copy_is_read(
    name: str, text: str, version: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_numpy(bare / "site", "0")
    (bare / "site" / "numpy" / "version.py").unlink()
    (bare / "site" / "numpy" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(bare / "site")])
    (copy,) = load()["find_copies"]("", [])
    assert copy == {"folder": str(bare / "site"), "version": version, "where": "path", "replaceable": False}


def test_copies_in_the_order_of_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sim = bare / "isaac-sim"
    bundle = write_numpy(sim / "exts" / "core_archive" / "pip_prebundle", "1.26.0")
    kit = write_numpy(sim / "kit" / "extscore" / "pip_archive" / "pip_prebundle", "1.26.1")
    (sim / "exts" / "other" / "pip_prebundle").mkdir(parents=True)
    site, behind = write_numpy(bare / "site", "2.0.0"), write_numpy(bare / "behind", "1.24.0")
    (bare / "again").symlink_to(site)
    monkeypatch.setattr(sys, "path", [str(path) for path in (bundle, bare, site, bare / "again", behind)])
    copies = load()["find_copies"](str(sim), [str(site), str(bare / "gone")])
    assert [(entry["version"], entry["where"], entry["replaceable"]) for entry in copies] == [
        ("1.26.0", "path", False),
        ("2.0.0", "path", True),
        ("1.24.0", "path", True),
        ("1.26.1", "kit", False),
    ]
    assert copies[-1]["folder"] == str(kit)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param("", {"version": "1.26.4", "file": "{site}/numpy/__init__.py"}, id="imported"),
        pytest.param("print('noise')", {"version": "1.26.4", "file": "{site}/numpy/__init__.py"}, id="noisy"),
        pytest.param("raise ImportError('no C')", {"error": "ImportError: no C"}, id="raises"),
        pytest.param("raise SystemExit(3)", {"error": "SystemExit: 3"}, id="leaves"),
        pytest.param(
            "import os; os.kill(os.getpid(), 11)", {"error": "the interpreter dies (SIGSEGV)", "text": ""}, id="crashes"
        ),
        pytest.param(
            "import os; os.kill(os.getpid(), 40)",
            {"error": "the interpreter dies (signal 40)", "text": ""},
            id="a signal without a name",
        ),
        pytest.param(
            "import os; os.write(1, b'bye'); os._exit(3)",
            {"error": "the interpreter dies (exit code 3)", "text": "bye"},
            id="ends",
        ),
        pytest.param(
            "import os\nwhile True: os.write(1, b'x' * 65536)",
            {"error": "the interpreter dies (SIGKILL)", "text": "x" * 4000},
            id="writes without end",
        ),
        pytest.param("import time; time.sleep(60)", {"error": "it does not end within 2 seconds"}, id="hangs"),
        pytest.param(
            "import signal; signal.raise_signal(signal.SIGALRM)",
            {"error": "it does not end within 2 seconds"},
            id="is ended by its own alarm",
        ),
    ],
)
def test_importing(body: str, told: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = write_numpy(tmp_path, "1.26.4", body)
    monkeypatch.setenv("PYTHONPATH", str(site))
    expected = {key: value.format(site=site) for key, value in told.items()}
    assert load()["import_numpy"](2.0) == expected


def test_a_folder_that_is_no_numpy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "numpy").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "folder called numpy" in load()["import_numpy"](20.0)["error"]


def test_an_interpreter_that_cannot_be_started(bare: Path) -> None:
    assert load()["import_numpy"](2.0)["error"] == "the interpreter dies (exit code None)"


def test_isaac_sim_and_isaac_lab(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sim, lab = bare / "sim", bare / "isaaclab"
    monkeypatch.setattr(sys, "executable", str(sim / "kit" / "python" / "bin" / "python3"))
    for folder in (sim / "exts", lab / "source" / "isaaclab", bare / "site"):
        folder.mkdir(parents=True)
    (sim / "VERSION").write_text("5.0.0-rc.45+release.gl\n", encoding="utf-8")
    (lab / "VERSION").write_text("2.2.0\n", encoding="utf-8")
    url = {"direct_url.json": json.dumps({"url": (lab / "source" / "isaaclab").as_uri()})}
    write_package(bare / "site", "isaaclab", "0.44.9", files=url)
    monkeypatch.setattr(sys, "path", [*sys.path, str(bare / "site")])
    told = answer(monkeypatch, capsys)
    assert told["isaac_sim"] == ["5.0.0-rc.45+release.gl", str(sim / "VERSION")]
    assert told["isaac_lab"] == ["2.2.0", str(lab / "VERSION")]


@pytest.mark.parametrize("text", [pytest.param(None, id="none"), pytest.param(" \n", id="empty")])
def test_isaac_sim_without_a_version(text: str | None, bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "sim" / "extscache").mkdir(parents=True)
    (bare / "sim" / "VERSION").write_text(text or "", encoding="utf-8")
    monkeypatch.setenv("ISAAC_PATH", str(bare / "sim"))
    script = load()
    assert script["find_isaac_sim"]() == str(bare / "sim")
    assert script["read_version"](script["find_isaac_sim"]()) == []


@pytest.mark.parametrize(
    ("variable", "file", "found"),
    [
        pytest.param("12.4.1", None, ["12.4.1", "CUDA_VERSION"], id="variable"),
        pytest.param("", '{"cuda": {"name": "CUDA SDK", "version": "12.8.0"}}', ["12.8.0", "{file}"], id="file"),
        pytest.param("", "{}", [], id="nothing"),
    ],
)
def test_cuda(variable: str, file: str | None, found: list[str], bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "cuda").mkdir()
    path = bare / "cuda" / "version.json"
    path.write_text(file or "", encoding="utf-8")
    monkeypatch.setenv("CUDA_VERSION", variable)
    assert load()["read_cuda"]() == [value.format(file=path) for value in found]


@pytest.mark.parametrize(
    ("program", "says", "found"),
    [
        pytest.param("uv", "uv 0.8.4 (abc 2026-01-01)", ["0.8.4", "{path}"], id="uv"),
        pytest.param("uv", "something else", [], id="another uv"),
        pytest.param("nvidia-smi", "| Driver Version: 570.1  CUDA Version: 12.8 |", ["12.8", "{path}"], id="driver"),
    ],
)
def test_programs(program: str, says: str, found: list[str], bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_program(bare / "bin" / program, f"#!/bin/sh\necho '{says}'\n")
    script = load()
    told = {"uv": script["ask_uv"], "nvidia-smi": script["ask_driver"]}[program](20.0)
    assert told == [value.format(path=path) for value in found]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["3.7", "3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
def test_it_runs_on_other_pythons(folder: str, tmp_path: Path) -> None:
    """On those that this machine has: a Python that is not there says nothing of the program."""
    interpreter = next(iter(sorted(Path.home().glob(f".pyenv/versions/{folder}.*/bin/python"))), None)
    if interpreter is None:
        pytest.skip(f"there is no Python {folder} here")
    with SCRIPT.open("rb") as script:
        done = subprocess.run([interpreter, "-B", "-", "60"], stdin=script, capture_output=True, check=True, text=True)
    assert f'"python": "{folder}.' in done.stdout
