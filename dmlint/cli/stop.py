"""How a run ends that cannot go on: in a sentence and an exit code, never in a traceback."""

from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from types import TracebackType

FAULT = 2
_DEBUG = "DMLINT_DEBUG"


class Stop(click.ClickException):
    """A fault of the call, the configuration or a rule pack."""

    exit_code = FAULT

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the fault on standard error."""
        click.echo(f"dmlint: error: {self.format_message()}", file=file or sys.stderr)


def report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End the process with 2 and a request to report, the traceback only for those who ask for it.

    It is the interpreter's hook for exceptions that nobody handles, so that no code needs to catch them all.
    """
    if os.environ.get(_DEBUG):
        import traceback

        traceback.print_exception(kind, error, trace)
    click.echo(
        f"dmlint: internal error: {kind.__name__}: {visible(str(error))}\n"
        f"This is a fault of dmlint. Please report it with what {_DEBUG}=1 prints.",
        file=sys.stderr,
    )
    raise SystemExit(FAULT)
