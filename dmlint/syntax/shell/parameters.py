"""What ``${name…}`` does to the value of a variable, character by character."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = lazy_regex(
    r"(?P<prefix>[!#]?)(?P<name>[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(?:\[(?P<index>[^\]]*)\])?"
    r"(?P<operator>:[-=+?]|[-=+?]|##?|%%?|//?|,,?|\^\^?|@|:|)"
)
_GLOB = lazy_regex(r"[*?\[\\]")
_SLICE = lazy_regex(r"[ \t]*([0-9]{1,9})[ \t]*(?::[ \t]*([0-9]{1,9})[ \t]*)?")
_LONGEST = 1_000


def split_replacement(text: str, start: int, end: int) -> int:
    """Where the ``/`` between pattern and replacement stands, ``end`` if there is none."""
    at = start
    while at < end and text[at] != "/":
        at += 2 if text[at] == "\\" else 1
    return min(at, end)


def trim(value: Traced, operator: str, pattern: str) -> Traced | None:
    """``#``, ``##``, ``%`` and ``%%``; None if that would cost too much."""
    text = value.text
    if not _GLOB().search(pattern):
        if operator[0] == "#":
            return value.slice(len(pattern)) if text.startswith(pattern) else value
        return value.slice(0, len(text) - len(pattern)) if text.endswith(pattern) else value
    if len(text) > _LONGEST or len(pattern) > _LONGEST:
        return None
    matches = re.compile(translate(pattern)).match
    cuts = range(len(text) + 1)
    if operator[0] == "#":
        ordered = cuts if operator == "#" else reversed(cuts)
        return next((value.slice(cut) for cut in ordered if matches(text[:cut])), value)
    ordered = cuts if operator == "%%" else reversed(cuts)
    return next((value.slice(0, cut) for cut in ordered if matches(text[cut:])), value)


def substitute(value: Traced, operator: str, pattern: str, replacement: Traced) -> Traced | None:
    """``/`` and ``//`` with a pattern that stands for itself; None for any other."""
    if _GLOB().search(pattern):
        return None
    if not pattern:
        return value
    parts: list[Traced] = []
    done, at = 0, value.text.find(pattern)
    while at >= 0:
        parts += [value.slice(done, at), replacement]
        done = at + len(pattern)
        at = value.text.find(pattern, done) if operator == "//" else -1
    return join([*parts, value.slice(done)])


def change_case(value: Traced, operator: str) -> Traced:
    """``,``, ``,,``, ``^`` and ``^^``."""
    change: Callable[[str], str] = str.lower if operator[0] == "," else str.upper
    head, tail = (value.slice(0, 1), value.slice(1)) if len(operator) == 1 else (value, Traced())
    return Traced(tuple(Piece(change(p.text), p.span, p.via, p.known) for p in head.pieces)) + tail


def cut(value: Traced, bounds: str) -> Traced | None:
    """``:offset:length`` with plain numbers; None for any other."""
    match = _SLICE().fullmatch(bounds)
    if match is None:
        return None
    start = int(match[1])
    return value.slice(start, None if match[2] is None else start + int(match[2]))
