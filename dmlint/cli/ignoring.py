"""``--add-ignore``: comments written for what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.cli import call_setup
from dmlint.cli.output import note, warn
from dmlint.linting import preparation

if TYPE_CHECKING:
    from dmlint.cli.scope import Scope
    from dmlint.config import Configuration
    from dmlint.linting.engine import Report


def write(configuration: Configuration, files: tuple[str, ...], scope: Scope, *, reason: str) -> Report:
    """Write a comment for each finding in the files that a call looks at; what is then left."""
    from dmlint.linting.fixing.comments import suppress
    from dmlint.linting.fixing.writing import write
    from dmlint.reports.summary import counted

    linter = call_setup.linter(configuration, files, scope)
    written = suppress(linter.repository, linter.look(linter.repository), linter.rules, linter.waivable, reason)
    for change in written.changes:
        write(change)
    view = call_setup.view(configuration)
    for finding in () if scope.quiet else written.refused:
        warn(f"{view.place(finding.span)}: {finding.rule} takes no comment here; a waiver or the baseline can hold it")
    if not scope.quiet:
        note(f"Wrote comments for {counted(written.covered, 'finding')} in {counted(len(written.changes), 'file')}.")
    return linter.judge(preparation.open_tree(configuration))
