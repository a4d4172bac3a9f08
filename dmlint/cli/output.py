"""Where output goes: standard output or a file, with or without color; warnings, and how far a run is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, TextIO

import click

from dmlint.discovery.progress import silent
from dmlint.reports.terminal import visible
from dmlint.text.problems import DmlintError, cause_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.linting.engine import Judgement

    Look = Callable[[Repository], Judgement]


class OutputError(DmlintError):
    """An output file that cannot be written."""


def wants_color(choice: str, environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether escape codes are welcome.

    ``choice`` (``auto``, ``always``, ``never``) decides first, then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE, then
    whether the output is a terminal that is not dumb.
    """
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal and environ.get("TERM") != "dumb"


def deliver(lines: Iterable[str], target: Path | None, *, color: bool = False, stream: IO[str] | None = None) -> None:
    """Print lines, or write them to a file; raises OutputError where that cannot be done."""
    text = "".join(f"{line}\n" for line in lines)
    if target is None:
        emit(text, stream or sys.stdout, color=color)
    else:
        _write(text.encode("utf-8", "backslashreplace"), target)


def deliver_bytes(data: bytes, target: Path | None) -> None:
    """Print bytes as they are, or write them to a file; raises OutputError where that cannot be done."""
    if target is None:
        emit(data, sys.stdout)
    else:
        _write(data, target)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody looks at a stream; it is None where whoever started this closed it (``>&-``)."""
    return stream is not None and stream.isatty()


def can_print(text: str, stream: IO[str] | None) -> bool:
    """Whether a stream has a way to write a text."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def emit(text: str | bytes, stream: IO[str] | None, *, color: bool = False) -> None:
    """Print text; a reader that went away (``| head``) or never was there wants no more, and that is no error.

    Raises OutputError where the text cannot be written, as on a full disk.
    """
    if stream is None:
        return
    try:
        click.echo(text, file=stream, nl=False, color=color)
        stream.flush()
    except BrokenPipeError:
        _let_go(stream)
    except OSError as error:
        _let_go(stream)
        raise _fault("to standard output", error) from error


def _let_go(stream: IO[str]) -> None:
    """What is still buffered would raise again when the interpreter flushes it at its end."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def _fault(target: object, error: OSError) -> OutputError:
    return OutputError(f"cannot write {target}: {cause_of(error)}")


def note(message: str) -> None:
    """Print a line of our own on standard error."""
    click.echo(message, err=True)


def warn(message: str) -> None:
    """Print a warning on standard error, on one line whatever it names."""
    click.echo(f"dmlint: warning: {visible(message)}", err=True)


def _write(data: bytes, target: Path) -> None:
    """Write a file whole or not at all; a pipe or a device is written to as it is."""
    real = Path(os.path.realpath(target))
    try:
        if real.exists() and not real.is_file():
            real.write_bytes(data)
        else:
            _replace(real, data)
    except OSError as error:
        raise _fault(target, error) from error


def _replace(path: Path, data: bytes) -> None:
    from tempfile import mkstemp

    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.chmod(_mode(path))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


PATIENCE = 0.5
"""For how many seconds a run says nothing."""
_PAUSE = 0.1


def follow(judge: Callable[[Repository, Progress], Judgement], *, quiet: bool) -> Look:
    """What judges a tree and meanwhile, on a terminal, says how far it is."""
    if quiet or not welcome(os.environ, terminal=is_terminal(sys.stderr)):
        return lambda repository: judge(repository, silent)
    line = Line(sys.stderr)

    def look(repository: Repository) -> Judgement:
        try:
            return judge(repository, line.tell)
        finally:
            line.erase()

    return look


def welcome(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether somebody looks on, and can be shown a line that changes."""
    return terminal and environ.get("TERM") != "dumb" and not environ.get("CI")


class Line:
    """The line, on a stream; it is first written once ``PATIENCE`` is over, counted from when this is made."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._due = clock() + PATIENCE
        self._shown = 0

    def tell(self, doing: str, done: int, total: int) -> None:
        """Write what is being done, unless it was written a moment ago."""
        now = self._clock()
        if now < self._due:
            return
        from shutil import get_terminal_size

        self._due = now + _PAUSE
        count = f"{total:,}" if done == total else f"{done:,} of {total:,}"
        # In the last column some terminals would go on to the next line.
        text = f"dmlint: {doing} {count} {'file' if total == 1 else 'files'}"[: get_terminal_size().columns - 1]
        self._write(text)
        self._shown = len(text)

    def erase(self) -> None:
        """Leave nothing on the screen."""
        if self._shown:
            self._write("")
            self._shown = 0
            self._write("")

    def _write(self, text: str) -> None:
        # With spaces over what was there: not every terminal knows the code that erases.
        self._stream.write(f"\r{text:<{self._shown}}")
        self._stream.flush()
