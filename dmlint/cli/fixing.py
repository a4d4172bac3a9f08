"""``--fix`` and ``--diff``: edits made in memory, then written into the files or printed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dmlint.cli import prepare
from dmlint.cli.output import deliver_bytes, note
from dmlint.reporters.terminal import snippet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.config import Configuration
    from dmlint.engine import Report
    from dmlint.fix.rounds import Outcome


def fixed(configuration: Configuration, files: tuple[str, ...], paths: tuple[Path, ...], *, unsafe: bool) -> Outcome:
    """What fixing the files found at ``paths`` comes to; nothing is written."""
    from dmlint.fix.rounds import fix

    linter = prepare.linter(configuration, files, paths)
    return fix(linter.repository, linter.judge, unsafe=unsafe)


def write(outcome: Outcome) -> Report:
    """Write the fixed files; what is then left. FixError for the first that cannot be written: those before it are."""
    from dmlint.fix.writing import write

    for change in outcome.changes:
        write(change)
    return outcome.report


def show(outcome: Outcome, target: Path | None, *, quiet: bool) -> bool:
    """Print the changes as a patch; whether there are any."""
    from dmlint.fix.patch import show
    from dmlint.reporters.summary import counted

    patch = b"".join(map(show, outcome.changes))
    deliver_bytes(patch if target is not None else guard(patch, os.environ, terminal=sys.stdout.isatty()), target)
    if not quiet:
        fixes, files = counted(outcome.report.fixed, "finding"), counted(len(outcome.changes), "file")
        note(f"Would fix {fixes} in {files}.")
    return bool(outcome.changes)


def guard(patch: bytes, environ: Mapping[str, str], *, terminal: bool) -> bytes:
    """A patch as it may be printed: it holds the text of files as it is, and a terminal or a runner of GitHub's would
    obey what stands in it. A runner is told not to; `git apply` passes over the two lines that do so.
    """
    if terminal:
        lines = patch.decode("utf-8", "backslashreplace").split("\n")
        return "\n".join(map(snippet, lines)).encode("utf-8", "backslashreplace")
    if environ.get("GITHUB_ACTIONS") != "true" or not patch:
        return patch
    from secrets import token_hex

    word = token_hex()
    return f"::stop-commands::{word}\n".encode() + patch + f"::{word}::\n".encode()
