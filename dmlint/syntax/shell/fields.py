"""Parts of expanded words, and how the shell splits them into arguments."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.text.source import Span

_BLANKS = lazy_regex(r"[ \t\n]+")


class Splitting(Enum):
    """What the shell does with a part of a word."""

    KEEP = "keep"
    QUOTED = "quoted"
    """Kept, and makes an argument even if it is empty."""
    SPLIT = "split"
    BREAK = "break"
    """No text: the next element of ``"$@"`` begins."""


class Chunk(NamedTuple):
    """A part of a word after expansion."""

    value: Traced
    splitting: Splitting


BREAK = Chunk(Traced(), Splitting.BREAK)


def split_fields(chunks: Iterable[Chunk]) -> list[Traced]:
    """The arguments that one word becomes: none, one or several."""
    fields: list[Traced] = []
    pieces: list[Piece] = []
    exists = False
    for chunk in chunks:
        for part in _parts(chunk):
            if part is None:
                if exists or pieces:
                    fields.append(Traced(tuple(pieces)))
                pieces, exists = [], False
            else:
                pieces += part.pieces
        exists = exists or chunk.splitting is Splitting.QUOTED
    return [*fields, Traced(tuple(pieces))] if exists or pieces else fields


def _parts(chunk: Chunk) -> Iterable[Traced | None]:
    """The texts of a chunk, None between arguments. What is not known is never split."""
    if chunk.splitting is Splitting.BREAK:
        return [None]
    if chunk.splitting is not Splitting.SPLIT:
        return [chunk.value]
    return (part for piece in chunk.value.pieces for part in _split(piece))


def _split(piece: Piece) -> Iterable[Traced | None]:
    if not piece.known:
        yield Traced((piece,))
        return
    done = 0
    for match in _BLANKS().finditer(piece.text):
        if match.start() > done:
            yield Traced((piece.cut(done, match.start()),))
        yield None
        done = match.end()
    if done < len(piece.text):
        yield Traced((piece.cut(done, len(piece.text)),))


def spaced(values: Iterable[Traced], place: Span) -> Traced:
    """The values joined by single spaces, which are written nowhere; ``place`` stands in for them."""
    parts: list[Traced] = []
    for value in values:
        if parts:
            end = parts[-1].pieces[-1].span if parts[-1].pieces else place
            point = type(end)(end.source, end.end, end.end)
            parts.append(Traced((Piece(" ", point, parts[-1].pieces[-1].via if parts[-1].pieces else ()),)))
        parts.append(value)
    return join(parts)
