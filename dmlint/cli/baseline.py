"""``dmlint baseline``: takes what is found now as known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dmlint.cli import options, prepare
from dmlint.cli.output import deliver_bytes, note
from dmlint.cli.scope import Scope
from dmlint.records import dataclass

if TYPE_CHECKING:
    from dmlint.config import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The options of ``baseline`` as they are given; None for a setting that is not."""

    paths: tuple[Path, ...]
    output: Path | None
    quiet: bool
    config: Path | None
    isolated: bool
    policy: Path | None
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
            "baseline": options.text(self.output),
        }


@click.command(context_settings=options.SETTINGS)
@options.paths
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write this file (by default the one that the configuration names, else .dmlint-baseline.json at the root).",
)
@click.option("-q", "--quiet", is_flag=True, help="Print no warnings and no summary.")
@options.configuration
@options.files
def baseline(**given: Any) -> None:
    """Take all that is found in PATHS as known: later runs report only what is new.

    What is known of other files stays known.
    """
    _baseline(Given(**given))


def _baseline(given: Given) -> None:
    from dmlint.baseline import dump, identify
    from dmlint.cli.check import FORMATS

    asked = prepare.Asked(
        paths=given.paths,
        options=given.settings,
        config=given.config,
        isolated=given.isolated,
        formats=FORMATS,
        policy=given.policy,
    )
    configuration = _with_earlier(prepare.configured(asked), asked)
    scope = Scope(paths=given.paths, quiet=given.quiet)
    files = scope.files(configuration)
    made = prepare.linter(configuration, files, scope)
    judged = made.look(made.repository)
    earlier = configuration.settings.known
    # An entry's number counts along its file.
    everything = [
        finding for finding in (*judged.standing, *judged.leftover, *judged.known) if finding.rule not in made.enforced
    ]
    found = {entry for _, entry in identify(sorted(everything, key=lambda finding: finding.span.start))}
    path = prepare.baseline_path(configuration)
    deliver_bytes(dump((earlier - judged.paid) | found), path)
    if not given.quiet:
        _tell(path, known=len(found), new=len(found - earlier), paid=len(judged.paid))


def _with_earlier(configuration: Configuration, asked: prepare.Asked) -> Configuration:
    """The configuration with what the file says so far, if there is one."""
    if not prepare.baseline_path(configuration).exists():
        return configuration
    return prepare.with_baseline(configuration, asked)


def _tell(path: Path, *, known: int, new: int, paid: int) -> None:
    from dmlint.reporters.summary import counted
    from dmlint.reporters.terminal import visible

    shown = visible(prepare.relative(path))
    note(f"{shown}: {counted(known, 'finding')} known, {new} of them new, {paid} paid off and dropped.")
