"""Where output goes: standard output or a file, with or without color; and warnings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from dmlint.reports.terminal import visible
from dmlint.text.problems import DmlintError, cause_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
