"""What a shell may complete beyond commands, options and files: rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click
    from click.shell_completion import CompletionItem


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shipped rules whose id or name starts so."""
    return list(_rules(incomplete))


def complete_ids(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same for the last entry of a comma-separated list."""
    before, comma, last = incomplete.rpartition(",")
    return list(_rules(last, before + comma))


def _rules(incomplete: str, before: str = "") -> Iterator[CompletionItem]:
    from click.shell_completion import CompletionItem

    from dmlint.linting.rules import load_rules

    for rule in load_rules().rules:
        if rule.id.startswith(incomplete.upper()):
            yield CompletionItem(before + rule.id, help=rule.name)
        elif rule.name.startswith(incomplete):
            yield CompletionItem(before + rule.name, help=rule.title)
