"""What there is to say about a rule, and which rules an error message leads to."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from textwrap import fill, indent
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.reports.json_report import dump
from dmlint.rulepacks.catalogue import recognize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dmlint.rulepacks.catalogue import Signature
    from dmlint.rulepacks.packs import Example, Rule, RulePack


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


def _message_text(diagnosis: Diagnosis) -> Iterator[str]:
    """What a terminal shows."""
    for entry in diagnosis.signatures:
        yield from (*entry.texts, "", fill(f"{entry.cause[0].upper()}{entry.cause[1:]}.", _WIDTH), "")
    yield "These rules find where it comes from, the likeliest first:"
    size = max(len(rule.name) for rule in diagnosis.rules)
    yield from (f"  {rule.id}  {rule.name:<{size}}  {rule.title}" for rule in diagnosis.rules)
    yield from ("", f"`dmlint` finds the line in your repository; `dmlint explain {diagnosis.rules[0].id}` says more.")
    yield from ("", "Sources:", *(f"  {source}" for source in _sources(diagnosis)))


def _message_markdown(diagnosis: Diagnosis) -> Iterator[str]:
    """The same in Markdown."""
    for entry in diagnosis.signatures:
        yield from ("```text", *entry.texts, "```", "", f"{entry.cause[0].upper()}{entry.cause[1:]}.", "")
    yield from ("These rules find where it comes from, the likeliest first:", "")
    yield from (f"* {rule.id} {rule.name}: {rule.title}" for rule in diagnosis.rules)
    yield from ("", "Sources:", "", *(f"* {source}" for source in _sources(diagnosis)))


def _message_json(diagnosis: Diagnosis) -> Iterator[str]:
    """One object, for tools."""
    signatures = [
        {"texts": list(entry.texts), "cause": entry.cause, "rules": list(entry.rules), "sources": list(entry.sources)}
        for entry in diagnosis.signatures
    ]
    report = {"version": 1, "rules": [rule.id for rule in diagnosis.rules], "signatures": signatures}
    yield dump(report, indent=2)


def _sources(diagnosis: Diagnosis) -> Iterator[str]:
    yield from dict.fromkeys(source for entry in diagnosis.signatures for source in entry.sources)


MESSAGES: dict[str, Callable[[Diagnosis], Iterator[str]]] = {
    "text": _message_text,
    "markdown": _message_markdown,
    "json": _message_json,
}


_BEYOND_COMMENTS = ("unused-pragma", "stale-waiver")
"""What speaks of suppressions themselves."""


class Explanation(Struct, frozen=True, kw_only=True):
    """A rule, what to write instead of what it flags, how it is silenced (in Markdown), and how what it flags shows at
    run time.
    """

    rule: Rule
    advice: str
    silencing: str
    signatures: tuple[Signature, ...]


def explain(rule: Rule, pack: RulePack) -> Explanation:
    """What ``pack`` says about a rule."""
    return Explanation(
        rule=rule,
        advice=_advise(rule, pack),
        silencing=_silence(rule),
        signatures=tuple(entry for entry in pack.catalogue.signatures if rule.id in entry.rules),
    )


def _advise(rule: Rule, pack: RulePack) -> str:
    """The advice in general; what depends on a finding is named by its word, in brackets."""
    releases = pack.catalogue.recommended(getattr(rule.check, "product", ""))
    recommended = ", ".join(entry.version for entry in releases)
    return re.sub(r"\{(\w+)\}", r"[\1]", (rule.advice or rule.help).replace("{instead}", recommended))


def _silence(rule: Rule) -> str:
    if getattr(rule.check, "of", None) in _BEYOND_COMMENTS:
        return f'No comment takes it away; `ignore = ["{rule.id}"]` in the configuration does.'
    return (
        f"`# dmlint: ignore[{rule.id}] the reason` at the end of the line, or on a line of its own above it. What a "
        "team has agreed to live with goes into a waiver in the configuration, with the reason and maybe a last day."
    )


_WIDTH = 100
_LANGUAGES = {".toml": "toml", ".sh": "sh", ".lock": "toml", "": "dockerfile"}
"""What code is highlighted as, by the suffix of its file."""


def _page_text(explanation: Explanation) -> Iterator[str]:
    """What a terminal shows."""
    rule = explanation.rule
    yield f"{rule.id} {rule.name} ({rule.severity})"
    yield from ("", rule.title)
    yield from _text_examples("Bad:", rule.bad)
    if explanation.advice or rule.good:
        yield from ("", fill(f"Instead: {explanation.advice}", _WIDTH) if explanation.advice else "Instead:")
    yield from _text_examples("", rule.good)
    if rule.why.strip():
        yield from ("", fill(" ".join(rule.why.split()), _WIDTH))
    if explanation.signatures:
        yield from ("", "At run time it can show as (* stands for what differs):")
        yield from (f"  {text}" for entry in explanation.signatures for text in entry.texts)
    yield from ("", fill(f"To suppress it: {explanation.silencing}", _WIDTH))
    if rule.sources:
        yield from ("", "Sources:")
        yield from (f"  {source}" for source in rule.sources)


def _text_examples(head: str, examples: Iterable[Example]) -> Iterator[str]:
    for number, example in enumerate(examples):
        yield from ("", head) if head and not number else ()
        for name, text in example:
            yield from ("", f"  {name}", indent(text.rstrip("\n"), "  | ", lambda _: True))


def _page_markdown(explanation: Explanation) -> Iterator[str]:
    """The page of a rule."""
    rule = explanation.rule
    yield from (f"# {rule.id} {rule.name}", "", f"{rule.title} ({rule.severity}).")
    yield from _page_examples("What it flags", "", rule.bad)
    yield from _page_examples("What to write instead", explanation.advice, rule.good)
    if rule.why.strip():
        yield from ("", "## Why", "", rule.why.strip())
    if explanation.signatures:
        yield from ("", "## How it shows at run time", "", "```text")
        yield from (text for entry in explanation.signatures for text in entry.texts)
        yield from ("```", "", f"`*` stands for what differs. {_LOOKUP}")
    yield from ("", "## How to suppress it", "", explanation.silencing)
    if rule.sources:
        yield from ("", "## Sources", "", *(f"* {source}" for source in rule.sources))


_LOOKUP = '`dmlint explain "the message"` finds the rules for a message that you saw.'


def _page_examples(head: str, advice: str, examples: Iterable[Example]) -> Iterator[str]:
    if advice or examples:
        yield from ("", f"## {head}")
    if advice:
        yield from ("", f"{advice[0].upper()}{advice[1:]}.")
    for example in examples:
        for name, text in example:
            language = _LANGUAGES.get(PurePosixPath(name).suffix, "text")
            yield from ("", f"`{name}`:", "", f"```{language}", text.rstrip("\n"), "```")


def _page_json(explanation: Explanation) -> Iterator[str]:
    """One object, for tools."""
    yield dump({"version": 1, **describe(explanation)}, indent=2)


def describe(explanation: Explanation) -> dict[str, object]:
    """A rule as plain data."""
    rule = explanation.rule
    return {
        **{key: getattr(rule, key) for key in ("id", "name", "severity", "title", "message")},
        "why": " ".join(rule.why.split()),
        "advice": explanation.advice,
        "bad": [dict(example) for example in rule.bad],
        "good": [dict(example) for example in rule.good],
        "signatures": [text for entry in explanation.signatures for text in entry.texts],
        "suppress": explanation.silencing,
        "sources": list(rule.sources),
    }


EXPLANATIONS: dict[str, Callable[[Explanation], Iterator[str]]] = {
    "text": _page_text,
    "markdown": _page_markdown,
    "json": _page_json,
}
