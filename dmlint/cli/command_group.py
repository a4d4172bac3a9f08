"""The group of commands: what runs without a name, and how a run ends that cannot go on."""

from __future__ import annotations

import os
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

import click

from dmlint.cli.output import say
from dmlint.reports.terminal import visible
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from click.shell_completion import CompletionItem


FAULT = 2
_DEBUG = "DMLINT_DEBUG"


class CommandError(click.ClickException):
    """A fault of the call, the configuration or a rule pack."""

    exit_code = FAULT

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the fault on standard error, or into a text."""
        text = f"dmlint: error: {visible(self.format_message())}"
        if file is None:
            say(text)
        else:
            file.write(f"{text}\n")


def report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End the process with 2 and a request to report, the traceback only for those who ask for it.

    It is the interpreter's hook for exceptions that nobody handles, so that no code needs to catch them all.
    """
    if os.environ.get(_DEBUG):
        import traceback

        say("".join(traceback.format_exception(kind, error, trace)))
    say(
        f"dmlint: internal error: {kind.__name__}: {visible(str(error))}\n"
        f"This is a fault of dmlint. Please report it with what {_DEBUG}=1 prints."
    )
    raise SystemExit(FAULT)


class DefaultGroup(click.Group):
    """Takes arguments that start with neither a command nor an option of its own as those of ``default``.

    ``others`` are the modules of the other commands by their names, imported when one of them is asked for. The group
    is also the one place that turns errors of dmlint into an exit code.
    """

    def __init__(self, *, default: click.Command, others: Mapping[str, str], **settings: Any) -> None:
        super().__init__(**settings)
        self.default = default
        self.others = others
        self.add_command(default)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, imported or not."""
        return sorted({*super().list_commands(ctx), *self.others})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None where there is none."""
        if cmd_name in self.others and cmd_name not in self.commands:
            self.add_command(getattr(import_module(self.others[cmd_name]), cmd_name))
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the default command where the first argument names nothing."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if ctx.resilient_parsing and not args:
            # The first word is being completed, and may become a command.
            return super().parse_args(ctx, args)
        if not args or (args[0] not in self.list_commands(ctx) and args[0] not in own):
            args = [self.default.name or "", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The first word: a file, a command, or an option of the group or of the default command."""
        from click.shell_completion import CompletionItem

        inner = click.Context(self.default, parent=ctx, info_name=self.default.name, resilient_parsing=True)
        options = [*super().shell_complete(ctx, incomplete), *self.default.shell_complete(inner, incomplete)]
        # bash forgets what comes before a file.
        files = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        return [*files, *options]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of the default command, then the commands."""
        inner = click.Context(self.default, parent=ctx, info_name=self.default.name)
        own = [record for parameter in self.get_params(ctx) if (record := parameter.get_help_record(ctx))]
        options = [parameter for parameter in self.default.params if isinstance(parameter, click.Option)]
        given = [record for parameter in options if (record := parameter.get_help_record(inner))]
        with formatter.section("Options"):
            formatter.write_dl(given + own)
        self.format_commands(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what is wrong with call, configuration or rule pack ends it with a sentence."""
        try:
            return super().invoke(ctx)
        except DmlintError as error:
            raise CommandError(str(error)) from error
