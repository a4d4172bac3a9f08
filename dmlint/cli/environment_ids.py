"""The ids of the environments here, for a shell that completes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.cli import call_setup
from dmlint.cli.scope import Asked, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_ids(paths: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """The id and the status of each environment that a call with these paths would print; DmlintError where it could
    not.
    """
    from dmlint.reports.matrix.matrix_tables import name
    from dmlint.reports.matrix.rows import read_rows

    asked = Asked(paths=paths, settings={}, config=None, isolated=False, policy=None, no_baseline=False)
    configuration = call_setup.configured(asked)
    scope = Scope(paths=paths, quiet=True)
    files = scope.files(configuration)
    judgement, pack = call_setup.judged(configuration, files, scope)
    view = call_setup.view(configuration)
    return ((name(row, view), row.status.value) for row in read_rows(judgement, pack.catalogue, frozenset(files)))
