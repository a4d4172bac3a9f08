"""Lock files in TOML: uv.lock, poetry.lock, pdm.lock, and pylock.toml of the packaging standards (PEP 751)."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency
from dmlint.parsers.locks.lock_entries import (
    Entry,
    LockedEntry,
    document,
    first,
    malformed,
    read_markers,
    record,
    strings,
)
from dmlint.parsers.locks.toml_layout import scan
from dmlint.syntax.toml import comments, read_toml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Document
    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source


class LockLayout(Struct, frozen=True, kw_only=True):
    """How one tool writes its lock: what people call the file, the array of packages, and the key of their markers
    (several of them hold where one does).
    """

    where: str
    table: str
    marker: str


_LAYOUTS = {
    "uv.lock": LockLayout(where="uv.lock", table="package", marker="resolution-markers"),
    "poetry.lock": LockLayout(where="poetry.lock", table="package", marker="markers"),
    "pdm.lock": LockLayout(where="pdm.lock", table="package", marker="marker"),
}
_STANDARD = LockLayout(where="pylock.toml", table="packages", marker="marker")


def parse(source: Source) -> Document:
    """State every package that the lock records, with its version and the marker under which it is installed.

    Each version is an entry of its own; a file that is not TOML gives a problem alone.
    """
    layout = _LAYOUTS.get(basename(source.path), _STANDARD)
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


def read_entries(source: Source, table: str, keys: tuple[str, ...]) -> list[Entry] | Problem:
    """The entries of the array ``table`` with the strings of some of their keys, or why there are none.

    A text in the layout of its tool is read a line at a time, any other by a full parser, which takes some fifteen
    times as long.
    """
    entries = scan(source.text, table, keys)
    return entries if entries is not None else parse_entries(source, table, keys)


def parse_entries(source: Source, table: str, keys: tuple[str, ...]) -> list[Entry] | Problem:
    """The same by the full parser."""
    root = read_toml(source)
    if isinstance(root, Problem):
        return root
    array = root.get(table)
    if array is not None and not isinstance(array.value, list):
        return malformed(array.span, f"'{table}' must be an array of tables")
    return [_entry(node, keys) for node in array.elements()] if array else []


def _entry(node: TomlNode, keys: tuple[str, ...]) -> Entry:
    values = {key: node.get(key) for key in keys}
    # What has a header of its own (poetry's `[package.extras]`) is another thing of that name.
    return {
        key: _strings(value) for key, value in values.items() if value is not None and value.place.start is not None
    }


def _strings(node: TomlNode) -> list[LockedEntry]:
    """A string, or the strings of an array or table."""
    inner = [node, *node.elements(), *(value for _, value in node.items())]
    return [
        LockedEntry(value.value, value.span.start, value.span.end) for value in inner if isinstance(value.value, str)
    ]
