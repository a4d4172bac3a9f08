"""How YAML spells scalars: where their characters stand, and what each of them means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.text.source import Source, Span

_PROPERTY = lazy_regex(r"[&!]\S*(?:\s+(?:#[^\n]*\n\s*)*|\Z)?")
_BREAK = lazy_regex("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for YAML 1.1."""
_LINE = lazy_regex(r"[^\r\n]*(\r\n|\n|\r|\Z)")
_SINGLE = lazy_regex(r"''|[^']+|'")
_DOUBLE = lazy_regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|[^\\]+|\\")
_SLASHES = lazy_regex(r"\\*\Z")
_BLANKS = " \t"
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def scalar_bounds(text: str, start: int, end: int, style: str) -> tuple[int, int]:
    """Where the characters of a scalar begin and end, in what is written between ``start`` and ``end``: anchor and tag,
    quotes, and the header of a block left out.
    """
    while match := _PROPERTY().match(text, start, end):
        start = match.end()
    if style in ("'", '"'):
        return start + 1, end - 1
    if style in ("|", ">"):
        header = _BREAK().search(text, start, end)
        start = end if header is None else header.end()
        return start, start + len(text[start:end].rstrip())
    return start, end


def scalar_pieces(source: Source, bounds: tuple[int, int], style: str, value: str) -> tuple[Piece, ...]:
    """The characters of a scalar that means ``value``, each with its origin.

    ``bounds`` are those of all that is written, anchor, quotes and the header of a block included. What is spelled in
    a way that is met nowhere is one piece on the whole.
    """
    start, end = scalar_bounds(source.text, *bounds, style)
    span = source.span(start, end)
    if not value or span.text == value:
        return (Piece(value, span),) if value else ()
    block = style in ("|", ">")
    found = _block(source.span(start, bounds[1]), value, folded=style == ">") if block else _flow(span, style)
    pieces = tuple(_cut(found, len(value)))
    return pieces if "".join([piece.text for piece in pieces]) == value else (Piece(value, span),)


def _cut(pieces: Iterable[Piece], length: int) -> Iterator[Piece]:
    """The first ``length`` characters: a block may end in more line breaks than count."""
    for piece in pieces:
        if len(piece.text) >= length:
            yield piece.cut(0, length)
            return
        length -= len(piece.text)
        yield piece


def _lines(span: Span) -> Iterator[tuple[int, int, int]]:
    """Start and end of each line, and the start of what follows; an empty one at the end."""
    for match in _LINE().finditer(span.source.text, span.start, span.end):
        yield match.start(), match.start(1), match.end()


def _flow(span: Span, style: str) -> Iterator[Piece]:
    """Plain and quoted text: blanks around line breaks are dropped, one break is a blank, more are one less."""
    source, text = span.source, span.source.text
    gap, breaks, escaped = span.start, 0, False
    for start, end, following in _lines(span):
        first = start if start == span.start else end - len(text[start:end].lstrip(_BLANKS))
        last = end if end == span.end else start + len(text[start:end].rstrip(_BLANKS))
        if first < last:
            yield from _fold(breaks, source.span(gap, first), kept=escaped)
            escaped = style == '"' and end < span.end and len(_SLASHES().findall(text[first:end])[0]) % 2 == 1
            gap = last - escaped
            yield from _run(source.span(first, gap), style)
            breaks = -escaped
        breaks += following > end
    yield from _fold(breaks, source.span(gap, span.end), kept=escaped)


def _fold(breaks: int, gap: Span, *, kept: bool) -> Iterator[Piece]:
    """What line breaks come to where they stand between text: all of them if they are kept."""
    text = "\n" * breaks if kept or not breaks else "\n" * (breaks - 1) or " "
    if text:
        yield Piece(text, gap)


def _run(span: Span, style: str) -> Iterator[Piece]:
    """The characters of one line."""
    if not style:
        yield Piece(span.text, span)
        return
    for match in (_DOUBLE if style == '"' else _SINGLE)().finditer(span.source.text, span.start, span.end):
        raw = match[0]
        if style == "'" and raw == "''":
            raw = "'"
        elif style == '"' and raw[0] == "\\":
            raw = chr(int(f"0x{raw[2:]}", 0)) if len(raw) > 2 else _ESCAPES.get(raw[1:], raw[1:])
        yield Piece(raw, span.source.span(*match.span()))


def _block(span: Span, value: str, *, folded: bool) -> Iterator[Piece]:
    """The lines of a block without their indentation; folded ones are joined where none of two starts with a blank."""
    source, text = span.source, span.source.text
    # An indicator may say that some of the blanks belong to the text.
    indent = _first_indent(span.text) - _first_indent(value)
    gap, breaks, fixed = span.start, 0, True
    for start, end, following in _lines(span):
        first = start + indent
        if first < end:
            blank = text[first] in _BLANKS
            yield from _fold(breaks, source.span(gap, first), kept=fixed or blank or not folded)
            yield Piece(text[first:end], source.span(first, end))
            gap, breaks, fixed = end, 0, blank
        breaks += following > end
    yield from _fold(breaks, source.span(gap, span.end), kept=True)


def _first_indent(text: str) -> int:
    """The blanks in front of the first text."""
    at = len(text) - len(text.lstrip())
    return at - max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) - 1
