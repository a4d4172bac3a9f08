"""The options that several commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dmlint.cli.completion import STATUSES, complete_environment, complete_ids, complete_status
from dmlint.cli.scope import Asked
from dmlint.facts import Severity
from dmlint.reports import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from click.shell_completion import CompletionItem

    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
    Decorator = Callable[["F"], "F"]

F = TypeVar("F", bound="Callable[..., Any]")

SETTINGS = {"auto_envvar_prefix": "DMLINT", "help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Every option is also read from the environment: ``--fail-on`` from ``DMLINT_FAIL_ON``."""


def _split(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """``DM1,DM201`` and a repeated option alike; None where it is not given."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip()) if values else None


def part(given: Mapping[str, Any]) -> tuple[Asked, dict[str, Any]]:
    """The options of a command, parted into those that the configuration knows too or that choose it, and its own."""
    from dmlint.config.settings import KEYS

    own = dict(given)
    keys = {name: name.replace("_", "-") for name in given}
    asked = Asked(
        settings={key: own.pop(name) for name, key in keys.items() if key in KEYS},
        paths=own.pop("paths", ()),
        config=own.pop("config"),
        isolated=own.pop("isolated"),
        policy=own.pop("policy"),
        no_baseline=own.pop("no_baseline", False),
    )
    return asked, own


def _read_statuses(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """What is named, in the same way; None for any."""
    found = _split(context, option, values)
    wrong = next((value for value in found or () if value not in STATUSES), None)
    if wrong is not None:
        raise click.BadParameter(f"'{wrong}' is none of {', '.join(STATUSES)}", context, option)
    return found


def _split_some(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The same of what may not be empty: a run that checks nothing would be all clear, whatever there is."""
    found = _split(context, option, values)
    if found == ():
        raise click.BadParameter("it names no rule", context, option)
    return found


def listed(
    name: str, metavar: str, text: str, complete: Complete | None = None, *, empty: bool = True
) -> Decorator[Any]:
    """An option that takes a comma-separated list, which may be ``empty``, and may be repeated; ``complete`` is for
    shells.
    """
    callback = _split if empty else _split_some
    return click.option(name, multiple=True, metavar=metavar, callback=callback, help=text, shell_complete=complete)


def ids(name: str, text: str, *, empty: bool = True) -> Decorator[Any]:
    """An option that takes a list of rules."""
    return listed(name, "IDS", text, complete_ids, empty=empty)


class _Parted(click.types.StringParamType):
    """A text; of several in an environment variable, commas part one from the other."""

    envvar_list_splitter = ","


def _trim(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The values without the spaces that may stand before them; None where there are none."""
    return tuple(value.lstrip() for value in values) or None


def _complete(_context: click.Context, _option: click.Parameter, start: str) -> list[str]:
    return [name for name in REPORTERS if name.startswith(start)]


def _together(*decorators: Decorator[Any]) -> Decorator[Any]:
    def decorate(command: F) -> F:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))

configuration = _together(
    click.option("--config", type=click.Path(path_type=Path), metavar="PATH", help="Read this configuration file."),
    click.option("--isolated", is_flag=True, help="Read no configuration file."),
    click.option(
        "--policy",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Hold to this file, whatever the configuration says.",
    ),
)

baseline = _together(
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Report only what is not in this file (.dmlint-baseline.json at the root by default).",
    ),
    click.option("--no-baseline", is_flag=True, help="Report what is known too."),
)

files = _together(
    listed("--exclude", "PATTERNS", "Leave these files out, named as in .gitignore."),
    listed("--extend-exclude", "PATTERNS", "Leave these out too."),
    click.option(
        "--force-exclude/--no-force-exclude",
        default=None,
        help="Leave out excluded and ignored files even where PATHS name them.",
    ),
)

reports = _together(
    click.option(
        "--output-format",
        multiple=True,
        type=_Parted(),
        metavar="FORMAT[:FILE]",
        callback=_trim,
        shell_complete=_complete,
        help=f"How to print findings: {', '.join(REPORTERS)}. May be given several times, with files.",
    ),
    click.option("--docs-url", metavar="URL", help="Where each rule has a page, DM101.md: reports link it."),
)

selection = _together(
    ids("--select", "Run these rules only: ids or prefixes, comma separated.", empty=False),
    ids("--ignore", "Leave these rules out."),
    ids("--extend-select", "Run these rules too."),
    ids("--extend-ignore", "Leave these rules out too."),
)

failing = _together(
    click.option(
        "--fail-on",
        type=click.Choice([severity.value for severity in Severity]),
        help="The lowest severity that gives exit code 1 (error by default).",
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
)


def layout(*names: str, default: str | None = "text", text: str = "How to print it.") -> Decorator[Any]:
    """How a command prints what are no findings."""
    return click.option(
        "--output-format",
        "layout",
        type=click.Choice(names),
        default=default,
        # DMLINT_OUTPUT_FORMAT=github, as in the configuration, means the findings of `check`.
        allow_from_autoenv=False,
        help=text,
    )


environments = _together(
    click.option(
        "--environment",
        metavar="PATTERN",
        shell_complete=complete_environment,
        help="Only environments whose id (as `dmlint matrix` prints it) fits; * stands for anything.",
    ),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        callback=_read_statuses,
        metavar="STATUS",
        shell_complete=complete_status,
        help="Only environments that are so: ok, broken or unknown; commas part several.",
    ),
)


def destination(*formats: str) -> Decorator[Any]:
    """How a command prints what are no findings, and into which file: a format, with a file or None; None for none."""

    def read(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, Path | None] | None:
        name, colon, file = (value or "").partition(":")
        if value is not None and (name not in formats or (colon and not file.strip())):
            problem = f"'{value}' is neither FORMAT nor FORMAT:FILE for one of {', '.join(formats)}"
            raise click.BadParameter(problem, context, option)
        return None if value is None else (name, Path(file) if colon else None)

    def complete(_context: click.Context, _option: click.Parameter, start: str) -> list[str]:
        return [name for name in formats if name.startswith(start)]

    return click.option(
        "--output-format",
        "layout",
        metavar="FORMAT[:FILE]",
        callback=read,
        shell_complete=complete,
        # As of `layout`.
        allow_from_autoenv=False,
        help=f"How to print it: {', '.join(formats)}.",
    )


color = click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Use colors.")

fixes = _together(
    click.option("--fix", is_flag=True, help="Write what is safe to fix into the files; report what is left."),
    click.option(
        "--unsafe-fixes", is_flag=True, help="With --fix or --diff: fix what may change more than the fault too."
    ),
    click.option("--diff", is_flag=True, help="Print what --fix would change as a patch, and change nothing."),
    click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if anything was fixed."),
)

comments = _together(
    click.option("--no-ignore", is_flag=True, help="Pass over `dmlint: ignore` comments: show all findings."),
    click.option(
        "--add-ignore", metavar="REASON", help="Write a `dmlint: ignore` comment for every finding that is left."
    ),
)

stdin_filename = click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="PATH",
    # Whether there is a text to read is the call's to say.
    allow_from_autoenv=False,
    help="With the path -: check the text of standard input as if it were this file; --fix prints it fixed.",
)

show_settings = click.option(
    "--show-settings", is_flag=True, help="Print the settings in force and where each comes from instead."
)

output_file = click.option(
    "--output-file", type=click.Path(path_type=Path), metavar="PATH", help="Write to this file instead."
)
