"""From an error message that somebody saw at run time to the rules that find where it comes from."""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.rulepacks.signatures import recognize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dmlint.rulepacks.load import Rule, RulePack
    from dmlint.rulepacks.signatures import Signature

_WIDTH = 100


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What a message shows, best first, and the rules to look at, the likeliest first."""

    signatures: tuple[Signature, ...]
    rules: tuple[Rule, ...]


def diagnose(message: str, pack: RulePack) -> Diagnosis | None:
    """What a message, a traceback or a whole log shows; None where dmlint knows nothing of it."""
    found = recognize(message, pack.catalogue.signatures)
    ids = dict.fromkeys(rule for entry in found for rule in entry.rules)
    rules = {rule.id: rule for rule in pack.rules}
    return Diagnosis(signatures=found, rules=tuple(rules[name] for name in ids)) if found else None


def render_text(diagnosis: Diagnosis) -> Iterator[str]:
    """What a terminal shows."""
    for entry in diagnosis.signatures:
        yield from (*entry.texts, "", fill(f"{entry.cause[0].upper()}{entry.cause[1:]}.", _WIDTH), "")
    yield "These rules find where it comes from, the likeliest first:"
    size = max(len(rule.name) for rule in diagnosis.rules)
    yield from (f"  {rule.id}  {rule.name:<{size}}  {rule.title}" for rule in diagnosis.rules)
    yield from ("", f"`dmlint` finds the line in your repository; `dmlint explain {diagnosis.rules[0].id}` says more.")
    yield from ("", "Sources:", *(f"  {source}" for source in _sources(diagnosis)))


def render_markdown(diagnosis: Diagnosis) -> Iterator[str]:
    """The same in Markdown."""
    for entry in diagnosis.signatures:
        yield from ("```text", *entry.texts, "```", "", f"{entry.cause[0].upper()}{entry.cause[1:]}.", "")
    yield from ("These rules find where it comes from, the likeliest first:", "")
    yield from (f"* {rule.id} {rule.name}: {rule.title}" for rule in diagnosis.rules)
    yield from ("", "Sources:", "", *(f"* {source}" for source in _sources(diagnosis)))


def render_json(diagnosis: Diagnosis) -> Iterator[str]:
    """One object, for tools."""
    signatures = [
        {"texts": list(entry.texts), "cause": entry.cause, "rules": list(entry.rules), "sources": list(entry.sources)}
        for entry in diagnosis.signatures
    ]
    report = {"version": 1, "rules": [rule.id for rule in diagnosis.rules], "signatures": signatures}
    yield json.dumps(report, indent=2, ensure_ascii=False)


def _sources(diagnosis: Diagnosis) -> Iterator[str]:
    yield from dict.fromkeys(source for entry in diagnosis.signatures for source in entry.sources)


MESSAGES: dict[str, Callable[[Diagnosis], Iterator[str]]] = {
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
}
