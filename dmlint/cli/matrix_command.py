"""``dmlint matrix``: the environments with their verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from dmlint.cli import call_setup, options
from dmlint.cli.output import deliver, warn
from dmlint.cli.scope import CallError, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.cli.options import Asked
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View


class MatrixOptions(Struct, frozen=True, kw_only=True):
    """The options that are ``matrix``'s own; None for one that is not given."""

    layout: str | None
    explain: str | None
    check: Path | None
    output_file: Path | None
    quiet: bool


@click.command(context_settings=options.SETTINGS)
@options.paths
@options.layout("text", "markdown", "json", default=None, text="How to print the table (text by default).")
@click.option("--explain", metavar="ENV", help="Tell step by step how this environment came about instead.")
@click.option(
    "--check",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say whether the Markdown table in FILE still is what the code says; exit with 1 if not.",
)
@options.output_file
@click.option("-q", "--quiet", is_flag=True, help="Print no warnings.")
@options.configuration
@options.baseline
@options.files
def matrix(**given: Any) -> None:
    """Print the environments in PATHS with their verdicts."""
    asked, own = options.part(given)
    click.get_current_context().exit(_matrix(asked, MatrixOptions(**own)))


def _matrix(asked: Asked, given: MatrixOptions) -> int:
    if sum(option is not None for option in (given.layout, given.explain, given.check)) > 1:
        raise CallError("--output-format, --explain and --check exclude each other")
    configuration = call_setup.with_baseline(call_setup.configured(asked), asked)
    scope = Scope(paths=asked.paths, quiet=given.quiet)
    files = scope.files(configuration)
    view = call_setup.view(configuration)
    judgement, pack = call_setup.judged(configuration, files, scope)
    from dmlint.reports.matrix.rows import read_rows

    rows = read_rows(judgement, pack.catalogue, frozenset(files))
    if not rows and files and not given.quiet:
        warn("there is no environment here")
    return _print(given, rows, view)


def _print(given: MatrixOptions, rows: Sequence[Row], view: View) -> int:
    from dmlint.reports.matrix.matrix_tables import TABLES, markdown_lines

    if given.explain is not None:
        from dmlint.reports.matrix.story import find_row, story_lines

        deliver(story_lines(find_row(rows, given.explain, view), view), given.output_file)
        return 0
    if given.check is not None:
        from dmlint.reports.matrix.page import compare

        differing = list(compare(given.check, markdown_lines(rows, view)))
        deliver([f"{given.check} is out of step:", *differing] if differing else [], given.output_file)
        return int(bool(differing))
    deliver(TABLES[given.layout or "text"](rows, view), given.output_file)
    return 0
