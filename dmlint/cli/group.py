"""A click group that runs its main command when none is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dmlint.cli.stop import Stop
from dmlint.model import DmlintError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class DefaultGroup(click.Group):
    """Takes arguments that start with neither a command nor an option of its own as those of ``default``.

    It is also the one place that turns errors of dmlint into an exit code.
    """

    def __init__(self, *, default: click.Command, **settings: Any) -> None:
        super().__init__(**settings)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Name the default command where the first argument names nothing."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if ctx.resilient_parsing and not args:
            # The first word is being completed, and may become a command.
            return super().parse_args(ctx, args)
        if not args or (args[0] not in self.commands and args[0] not in own):
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
            raise Stop(str(error)) from error
