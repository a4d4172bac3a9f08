"""What a shell may complete beyond commands, options and files: rules and environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click
    from click.shell_completion import CompletionItem

STATUSES = ("ok", "broken", "unknown")
"""What an environment may be."""


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shipped rules whose id or name starts so."""
    return list(_rules(incomplete))


def complete_ids(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same for the last entry of a comma-separated list."""
    before, comma, last = incomplete.rpartition(",")
    return list(_rules(last, before + comma))


def _rules(incomplete: str, before: str = "") -> Iterator[CompletionItem]:
    from click.shell_completion import CompletionItem

    from dmlint.checks import load_rules

    for rule in load_rules().rules:
        if rule.id.startswith(incomplete.upper()):
            yield CompletionItem(before + rule.id, help=rule.name)
        elif rule.name.startswith(incomplete):
            yield CompletionItem(before + rule.name, help=rule.title)


def complete_status(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """What an environment may be, for the last entry of a comma-separated list."""
    before, comma, last = incomplete.rpartition(",")
    return [before + comma + status for status in STATUSES if status.startswith(last)]


def complete_environment(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The environments of the paths that the line names so far, by their ids; none where they cannot be read."""
    from click.shell_completion import CompletionItem

    from dmlint.cli.environment_ids import read_ids
    from dmlint.text.problems import DmlintError

    try:
        found = read_ids(context.params.get("paths") or ())
    except DmlintError:
        # A wrong configuration is told by the run, not in the middle of a line.
        return []
    return [CompletionItem(name, help=status) for name, status in found if name.startswith(incomplete)]
