"""The words of HCL: strings, here-documents, names, brackets, comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.source import Source, Span

DEEPEST = 30
"""How deep blocks, values and templates may stand in each other."""
_TOKEN = lazy_regex(
    r"""(?P<blank>[ \t\r\ufeff]+|/\*(?:[^*]|\*(?!/))*\*/|(?:\#|//)[^\n]*)"""
    r"""|(?P<newline>\n)|(?P<quote>")|(?P<heredoc><<-?(?P<mark>[A-Za-z_][\w-]*)[ \t]*\r?\n)"""
    r"""|(?P<word>[A-Za-z_][\w-]*)|(?P<number>\d[\w.]*)|(?P<open>[\[{(])|(?P<close>[\]})])|(?P<sign>.)""",
)
_INSIDE = lazy_regex(r'[^"\\$%\n]+|\\.|[$%]\{|["$%\n\\]')
_COMMENT = lazy_regex(r"(?:\#|//)[^\r\n]*")


class HclToken(Struct, frozen=True):
    """One word: its kind, and where it stands."""

    kind: str
    start: int
    end: int


class HclError(ValueError):
    """Where the text is no HCL, and why."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


def read_comments(source: Source) -> tuple[Span, ...]:
    """The comments that mention dmlint."""
    if "dmlint" not in source.text:
        return ()
    blanks = [token for token in tokens(source.text, strict=False) if token.kind == "blank"]
    texts = [(token, source.text[token.start : token.end]) for token in blanks]
    return tuple(
        source.span(token.start, token.start + len(text.rstrip()))
        for token, text in texts
        if "dmlint" in text and _COMMENT().match(text)
    )


def tokens(text: str, *, strict: bool = True) -> Iterator[HclToken]:
    """The tokens of a text; with ``strict``, one that never ends raises ``HclError``."""
    at = 0
    while match := _TOKEN().match(text, at):
        kind, at = match.lastgroup or "", match.end()
        if kind == "quote":
            end = _string_end(text, at)
            if end is None and strict:
                raise HclError(match.start(), "a string has no end")
            at, kind = end or at, "string"
        elif match["mark"] is not None:
            ending = re.compile(rf"^[ \t]*{re.escape(match['mark'])}[ \t]*\r?$", re.MULTILINE).search(text, at)
            if ending is None and strict:
                raise HclError(match.start(), "a here-document has no end")
            at, kind = ending.end() if ending else at, "heredoc"
        yield HclToken(kind, match.start(), at)


def _string_end(text: str, at: int) -> int | None:
    """The offset behind the closing quote; templates in a string may have strings of their own."""
    braces: list[str] = []
    while match := _INSIDE().match(text, at):
        at = match.end()
        mark = match[0]
        if mark == '"' and not braces:
            return at
        if mark == "\n" or len(braces) > DEEPEST:
            return None
        if mark in ("${", "%{"):
            braces.append("}")
        if mark == '"':
            at = text.find('"', at) + 1 or len(text)
        elif braces and "}" in mark:
            closing = mark.index("}") + 1
            braces.pop()
            at = match.start() + closing
    return None
