"""The quotes that a word may need where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.text.source import Span

_SPECIAL = lazy_regex(r"[\s<>|&;()$`*?\[\]{}!#~'\"\\]")

_QUOTES = lazy_regex(r"(?<!\\)[\"']")
_LONGEST = 2_000
"""Characters of a line that are looked at for an open quote."""


def spell(text: str, span: Span, *, shell: bool) -> tuple[str, ...]:
    """How ``text`` may be spelled in place of ``span``, the likeliest first; ``shell`` says that it stands among the
    words of a command.

    Which of them is right the file's own parser says: quotes may enclose the command in turn (``bash -c '…'``), or not
    be a shell's at all (a JSON array, a value of YAML).
    """
    if shell and not _is_quoted(span) and _SPECIAL().search(text):
        return (*quote(text, span), text)
    return (text, *quote(text, span))


def quote(text: str, span: Span) -> tuple[str, ...]:
    """``text`` in quotes of each kind; the first is another than the one that seems to be open before ``span``."""
    double, single = f'"{text}"', f"'{text}'"
    return (*((single, double) if _opened(span) == '"' else (double, single)), f'\\"{text}\\"')


def _opened(span: Span) -> str:
    """The quote that is open at ``span`` if its line is read by itself; empty for none."""
    source, opened = span.source.text, ""
    start = max(source.rfind("\n", 0, span.start) + 1, span.start - _LONGEST)
    for mark in _QUOTES().finditer(source, start, span.start):
        opened = mark[0] if not opened else "" if mark[0] == opened else opened
    return opened


def _is_quoted(span: Span) -> bool:
    around = span.source.text
    return (
        span.start > 0 and around[span.start - 1] in "'\"" and around[span.end : span.end + 1] == around[span.start - 1]
    )
