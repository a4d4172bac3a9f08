"""Error messages that people see at run time, and which of them a pasted text holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPES = lazy_regex(r"\x1b\[[0-9;]*[A-Za-z]")
_WORDS = lazy_regex(r"[^\W\d]+|\d+|[<>=!~]+|\*")
_GAP = "*"
_LONGEST_GAP = 24
"""How many words a gap stands for at most: enough for a list of bounds, too few to join two lines that have nothing to
do with each other."""
_SHORTEST_FRAGMENT = 10
"""How many characters of a message somebody must give to mean it."""


class Signature(Struct, frozen=True, kw_only=True):
    """How a fault shows at run time.

    ``texts`` are its messages, in which ``*`` stands for what differs from one time to the next. ``rules`` are the
    ids of the rules that find where it comes from, the likeliest first.
    """

    texts: tuple[str, ...]
    cause: str
    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()


def recognize(message: str, signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    """The signatures that a message, or a whole log, shows: those first of which it says most.

    Letter case, white space, line breaks, quotes and terminal colors make no difference. A part of a text is enough
    where the message is nothing else.
    """
    words = _split(message)
    line = " ".join(("", *words, ""))
    weighed = [(max(_weigh(words, line, _split(text)) for text in entry.texts), entry) for entry in signatures]
    return tuple(entry for weight, entry in sorted(weighed, key=lambda pair: -pair[0]) if weight)


def _split(text: str) -> list[str]:
    return _WORDS().findall(_ESCAPES().sub("", text).casefold())


def _weigh(words: list[str], line: str, text: list[str]) -> int:
    """How many characters of a message tell that it is a text; 0 where it is not."""
    whole = _size(text)
    if _pattern(_without_class(text)).search(line):
        return whole
    # What is longer than a message with its gaps filled in is no part of it.
    if len(line) > 4 * whole:
        return 0
    starts = [start for start in range(len(text)) if text[start] in words[:1]]
    shared = max((_share(words, text[start:]) or 0 for start in starts), default=0)
    return shared if shared >= _SHORTEST_FRAGMENT else 0


def _without_class(text: list[str]) -> list[str]:
    """A text without the class of its exception: a warning or a log that passes it on names another, or none."""
    return text[1:] if text[0].endswith("error") else text


def _size(words: list[str]) -> int:
    return sum(len(word) for word in words if word != _GAP)


def _pattern(text: list[str]) -> re.Pattern[str]:
    """What finds a text among words that stand between single spaces."""
    gap = rf"(?:\S+ ){{0,{_LONGEST_GAP}}}?"
    return re.compile(" " + "".join(gap if word == _GAP else f"{re.escape(word)} " for word in text))


def _share(words: list[str], text: list[str]) -> int | None:
    """How many characters of these words stand in a text that begins with them; None where it does not. A gap in it is
    a number or a name here.
    """
    shared = 0
    while words and text and words[0] == text[0]:
        shared += len(words[0])
        words, text = words[1:], text[1:]
    if not words:
        return shared
    if not text or text[0] != _GAP:
        return None
    rests = [rest for taken in range(4) if (rest := _share(words[taken:], text[1:])) is not None]
    return shared + max(rests) if rests else None
