"""A Dockerfile inside of another file, with all of its facts at the places where they are written there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dmlint.text.source import Source, Span
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Document

_T = TypeVar("_T")


def read_inline(text: Traced, args: Mapping[str, Traced], around: Source) -> Document | None:
    """A Dockerfile that stands in a value of the file ``around``; None for an empty one.

    What is written in the value keeps its place there; where characters come from elsewhere (a variable), that place.
    """
    if not text.pieces:
        return None
    from dmlint.parsers import dockerfile

    source = Source(path=around.path, text=text.text)
    document = _moved(dockerfile.parse(source, args), source, text)
    return replace(document, source=around)


def _moved(fact: _T, source: Source, text: Traced) -> _T:
    """The same fact, its spans of ``source`` taken to where the text is written; facts are nested a few deep only."""
    found: object = fact
    if isinstance(fact, Span):
        found = _place(fact, text) if fact.source is source else fact
    elif isinstance(fact, Traced):
        found = Traced(tuple(piece for part in fact.pieces for piece in _pieces(part, source, text)))
    elif isinstance(fact, tuple):
        found = tuple(_moved(entry, source, text) for entry in fact)
    elif isinstance(fact, dict):
        found = {key: _moved(value, source, text) for key, value in fact.items()}
    elif isinstance(fact, Struct) and not isinstance(fact, Source):
        values = {name: _moved(getattr(fact, name), source, text) for name in fact.__struct_fields__}
        found = type(fact)(**values)
    return found if isinstance(found, type(fact)) else fact


def _pieces(piece: Piece, source: Source, text: Traced) -> list[Piece]:
    """A piece as those that it is written in: a variable of the file around may stand in the middle of it."""
    via = tuple(_place(span, text) if span.source is source else span for span in piece.via)
    if piece.span.source is not source:
        return [replace(piece, via=via)]
    part = text.slice(piece.span.start, piece.span.end)
    if part.text != piece.text or not piece.known:
        return [replace(piece, span=_place(piece.span, text), via=via)]
    return [replace(one, via=(*via, *one.via)) for one in part.pieces]


def _place(span: Span, text: Traced) -> Span:
    part = text.slice(span.start, max(span.end, span.start + 1))
    if part.span is not None:
        whole = part.span
        return whole.source.span(whole.start, whole.end if span.end > span.start else whole.start)
    pieces = part.pieces or text.pieces[-1:]
    own = [piece for piece in pieces if not piece.via] or list(pieces)
    first, last = own[0].span, own[-1].span
    return first.source.span(first.start, max(first.end, last.end)) if last.source is first.source else first
