"""Pipfile.lock: pipenv's record of every package that it resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.locks.json_strings import read_strings
from dmlint.parsers.locks.lock_entries import Entry, LockedEntry, document, first, read_markers, record
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Document
    from dmlint.text.source import Source

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
