"""Requirements of other grammars respelled as PEP 508, without losing where they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.text.source import Span
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Word


def respell(text: str, like: Traced, word: Word) -> Traced:
    """``text`` as if it were written where ``like``, a part of the word, is."""
    span = like.span
    via = like.pieces[0].via if span else ()
    return Traced((Piece(text, span or word.span, via),)) if text else Traced()


def literal(text: str, before: Traced, word: Word) -> Traced:
    """Text that is written nowhere, placed right before a part of the word."""
    first = before.pieces[0] if before.pieces else Piece("", word.span)
    return Traced((Piece(text, Span(first.span.source, first.span.start, first.span.start), first.via),))
