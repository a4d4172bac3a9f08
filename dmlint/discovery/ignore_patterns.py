"""Patterns that name files, as ``.gitignore`` writes them."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_BRACKET = lazy_regex(r"\[[!^]?\]?(?:\[:[a-z]*:\]|\\.|[^\]\\])*\]")
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\x01-\x1f\x7f",
    "digit": "0-9",
    "graph": '"-~!',
    "lower": "a-z",
    "print": " -~",
    "punct": ":-@\\[-`{-~!-.",
    "space": " \t\x0b\x0c\r",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
"""What the classes of git's own matcher stand for, as ranges."""
_SPECIAL = lazy_regex(r"([\\*?\[])")


class PatternError(DmlintError):
    """A pattern that cannot be read."""


@lru_cache(maxsize=256)
def compiled(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    """The patterns as one matcher; raises PatternError for one that cannot be read.

    pathspec takes as long to import as a small run, so it is met only where there are patterns.
    """
    from pathspec import GitIgnoreSpec

    try:
        # Python warns of sets in sets, which patterns do not have.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return GitIgnoreSpec.from_lines([_BRACKET().sub(_ranges, pattern) for pattern in patterns])
    except (ValueError, re.error) as error:
        raise PatternError(f"cannot read a pattern: {error}") from error


def _ranges(bracket: re.Match[str]) -> str:
    """A bracket expression with ranges for its classes (``[[:digit:]_]``); ValueError for one of no such class."""
    return re.sub(r"\[:([a-z]*):\]", _range, bracket[0])


def _range(found: re.Match[str]) -> str:
    if found[1] not in _CLASSES:
        raise ValueError(f"there is no class {found[0]}")
    return _CLASSES[found[1]]


def ignore_file(text: str) -> GitIgnoreSpec:
    """The lines of a ``.gitignore`` as one matcher; like git, it passes over a line that cannot be read."""
    lines = text.split("\n")
    try:
        return compiled(tuple(lines))
    except PatternError:
        return compiled(tuple(line for line in lines if readable(line)))


def readable(pattern: str) -> bool:
    """Whether a pattern can be read."""
    try:
        compiled((pattern,))
    except PatternError:
        return False
    return True


def matches(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a path (POSIX, relative to where the patterns stand, a folder with a slash at its end) is named."""
    return bool(patterns) and compiled(patterns).match_file(path)


def rebased(pattern: str, folder: str) -> str:
    """The pattern of a file in ``folder`` (POSIX, relative to the root, empty for the root) as one of the root."""
    negation = "!" if pattern.startswith("!") else ""
    body = pattern[len(negation) :].removeprefix("./")
    if not folder or not body.strip("/"):
        return negation + body
    anchored = "/" in body.rstrip("/")
    literal = _SPECIAL().sub(r"\\\1", folder)
    return f"{negation}/{literal}{'/' if anchored else '/**/'}{body.lstrip('/')}"
