"""Which interpreter is meant, and how it is reached."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from stand_ins import write_program

from dmlint.probe.probed_python import ISAAC, ProbeError, find_contained, find_local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs are made as POSIX has them")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with an environment, an Isaac Sim, a plain file, an empty folder and programs in bin."""
    for name in ("venv/bin/python", "sim/python.sh", "bin/python3", "bin/python9", "conda/bin/python3", "bin/docker"):
        write_program(tmp_path / name, "")
    (tmp_path / "plain").write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "environ", "name", "command"),
    [
        pytest.param("venv/bin/python", {}, "venv/bin/python", "venv/bin/python", id="a path"),
        pytest.param("venv", {}, "venv/bin/python", "venv/bin/python", id="an environment's folder"),
        pytest.param("./venv/", {}, "./venv/bin/python", "venv/bin/python", id="written with slashes"),
        pytest.param("sim", {}, "sim/python.sh", "sim/python.sh", id="the folder of Isaac Sim"),
        pytest.param("python9", {"PATH": "{here}/bin"}, "python9", "bin/python9", id="a name on PATH"),
        pytest.param(
            "python9",
            {"PATH": ":venv/bin:{here}/bin"},
            "python9",
            "bin/python9",
            id="never one of the working directory",
        ),
        pytest.param(
            None,
            {"VIRTUAL_ENV": "{here}/venv", "CONDA_PREFIX": "{here}/conda"},
            "{here}/venv/bin/python",
            "venv/bin/python",
            id="the active environment",
        ),
        pytest.param(
            None, {"CONDA_PREFIX": "{here}/conda"}, "{here}/conda/bin/python3", "conda/bin/python3", id="conda's"
        ),
        pytest.param(
            None,
            {"VIRTUAL_ENV": "{here}/gone", "PATH": "{here}/bin"},
            "{here}/bin/python3",
            "bin/python3",
            id="the one on PATH",
        ),
    ],
)
def test_finds(asked: str | None, environ: Mapping[str, str], name: str, command: str, here: Path) -> None:
    found = find_local(asked, {key: value.format(here=here) for key, value in environ.items()})
    assert found.name == name.format(here=here)
    assert found.command == (str(here / command),)
    assert found.path == f"env:{found.name}"


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        pytest.param("", "--python names no interpreter", id="nothing"),
        pytest.param("nowhere/python", "there is no nowhere/python", id="not there"),
        pytest.param("python9", "there is no python9 on PATH", id="not on PATH"),
        pytest.param("plain", "there is no plain on PATH; the one in this folder is ./plain", id="a name that is here"),
        pytest.param("./plain", "./plain is not executable", id="not executable"),
        pytest.param("empty", "empty is a folder with no Python in it", id="an empty folder"),
        pytest.param("/dev/null", "/dev/null is no file that can be run", id="a device"),
        pytest.param(None, "there is no Python here: name one with --python", id="none at all"),
    ],
)
def test_refuses(asked: str | None, fault: str, here: Path) -> None:
    with pytest.raises(ProbeError) as raised:
        find_local(asked, {"PATH": str(here / "empty")})
    assert str(raised.value) == fault


@pytest.mark.parametrize(
    ("asked", "there", "name"),
    [
        pytest.param("/opt/venv/bin/python", True, "/opt/venv/bin/python", id="asked for"),
        pytest.param("python3.11", True, "python3.11", id="a name on its PATH"),
        pytest.param(None, True, ISAAC, id="Isaac Sim's"),
        pytest.param(None, False, "python3", id="without Isaac Sim"),
    ],
)
def test_reaches_into_a_container(asked: str | None, there: bool, name: str, here: Path) -> None:
    tried: list[Sequence[str]] = []

    def succeeds(command: Sequence[str]) -> bool:
        tried.append(command)
        return there

    found = find_contained("sim-1", asked, None, {"PATH": str(here / "bin")}, succeeds)
    reach = (str(here / "bin" / "docker"), "exec", "-i", "-w", "/", "sim-1")
    assert found.command == (*reach, name)
    assert found.path == f"env:sim-1:{name}"
    assert tried == [(*reach, "test", "-x", ISAAC)] * (asked is None)


@pytest.mark.parametrize(
    ("container", "asked", "engine", "fault"),
    [
        pytest.param("--privileged", None, None, "'--privileged' is no name of a container", id="an option"),
        pytest.param("", None, None, "'' is no name of a container", id="nothing"),
        pytest.param("sim", None, "podman", "there is no podman on PATH, which --container needs", id="no engine"),
        pytest.param(
            "sim",
            "venv/bin/python",
            None,
            "in a container --python is an absolute path or a name on PATH, not 'venv/bin/python'",
            id="a relative path",
        ),
        pytest.param(
            "sim", "-c", None, "in a container --python is an absolute path or a name on PATH, not '-c'", id="a flag"
        ),
        pytest.param(
            "sim", "", None, "in a container --python is an absolute path or a name on PATH, not ''", id="no name"
        ),
    ],
)
def test_refuses_in_containers(container: str, asked: str | None, engine: str | None, fault: str, here: Path) -> None:
    with pytest.raises(ProbeError) as raised:
        find_contained(container, asked, engine, {"PATH": str(here / "bin")}, lambda _: True)
    assert str(raised.value) == fault


def test_without_any_engine(here: Path) -> None:
    with pytest.raises(ProbeError, match="there is no docker and no podman on PATH"):
        find_contained("sim", None, None, {"PATH": str(here / "empty")}, lambda _: True)
