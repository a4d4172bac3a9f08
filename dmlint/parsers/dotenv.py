"""``.env`` files: variables for compose; by themselves they state nothing, but a suppression may stand in them."""

from __future__ import annotations

import io
import re
from collections import ChainMap
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

from dmlint.facts import Document
from dmlint.parsers.interpolation import interpolate
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.text.source import Source, Span

_HEAD = lazy_regex(r"\s*(?:export[^\S\r\n]+)?(?:'[^']+'|[^=#\s:]+)[^\S\r\n]*[=:][^\S\r\n]*")
# compose takes `NAME: VALUE` too, python-dotenv does not.
_COLON = lazy_regex(r"^([^\S\r\n]*(?:export[^\S\r\n]+)?[\w.-]+[^\S\r\n]*):", re.MULTILINE)
_DOUBLE = lazy_regex(r"\\[\\'\"abfnrtv$]|[^\\]+|\\")
_PLAIN = lazy_regex(r"\\\$|[^\\]+|\\")
_SINGLE = lazy_regex(r"\\[\\']|[^\\]+|\\")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COMMENT = lazy_regex(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)
_LONGEST = 500_000
"""Characters of a file that is looked into: python-dotenv is slow, and no real file comes near."""
# The time that python-dotenv takes for a value grows with the square of the blanks in a row.
_BLANK_RUN = lazy_regex(r"[^\S\r\n]{1000}")


def parse(source: Source) -> Document:
    """Read the comments that mention dmlint; what the variables mean, their users say."""
    found = _COMMENT().finditer(source.text) if "dmlint" in source.text else iter(())
    return Document(
        source=source,
        comments=tuple(
            source.span(match.start(), match.start() + len(match[0].rstrip()))
            for match in found
            if "dmlint" in match[0]
        ),
        problems=tuple(_refuse(source)),
    )


def _refuse(source: Source) -> Iterator[Problem]:
    """Why the values of a file are not read, if they are not."""
    cause, span = "", source.span(0, 0)
    if len(source.text) > _LONGEST:
        cause = f"the file has more than {_LONGEST:,} characters"
    elif run := _BLANK_RUN().search(source.text):
        cause, span = "a thousand blanks stand in a row", source.span(*run.span())
    if cause:
        yield Problem(kind=ProblemKind.UNREADABLE, span=span, message=f"its variables are not read: {cause}")


def read_values(source: Source, outside: Mapping[str, Traced] | None = None) -> dict[str, Traced]:
    """The values of a file's variables with their origins, the last one where a name is set twice.

    ``${A}`` in a value stands for what is set above it, else for what ``outside`` has. A line that cannot be read is
    skipped; compose would stop there.
    """
    values: dict[str, Traced] = {}
    if any(_refuse(source)):
        return values
    scope = ChainMap(values, dict(outside or {}))
    at = len(source.text) - len(source.text.removeprefix("\ufeff"))
    for binding in parse_stream(io.StringIO(_COLON().sub(r"\1=", source.text))):
        end = at + len(binding.original.string)
        if binding.key is not None and binding.value is not None:
            raw, literal = _read_value(source.span(at, end), binding.value)
            values[binding.key] = raw if literal else interpolate(raw, scope)
        at = end
    return values


def _read_value(line: Span, value: str) -> tuple[Traced, bool]:
    """The value with its origin, and whether ``$`` means nothing in it."""
    source, text = line.source, line.source.text
    head = _HEAD().match(text, line.start, line.end)
    start = head.end() if head else line.start
    quote = text[start : start + 1]
    if quote not in ("'", '"'):
        return Traced(tuple(_unescape(source.span(start, start + len(value)), ""))), False
    pieces: list[Piece] = []
    length = 0
    for piece in _unescape(source.span(start + 1, line.end), quote):
        if length >= len(value):
            break
        pieces.append(piece.cut(0, min(len(piece.text), len(value) - length)))
        length += len(piece.text)
    return Traced(tuple(pieces)), quote == "'"


def _unescape(span: Span, quote: str) -> Iterator[Piece]:
    pattern = {'"': _DOUBLE, "'": _SINGLE}.get(quote, _PLAIN)
    for match in pattern().finditer(span.source.text, span.start, span.end):
        raw = match[0]
        if raw == "\\$":
            # As compose has it: what interpolation takes for a dollar.
            raw = "$$"
        elif raw[0] == "\\" and len(raw) == 2:
            raw = _ESCAPES.get(raw[1], raw[1]) if quote == '"' else raw[1]
        yield Piece(raw, span.source.span(*match.span()))
