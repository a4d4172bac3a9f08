"""The quick way through TOML that a tool wrote: a line at a time, and only in the layout that lock files have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.parsers.locks.lock_entries import Entry, LockedEntry
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = r"[^\"\\\x00-\x08\x0a-\x1f\x7f]*"
_BASIC = rf'"{_PLAIN}(?:\\["\\bfnrt]{_PLAIN})*"'
_LITERAL = r"'[^'\x00-\x08\x0a-\x1f\x7f]*'"
_DAY = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = rf"[12]\d{{3}}-{_DAY}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{{1,9}})?Z"
_SCALAR = rf"(?:{_BASIC}|{_LITERAL}|{_TIME}|true|false|0|[1-9]\d{{0,17}})"
_KEY = r'(?:[A-Za-z0-9_-]+|"[A-Za-z0-9_.-]+")'


def _array(element: str) -> str:
    return rf"\[(?:{element}(?:, ?{element})*)?\]"


def _table(value: str) -> str:
    return rf"\{{ ?(?:{_KEY} ?= ?{value}(?:, ?{_KEY} ?= ?{value})*)? ?\}}"


_FLAT = rf"(?:{_SCALAR}|{_array(_SCALAR)})"
_INNER = rf"(?:{_FLAT}|{_table(_FLAT)})"
_ELEMENT = rf"(?:{_SCALAR}|{_table(_INNER)}|{_array(_SCALAR)})"
_END = r"[ \t]*(?:\r?\n|\Z)"
_LINE = lazy_regex(
    rf"(?P<key>{_KEY}) = (?:(?P<value>{_ELEMENT}|{_array(_ELEMENT)})|(?P<open>\[)){_END}"
    rf"|(?P<header>\[\[?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\]\]?){_END}"
    r"|(?P<blank>(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?(?:\r?\n|\Z))",
    re.ASCII,
)
_ITEM = lazy_regex(rf"[ \t]*(?:(?P<item>{_ELEMENT})(?P<comma>,?)|(?P<close>\])){_END}", re.ASCII)
_STRING = lazy_regex(rf"{_BASIC}|{_LITERAL}")
_INNER_KEYS = lazy_regex(r"[{,] ?\"?([A-Za-z0-9_.-]+)\"? ?=")
_ESCAPE = lazy_regex(r"\\(.)")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class _DepartedError(Exception):
    """The text leaves the layout: it may be TOML, or may not be."""


def scan(text: str, table: str, keys: tuple[str, ...]) -> list[Entry] | None:
    """The entries of ``[[table]]`` with the strings of some of their keys; None where the text departs from the
    layout, so that nothing is said about it.

    A text that is read is valid TOML, and the entries are those that a full parser would find.
    """
    try:
        return _scan(text, table, keys)
    except _DepartedError:
        return None


def _scan(text: str, main: str, keys: tuple[str, ...]) -> list[Entry]:
    entries: list[Entry] = []
    outer, inner, table = DefinedNames(), DefinedNames(), ""
    at = 0
    while at < len(text):
        line = _LINE().match(text, at)
        if line is None:
            raise _DepartedError
        at = line.end()
        if line["header"]:
            table = line["header"].strip("[]")
            within = table.startswith(f"{main}.")
            if table == main:
                inner = DefinedNames()
                entries.append({})
            if within and not entries:
                raise _DepartedError
            _open(line["header"], main, inner if within else outer)
        elif line["key"]:
            key = line["key"].strip('"')
            # A dot in quotes parts no names.
            name = f"{table}.{key}" if table else key
            name = name.replace(".", "\0") if "." in key else name
            if not (inner if table.partition(".")[0] == main else outer).add_value(name) or name == main:
                raise _DepartedError
            wanted = table == main and key in keys
            values, at = _read_value(text, line, at)
            if wanted:
                # The strings of a table that is an item of an array are none of the array's.
                listed = line["open"] or line["value"].startswith("[")
                if listed and any(text.find("{", *part) >= 0 for part in values):
                    raise _DepartedError
                entries[-1][key] = [
                    _written(text, *match.span())
                    for start, end in values
                    for match in _STRING().finditer(text, start, end)
                ]
    return entries


def _open(header: str, main: str, names: DefinedNames) -> None:
    """Note a header; raises where it cannot stand there, or is not written as lock files have it."""
    name = header.strip("[]")
    doubled = header.startswith("[[")
    if doubled != header.endswith("]]"):
        raise _DepartedError
    if name == main:
        if not doubled or main in names.values or main in names.implied:
            raise _DepartedError
    elif not (names.add_array(name) if doubled else names.add_table(name)):
        raise _DepartedError


def _read_value(text: str, line: re.Match[str], at: int) -> tuple[list[tuple[int, int]], int]:
    """Where the parts of a value stand, one for each line of an array, and where the next line starts."""
    if not line["open"]:
        _check_keys(text, *line.span("value"))
        return [line.span("value")], at
    parts: list[tuple[int, int]] = []
    ended = False
    for item in _items(text, at):
        at = item.end()
        if item["close"]:
            return parts, at
        if ended:
            break
        ended = not item["comma"]
        _check_keys(text, *item.span("item"))
        parts.append(item.span("item"))
    raise _DepartedError


def _items(text: str, at: int) -> Iterator[re.Match[str]]:
    while item := _ITEM().match(text, at):
        at = item.end()
        yield item


def _check_keys(text: str, start: int, end: int) -> None:
    """Doubt an inline table in which a key seems to stand twice."""
    if text.find("{", start, end) >= 0:
        keys = _INNER_KEYS().findall(text, start, end)
        if len(keys) != len(set(keys)):
            raise _DepartedError


def _written(text: str, start: int, end: int) -> LockedEntry:
    raw = text[start + 1 : end - 1]
    if text[start] == '"' and "\\" in raw:
        raw = _ESCAPE().sub(lambda match: _ESCAPES.get(match[1], match[1]), raw)
    return LockedEntry(raw, start + 1, end - 1)


class DefinedNames(Struct, frozen=True):
    """The dotted names that were defined so far, in a file (or a part of one) whose keys are never dotted."""

    values: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    implied: set[str] = field(default_factory=set)
    """Tables that exist because a table in them does."""

    def add_value(self, name: str) -> bool:
        """Take a key; False where the name is taken."""
        taken = name in self.values or name in self.tables or name in self.arrays or name in self.implied
        self.values.add(name)
        return not taken

    def add_table(self, name: str) -> bool:
        """Take the header ``[name]``; False where it cannot stand here."""
        taken = name in self.values or name in self.tables or name in self.arrays or not self._imply(name)
        self.tables.add(name)
        return not taken

    def add_array(self, name: str) -> bool:
        """Take the header ``[[name]]``, which opens a table without names; False where it cannot stand here."""
        fresh = name not in self.arrays
        taken = name in self.values or name in self.tables or (fresh and name in self.implied) or not self._imply(name)
        inner = f"{name}."
        for names in (self.values, self.tables, self.arrays, self.implied):
            names.difference_update([one for one in names if one.startswith(inner)])
        self.arrays.add(name)
        return not taken

    def _imply(self, name: str) -> bool:
        """Note the tables around one; False where one of them is a plain value."""
        outer = name.rpartition(".")[0]
        while outer:
            if outer in self.values:
                return False
            self.implied.add(outer)
            outer = outer.rpartition(".")[0]
        return True
