"""``dmlint env``: what is in an environment that is there, judged by the same rules."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from dmlint.cli import call_setup, options, report_targets
from dmlint.cli.output import deliver
from dmlint.cli.scope import CallError, Scope
from dmlint.linting import preparation
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.cli.scope import Asked
    from dmlint.config import Configuration
    from dmlint.linting.engine import Report
    from dmlint.probe.probed_python import ProbedPython
    from dmlint.rulepacks.packs import RulePack


class EnvOptions(Struct, frozen=True, kw_only=True):
    """The options that are ``env``'s own; None for one that is not given."""

    python: str | None
    container: str | None
    engine: str | None
    timeout: int
    show: bool
    exit_zero: bool
    output_file: Path | None
    color: str
    quiet: bool


@click.command(context_settings=options.SETTINGS)
@click.option(
    "--python",
    metavar="PYTHON",
    help="The interpreter: a path, a name on PATH or an environment's folder. By default that of the active "
    "environment, else /isaac-sim/python.sh, else python3.",
)
@click.option("--container", metavar="NAME", help="Ask inside of this running container; PYTHON is a path in it.")
@click.option(
    "--engine",
    type=click.Choice(["docker", "podman"]),
    help="What reaches into the container (whichever is on PATH by default).",
)
@click.option(
    "--timeout",
    type=click.IntRange(min=1, max=3600),
    default=60,
    metavar="SECONDS",
    help="How long to wait for an answer (60 by default).",
)
@click.option("--show", is_flag=True, help="Print what is there instead, as a file that `dmlint` reads.")
@options.selection
@options.reports
@options.failing
@options.output_file
@options.color
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@options.configuration
def env(**given: Any) -> None:
    """Look into an environment that is there: which Python, NumPy and Isaac Sim it has, and whether that is right.

    A small program is run in the interpreter that you name, or in the one that is found. It installs and writes
    nothing; NumPy is imported in a process of its own.
    """
    asked, own = options.part(given)
    click.get_current_context().exit(_env(asked, EnvOptions(**own)))


def _env(asked: Asked, given: EnvOptions) -> int:
    if given.engine is not None and given.container is None:
        raise CallError("--engine goes with --container")
    configuration = call_setup.configured(asked)
    settings = configuration.settings
    chosen = report_targets.choose(settings, given.output_file, given.color, counts=False, aside=False)
    source = _look(given, preparation.known_rules(configuration))
    if given.show:
        deliver(source.text.splitlines(), given.output_file)
        return 0
    view = call_setup.view(configuration, color=chosen.colored, quiet=given.quiet)
    report = _judge(configuration, source)
    # Paths are shown from here, and this one is in no folder.
    report_targets.make(chosen, report, replace(view, root=view.cwd))
    return int(report.fails(settings.fail_on) and not given.exit_zero)


def _look(given: EnvOptions, pack: RulePack) -> Source:
    """What is there, as a source."""
    from dmlint.probe.answer import ask

    target = _target(given)
    catalogue = pack.catalogue
    watched = {
        *(force.package for force in catalogue.forces),
        *(name for product in catalogue.products for name in product.packages),
        *(name for profile in catalogue.profiles for name in profile.packages),
        *("torch", "uv"),
    }
    return Source(path=target.path, text=ask(target, given.timeout, watched))


def _target(given: EnvOptions) -> ProbedPython:
    from dmlint.probe.probed_python import find_contained, find_local
    from dmlint.probe.process import run

    if given.container is None:
        return find_local(given.python, os.environ)
    return find_contained(
        given.container,
        given.python,
        given.engine,
        os.environ,
        lambda command: run(command, None, given.timeout).code == 0,
    )


def _judge(configuration: Configuration, source: Source) -> Report:
    made = call_setup.linter(configuration, (source.path,), Scope(paths=(configuration.root,), quiet=True))
    return replace(made.judge(made.repository.overlay({source.path: source})), seen=source)
