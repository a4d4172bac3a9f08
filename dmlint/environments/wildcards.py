"""Patterns by which a configuration names files, images and environments."""

from __future__ import annotations

from fnmatch import fnmatchcase


def fits(pattern: str | None, text: str | None) -> bool:
    """Whether a text is named: ``*`` stands for any characters, slashes too, ``?`` for one, all else for itself.

    Brackets have no meaning of their own, since ids of environments hold them (``pyproject.toml[dev]``). Every text,
    and none, fits where there is no pattern; what is not there fits no other.
    """
    if pattern is None:
        return True
    return text is not None and fnmatchcase(text, pattern.replace("[", "[[]"))
