"""``dmlint survey``: which of many repositories can end up wrong, and on which line."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from dmlint.cli import options
from dmlint.facts import Severity
from dmlint.text.problems import DmlintError, cause_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.survey.results import Result

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


class SurveyOptions(Struct, frozen=True, kw_only=True):
    """The options of ``survey``."""

    repositories: tuple[str, ...]
    output: Path
    policy: Path | None
    fail_on: str
    keep_going: bool
    scheduler: str | None
    workers: int | None
    dashboard: bool
    timeout: float
    memory: int
    quiet: bool


class Bytes(click.types.StringParamType):
    """A size such as ``2G``; 0 for no limit."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The bytes."""
        match = re.fullmatch(r"(\d{1,12})([KMG]?)B?", str(value).upper())
        if match is None:
            self.fail("a size is written as 500M or 2G", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


@click.command(context_settings=options.SETTINGS)
@click.argument("repositories", nargs=-1, required=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Write tables and pages into this folder; a second start with it goes on where the first one stopped.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Hold all repositories to this file.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default="error",
    help="The lowest severity that gives exit code 1 (error).",
)
@click.option("--keep-going", is_flag=True, help="Let a repository that cannot be examined not fail the run.")
@click.option("--scheduler", metavar="ADDRESS", help="Use the Dask cluster at this address (tcp://host:8786).")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes on this machine (one a core).")
@click.option("--dashboard", is_flag=True, help="Show Dask's dashboard, on the loopback address.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    metavar="SECONDS",
    help="How long one repository may take (300).",
)
@click.option("--memory", type=Bytes(), default="2G", metavar="SIZE", help="What one repository may need (2G).")
@click.option("-q", "--quiet", is_flag=True, help="Print no progress.")
def survey(**given: Any) -> None:
    """Find what many REPOSITORIES can end up with: folders, bare mirrors, addresses of git, or a file that lists them.

    Exit codes: 0 nothing failed, 1 findings at or above --fail-on, or a repository that cannot be examined, 2 a wrong
    call.
    """
    click.get_current_context().exit(_survey(SurveyOptions(**given)))


def _survey(given: SurveyOptions) -> int:
    if find_spec("distributed") is None or find_spec("pyarrow") is None:
        raise DmlintError("survey needs what comes with dmlint's extra 'survey': pip install '.[survey]'")
    from dmlint.cli.survey_progress import follow, summarize
    from dmlint.survey.addresses import read_addresses
    from dmlint.survey.cluster import Workers
    from dmlint.survey.survey_run import survey as run
    from dmlint.survey.task import ExaminationRequest

    policy = None if given.policy is None else str(given.policy.resolve())
    requests = [
        ExaminationRequest(
            repository=address.text, local=address.local, seconds=given.timeout, memory=given.memory, policy=policy
        )
        for address in read_addresses(given.repositories)
    ]
    try:
        given.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DmlintError(f"cannot write into {given.output}: {cause_of(error)}") from error
    workers = Workers(count=given.workers or os.cpu_count() or 1, scheduler=given.scheduler, dashboard=given.dashboard)
    with follow(len(requests), quiet=given.quiet) as tell:
        results = run(requests, given.output, workers, tell)
    summarize(results, given.output)
    return int(_fails(results, given))


def _fails(results: Sequence[Result], given: SurveyOptions) -> bool:
    least = Severity(given.fail_on).rank
    found = any(Severity(entry["severity"]).rank <= least for result in results for entry in result.findings)
    return found or (not given.keep_going and any(result.status == "failed" for result in results))
