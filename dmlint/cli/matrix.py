"""``dmlint matrix``: the environments with their verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dmlint.cli import options, prepare
from dmlint.cli.output import deliver, warn
from dmlint.cli.scope import Scope
from dmlint.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.matrix.rows import Row
    from dmlint.reporters.view import View

FORMATS = ("text", "markdown", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options of ``matrix`` as they are given; None for one that is not."""

    paths: tuple[Path, ...]
    output_format: str | None
    explain: str | None
    check: Path | None
    output_file: Path | None
    quiet: bool
    config: Path | None
    isolated: bool
    policy: Path | None
    baseline: Path | None
    no_baseline: bool
    exclude: tuple[str, ...] | None
    extend_exclude: tuple[str, ...] | None
    force_exclude: bool | None

    @property
    def settings(self) -> dict[str, object]:
        """The options that the configuration knows too, by its keys."""
        return {
            "exclude": self.exclude,
            "extend-exclude": self.extend_exclude,
            "force-exclude": self.force_exclude,
            "baseline": options.text(self.baseline),
        }


@click.command(context_settings=options.SETTINGS)
@options.paths
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    # DMLINT_OUTPUT_FORMAT=github, as in the configuration, means the findings of `check`.
    allow_from_autoenv=False,
    help="How to print the table (text by default).",
)
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
    click.get_current_context().exit(_matrix(Given(**given)))


def _matrix(given: Given) -> int:
    if sum(option is not None for option in (given.output_format, given.explain, given.check)) > 1:
        raise prepare.CallError("--output-format, --explain and --check exclude each other")
    from dmlint.cli.check import FORMATS as KNOWN_FORMATS

    asked = prepare.Asked(
        paths=given.paths,
        options=given.settings,
        config=given.config,
        isolated=given.isolated,
        formats=KNOWN_FORMATS,
        policy=given.policy,
    )
    configuration = prepare.with_baseline(prepare.configured(asked), asked, leave_out=given.no_baseline)
    scope = Scope(paths=given.paths, quiet=given.quiet)
    files = scope.files(configuration)
    view = prepare.view(configuration)
    judgement, pack = prepare.judged(configuration, files, scope)
    from dmlint.matrix.rows import read_rows

    rows = read_rows(judgement, pack.catalogue, frozenset(files))
    if not rows and files and not given.quiet:
        warn("there is no environment here")
    return _print(given, rows, view)


def _print(given: Given, rows: Sequence[Row], view: View) -> int:
    from dmlint.matrix.tables import TABLES, markdown_lines

    if given.explain is not None:
        from dmlint.matrix.story import find_row, story_lines

        deliver(story_lines(find_row(rows, given.explain, view), view), given.output_file)
        return 0
    if given.check is not None:
        from dmlint.matrix.page import compare

        differing = list(compare(given.check, markdown_lines(rows, view)))
        deliver([f"{given.check} is out of step:", *differing] if differing else [], given.output_file)
        return int(bool(differing))
    deliver(TABLES[given.output_format or "text"](rows, view), given.output_file)
    return 0
