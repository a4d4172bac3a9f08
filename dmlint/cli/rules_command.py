"""``dmlint rules`` and ``dmlint explain``: what dmlint looks for, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dmlint.cli import call_setup, options
from dmlint.cli.completion import complete_rule
from dmlint.cli.output import deliver
from dmlint.cli.scope import read_standard_input
from dmlint.linting import preparation
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.rulepacks.packs import Rule, RulePack


_LONGEST_NAME = 80
"""What is longer is meant for a message."""


class UnknownRuleError(DmlintError):
    """A rule that there is not, or a message that no rule is about."""


@click.command(context_settings=options.SETTINGS)
@options.layout("text", "json")
@options.configuration
def rules(layout: str, **given: Any) -> None:
    """Print all rules."""
    pack = _pack(given)
    deliver(_as_json(pack.rules, pack) if layout == "json" else _as_lines(pack), None)


def _as_lines(pack: RulePack) -> Iterator[str]:
    size = max(len(rule.name) for rule in pack.rules)
    yield from (f"{rule.id}  {rule.severity:<7}  {rule.name:<{size}}  {rule.title}" for rule in pack.rules)


def _as_json(rules: Iterable[Rule], pack: RulePack) -> Iterator[str]:
    from dmlint.reports.json_report import dump
    from dmlint.reports.rule_pages import describe, explain

    described = [describe(explain(rule, pack)) for rule in rules]
    yield dump({"version": 1, "rules": described}, indent=2)


@click.command(context_settings=options.SETTINGS)
@click.argument("rule", nargs=-1, required=True, shell_complete=complete_rule)
@options.layout("text", "markdown", "json")
@options.configuration
def explain(rule: tuple[str, ...], layout: str, **given: Any) -> None:
    """Explain RULE: ids, names, or an error message that you saw (- reads one, or a whole log)."""
    pack = _pack(given)
    named = [known for known in map(pack.rule, rule) if known is not None]
    if len(named) == len(rule) > 1:
        deliver(_explanations(named, pack, layout), None)
        return
    asked = read_standard_input().decode("utf-8", "replace") if rule == ("-",) else " ".join(rule)
    deliver(_explanation(asked, pack, layout), None)


def _pack(given: dict[str, Any]) -> RulePack:
    asked, _ = options.part(given)
    return preparation.known_rules(call_setup.configured(asked))


def _explanations(rules: Iterable[Rule], pack: RulePack, layout: str) -> Iterator[str]:
    """Several rules: one page below the other, or one object as that of ``dmlint rules``."""
    from dmlint.reports.rule_pages import EXPLANATIONS, explain

    if layout == "json":
        yield from _as_json(rules, pack)
        return
    for number, rule in enumerate(rules):
        yield from ("",) if number else ()
        yield from EXPLANATIONS[layout](explain(rule, pack))


def _explanation(asked: str, pack: RulePack, layout: str) -> Iterator[str]:
    from dmlint.reports.rule_pages import EXPLANATIONS, MESSAGES, diagnose, explain

    rule = pack.rule(asked.strip())
    if rule is not None:
        return EXPLANATIONS[layout](explain(rule, pack))
    diagnosis = diagnose(asked, pack)
    if diagnosis is not None:
        return MESSAGES[layout](diagnosis)
    raise _unknown(asked, pack)


def _unknown(asked: str, pack: RulePack) -> UnknownRuleError:
    from dmlint.rulepacks.toml_tables import suggest

    word = asked.strip()
    if len(word.split()) != 1 or len(word) > _LONGEST_NAME:
        return UnknownRuleError(
            "no rule is about this message; give the line that names the error (such as 'AttributeError: …'), or see "
            "`dmlint rules`"
        )
    names = [name for known in pack.rules for name in (known.id, known.name)]
    hint = suggest(word.upper(), names) or suggest(word.lower(), names)
    return UnknownRuleError(f"there is no rule '{word}'{hint}; `dmlint rules` prints them all")
