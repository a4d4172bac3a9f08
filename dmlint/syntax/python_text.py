"""Python source: where its comments and the characters of its strings stand."""

from __future__ import annotations

import re
import tokenize
from bisect import bisect_left
from io import StringIO
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    import ast

    from dmlint.text.source import Source, Span

_LINE_END = lazy_regex(r"\r\n|\r|\n")
_QUOTED = lazy_regex(r"[rRuUbB]{0,2}(\"\"\"|'''|\"|')(.*)\1", re.DOTALL)


class Places(Struct, frozen=True):
    """The offsets of a source by the lines and UTF-8 columns that ``ast`` counts."""

    source: Source
    starts: list[int]
    _columns: dict[int, list[int]] = field(default_factory=dict)
    """For each line that was asked for, where each of its characters starts in bytes; nothing for one in ASCII."""

    @classmethod
    def of(cls, source: Source) -> Places:
        """The places of a source, whose lines end as Python ends them."""
        return cls(source, [0, *(match.end() for match in _LINE_END().finditer(source.text))])

    def offset(self, line: int, column: int) -> int:
        """The offset of a line (from 1) and a column in bytes (from 0)."""
        start = self.starts[line - 1]
        columns = self._columns.get(line)
        if columns is None:
            text = self.source.text[start : self.starts[line] if line < len(self.starts) else None]
            columns = (
                []
                if text.isascii()
                else [0, *accumulate(len(character.encode("utf-8", "replace")) for character in text)]
            )
            self._columns[line] = columns
        return start + (bisect_left(columns, column) if columns else column)

    def span(self, node: ast.expr) -> Span:
        """The characters of an expression."""
        end = self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return self.source.span(self.offset(node.lineno, node.col_offset), end)

    def string(self, node: ast.expr, value: str) -> Traced:
        """The characters of a string literal; one with escapes, or in several parts, is one piece, taken whole."""
        written = self.span(node)
        quoted = _QUOTED().fullmatch(written.text)
        if quoted is None or _LINE_END().sub("\n", quoted[2]) != value:
            return Traced((Piece(value, written),) if value else ())
        pieces: list[Piece] = []
        at = start = written.start + quoted.start(2)
        for end in _LINE_END().finditer(quoted[2]):
            line = self.source.span(at, start + end.start())
            at = start + end.end()
            pieces += [Piece(line.text, line), Piece("\n", self.source.span(start + end.start(), at))]
        rest = self.source.span(at, written.start + quoted.end(2))
        return Traced((*(piece for piece in pieces if piece.text), *Traced.of(rest).pieces))


def read_comments(source: Source) -> tuple[Span, ...]:
    """The comments that mention dmlint, from their ``#`` to the end of the line, as far as the text is Python."""
    if "dmlint" not in source.text:
        return ()
    places = Places.of(source)
    found: list[Span] = []
    try:
        for token in tokenize.generate_tokens(StringIO(source.text, newline=None).readline):
            if token.type == tokenize.COMMENT and "dmlint" in token.string:
                line = token.start[0]
                start = places.starts[line - 1] + token.start[1]
                found.append(source.span(start, start + len(token.string)))
    except (tokenize.TokenError, SyntaxError):
        return tuple(found)
    return tuple(found)
