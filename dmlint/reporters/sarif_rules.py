"""What SARIF calls the tool's driver: dmlint, and each rule with what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmlint import __version__
from dmlint.model import Severity
from dmlint.reporters.words import explain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.reporters.view import View
    from dmlint.rulepack import Rule

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "recommendation"}
_TAGS = ["dependencies", "reliability"]
_LONGEST = 1024
"""How many characters of a description GitHub takes."""


def driver(rules: Iterable[Rule], view: View) -> dict[str, Any]:
    """The tool, with all of its rules in their order; an address stands where there are pages, and is left out else."""
    return {
        "name": "dmlint",
        "semanticVersion": __version__,
        **({} if view.docs is None else {"informationUri": view.docs}),
        "rules": [_rule(rule, view) for rule in rules],
    }


def _rule(rule: Rule, view: View) -> dict[str, Any]:
    page = view.page(rule.id)
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": _cut(_ended(rule.title))},
        "fullDescription": {"text": _cut(_ended(rule.why))},
        "help": {"text": _help(rule), "markdown": _help(rule, link="<{}>")},
        **({} if page is None else {"helpUri": page}),
        "defaultConfiguration": {"level": LEVELS[rule.level]},
        "properties": {"tags": _TAGS, "precision": "high", "problem.severity": _PROBLEMS[rule.level]},
    }


def _help(rule: Rule, link: str = "{}") -> str:
    """Why the rule exists, and its sources; ``link`` is how an address is written."""
    sources = [link.format(source) if source.startswith("https://") else source for source in rule.sources]
    listed = "\n".join(("Sources:", "", *(f"* {source}" for source in sources)))
    parts = (_ended(rule.why), *([listed] if sources else []), f"On the command line: {explain(rule.id)}")
    return "\n\n".join(parts)


def _ended(text: str) -> str:
    """The text as a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
