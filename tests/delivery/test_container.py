"""The container for CI systems: its Dockerfile is linted, and what it runs works on just what it copies.

No container is built here: that takes an engine, and the network.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import ROOT, environment

from dmlint.cli import run

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COPIED = [
    source for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for source in words.split()[:-1]
]
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))


def test_dmlint_has_nothing_to_say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    assert run(["Dockerfile", "--isolated", "--output-format", "concise", "--fail-on", "notice"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(HADOLINT is None, reason="hadolint has no wheel for this system")
def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([str(HADOLINT), str(ROOT / "Dockerfile")], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_context_holds_what_is_copied_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert [line[1:] for line in ignored if line.startswith("!")] == COPIED


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Linux")
def test_what_is_copied_can_be_installed_and_run(tmp_path: Path) -> None:
    context, home = tmp_path / "src", tmp_path / "opt"
    context.mkdir()
    for name in COPIED:
        command = ["cp", "-r", str(ROOT / name), str(context)]
        subprocess.run(command, check=True)
    (install,) = re.findall(r"^RUN (python -m venv .+)$", DOCKERFILE, re.MULTILINE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = install.replace("/opt/dmlint", str(home))
    done = subprocess.run(
        ["bash", "-ec", script], cwd=context, env=environment(PATH=path), capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    (entry,) = re.findall(r'^ENTRYPOINT \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    workspace = str(ROOT / "fixtures" / "robot-workspace")
    linted = subprocess.run([str(home / "bin" / entry), workspace], env=environment(), capture_output=True, check=False)
    assert (linted.returncode, b"DM201" in linted.stdout) == (1, True)
