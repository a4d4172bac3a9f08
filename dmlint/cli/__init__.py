"""The command line: options, a call, what it prints, and an exit code.

Read first ``command_group`` (what runs), ``check_command`` (the main job), ``scope`` and ``call_setup`` (what it
looks at, and by which rules), ``options``, ``report_targets`` and ``output`` (what is printed where); then the other
commands.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmlint import __version__
from dmlint.cli.check_command import check
from dmlint.cli.command_group import CommandError, DefaultGroup, report_crash
from dmlint.cli.output import prepare_streams, say, warn

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
OTHERS = {
    "baseline": "dmlint.cli.baseline_command",
    "deps": "dmlint.cli.deps_command",
    "env": "dmlint.cli.env_command",
    "explain": "dmlint.cli.rules_command",
    "init": "dmlint.cli.init_command",
    "matrix": "dmlint.cli.matrix_command",
    "resolve": "dmlint.cli.resolve_command",
    "rules": "dmlint.cli.rules_command",
    "server": "dmlint.cli.server_command",
    "survey": "dmlint.cli.survey_command",
}
"""The commands that a run without a command does not need, by their names: the modules that hold them."""


@click.group(
    cls=DefaultGroup,
    default=check,
    others=OTHERS,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[COMMAND] [PATHS]...",
)
@click.version_option(__version__, message="%(prog)s %(version)s", prog_name="dmlint")
def cli() -> None:
    """Find the wrong NumPy and the wrong Isaac Sim in Dockerfiles, requirements and pyproject files.

    Without a command, PATHS (the working directory by default) are checked. A folder that is called like a
    command is written ./rules.

    Exit codes: 0 nothing failed, 1 findings at or above --fail-on, 2 a wrong call, configuration or rule pack.
    """
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise CommandError("the working directory no longer exists") from error


def run(arguments: Sequence[str], distrusted: Sequence[str] = ()) -> int:
    """Run the command line; return its exit code. What cannot be encoded for a stream is printed as an escape;
    ``distrusted`` are entries of PYTHONPATH that do not count.
    """
    sys.excepthook = report_crash
    prepare_streams()
    for entry in distrusted:
        warn(f"PYTHONPATH names {entry}, where anybody may have put modules: none is looked for there")
    try:
        code = cli.main(list(arguments), prog_name="dmlint", standalone_mode=False)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say(shown.getvalue().removesuffix("\n"))
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    return int(code or 0)
