"""``dmlint resolve``: the environments in a real resolver, step by step."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from dmlint.cli import call_setup, options
from dmlint.cli.output import deliver, warn
from dmlint.cli.scope import Scope
from dmlint.reports.terminal import visible
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmlint.cli.scope import Asked
    from dmlint.config import Configuration
    from dmlint.resolve.replay_verdicts import Replayed

PROCESSORS = ("x86_64", "aarch64")
_PYTHON = lazy_regex(r"3\.\d{1,2}")


class ResolveOptions(Struct, frozen=True, kw_only=True):
    """The options that are ``resolve``'s own; None for one that is not given."""

    environment: str | None
    statuses: tuple[str, ...] | None
    python: str | None
    processor: str
    time_limit: float
    layout: str
    output_file: Path | None
    quiet: bool


def _read_python(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _PYTHON().fullmatch(value):
        raise click.BadParameter(f"'{visible(value)}' is no Python version like 3.11")
    return value


@click.command(context_settings=options.SETTINGS)
@options.paths
@options.environments
@click.option(
    "--python",
    metavar="VERSION",
    callback=_read_python,
    help="The Python of environments that do not tell theirs (else the newest up to 3.12 that they admit).",
)
@click.option("--processor", type=click.Choice(PROCESSORS), default="x86_64", help="Of the Linux to resolve for.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    metavar="SECONDS",
    help="How long one run of the resolver may take (120).",
)
@options.layout("text", "json", text="How to print what comes of it.")
@options.output_file
@click.option("-q", "--quiet", is_flag=True, help="Print no warnings.")
@options.configuration
@options.baseline
@options.files
def resolve(**given: Any) -> None:
    """Replay the installs of the environments in PATHS in a real resolver; needs the network and uv.

    Exit codes: 0 every NumPy is what its environment needs, 1 one is not, or an install cannot be resolved, 2 a wrong
    call or configuration, or uv or the network is missing.
    """
    asked, own = options.part(given)
    click.get_current_context().exit(_resolve(asked, ResolveOptions(**own)))


def _resolve(asked: Asked, given: ResolveOptions) -> int:
    from dmlint.resolve.replay_tables import TABLES
    from dmlint.resolve.replay_verdicts import ReplayResult
    from dmlint.resolve.resolvers import find_uv

    configuration = call_setup.with_baseline(call_setup.configured(asked), asked)
    program = find_uv()
    scope = Scope(paths=asked.paths, quiet=given.quiet)
    replays = list(_replay(given, configuration, scope, program))
    deliver(TABLES[given.layout](replays, call_setup.view(configuration)), given.output_file)
    return int(any(entry.result in (ReplayResult.BROKEN, ReplayResult.FAILED) for entry in replays))


def _replay(given: ResolveOptions, configuration: Configuration, scope: Scope, program: str) -> Iterator[Replayed]:
    from dmlint.reports.matrix.rows import read_rows
    from dmlint.reports.matrix.selection import narrow
    from dmlint.resolve.replay_verdicts import read_records, replay_row
    from dmlint.resolve.resolvers import Resolvers

    files = scope.files(configuration)
    wanted = call_setup.Wanted(environment=given.environment, statuses=given.statuses)
    view = call_setup.view(configuration, wanted=wanted)
    judgement, pack = call_setup.judged(configuration, files, scope)
    rows = read_rows(judgement, pack.catalogue, frozenset(files))
    chosen = narrow(rows, view)
    if not rows and files and not given.quiet:
        warn("there is no environment here")
    uv = cache(Resolvers(program=program, limit=given.time_limit))
    records = read_records(judgement, pack.catalogue)
    for row in chosen:
        yield replay_row(row, given.processor, given.python, records, uv)
