"""The strings of a JSON file with where they stand: the standard library says what is valid, a scan where it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import LockedEntry, malformed
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.problems import Problem
    from dmlint.text.source import Source

_TOKEN = lazy_regex(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]')
Path = tuple[str, ...]


def read_strings(source: Source, depth: int) -> list[tuple[Path, LockedEntry]] | Problem:
    """The string values that stand at a depth (keys that lead to them from the root object), in order, with those keys;
    or why the file is not JSON.
    """
    try:
        json.loads(source.text)
    except json.JSONDecodeError as error:
        return _unreadable(source, error.pos, error.msg)
    except RecursionError:
        return _unreadable(source, 0, "values are nested too deeply")
    except ValueError as error:
        return _unreadable(source, 0, str(error))
    return list(_strings(source.text, depth))


def _strings(text: str, depth: int) -> Iterator[tuple[Path, LockedEntry]]:
    """Walk through valid JSON. ``path`` has one part for each open object or array, None inside of an array."""
    path: list[str | None] = []
    pending = None
    for token in _TOKEN().finditer(text):
        mark = token[0]
        if mark == ":" and path and pending is not None:
            path[-1], pending = pending.text, None
        elif mark in "{[":
            path.append("" if mark == "{" else None)
        elif mark in "}],":
            if pending is not None and len(path) == depth and None not in path:
                yield tuple(str(part) for part in path), pending
            pending = None
            if mark != ",":
                path.pop()
        elif len(path) <= depth:
            start, end = token.span()
            pending = LockedEntry(json.loads(mark, strict=False) if "\\" in mark else mark[1:-1], start + 1, end - 1)


def _unreadable(source: Source, at: int, reason: str) -> Problem:
    start = min(at, len(source.text))
    end = min(start + 1, len(source.text))
    return malformed(source.span(start, end), f"the file is not valid JSON: {reason}")
