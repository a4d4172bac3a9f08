"""What the lock files in TOML have in common: an array of packages with names, versions and markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.model import Dependency, Problem
from dmlint.parsers.locks.entries import document, first, read_markers, record, strings
from dmlint.parsers.locks.toml_entries import read_entries
from dmlint.records import dataclass, replace
from dmlint.toml import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.model import Document, Source
    from dmlint.parsers.locks.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one tool writes its lock: what people call the file, the array of packages, and the key of their markers
    (several of them hold where one does).
    """

    where: str
    table: str
    marker: str


def read_lock(source: Source, layout: Layout) -> Document:
    """All packages of a lock, each version an entry of its own; a file that is not TOML gives a problem alone."""
    entries = read_entries(source, layout.table, ("name", "version", "extras", layout.marker))
    if isinstance(entries, Problem):
        return document(source, [entries], comments(source))
    return document(source, (fact for entry in entries for fact in _read(source, layout, entry)), comments(source))


def _read(source: Source, layout: Layout, entry: Entry) -> Iterator[Dependency | Problem]:
    name = first(entry, "name")
    if name is None:
        return
    marker, fault = read_markers(source, entry.get(layout.marker, ()))
    if fault is not None:
        yield fault
    fact = record(source, layout.where, name, first(entry, "version"), marker)
    yield replace(fact, extras=tuple(sorted(strings(entry, "extras")))) if isinstance(fact, Dependency) else fact
