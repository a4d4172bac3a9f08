"""Patterns that name files, as ``.gitignore`` writes them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

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
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise PatternError(f"cannot read a pattern: {error}") from error


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
