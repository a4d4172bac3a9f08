"""``dmlint matrix``: the environments with their verdicts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from dmlint.cli import call_setup, options
from dmlint.cli.completion import complete_environment
from dmlint.cli.output import deliver, is_terminal, wants_color, warn
from dmlint.cli.scope import CallError, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dmlint.cli.scope import Asked
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View

_TEXT, _JSON, _HTML = "text", "json", "html"


class MatrixOptions(Struct, frozen=True, kw_only=True):
    """The options that are ``matrix``'s own; None for one that is not given."""

    layout: tuple[str, Path | None] | None
    explain: str | None
    check: Path | None
    environment: str | None
    statuses: tuple[str, ...] | None
    output_file: Path | None
    color: str
    quiet: bool

    @property
    def format(self) -> str:
        """How to print."""
        return self.layout[0] if self.layout is not None else _TEXT

    @property
    def target(self) -> Path | None:
        """The file to write, None for standard output."""
        return self.layout[1] if self.layout is not None and self.layout[1] is not None else self.output_file


@click.command(context_settings=options.SETTINGS)
@options.paths
@options.destination("text", "markdown", "json", "html", "mermaid", "svg")
@click.option(
    "--explain",
    metavar="PATTERN",
    is_flag=False,
    flag_value="*",
    shell_complete=complete_environment,
    help="Tell step by step how these environments came about (all, without a pattern); in JSON, add the steps.",
)
@click.option(
    "--check",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say whether the Markdown table in FILE still is what the code says; exit with 1 if not.",
)
@options.environments
@options.output_file
@options.color
@click.option("-q", "--quiet", is_flag=True, help="Print no warnings.")
@options.configuration
@options.baseline
@options.files
def matrix(**given: Any) -> None:
    """Print the environments in PATHS with their verdicts."""
    asked, own = options.part(given)
    click.get_current_context().exit(_matrix(asked, MatrixOptions(**own)))


def _matrix(asked: Asked, given: MatrixOptions) -> int:
    _refuse(given)
    configuration = call_setup.with_baseline(call_setup.configured(asked), asked)
    scope = Scope(paths=asked.paths, quiet=given.quiet)
    files = scope.files(configuration)
    judgement, pack = call_setup.judged(configuration, files, scope)
    from dmlint.reports.matrix.rows import read_rows
    from dmlint.reports.matrix.selection import narrow

    colored = wants_color(given.color, os.environ, terminal=given.target is None and is_terminal())
    wanted = call_setup.Wanted(environment=given.environment, statuses=given.statuses)
    view = call_setup.view(configuration, color=colored, wanted=wanted)
    rows = read_rows(judgement, pack.catalogue, frozenset(files))
    if not rows and files and not given.quiet:
        warn("there is no environment here")
    chosen = narrow(rows, view)
    if given.format == _HTML:
        from dmlint.linting.engine import report
        from dmlint.reports import REPORTERS

        deliver(REPORTERS[_HTML](report(judgement, dict.fromkeys(files), pack), view), given.target)
        return 0
    return _print(given, chosen, view)


def _refuse(given: MatrixOptions) -> None:
    """Raise ``CallError`` for options that do not go together."""
    if given.check is not None and (given.layout is not None or given.explain is not None):
        raise CallError("--output-format, --explain and --check exclude each other")
    if given.explain is not None and given.format not in (_TEXT, _JSON):
        raise CallError(f"--explain goes with text and json, not with --output-format {given.format}")
    if given.output_file is not None and given.target is not given.output_file:
        raise CallError("--output-file and --output-format both name a file")


def _print(given: MatrixOptions, rows: Sequence[Row], view: View) -> int:
    if given.check is not None:
        from dmlint.reports.matrix.guide_table import compare
        from dmlint.reports.matrix.matrix_tables import markdown_lines

        differing = list(compare(given.check, markdown_lines(rows, view)))
        deliver([f"{given.check} is out of step:", *differing] if differing else [], given.output_file)
        return int(bool(differing))
    deliver(_lines(given, rows, view), given.target, color=view.color)
    return 0


def _lines(given: MatrixOptions, rows: Sequence[Row], view: View) -> Iterable[str]:
    if given.explain is not None:
        from dmlint.reports.matrix.selection import find_rows

        rows = find_rows(rows, given.explain, view)
        if given.format == _TEXT:
            return _stories(rows, view)
    if given.format == _JSON:
        from dmlint.reports.matrix.matrix_tables import json_lines

        return json_lines(rows, view, explained=given.explain is not None)
    from dmlint.reports.matrix import TABLES

    return TABLES[given.format](rows, view)


def _stories(rows: Iterable[Row], view: View) -> Iterator[str]:
    from dmlint.reports.matrix.story import story_lines

    for number, row in enumerate(rows):
        if number:
            yield ""
        yield from story_lines(row, view)
