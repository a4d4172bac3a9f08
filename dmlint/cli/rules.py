"""``dmlint rules`` and ``dmlint explain``: what dmlint looks for, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmlint.cli import options, prepare
from dmlint.cli.completion import complete_rule
from dmlint.cli.output import deliver
from dmlint.cli.scope import read_standard_input
from dmlint.model import DmlintError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmlint.rulepack import RulePack


_LONGEST_NAME = 80
"""What is longer is meant for a message."""


class UnknownRuleError(DmlintError):
    """A rule that there is not, or a message that no rule is about."""


def _format(*names: str) -> options.Decorator[click.decorators.FC]:
    """How to print; ``DMLINT_OUTPUT_FORMAT`` means the findings of ``check``."""
    return click.option(
        "--output-format", type=click.Choice(names), default="text", allow_from_autoenv=False, help="How to print it."
    )


@click.command(context_settings=options.SETTINGS)
@_format("text", "json")
@options.configuration
def rules(output_format: str, config: Path | None, *, isolated: bool, policy: Path | None) -> None:
    """Print all rules."""
    pack = _pack(config, isolated=isolated, policy=policy)
    deliver(_as_json(pack) if output_format == "json" else _as_lines(pack), None)


def _as_lines(pack: RulePack) -> Iterator[str]:
    size = max(len(rule.name) for rule in pack.rules)
    yield from (f"{rule.id}  {rule.severity:<7}  {rule.name:<{size}}  {rule.title}" for rule in pack.rules)


def _as_json(pack: RulePack) -> Iterator[str]:
    import json

    from dmlint.explanation import describe, explain

    described = [describe(explain(rule, pack)) for rule in pack.rules]
    yield json.dumps({"version": 1, "rules": described}, indent=2, ensure_ascii=False)


@click.command(context_settings=options.SETTINGS)
@click.argument("rule", nargs=-1, required=True, shell_complete=complete_rule)
@_format("text", "markdown", "json")
@options.configuration
def explain(
    rule: tuple[str, ...], output_format: str, config: Path | None, *, isolated: bool, policy: Path | None
) -> None:
    """Explain RULE: an id, a name, or an error message that you saw (- reads one, or a whole log)."""
    pack = _pack(config, isolated=isolated, policy=policy)
    asked = read_standard_input().decode("utf-8", "replace") if rule == ("-",) else " ".join(rule)
    deliver(_explanation(asked, pack, output_format), None)


def _pack(config: Path | None, *, isolated: bool, policy: Path | None) -> RulePack:
    from dmlint.cli.check import FORMATS

    asked = prepare.Asked(options={}, config=config, isolated=isolated, formats=FORMATS, policy=policy)
    return prepare.known_rules(prepare.configured(asked))


def _explanation(asked: str, pack: RulePack, output_format: str) -> Iterator[str]:
    from dmlint.explanation import EXPLANATIONS, MESSAGES, diagnose, explain

    rule = pack.rule(asked.strip())
    if rule is not None:
        return EXPLANATIONS[output_format](explain(rule, pack))
    diagnosis = diagnose(asked, pack)
    if diagnosis is not None:
        return MESSAGES[output_format](diagnosis)
    raise _unknown(asked, pack)


def _unknown(asked: str, pack: RulePack) -> UnknownRuleError:
    from dmlint.tables import suggest

    word = asked.strip()
    if len(word.split()) != 1 or len(word) > _LONGEST_NAME:
        return UnknownRuleError(
            "no rule is about this message; give the line that names the error (such as 'AttributeError: …'), or see "
            "`dmlint rules`"
        )
    names = [name for known in pack.rules for name in (known.id, known.name)]
    hint = suggest(word.upper(), names) or suggest(word.lower(), names)
    return UnknownRuleError(f"there is no rule '{word}'{hint}; `dmlint rules` prints them all")
