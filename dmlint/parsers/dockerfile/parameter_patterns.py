"""The patterns of ``${A#p}``, ``${A%p}`` and ``${A/p/w}``, as far as they are simple."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.text.traced import Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 512
"""Values longer than this are not edited, and patterns with more than one ``*`` are not followed: both cost more than
linear time.
"""


_ESCAPABLE = frozenset("*?\\}/")


class BadPatternError(ValueError):
    """An escape that BuildKit refuses."""


def remove_prefix(value: Traced, pattern: str, *, greedy: bool) -> Traced | None:
    """``${A#p}``, greedy ``${A##p}``; None where the pattern or the value is not simple."""
    compiled = _compile(pattern)
    if compiled is None or len(value.text) > LONGEST:
        return None
    ends = range(len(value.text) + 1)
    found = (end for end in (reversed(ends) if greedy else ends) if compiled.fullmatch(value.text, 0, end))
    return value.slice(next(found, 0))


def remove_suffix(value: Traced, pattern: str, *, greedy: bool) -> Traced | None:
    """``${A%p}``, greedy ``${A%%p}``; None where the pattern or the value is not simple."""
    compiled = _compile(pattern)
    if compiled is None or len(value.text) > LONGEST:
        return None
    starts = range(len(value.text) + 1)
    found = (start for start in (starts if greedy else reversed(starts)) if compiled.fullmatch(value.text, start))
    return value.slice(0, next(found, None))


def replace(value: Traced, pattern: str, word: Traced, *, everywhere: bool) -> Traced | None:
    """``${A/p/w}``, or ``${A//p/w}`` everywhere; None where the pattern or the value is not simple."""
    compiled = _compile(pattern)
    if compiled is None or len(value.text) > LONGEST:
        return None
    parts: list[Traced] = []
    at = 0
    for match in list(_matches(compiled, value.text))[: None if everywhere else 1]:
        parts += [value.slice(at, match.start()), word]
        at = match.end()
    return join([*parts, value.slice(at)])


def _matches(compiled: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, as Go counts them: none that is empty and touches the one before."""
    last = -1
    for match in compiled.finditer(text):
        if match.end() != last:
            yield match
        last = match.end()


def _compile(pattern: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    for token in re.findall(r"\\.?|.", pattern, re.DOTALL):
        if token[0] != "\\":
            parts.append({"*": ".*", "?": "."}.get(token, re.escape(token)))
        elif token[1:] in _ESCAPABLE:
            parts.append(re.escape(token[1]))
        else:
            raise BadPatternError(token)
    return re.compile("".join(parts)) if parts.count(".*") <= 1 else None
