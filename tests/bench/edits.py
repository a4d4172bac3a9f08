"""How long ``dmlint server`` takes to answer an edit, and what it holds after many.

Run it as ``python tests/bench/edits.py [--edits N] [--files N]`` in the environment that has dmlint with its extra
``server``. The real process is driven over its standard input and output: each edit puts a character somewhere into
one of the files, and then asks what is found in it. In the repository that is ``apart`` hardly a file uses another, in
that which hangs ``together`` all Dockerfiles install by one constraints file. Nothing here runs in the test suite.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

from trees import write_repository

if TYPE_CHECKING:
    from collections.abc import Callable

_SEED = 20
_SHARE = "COPY constraints.txt /c.txt\nRUN pip install -c /c.txt numpy\n"
_EVERY = 10
"""In how many parts of the edits memory is looked at."""


class Server:
    """The process, and what is said to it."""

    def __init__(self, root: Path) -> None:
        command = (sys.executable, "-m", "dmlint", "server")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        folders = [{"uri": root.as_uri(), "name": "bench"}]
        capabilities: dict[str, object] = {"textDocument": {"diagnostic": {}}}
        self._number = 0
        self.ask("initialize", processId=None, rootUri=None, capabilities=capabilities, workspaceFolders=folders)
        self.note("initialized")

    def note(self, method: str, **params: object) -> None:
        """Tell it something."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: object) -> Any:
        """Ask it something; what it answers."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while (message := self._receive()).get("id") != self._number:
            pass
        return message["result"]

    def edit(self, path: Path, version: int, text: str) -> float:
        """How many milliseconds it takes until what is found is known."""
        document = {"uri": path.as_uri(), "version": version}
        start = perf_counter()
        self.note("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        self.ask("textDocument/diagnostic", textDocument=document)
        return (perf_counter() - start) * 1_000

    def memory(self) -> float:
        """What it holds, in MB; 0 where the system does not say."""
        status = Path(f"/proc/{self._process.pid}/statm")
        pages = int(status.read_text().split()[1]) if status.exists() else 0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000

    def _send(self, message: dict[str, object]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = int(self._process.stdout.readline().split(b":")[1])
        while self._process.stdout.readline().strip():
            pass
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message

    def end(self) -> None:
        """Say goodbye."""
        self.ask("shutdown")
        self.note("exit")
        self._process.wait()


def share_constraints(root: Path) -> None:
    """Let all Dockerfiles of a repository install by one constraints file."""
    (root / "constraints.txt").write_text("numpy<2\n", encoding="utf-8")
    for path in sorted(root.rglob("Dockerfile")):
        with path.open("a", encoding="utf-8") as file:
            file.write(_SHARE)
    subprocess.run(("git", "add", "--all"), cwd=root, check=True)


def measure(name: str, files: int, edits: int, prepare: Callable[[Path], None]) -> str:
    """The row of one repository."""
    random = Random(_SEED)
    with tempfile.TemporaryDirectory(prefix="dmlint-bench-") as folder:
        root = Path(folder).resolve()
        write_repository(root, 2 * files, files)
        prepare(root)
        paths = sorted((root / "package0000").parent.glob("package*/*"))
        texts = {path: path.read_text(encoding="utf-8") for path in paths}
        server = Server(root)
        start = perf_counter()
        for path, text in texts.items():
            document = {"uri": path.as_uri(), "languageId": "text", "version": 0, "text": text}
            server.note("textDocument/didOpen", textDocument=document)
        server.ask("workspace/diagnostic", previousResultIds=[])
        first = perf_counter() - start
        times: list[float] = []
        held: list[float] = []
        for number in range(edits):
            path = random.choice(paths)
            at = random.randrange(len(texts[path]) + 1)
            times.append(server.edit(path, number + 1, f"{texts[path][:at]}#{texts[path][at:]}"))
            held += [server.memory()] if number % max(edits // _EVERY, 1) == 0 else []
        server.end()
    last = quantiles(times, n=20)[-1]
    shown = " ".join(f"{size:.0f}" for size in held)
    figures = f"{first:.1f} | {median(times):.0f} | {last:.0f} | {max(times):.0f}"
    return f"| {name} | {files} | {edits} | {figures} | {shown} |\n"


def main() -> None:
    """Measure both kinds of repository, and print a table."""
    parser = argparse.ArgumentParser(description="Measure how long the language server takes to answer an edit.")
    parser.add_argument("--edits", type=int, default=500, help="edits of each repository (500)")
    parser.add_argument("--files", type=int, default=500, help="files that dmlint reads (500)")
    given = parser.parse_args()
    sys.stdout.write("| repository | files | edits | opened in s | median ms | p95 ms | longest ms | MB, ten times |\n")
    sys.stdout.write("|---|--:|--:|--:|--:|--:|--:|---|\n")
    sys.stdout.write(measure("apart", given.files, given.edits, lambda _: None))
    sys.stdout.flush()
    sys.stdout.write(measure("together", given.files, given.edits, share_constraints))


if __name__ == "__main__":
    main()
