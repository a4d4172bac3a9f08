"""The environments of a repository with their verdicts, as tables and as stories; ``TABLES`` are all shapes of both.

Read first ``rows`` (one environment), ``story`` (how it came about), ``selection``; then the shapes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.reports.matrix.matrix_tables import Table
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View


def _by(module: str, function: str) -> Table:
    """What a module of this package prints, imported with the first table of its."""

    def lines(rows: Sequence[Row], view: View) -> Iterator[str]:
        printed: Iterator[str] = getattr(import_module(f"dmlint.reports.matrix.{module}"), function)(rows, view)
        return printed

    return lines


TABLES: dict[str, Table] = {
    "text": _by("text_table", "text_lines"),
    "markdown": _by("matrix_tables", "markdown_lines"),
    "json": _by("matrix_tables", "json_lines"),
    "mermaid": _by("mermaid", "lines"),
    "svg": _by("track_svg", "lines"),
}
