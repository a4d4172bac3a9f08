"""``dmlint baseline``: takes what is found now as known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dmlint.cli import call_setup, options
from dmlint.cli.output import deliver_bytes, note
from dmlint.cli.scope import CallError, Scope
from dmlint.linting import preparation

if TYPE_CHECKING:
    from dmlint.cli.scope import Asked
    from dmlint.config import Configuration


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
def baseline(output: Path | None, **given: Any) -> None:
    """Take all that is found in PATHS as known: later runs report only what is new.

    What is known of other files stays known.
    """
    asked, own = options.part({**given, "baseline": output})
    _baseline(asked, **own)


def _baseline(asked: Asked, *, quiet: bool) -> None:
    from dmlint.config.settings import may_write
    from dmlint.linting.baseline import dump, identify

    configuration = _with_earlier(call_setup.configured(asked), asked)
    scope = Scope(paths=asked.paths, quiet=quiet)
    files = scope.files(configuration)
    made = call_setup.linter(configuration, files, scope)
    judged = made.look(made.repository)
    earlier = configuration.settings.known
    # An entry's number counts along its file.
    everything = [
        finding for finding in (*judged.standing, *judged.leftover, *judged.known) if finding.rule not in made.enforced
    ]
    found = {entry for _, entry in identify(sorted(everything, key=lambda finding: finding.span.start))}
    path = preparation.baseline_path(configuration)
    if asked.settings.get("baseline") is None and not may_write(path, configuration.root):
        raise CallError(f"{path} leads out of {configuration.root}: --output may name the file")
    deliver_bytes(dump((earlier - judged.paid) | found), path)
    if not quiet:
        _tell(path, known=len(found), new=len(found - earlier), paid=len(judged.paid))


def _with_earlier(configuration: Configuration, asked: Asked) -> Configuration:
    """The configuration with what the file says so far, if there is one."""
    if not preparation.baseline_path(configuration).exists():
        return configuration
    return call_setup.with_baseline(configuration, asked)


def _tell(path: Path, *, known: int, new: int, paid: int) -> None:
    from dmlint.reports.summary import counted
    from dmlint.reports.terminal import visible

    shown = visible(call_setup.relative(path))
    note(f"{shown}: {counted(known, 'finding')} known, {new} of them new, {paid} paid off and dropped.")
