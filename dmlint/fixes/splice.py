"""Edits put into a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.facts import Edit
    from dmlint.text.source import Span


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap written into it; insertions at one place follow in their order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda entry: (entry.span.start, entry.span.end)):
        parts += [text[at : edit.span.start], edit.replacement]
        at = edit.span.end
    return "".join([*parts, text[at:]])


def overlap(one: Span, other: Span) -> bool:
    """Whether two edits of one source cannot be made at once: their ranges share characters, or start together."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)
