"""The text that ``echo`` and ``printf`` print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex
from dmlint.text.source import Span
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.syntax.shell.command import Word

_ESCAPE = lazy_regex(r"\\(?:([abefnrtv\\\"'])|x([0-9A-Fa-f]{1,2})|0?([0-7]{1,3})|(c))")
_NAMED = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ECHO_OPTION = lazy_regex(r"-[neE]+")
_CONVERSION = lazy_regex(r"%(?:(%)|([sbdiu])|(.?))", re.DOTALL)
_MOST_CHARACTERS = 1_000_000


def read_echo(words: Sequence[Word]) -> Traced:
    """What echo prints.

    Docker's own shell is mostly dash, whose echo heeds escapes without ``-e``; bash's does not, but who writes one
    there means it too. Only ``-E`` keeps them as they are.
    """
    start, line_end, escapes = 1, True, True
    while start < len(words) and _ECHO_OPTION().fullmatch(words[start].text):
        line_end = line_end and "n" not in words[start].text
        escapes = escapes and "E" not in words[start].text
        start += 1
    parts: list[Traced] = []
    for index, word in enumerate(words[start:]):
        if index:
            parts.append(_at_end(" ", words[start + index - 1]))
        parts.append(unescape(word.value) if escapes else word.value)
    if line_end:
        parts.append(_at_end("\n", words[-1]))
    return join(parts)


def read_printf(words: Sequence[Word]) -> Traced | None:
    """What printf prints; None for a format that is not known, or has more than plain ``%s``, ``%b``, ``%d``."""
    arguments = list(words[1:])
    if arguments and arguments[0].text == "--":
        del arguments[0]
    if not arguments or arguments[0].text.startswith("-v") or arguments[0].value.unresolved:
        return None
    form, values = arguments[0].value, arguments[1:]
    segments = list(_segments(form))
    takes = sum(isinstance(segment, str) for segment in segments)
    if "" in segments:
        return None
    rounds = max(1, -(-len(values) // takes)) if takes else 1
    if rounds * (len(form) + 1) > _MOST_CHARACTERS:
        return None
    given = iter(values)
    return join(part for _ in range(rounds) for part in _round(segments, given))


def unescape(text: Traced) -> Traced:
    r"""Backslash escapes as the characters that they mean; all after ``\c`` is dropped."""
    parts: list[Traced] = []
    at = 0
    for match in _ESCAPE().finditer(text.text):
        parts.append(text.slice(at, match.start()))
        at = match.end()
        if match[4]:
            return join(parts)
        written = text.slice(*match.span())
        span = written.span or written.pieces[0].span
        parts.append(Traced((Piece(_character(match), span, written.pieces[0].via),)))
    return join([*parts, text.slice(at)])


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED.get(match[1], match[1])
    return chr(int(match[2], 16)) if match[2] else chr(int(match[3], 8))


def _segments(form: Traced) -> Iterator[Traced | str]:
    """Literal text, and the letter of each conversion (empty for one that is not read)."""
    at = 0
    for match in _CONVERSION().finditer(form.text):
        yield unescape(form.slice(at, match.start()))
        at = match.end()
        yield form.slice(match.start(), match.start() + 1) if match[1] else match[2] or ""
    yield unescape(form.slice(at))


def _round(segments: list[Traced | str], values: Iterator[Word]) -> Iterator[Traced]:
    for segment in segments:
        if isinstance(segment, Traced):
            yield segment
            continue
        word = next(values, None)
        if word is not None:
            yield unescape(word.value) if segment == "b" else word.value


def _at_end(text: str, word: Word) -> Traced:
    """Text that is written nowhere, right after a word."""
    return Traced((Piece(text, Span(word.span.source, word.span.end, word.span.end)),))
