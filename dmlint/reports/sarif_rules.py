"""What SARIF calls the tool's driver: dmlint, and each rule with what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmlint import __version__
from dmlint.facts import Severity
from dmlint.reports.explanation import EXPLANATIONS, explain

if TYPE_CHECKING:
    from dmlint.reports.view import View
    from dmlint.rulepacks.load import Rule, RulePack

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "recommendation"}
_TAGS = ["dependencies", "reliability"]
_LONGEST = 1024
"""How many characters of a description GitHub takes."""


def driver(pack: RulePack | None, view: View) -> dict[str, Any]:
    """The tool, with all of its rules in their order; an address stands where there are pages, and is left out else."""
    return {
        "name": "dmlint",
        "semanticVersion": __version__,
        **({} if view.docs is None else {"informationUri": view.docs}),
        "rules": [] if pack is None else [_rule(rule, pack, view) for rule in pack.rules],
    }


def _rule(rule: Rule, pack: RulePack, view: View) -> dict[str, Any]:
    address, page = view.page(rule.id), explain(rule, pack)
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": _cut(_ended(rule.title))},
        "fullDescription": {"text": _cut(_ended(" ".join(rule.why.split())))},
        "help": {shape: "\n".join(EXPLANATIONS[shape](page)) for shape in ("text", "markdown")},
        **({} if address is None else {"helpUri": address}),
        "defaultConfiguration": {"level": LEVELS[rule.level]},
        "properties": {"tags": _TAGS, "precision": "high", "problem.severity": _PROBLEMS[rule.level]},
    }


def _ended(text: str) -> str:
    """The text as a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
