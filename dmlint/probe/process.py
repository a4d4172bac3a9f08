"""Runs an interpreter with a limit on its time and on what is kept of its output."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from dmlint.probe.probed_python import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMIT = 16_000_000
"""Bytes of either stream that are kept; a program that writes more is ended."""
_GRACE = 5.0
_CHUNK = 65536
# Windows has neither groups nor the signal.
_KILL = getattr(os, "killpg", os.kill)
_AT_ONCE = getattr(signal, "SIGKILL", signal.SIGTERM)


class Ended(Struct, frozen=True, kw_only=True):
    """What became of a program: ``code`` is negative for a signal; ``late`` and ``flooded`` say why it was ended."""

    code: int
    out: str
    err: str
    late: bool
    flooded: bool


def run(command: Sequence[str], source: Path | None, seconds: float) -> Ended:
    """Run a command with a file on its standard input; ProbeError where it cannot be started.

    It starts in the root folder, so that nothing that stands in the working directory takes part, and writes no byte
    code. What it started ends with it.
    """
    with Path(source or os.devnull).open("rb") as given:
        process = _start(command, given)
    flooded: list[bool] = []

    def stop() -> None:
        flooded.append(True)
        _end(process)

    kept = (bytearray(), bytearray())
    streams = (stream for stream in (process.stdout, process.stderr) if stream is not None)
    readers = [
        Thread(target=_read, args=(stream, into, stop), daemon=True) for stream, into in zip(streams, kept, strict=True)
    ]
    late = _wait(process, readers, seconds)
    out, err = (bytes(into).decode("utf-8", "replace") for into in kept)
    return Ended(code=process.returncode, out=out, err=err, late=late, flooded=bool(flooded))


def _start(command: Sequence[str], given: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd=Path(os.sep).absolute(),
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise ProbeError(f"{command[0]} cannot be run: {cause.lower()}") from error


def _read(stream: IO[bytes], into: bytearray, stop: Callable[[], None]) -> None:
    """Keep what a stream gives until it ends, or gives too much."""
    with stream:
        while len(into) < LIMIT:
            part = stream.read(_CHUNK)
            if not part:
                return
            into += part
    stop()


def _wait(process: subprocess.Popen[bytes], readers: Sequence[Thread], seconds: float) -> bool:
    """Wait for a program and all that it writes; whether time was up. What is left of it is ended, come what may."""
    until = monotonic() + seconds
    for reader in readers:
        reader.start()
    try:
        process.wait(seconds)
        # What it leaves behind may hold its output open.
        for reader in readers:
            reader.join(max(0.0, min(_GRACE, until - monotonic())))
    except subprocess.TimeoutExpired:
        return True
    else:
        return False
    finally:
        _end(process)
        process.wait()
        for reader in readers:
            reader.join(_GRACE)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and its group, if they have not ended."""
    with suppress(ProcessLookupError, PermissionError):
        _KILL(process.pid, _AT_ONCE)
