"""The one door through which text leaves: to standard output, standard error or a file, where it commands nothing."""

from __future__ import annotations

import io
import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, TextIO

import click

from dmlint.discovery.progress import silent
from dmlint.reports.terminal import harmless, snippet, visible
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


def deliver(
    lines: Iterable[str],
    target: Path | None,
    *,
    color: bool = False,
    annotations: bool = False,
    errors: bool = False,
) -> None:
    """Print lines, on standard error if these are ``errors``, or write them to a file; OutputError where that fails."""
    text = harmless("".join(f"{line}\n" for line in lines), color=color, annotations=annotations)
    if target is None:
        emit(text, sys.stderr if errors else sys.stdout, color=color)
    else:
        _write(text.encode("utf-8", "backslashreplace"), target)


def deliver_bytes(data: bytes, target: Path | None) -> None:
    """Print bytes as they are, or write them to a file; raises OutputError where that cannot be done."""
    if target is None:
        emit(data, sys.stdout)
    else:
        _write(data, target)


def deliver_patch(patch: bytes, target: Path | None) -> None:
    """Print a patch, which holds the text of files as it is, or write it to a file."""
    deliver_bytes(patch if target is not None else guard(patch, os.environ, terminal=is_terminal()), target)


def guard(patch: bytes, environ: Mapping[str, str], *, terminal: bool) -> bytes:
    """A patch as it may be printed: a terminal or a runner of GitHub's would obey what stands in it. A runner is told
    not to; `git apply` passes over the two lines that do so.
    """
    if terminal:
        lines = patch.decode("utf-8", "backslashreplace").split("\n")
        return "\n".join(map(snippet, lines)).encode("utf-8", "backslashreplace")
    if environ.get("GITHUB_ACTIONS") != "true" or not patch:
        return patch
    from secrets import token_hex

    word = token_hex()
    return f"::stop-commands::{word}\n".encode() + patch + f"::{word}::\n".encode()


def append(lines: Iterable[str], path: Path) -> None:
    """Write lines at the end of a file; OSError where that cannot be done."""
    with path.open("ab") as file:
        file.write(harmless("".join(f"{line}\n" for line in lines)).encode("utf-8", "backslashreplace"))


def prepare_streams() -> None:
    """Let both streams print what their encoding lacks as an escape, and warnings of Python look like ours."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    warnings.formatwarning = _format_warning


def _format_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """What Python prints of a warning of its own; the line of code is nothing for a user."""
    del line
    return f"dmlint: warning: {visible(f'{category.__name__}: {message} ({filename}:{lineno})')}\n"


def is_terminal(*, errors: bool = False) -> bool:
    """Whether somebody looks at standard output, or at standard error; one of them is None where whoever started this
    closed it (``>&-``).
    """
    stream = sys.stderr if errors else sys.stdout
    return stream is not None and stream.isatty()


def can_print(text: str) -> bool:
    """Whether standard output has a way to write a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def emit(text: str | bytes, stream: IO[str] | None, *, color: bool = False) -> None:
    """Print a text that is harmless; a reader that went away (``| head``) or never was there wants no more, and that is
    no error.

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
    say(visible(message))


def warn(message: str) -> None:
    """Print a warning on standard error, on one line whatever it names."""
    say(f"dmlint: warning: {visible(message)}")


def say(text: str) -> None:
    """Print lines on standard error. What cannot be written there can be said nowhere."""
    with suppress(OutputError):
        deliver([text], None, errors=True)


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
    if quiet or not welcome(os.environ, terminal=is_terminal(errors=True)):
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
    """The line, on a stream; it is first written once ``PATIENCE`` is over, counted from when this is made.

    ``counted`` are the words for one and for several of what is counted.
    """

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = monotonic, *, counted: str = "file,files"
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._due = clock() + PATIENCE
        self._shown = 0
        self._one, self._many = counted.split(",")

    def tell(self, doing: str, done: int, total: int) -> None:
        """Write what is being done, unless it was written a moment ago."""
        now = self._clock()
        if now < self._due:
            return
        from shutil import get_terminal_size

        self._due = now + _PAUSE
        count = f"{total:,}" if done == total else f"{done:,} of {total:,}"
        # In the last column some terminals would go on to the next line.
        text = f"dmlint: {doing} {count} {self._one if total == 1 else self._many}"[: get_terminal_size().columns - 1]
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
        emit(f"\r{text:<{self._shown}}", self._stream)
