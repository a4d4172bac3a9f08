"""Text and places in it: what everything else points at."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from msgspec import Struct

LIVE = "env:"
"""What the path of a reading starts with that is in no file: what `dmlint env` has just seen."""


def is_live(path: str | None) -> bool:
    """Whether a path, an environment's id, or a pattern of either speaks of what is in no file of the repository."""
    return path is not None and path.startswith(LIVE)


class Source(Struct, frozen=True, eq=False, kw_only=True, dict=True):
    """One file, decoded once; two sources are equal only if they are the same object.

    ``path`` is POSIX and relative to the repository's root. ``text`` keeps line endings as they are and lacks
    the byte order mark, which ``encoding`` remembers. (No slots: ``line_starts`` is computed when it is first
    asked for.)
    """

    path: str
    text: str
    encoding: str = "utf-8"

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each line starts; only LF ends a line, as in every format that dmlint reads."""
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both from 1, the column in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The half-open range of characters ``start:end`` of this source."""
        return Span(self, start, end)


class Span(Struct, frozen=True):
    """A half-open range of character offsets in one source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the range, as they are written."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line on which the range starts, from 1."""
        return self.source.position(self.start)[0]


class Note(Struct, frozen=True, kw_only=True):
    """A further place that explains a finding, with a sentence about it."""

    span: Span
    message: str
