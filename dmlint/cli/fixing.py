"""``--fix`` and ``--diff``: edits made in memory, then written into the files or printed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.cli import call_setup
from dmlint.cli.output import deliver_bytes, is_terminal, note
from dmlint.reports.terminal import snippet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.cli.scope import Scope
    from dmlint.config import Configuration
    from dmlint.linting.engine import Report
    from dmlint.linting.fixing.rounds import FixResult


def fixed(configuration: Configuration, files: tuple[str, ...], scope: Scope, *, unsafe: bool) -> FixResult:
    """What fixing the files that a call looks at comes to; nothing is written."""
    from dmlint.linting.fixing.rounds import fix

    linter = call_setup.linter(configuration, files, scope)
    if scope.text is None:
        return fix(linter.repository, linter.judge, unsafe=unsafe)
    return fix(linter.repository, lambda tree: _without_edits_beyond(files, linter.judge(tree)), unsafe=unsafe)


def _without_edits_beyond(files: tuple[str, ...], report: Report) -> Report:
    """The report without edits in what the files include under names that no parser claims: only a text is printed."""
    found = (
        replace(finding, edit=None) if finding.edit and finding.edit.span.source.path not in files else finding
        for finding in report.findings
    )
    return replace(report, findings=tuple(found))


def write(outcome: FixResult, scope: Scope) -> Report:
    """Write the fixed files; what is then left. FixError for the first that cannot be written: those before it are.

    A text from standard input is printed instead, fixed or as it came.
    """
    from dmlint.linting.fixing.writing import fixed_bytes, write

    if scope.text is not None:
        data = scope.text
        for change in outcome.changes:
            data = fixed_bytes(change, scope.text)
        deliver_bytes(data, None)
        return outcome.report
    for change in outcome.changes:
        write(change)
    return outcome.report


def show(outcome: FixResult, scope: Scope, target: Path | None) -> bool:
    """Print the changes as a patch; whether there are any."""
    from dmlint.linting.fixing.patch import show
    from dmlint.reports.summary import counted

    patch = b"".join(show(change, scope.text) for change in outcome.changes)
    shown = patch if target is not None else guard(patch, os.environ, terminal=is_terminal(sys.stdout))
    deliver_bytes(shown, target)
    if not scope.quiet:
        fixes, files = counted(outcome.report.fixed, "finding"), counted(len(outcome.changes), "file")
        note(f"Would fix {fixes} in {files}.{''.join(f' {text}.' for text in outcome.report.renewals)}")
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
