"""The package entries of a lock file in TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import Entry, LockedEntry, malformed
from dmlint.parsers.locks.toml_layout import scan
from dmlint.syntax.toml import read_toml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source


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
