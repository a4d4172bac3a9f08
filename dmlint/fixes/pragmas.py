"""A suppression that suppresses nothing, taken out of its comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.facts import Proposal
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.text.source import Span

_NEXT_COMMENT = lazy_regex(r"\s#")
_AROUND = lazy_regex(r"[ \t]*")


def drop_id(identifier: Span, pragma: Span) -> Proposal | None:
    """Take one id out of a pragma, with the pragma where it names no other, with the line where nothing else is on it.

    ``pragma`` is the text from its ``#`` on. None where a backslash ends it: what it hides would come to life.
    """
    text = pragma.text
    opening, closing = text.index("[") + 1, text.index("]")
    at = identifier.start - pragma.start
    ids = [item for item in re.finditer(r"[^\s,]+", text[opening:closing]) if opening + item.start() != at]
    if ids:
        left = (
            ", ".join(item[0] for item in ids) if ", " in text[opening:closing] else ",".join(item[0] for item in ids)
        )
        # All of the bracket, so that another id of it waits for the next round.
        return Proposal(span=pragma.source.span(pragma.start + opening, pragma.start + closing), spellings=(left,))
    further = _NEXT_COMMENT().search(text, closing)
    end = further.start() + 1 if further else len(text.rstrip())
    if text[:end].endswith(("\\", "`")):
        return None
    return Proposal(
        span=_widen(pragma.source.span(pragma.start, pragma.start + end), further=further is not None), spellings=("",)
    )


def _widen(comment: Span, *, further: bool) -> Span:
    """A comment with the white space before it, and with its line where it stands alone."""
    if further:
        return comment
    source, text = comment.source, comment.source.text
    first = source.line_starts[comment.line - 1]
    before = text[first : comment.start]
    start = first + len(before.rstrip(" \t"))
    end = text.find("\n", comment.end)
    stop = len(text) if end < 0 else end + 1
    if start > first or text[comment.end : stop].strip():
        return source.span(start, comment.end)
    return source.span(first, stop)
