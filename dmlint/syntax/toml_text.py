"""How TOML is spelled: where keys, strings and values end, in a text that is known to be valid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = lazy_regex(r"[ \t\r\n]*(?:#[^\n]*[ \t\r\n]*)*")
_KEY = lazy_regex(r"""[ \t]*([A-Za-z0-9_-]+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*')[ \t]*(\.?)""")
_SCALAR = lazy_regex(r"\d{4}-\d\d-\d\d \d\d:[^\s,#\]}]*|[^\s,#\]}]*")
_TOKEN = lazy_regex(r'"""|"[^"\\\n]*"|"|\'\'\'|\'[^\'\n]*\'?|#[^\n]*|\[|\]|\{|\}')
_OPENING = frozenset(('"', '"""', "'''"))
# Nearly every string: of one line and without escapes.
_SIMPLE = lazy_regex(r"\"[^\"\\\n]+\"|'[^'\n]+'")
# A run has an end, since each of its parts takes memory while it is matched.
_TO_BRACKET = lazy_regex(r"(?:[^\[\]{}\"'#]+|\"[^\"\\\n]+\"|'[^'\n]+'|#[^\n]*){0,256}([\[\]{}]?)")
_STOP = {'"': lazy_regex(r'\\.|"', re.DOTALL), '"""': lazy_regex(r'\\.|"""', re.DOTALL)}
_RUN = lazy_regex(
    r"\r\n|[^\\\r]+|\r"
    r"|\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}|[ \t]*\r?\n[ \t\r\n]*|.)"
)
_LITERAL_RUN = lazy_regex(r"\r\n|[^\r]+|\r")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def skip_blank(text: str, at: int) -> int:
    """The offset of the first character from ``at`` that is neither white space nor in a comment."""
    match = _BLANK().match(text, at)
    return match.end() if match else at


def key_path(text: str, at: int) -> tuple[list[tuple[str, int, int]], int]:
    """The parts of a dotted key (name, start, end, quotes included) and where it and its white space end; no parts
    where no key stands.
    """
    path: list[tuple[str, int, int]] = []
    match = _KEY().match(text, at)
    while match:
        name, (start, end), at = match[1], match.span(1), match.end()
        if name[0] in "\"'":
            name = "".join(run for run, _, _ in decoded_runs(text, start + 1, end - 1, basic=name[0] == '"'))
        path.append((name, start, end))
        match = _KEY().match(text, at) if match[2] else None
    return path, at


def string_bounds(text: str, start: int) -> tuple[int, int] | None:
    """Where the characters of the string that opens at ``start`` begin and end, quotes and a leading line break
    left out; None if no string opens there.
    """
    simple = _SIMPLE().match(text, start)
    if simple:
        return start + 1, simple.end() - 1
    quote = text[start : start + 1]
    if quote not in ('"', "'"):
        return None
    if text.startswith(quote * 3, start):
        quote *= 3
    inner = start + len(quote)
    end = _closing_quote(text, inner, quote)
    if len(quote) == 3:
        end += text.startswith(quote[0], end + 3)
        end += text.startswith(quote[0], end + 3)
        inner += 2 * text.startswith("\r\n", inner) or text.startswith("\n", inner)
    return inner, end


def _closing_quote(text: str, at: int, quote: str) -> int:
    if quote[0] == "'":
        end = text.find(quote, at)
        return len(text) if end < 0 else end
    while match := _STOP[quote]().search(text, at):
        if match[0] == quote:
            return match.start()
        at = match.end()
    return len(text)


def _string_end(text: str, start: int, bounds: tuple[int, int]) -> int:
    return bounds[1] + (3 if text.startswith(text[start] * 3, start) and bounds[1] > start + 1 else 1)


def tokens(text: str, at: int = 0) -> Iterator[tuple[int, int]]:
    """Start and end of each string, comment and bracket from ``at`` on."""
    while match := _TOKEN().search(text, at):
        start, at = match.span()
        bounds = string_bounds(text, start) if match[0] in _OPENING else None
        if bounds:
            at = _string_end(text, start, bounds)
        yield start, at


def value_end(text: str, start: int) -> int:
    """The offset behind the value that starts at ``start``."""
    simple = _SIMPLE().match(text, start)
    if simple:
        return simple.end()
    bounds = string_bounds(text, start)
    if bounds:
        return _string_end(text, start, bounds)
    if text[start : start + 1] in ("[", "{"):
        return _bracket_end(text, start)
    match = _SCALAR().match(text, start)
    return match.end() if match else start


def _bracket_end(text: str, start: int) -> int:
    """The offset behind the bracket that closes the one at ``start``."""
    at, depth = start, 0
    while at < len(text):
        run = _TO_BRACKET().match(text, at)
        if run is None or run.end() == at:
            at = value_end(text, at)
            continue
        at, bracket = run.end(), run[1]
        depth += (bracket in ("[", "{")) - (bracket in ("]", "}"))
        if bracket and depth == 0:
            return at
    return len(text)


def decoded_runs(text: str, start: int, end: int, *, basic: bool) -> Iterator[tuple[str, int, int]]:
    """The characters between a string's quotes in runs, each with where it is written: an escape, and a line break
    of two characters, is a run of its own.
    """
    for match in (_RUN if basic else _LITERAL_RUN)().finditer(text, start, end):
        raw = match[0]
        if raw == "\r\n":
            raw = "\n"
        elif basic and raw[0] == "\\":
            raw = _escaped(raw[1:])
        if raw:
            yield raw, *match.span()


def _escaped(escape: str) -> str:
    if escape.isspace():
        return ""
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _ESCAPES.get(escape, escape)
