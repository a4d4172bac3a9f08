"""``python -m pip``: which module an interpreter is told to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Word

_LONGEST = 200


def run_module(words: Sequence[Word], start: int) -> tuple[str, int] | None:
    """The module after ``-m`` among an interpreter's options from ``start`` on, and the index of its first argument;
    None where the interpreter runs something else.
    """
    index = start
    while index < len(words):
        text = words[index].text
        if not text.startswith("-") or text.startswith("--") or len(text) > _LONGEST:
            return None
        letter, rest = _last_option(text)
        if letter == "m":
            return _module(words, index, rest)
        if letter == "c":
            return None
        index += 2 if letter in {"W", "X"} and not rest else 1
    return None


def _last_option(text: str) -> tuple[str, str]:
    """The option in a cluster that takes what follows it (``-Im pip``), else the last, and the rest of the cluster."""
    for at, letter in enumerate(text[1:], 2):
        if letter in "mcWX":
            return letter, text[at:]
    return text[-1], ""


def _module(words: Sequence[Word], index: int, rest: str) -> tuple[str, int] | None:
    if rest:
        return rest, index + 1
    return (words[index + 1].text, index + 2) if index + 1 < len(words) else None
