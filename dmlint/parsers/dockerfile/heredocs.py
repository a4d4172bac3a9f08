"""Here-documents, found in an instruction's line as BuildKit finds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# A word of the line with its quotes and escapes: blanks may stand between ``<<`` and the delimiter. The
# expansions that BuildKit knows are a part of the word; one that it does not know makes it see no here-document.
_NAME = r"(?:\d+|[@*#?$!-]|\w+)"
_TOKEN = lazy_regex(
    rf"""(?P<blank>\s+)
    | <<[\t\r ]* | \\(?s:.)? | '[^']*' | "[^"\\]*(?:\\(?s:.)[^"\\]*)*"
    | \$\{{{_NAME}(?:\}}|(?::[-+?]|[-+?\#%/])[^}}]*\}})
    | \$(?!\{{) | [^\s\\'"$<]+ | <""",
    re.VERBOSE,
)
_MARKER = lazy_regex(r"(\d*)<<(-?)(\s*)([^<]+)", re.ASCII)
_QUOTED = lazy_regex(r"\\((?s:.)?)|'([^']*)'|\"((?:[^\"\\]|\\(?s:.))*)\"")


class Marker(Struct, frozen=True, kw_only=True):
    """``<<-"EOF"``: ``name`` is the delimiter without quotes, ``literal`` says that it had some, ``chomps`` that
    leading tabs go, ``doubtful`` that blanks stand before the delimiter, as in the arithmetic shift ``1 << 2``.
    """

    name: str
    literal: bool
    chomps: bool
    doubtful: bool


def find_markers(line: str) -> tuple[Marker, ...]:
    """The here-documents that a line announces, in order; none if its quotes do not match, like BuildKit."""
    words = _split(line)
    return tuple(marker for word in words or () if (marker := read_marker(word)) is not None)


def read_marker(word: str) -> Marker | None:
    """Read one word (``<<EOF``, ``3<<-'E'``), None if it is no here-document."""
    match = _MARKER().fullmatch(word)
    if match is None:
        return None
    name = _QUOTED().sub(lambda quoted: quoted[1] or quoted[2] or quoted[3] or "", match[4])
    if not name:
        return None
    literal = "'" in match[4] or '"' in match[4]
    return Marker(name=name, literal=literal, chomps=bool(match[2]), doubtful=bool(match[3]))


def _split(line: str) -> list[str] | None:
    words: list[str] = []
    word: list[str] = []
    for token in _tokens(line):
        if token is None:
            return None
        if token["blank"] is None:
            word.append(token[0])
        elif word:
            words.append("".join(word))
            word = []
    return [*words, "".join(word)]


def _tokens(line: str) -> Iterator[re.Match[str] | None]:
    """The tokens one after the other; None, and no more, where none fits."""
    at = 0
    while at < len(line):
        token = _TOKEN().match(line, at)
        yield token
        at = len(line) if token is None else token.end()
