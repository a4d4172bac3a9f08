"""JSON with comments and trailing commas, with the place of each value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.node import Node
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from dmlint.text.source import Source, Span

DEEPEST = 100
_BLANK = lazy_regex(r"[ \t\r\n]+|//[^\n]*|/\*")
_STRING = lazy_regex(r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"')
_PART = lazy_regex(r"[^\\]+|(?:\\u[dD][89abAB][0-9a-fA-F]{2})?\\u[0-9a-fA-F]{4}|\\.")
_LITERAL = lazy_regex(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


class _MalformedError(ValueError):
    """What is wrong, and at which offset."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


def read_json(source: Source) -> Node | Problem:
    """The value that a file holds, or what is wrong with the file."""
    reader = _Reader(source)
    try:
        value = reader.value(0)
        reader.end()
    except _MalformedError as error:
        at = min(error.at, len(source.text))
        span = source.span(at, min(at + 1, len(source.text)))
        return Problem(kind=ProblemKind.UNREADABLE, span=span, message=f"the file is not valid JSON: {error}")
    return value


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source, self.text, self.at = source, source.text, 0

    def value(self, depth: int) -> Node:
        """The value at the current place."""
        if depth > DEEPEST:
            raise _MalformedError(self.at, "values are nested too deeply")
        self._skip()
        start = self.at
        character = self.text[start : start + 1]
        if character == "{":
            return self._map(depth)
        if character == "[":
            return self._list(depth)
        if character == '"':
            return self._string()
        match = _LITERAL().match(self.text, start)
        if match is None:
            raise _MalformedError(start, "here should stand a value")
        self.at = match.end()
        span = self.source.span(start, self.at)
        return Node(span=span, text=None if match[0] == "null" else Traced.of(span))

    def end(self) -> None:
        """Nothing may follow."""
        self._skip()
        if self.at < len(self.text):
            raise _MalformedError(self.at, "something stands behind the value")

    def _skip(self) -> None:
        """Go past white space and comments."""
        while match := _BLANK().match(self.text, self.at):
            self.at = match.end()
            if match[0] == "/*":
                close = self.text.find("*/", self.at)
                if close < 0:
                    raise _MalformedError(match.start(), "a comment has no end")
                self.at = close + 2

    def _map(self, depth: int) -> Node:
        start, entries = self.at, {}
        while self._more(start, "}"):
            key = self._string()
            self._skip()
            if not self.text.startswith(":", self.at):
                raise _MalformedError(self.at, "here should stand a colon")
            self.at += 1
            entries[key.string.text] = replace(self.value(depth + 1), key=key.span)
        return Node(span=self.source.span(start, self.at), entries=entries)

    def _list(self, depth: int) -> Node:
        start, elements = self.at, []
        while self._more(start, "]"):
            elements.append(self.value(depth + 1))
        return Node(span=self.source.span(start, self.at), elements=tuple(elements))

    def _more(self, start: int, close: str) -> bool:
        """Go past the bracket or comma in front of the next entry, or past the closing bracket if there is none."""
        if self.at > start:
            self._skip()
            if not self.text.startswith((",", close), self.at):
                raise _MalformedError(self.at, f"here should stand a comma or '{close}'")
        closed = self.at > start and self.text.startswith(close, self.at)
        self.at += 1
        if closed:
            return False
        self._skip()
        if self.text.startswith(close, self.at):
            self.at += 1
            return False
        return True

    def _string(self) -> Node:
        match = _STRING().match(self.text, self.at)
        if match is None:
            raise _MalformedError(self.at, "here should stand a string in quotes")
        self.at = match.end()
        span = self.source.span(match.start(1), match.end(1))
        return Node(span=span, text=_decode(span))


def _decode(span: Span) -> Traced:
    text = span.text
    if "\\" not in text:
        return Traced.of(span)
    pieces: list[Piece] = []
    for match in _PART().finditer(text):
        place = span.source.span(span.start + match.start(), span.start + match.end())
        plain = match[0]
        if plain.startswith("\\"):
            # A lone surrogate is no character: replaced.
            plain = str(json.loads(f'"{plain}"')).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        pieces.append(Piece(plain, place))
    return Traced(tuple(pieces))
