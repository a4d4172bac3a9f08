"""The explanation of a rule as text, as a Markdown page and as JSON; one registry table."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from textwrap import fill, indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dmlint.reports.explanation.rule import Explanation
    from dmlint.rulepacks.load import Example

_WIDTH = 100
_LANGUAGES = {".toml": "toml", ".sh": "sh", ".lock": "toml", "": "dockerfile"}
"""What code is highlighted as, by the suffix of its file."""


def render_text(explanation: Explanation) -> Iterator[str]:
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


def render_markdown(explanation: Explanation) -> Iterator[str]:
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


def render_json(explanation: Explanation) -> Iterator[str]:
    """One object, for tools."""
    yield json.dumps({"version": 1, **describe(explanation)}, indent=2, ensure_ascii=False)


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
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
}
