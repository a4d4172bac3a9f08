"""The arguments of an instruction, cut into words and JSON strings with their places."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.parsers.dockerfile.logical_lines import SPACE
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = rf"[{SPACE}]"
_ASCII_WORD = lazy_regex(r"[^\t\v\f\r ]+")
_JSON_BLANK = lazy_regex(r"[ \t\r\n]*")
_JSON_STRING = lazy_regex(r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"')
_JSON_PART = lazy_regex(r"[^\\]+|(?:\\u[dD][89abAB][0-9a-fA-F]{2})?\\u[0-9a-fA-F]{4}|\\.")


class NotStringsError(ValueError):
    """A JSON array of something else than strings, which BuildKit refuses."""


@lru_cache(maxsize=2)
def _word_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    plain = rf"[^{SPACE}'\"{e}]+"
    double = rf"\"[^\"{e}]*(?:{e}(?s:.)[^\"{e}]*)*(?:\"|{e}?\Z)"
    return re.compile(rf"(?:{plain}|{e}(?s:.)|'[^']*(?:'|\Z)|{double})+")


@lru_cache(maxsize=2)
def _flag_part_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(rf"(?P<quote>['\"])|{e}(?P<escaped>(?s:.)?)|(?P<blank>{_BLANK}+)|[^{SPACE}'\"{e}]+")


def split_words(text: Traced, escape: str) -> tuple[Traced, ...]:
    """The words of ENV, ARG and LABEL: quotes and escapes are heeded and stay."""
    pattern = _word_pattern(escape)
    return tuple(text.slice(match.start(), match.end()) for match in pattern.finditer(text.text))


def split_blanks(text: Traced) -> tuple[Traced, ...]:
    """The words of FROM and COPY: cut at ASCII blanks, whatever the quotes."""
    return tuple(text.slice(match.start(), match.end()) for match in _ASCII_WORD().finditer(text.text))


def split_flags(text: Traced, escape: str) -> tuple[tuple[Traced, ...], Traced]:
    """The ``--name=value`` words at the beginning, without quotes and escapes, and the rest; ``text`` is trimmed."""
    flags: list[Traced] = []
    at = 0
    while text.text.startswith("--", at):
        flag, at = _read_flag(text, at, escape)
        if flag.text == "--":
            break
        flags.append(flag)
    return tuple(flags), text.slice(at)


def _read_flag(text: Traced, at: int, escape: str) -> tuple[Traced, int]:
    """The flag at an offset, and where what follows it starts."""
    pieces: list[Piece] = []
    quote = ""
    for match in _flag_part_pattern(escape).finditer(text.text, at):
        if match["blank"] and not quote:
            return Traced(tuple(pieces)), match.end()
        if match["quote"] and quote in ("", match["quote"]):
            quote = "" if quote else match["quote"]
        else:
            start = match.start() if match["escaped"] is None else match.start("escaped")
            pieces.extend(text.slice(start, match.end()).pieces)
    return Traced(tuple(pieces)), len(text.text)


def read_json(text: Traced) -> tuple[Traced, ...] | None:
    """The strings of a JSON array, each with its place inside the quotes; None if it is none.

    Raises :class:`NotStringsError` for an array of something else.
    """
    if not text.text.startswith("["):
        return None
    spans = list(_json_strings(text.text))
    if spans[-1] is not None:
        return tuple(_decode(text.slice(start, end)) for start, end in filter(None, spans[:-1]))
    if _is_array(text.text):
        raise NotStringsError
    return None


def read_strings(text: Traced) -> tuple[Traced, ...] | None:
    """The same, but nothing for an array that BuildKit refuses."""
    try:
        return read_json(text)
    except NotStringsError:
        return ()


def _json_strings(text: str) -> Iterator[tuple[int, int] | None]:
    """Start and end of each string; at last (0, 0) if the text is an array of strings, else None."""
    at = _skip(text, 1)
    more = not text.startswith("]", at)
    while more:
        match = _JSON_STRING().match(text, at)
        if match is None:
            yield None
            return
        yield match.start(1), match.end(1)
        at = _skip(text, match.end())
        more = text.startswith(",", at)
        at = _skip(text, at + 1) if more else at
    closed = text.startswith("]", at) and _skip(text, at + 1) == len(text)
    yield (0, 0) if closed else None


def _skip(text: str, at: int) -> int:
    blank = _JSON_BLANK().match(text, at)
    return blank.end() if blank else at


def _is_array(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


def _decode(text: Traced) -> Traced:
    if "\\" not in text.text:
        return text
    pieces: list[Piece] = []
    for match in _JSON_PART().finditer(text.text):
        part = text.slice(match.start(), match.end())
        span = part.span
        if match[0].startswith("\\") and span is not None:
            # A lone surrogate is no character: replaced, like Go does.
            raw = str(json.loads(f'"{match[0]}"')).encode("utf-16", "surrogatepass")
            pieces.append(Piece(raw.decode("utf-16", "replace"), span))
        else:
            pieces.extend(part.pieces)
    return Traced(tuple(pieces))
