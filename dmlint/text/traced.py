"""Text that knows where each of its characters is written, through quotes, continuations and variables."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable


class Piece(Struct, frozen=True):
    r"""A run of characters with one origin.

    ``span`` is where they are written; where it has as many characters as ``text`` the piece is sliced exactly,
    else (an escape, ``\\$`` for ``$``) it is taken whole. ``via`` are the references (``${TAG}``) through which
    they came, outermost first. ``known`` is False for a reference whose value is not known: ``text`` is then
    the reference itself.
    """

    text: str
    span: Span
    via: tuple[Span, ...] = ()
    known: bool = True

    def cut(self, start: int, end: int) -> Piece:
        """The part ``start:end`` of this piece."""
        exact = self.span.end - self.span.start == len(self.text)
        if not exact:
            return Piece(self.text[start:end], self.span, self.via, self.known)
        span = Span(self.span.source, self.span.start + start, self.span.start + end)
        return Piece(self.text[start:end], span, self.via, self.known)


class Traced(Struct, frozen=True, dict=True):
    """A string as a sequence of pieces; sliced and joined like one. (No slots: what takes a walk is computed once.)"""

    pieces: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, span: Span) -> Traced:
        """The text of a span, as it is written."""
        return cls((Piece(span.text, span),) if span.end > span.start else ())

    @property
    def text(self) -> str:
        """The characters, without their origins."""
        return self.pieces[0].text if len(self.pieces) == 1 else self._joined

    @cached_property
    def _joined(self) -> str:
        return "".join([piece.text for piece in self.pieces])

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(accumulate(len(piece.text) for piece in self.pieces))

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return len(self.text)

    def __add__(self, other: Traced) -> Traced:
        return Traced(self.pieces + other.pieces)

    def slice(self, start: int, end: int | None = None) -> Traced:
        """The characters ``start:end`` with their origins; offsets count from 0 and are not negative."""
        only = self.pieces[0] if len(self.pieces) == 1 else None
        length = len(self.text if only is None else only.text)
        stop = length if end is None or end > length else end
        if start == 0 and stop == length:
            return self
        if only is not None:
            return Traced((only.cut(start, stop),) if start < stop else ())
        cut: list[Piece] = []
        index = bisect_right(self._ends, start)
        while start < stop:
            piece, piece_end = self.pieces[index], self._ends[index]
            base = piece_end - len(piece.text)
            cut.append(piece.cut(start - base, min(stop, piece_end) - base))
            start, index = piece_end, index + 1
        return Traced(tuple(cut))

    def strip(self) -> Traced:
        """The same without white space at both ends."""
        if len(self.text) == len(self.text.strip()):
            return self
        lead = len(self.text) - len(self.text.lstrip())
        return self.slice(lead, max(lead, len(self.text.rstrip())))

    @property
    def literal(self) -> bool:
        """Whether all of it is written in one place, and not by way of a reference."""
        return len(self.pieces) == 1 and self.pieces[0].known and not self.pieces[0].via

    @property
    def unresolved(self) -> tuple[Span, ...]:
        """The references inside whose value is not known."""
        return tuple(piece.span for piece in self.pieces if not piece.known)

    @property
    def via(self) -> tuple[Span, ...]:
        """The references through which any of it came, in order, each once."""
        return tuple(dict.fromkeys(span for piece in self.pieces for span in piece.via))

    @property
    def span(self) -> Span | None:
        """The one range that holds all of it, from its first to its last character as written; None if it has no such
        range (it is empty, or its characters come from several places).
        """
        if not self.pieces:
            return None
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return first.span
        if any(piece.span.source is not first.span.source or piece.via != first.via for piece in self.pieces):
            return None
        if any(a.span.end > b.span.start for a, b in pairwise(self.pieces)):
            return None
        return Span(first.span.source, first.span.start, last.span.end)


def join(parts: Iterable[Traced]) -> Traced:
    """All parts, one after the other."""
    return Traced(tuple(piece for part in parts for piece in part.pieces))
