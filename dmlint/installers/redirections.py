"""Version specifiers that the shell takes as redirections: ``pip install numpy<2``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex
from dmlint.text.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.syntax.shell.command import Command, Redirection, Word

_ONE = r"v?\d+(?:\.\d+)*(?:\.\*)?(?:[._-]?(?:alpha|beta|a|b|c|rc|dev|post)\d*)*(?:\+[a-z\d.]+)?"
_VERSIONS = lazy_regex(rf"{_ONE}(?:,(?:[~=!<>]=|===|=)?{_ONE})*,?", re.IGNORECASE)
_LONGEST = 200


def swallowed_specifiers(command: Command) -> Mapping[int, Span]:
    """By the index of a word: the word with the redirections after it that look like its version specifier.

    ``> log.txt``, ``< /dev/null`` and ``2>&1`` do not; nor does ``> 1`` with white space on both sides.
    """
    found: dict[int, Span] = {}
    for redirection in command.redirections:
        if redirection.follows is not None and looks_like_specifier(redirection):
            word = _with_quotes(command.words[redirection.follows])
            if word.source is redirection.span.source:
                found[redirection.follows] = Span(word.source, word.start, redirection.span.end)
    return found


def looks_like_specifier(redirection: Redirection) -> bool:
    """Whether the operator and the target of a redirection read like a version specifier."""
    if redirection.operator not in {"<", ">"}:
        return False
    target = redirection.target.text
    if target.startswith("="):
        return "/" not in target
    reads = redirection.operator == "<"
    if redirection.target.unresolved:
        return reads and redirection.attached
    if len(target) > _LONGEST or not _VERSIONS().fullmatch(target):
        return False
    # Nobody reads a file called 2, but `> 1` may be a slip for `>&1` or a file's name.
    touches = redirection.attached or not redirection.span.text[1:2].isspace()
    return reads or touches or "." in target


def _with_quotes(word: Word) -> Span:
    """The span of a word, its quotes included."""
    text, start, end = word.span.source.text, word.span.start, word.span.end
    quoted = start > 0 and text[start - 1] in "'\"" and text[end : end + 1] == text[start - 1]
    return Span(word.span.source, start - 1, end + 1) if quoted else word.span
