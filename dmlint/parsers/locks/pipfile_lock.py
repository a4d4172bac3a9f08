"""Pipfile.lock: pipenv's record of every package that it resolved; the standard library says what is valid JSON, a
scan where each string stands.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import Entry, LockedEntry, document, first, malformed, read_markers, record
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Document
    from dmlint.text.source import Source

_TOKEN = lazy_regex(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]')
Path = tuple[str, ...]
_ABOUT = "_meta"


def parse(source: Source) -> Document:
    """State every package of every category (``default``, ``develop``, …) that has a version."""
    found = read_strings(source, depth=3)
    if isinstance(found, Problem):
        return document(source, [found])
    packages: dict[tuple[str, str], Entry] = {}
    for (category, name, key), written in found:
        if category != _ABOUT:
            packages.setdefault((category, name), {})[key] = [written]
    return document(source, (fact for (_, name), entry in packages.items() for fact in _read(source, name, entry)))


def _read(source: Source, name: str, entry: Entry) -> Iterator[Dependency | Problem]:
    version = first(entry, "version")
    if version is None:
        # From a repository or a folder: the commit is no version.
        return
    marker, fault = read_markers(source, entry.get("markers", ()))
    if fault is not None:
        yield fault
    yield record(source, "Pipfile.lock", LockedEntry(name, version.start, version.end), version, marker)


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
