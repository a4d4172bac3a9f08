"""A stretch of shell text together with where it is written."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from dmlint.text.source import Span

if TYPE_CHECKING:
    from dmlint.text.traced import Piece, Traced

MASK = "\ue000"
"""Stands for each character of a reference whose value is not known, so that no part of it is read as shell."""


class Passage:
    """Shell text to read: ``text`` is what is scanned, ``traced`` the same characters with their origins.

    ``text`` has as many characters as ``traced`` but plain line ends. ``outer`` is the span to fall back to
    where characters have no common place of their own.
    """

    def __init__(self, traced: Traced, outer: Span) -> None:
        self.traced = traced
        self.outer = outer
        text = traced.text
        if any(not piece.known for piece in traced.pieces):
            text = "".join(piece.text if piece.known else MASK * len(piece.text) for piece in traced.pieces)
        self.text = text.replace("\\\r\n", " \\\n").replace("\r\n", " \n")
        self._plain = _range(traced.pieces) is not None
        only = traced.pieces[0] if len(traced.pieces) == 1 else None
        # A script in a file of its own: an offset in it is one in the file.
        self._whole = only.span if only and not only.via and len(only.text) == only.span.end - only.span.start else None
        self._ends = tuple(accumulate(len(piece.text) for piece in traced.pieces))

    def written(self, start: int, end: int) -> Span:
        """Where ``start:end`` is written, from its first to its last character, seen from the outermost script."""
        if not self.text:
            return self.outer
        if start >= end:
            place = self._origin(min(start, len(self.text) - 1))
            point = place.start if start < len(self.text) else place.end
            return Span(place.source, point, point)
        if self._whole is not None:
            return Span(self._whole.source, self._whole.start + start, self._whole.start + end)
        if not self._plain:
            return _range(self.traced.slice(start, end).pieces) or self.outer
        first, last = self._origin(start), self._origin(end - 1)
        return Span(first.source, first.start, last.end)

    def _origin(self, at: int) -> Span:
        """The place of the character ``at``."""
        index = bisect_right(self._ends, at)
        piece = self.traced.pieces[index]
        place = _place(piece)
        if piece.via or place.end - place.start != len(piece.text):
            return place
        start = place.start + at - self._ends[index] + len(piece.text)
        return Span(place.source, start, start + 1)


def _place(piece: Piece) -> Span:
    """Where a reader of the outermost script sees the piece: the first reference that it came through, or itself."""
    return piece.via[0] if piece.via else piece.span


def _range(pieces: tuple[Piece, ...]) -> Span | None:
    """The range that holds all pieces as seen from the outermost script, None if they are not in order there."""
    places = [_place(piece) for piece in pieces]
    if not places or any(place.source is not places[0].source for place in places):
        return None
    if any(a.end > b.start and a != b for a, b in pairwise(places)):
        return None
    return Span(places[0].source, places[0].start, places[-1].end)
