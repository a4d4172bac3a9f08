"""The part of HCL that bake files are written in: blocks, attributes, strings, lists and objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.syntax.hcl_tokens import DEEPEST, HclError, tokens
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.hcl_tokens import HclToken
    from dmlint.text.source import Source, Span

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class HclValue(Struct, frozen=True, kw_only=True):
    """What an attribute is set to: a template with its references still in it, a list, an object, or, with none of
    these, something that is not read.
    """

    span: Span
    text: Traced | None = None
    elements: tuple[HclValue, ...] = ()
    entries: dict[str, HclValue] = field(default_factory=dict)


class Block(Struct, frozen=True, kw_only=True):
    """``target "sim" { … }``: its kind, its label, where the label is written, its attributes."""

    kind: str
    label: str
    span: Span
    attributes: dict[str, HclValue] = field(default_factory=dict)


def read_hcl(source: Source) -> tuple[Block, ...] | Problem:
    """The blocks of a file, or what is wrong with it; attributes outside of blocks are a block without kind."""
    try:
        return tuple(_Reader(source).blocks())
    except HclError as error:
        span = source.span(min(error.at, len(source.text)), min(error.at + 1, len(source.text)))
        return Problem(kind=ProblemKind.UNREADABLE, span=span, message=f"the file is not valid HCL: {error}")


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._tokens = [token for token in tokens(source.text) if token.kind != "blank"]
        self._at = 0

    def blocks(self) -> Iterator[Block]:
        """All that stands at the top."""
        loose: dict[str, HclValue] = {}
        while (token := self._peek()) is not None:
            if token.kind == "newline":
                self._at += 1
                continue
            name = self._take("word")
            if self._text(self._peek()) == "=":
                self._at += 1
                loose[self._text(name)] = self._expression(0)
            else:
                yield self._block(name, 0)
        if loose:
            yield Block(kind="", label="", span=self._source.span(0, 0), attributes=loose)

    def _block(self, name: HclToken, depth: int) -> Block:
        label = name
        while (token := self._peek()) is not None and token.kind in ("string", "word"):
            label = self._take(token.kind)
        self._open(depth)
        attributes: dict[str, HclValue] = {}
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "newline":
                self._at += 1
                continue
            key = self._take("word")
            if self._text(self._peek()) == "=":
                self._at += 1
                attributes[self._text(key)] = self._expression(depth + 1)
            else:
                self._block(key, depth + 1)
        self._take("close")
        quotes = label.kind == "string"
        span = self._source.span(label.start + quotes, label.end - quotes)
        return Block(kind=self._text(name), label=span.text, span=span, attributes=attributes)

    def _open(self, depth: int) -> None:
        token = self._take("open")
        if self._text(token) != "{" or depth > DEEPEST:
            raise HclError(token.start, "blocks are nested too deeply" if depth > DEEPEST else "'{' is expected here")

    def _expression(self, depth: int) -> HclValue:
        """What stands up to the end of the line, a comma or a closing bracket."""
        first = self._peek()
        if first is None or first.kind in ("newline", "close"):
            raise HclError(first.start if first else len(self._source.text), "a value is expected here")
        value = self._operand(first, depth)
        after = self._peek()
        if after is None or after.kind in ("newline", "close") or self._text(after) == ",":
            return value
        # An operator, a call, a condition: what it comes to is not known.
        end = self._skip()
        return HclValue(span=self._source.span(first.start, end))

    def _operand(self, token: HclToken, depth: int) -> HclValue:
        self._at += 1
        span = self._source.span(token.start, token.end)
        if token.kind == "open" and span.text != "(":
            return self._collection(token, depth)
        if token.kind == "string":
            span = self._source.span(token.start + 1, token.end - 1)
            return HclValue(span=span, text=Traced(tuple(_unescape(span))))
        if token.kind == "heredoc":
            return HclValue(span=span, text=self._heredoc(token))
        if token.kind == "number" or span.text in ("true", "false"):
            return HclValue(span=span, text=Traced.of(span))
        if token.kind == "word":
            reference = Traced((Piece(f"${{{span.text}}}", span),))
            return HclValue(span=span, text=None if span.text == "null" else reference)
        self._at -= 1
        return HclValue(span=span)

    def _heredoc(self, token: HclToken) -> Traced:
        text = self._source.text
        start = text.index("\n", token.start) + 1
        end = text.rfind("\n", start, token.end) + 1
        return Traced.of(self._source.span(start, max(start, end)))

    def _collection(self, opening: HclToken, depth: int) -> HclValue:
        if depth > DEEPEST:
            raise HclError(opening.start, "values are nested too deeply")
        elements: list[HclValue] = []
        entries: dict[str, HclValue] = {}
        listed = self._text(opening) == "["
        while (token := self._peek()) is not None and token.kind != "close":
            if token.kind == "newline" or self._text(token) == ",":
                self._at += 1
            elif listed:
                elements.append(self._expression(depth + 1))
            else:
                self._entry(token, entries, depth)
        end = self._take("close").end
        span = self._source.span(opening.start, end)
        return HclValue(span=span, elements=tuple(elements), entries=entries)

    def _entry(self, start: HclToken, entries: dict[str, HclValue], depth: int) -> None:
        """``KEY = VALUE`` or ``KEY: VALUE`` of an object."""
        key = self._operand(start, depth + 1)
        if self._text(self._peek()) not in ("=", ":"):
            self._skip()
            return
        self._at += 1
        value = self._expression(depth + 1)
        if start.kind in ("word", "string"):
            entries[key.span.text] = value

    def _skip(self) -> int:
        """Go past the rest of an expression; the offset where it ends."""
        depth = 0
        end = 0
        while (token := self._peek()) is not None:
            if depth == 0 and (token.kind in ("newline", "close") or self._text(token) == ","):
                break
            depth += (token.kind == "open") - (token.kind == "close")
            end = token.end
            self._at += 1
        return max(end, self._tokens[self._at - 1].end)

    def _peek(self) -> HclToken | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _text(self, token: HclToken | None) -> str:
        return "" if token is None else self._source.text[token.start : token.end]

    def _take(self, kind: str) -> HclToken:
        token = self._peek()
        if token is None:
            raise HclError(len(self._source.text), "the file ends in the middle of a block")
        if token.kind != kind:
            raise HclError(token.start, f"'{self._text(token)[:20]}' is not expected here")
        self._at += 1
        return token


def _unescape(span: Span) -> Iterator[Piece]:
    for match in re.finditer(r"\\.|[^\\]+|\\", span.text, re.DOTALL):
        raw = match[0]
        text = _ESCAPES.get(raw[1:], raw[1:]) if raw[0] == "\\" and len(raw) == 2 else raw
        yield Piece(text, span.source.span(span.start + match.start(), span.start + match.end()))
