"""What the lock files in TOML have in common: an array of packages with names, versions and markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency
from dmlint.parsers.locks.lock_entries import document, first, read_markers, record, strings
from dmlint.parsers.locks.toml_entries import read_entries
from dmlint.syntax.toml import comments
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Document
    from dmlint.parsers.locks.lock_entries import Entry
    from dmlint.text.source import Source


class LockLayout(Struct, frozen=True, kw_only=True):
    """How one tool writes its lock: what people call the file, the array of packages, and the key of their markers
    (several of them hold where one does).
    """

    where: str
    table: str
    marker: str


def read_lock(source: Source, layout: LockLayout) -> Document:
    """All packages of a lock, each version an entry of its own; a file that is not TOML gives a problem alone."""
    entries = read_entries(source, layout.table, ("name", "version", "extras", layout.marker))
    if isinstance(entries, Problem):
        return document(source, [entries], comments(source))
    return document(source, (fact for entry in entries for fact in _read(source, layout, entry)), comments(source))


def _read(source: Source, layout: LockLayout, entry: Entry) -> Iterator[Dependency | Problem]:
    name = first(entry, "name")
    if name is None:
        return
    marker, fault = read_markers(source, entry.get(layout.marker, ()))
    if fault is not None:
        yield fault
    fact = record(source, layout.where, name, first(entry, "version"), marker)
    yield replace(fact, extras=tuple(sorted(strings(entry, "extras")))) if isinstance(fact, Dependency) else fact
