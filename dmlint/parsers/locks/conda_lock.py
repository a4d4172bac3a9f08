"""conda-lock.yml: conda-lock's record of every package, conda's and pip's, platform by platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import document, first, platform_marker, record
from dmlint.parsers.locks.yaml_entries import read_entries
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Document
    from dmlint.parsers.locks.lock_entries import Entry
    from dmlint.text.source import Source


def parse(source: Source) -> Document:
    """State every package for every platform."""
    found = read_entries(source)
    if isinstance(found, Problem):
        return document(source, [found])
    entries, comments = found
    return document(source, (fact for entry in entries for fact in _read(source, entry)), comments)


def _read(source: Source, entry: Entry) -> Iterator[Dependency | Problem]:
    name, platform = first(entry, "name"), first(entry, "platform")
    if name is not None:
        marker = platform_marker(platform.text if platform else None)
        yield record(source, "conda-lock.yml", name, first(entry, "version"), marker)
