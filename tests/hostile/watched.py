"""dmlint in a process of its own that writes down what Python does there, or dies at a given moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The interpreter reports what it does to audit hooks (PEP 578): files opened, code compiled, processes, sockets.
_WATCH = """
import json, os, sys
del sys.path[0]  # the working directory, which the installed program does not look into
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
busy = False
def watch(event, arguments):
    global busy
    if busy:
        return
    busy = True
    try:
        first = getattr(arguments[0], "co_filename", arguments[0]) if arguments else ""
        named = [os.fsdecode(first)] if isinstance(first, (str, bytes)) else []
        os.write(log, json.dumps([event, named]).encode() + b"\\n")
    finally:
        busy = False
sys.addaudithook(watch)
from dmlint.cli import run
sys.exit(run(sys.argv[2:]))
"""

# SIGKILL leaves no time for anything: as if the machine lost its power.
_DIE = """
import os, signal, sys
del sys.path[0]
left = int(sys.argv[1])
armed = False
def count(event, arguments):
    global left, armed
    armed = armed or (event == "open" and ".dmlint" in str(arguments[0]))
    if armed:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
from dmlint.cli import run
sys.addaudithook(count)
sys.exit(run(sys.argv[2:]))
"""

# A write beyond the limit fails as one on a full disk does, and Python ignores the signal that comes with it.
_FULL = """
import resource, sys
del sys.path[0]
from dmlint.cli import run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(run(sys.argv[2:]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a process ended: its exit code (negative for a signal), and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that the interpreter did: the audit event, and the names that came with it."""

    event: str
    names: tuple[str, ...]


def _start(program: str, first: str, folder: Path, arguments: tuple[str, ...]) -> Run:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_"))}
    # Coverage would be measured in this process too, and open files of its own.
    environ = {name: value for name, value in environ.items() if not name.startswith("COV_CORE")}
    done = subprocess.run(
        [sys.executable, "-c", program, first, *arguments],
        cwd=folder,
        env=environ,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    return Run(code=done.returncode, out=done.stdout, err=done.stderr)


def watch(folder: Path, log: Path, *arguments: str) -> tuple[Run, list[Deed]]:
    """Run dmlint in a folder; what it did is also written to ``log``, line by line."""
    run = _start(_WATCH, str(log), folder, arguments)
    lines = log.read_text(encoding="utf-8").splitlines()
    return run, [Deed(event=event, names=tuple(names)) for event, names in map(json.loads, lines)]


def kill(folder: Path, after: int, *arguments: str) -> Run:
    """Run dmlint in a folder until it has done ``after`` things from the moment at which it starts to write."""
    return _start(_DIE, str(after), folder, arguments)


def fill(folder: Path, size: int, *arguments: str) -> Run:
    """Run dmlint in a folder where no file can grow beyond ``size`` bytes."""
    return _start(_FULL, str(size), folder, arguments)
