"""The quick way through YAML that a tool wrote: a line at a time, and only in the layout that lock files have."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.parsers.locks.lock_entries import Entry, LockedEntry
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDE = "\xa1-\u1fff\u2070-\ud7ff"
_CHARACTER = rf"[!-~{_WIDE}]"
_FIRST = rf"(?:[A-Za-z0-9_./()\\^<=~+;${_WIDE}]|[-?:](?=[!-+./-9;->@-Z\\^-z]))"
_REST = rf"[!-\"$-9;-~{_WIDE}]"
_PLAIN = rf"{_FIRST}{_REST}*(?:(?::(?={_CHARACTER})|(?<! )#| +(?={_REST}|:{_CHARACTER})){_REST}*)*"
_QUOTED = rf"'(?:[ -&(-~{_WIDE}]|'')*'|\"[ !#-\[\]-~{_WIDE}]*\""
_KEY = r"[A-Za-z0-9_][A-Za-z0-9_./+-]{0,200}|'[A-Za-z0-9_./+-]{1,200}'|\"[A-Za-z0-9_./+-]{1,200}\""
_VALUE = rf"(?:{_QUOTED}|\[\]|\{{\}}|{_PLAIN})"
_LINE = lazy_regex(
    rf"(?P<indent> *)(?P<dash>- +)?(?:(?P<key>{_KEY}):(?: +(?P<value>{_VALUE}))?|(?P<item>{_VALUE})) *(?:\r?\n|\Z)"
)
_BLANK = lazy_regex(rf" *(?:#[ -~{_WIDE}]*)?(?:\r?\n|\Z)")
_NULL = frozenset(("~", "null", "Null", "NULL", "[]", "{}"))


_NOTED, _INDENTED = 3, 16
"""Below this many collections nothing is noted of what a line says; lines that are indented further are rare."""


@lru_cache(maxsize=64)
def _alike(indent: str, dash: str, *, keyed: bool) -> re.Pattern[str]:
    """Lines in a row that lead where the one before them led: the same column, the same kind, a value each."""
    what = rf"(?:{_KEY}): +{_VALUE}" if keyed else _VALUE
    return re.compile(rf"(?:{indent}{dash}{what} *(?:\r?\n|\Z))*")


class _Walk(Struct):
    """Where a scan stands: the open collections, outermost first, each with its column and whether it is a sequence;
    the column of a key that still waits for its value; the sections wanted and the entries found in them.
    """

    sections: frozenset[str]
    stack: list[tuple[int, bool]] = field(default_factory=list)
    waiting: int | None = None
    section: str = ""
    seen: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)

    def enter(self, column: int, *, sequence: bool) -> bool:
        """Go to the collection to which a line at a column belongs; False where there is none."""
        place = (column, sequence)
        deeper = self.waiting is not None and (column > self.waiting or (sequence and column == self.waiting))
        if deeper or not self.stack:
            self.stack.append(place)
            return deeper or place == (0, False)
        while self.stack and self.stack[-1] != place and self.stack[-1][0] >= column:
            self.stack.pop()
        return bool(self.stack) and self.stack[-1] == place

    def take(self, line: re.Match[str]) -> bool:
        """One line; False where it departs from the layout."""
        column, dash = len(line["indent"]), line["dash"]
        if (dash or line["key"] is None) and not (dash and self.enter(column, sequence=True)):
            return False
        if dash:
            column += len(dash)
            if len(self.stack) == 2 and self.section in self.sections:
                self.entries.append({})
            if line["key"] is not None:
                self.stack.append((column, False))
        elif not self.enter(column, sequence=False):
            return False
        self.waiting = column if line["key"] is not None and line["value"] is None else None
        return line["key"] is None or self._note(line)

    def skip(self, line: re.Match[str]) -> int:
        """Where the lines end that follow one and are of no more interest than it."""
        known = len(self.stack) > _NOTED and self.waiting is None and len(line["indent"]) <= _INDENTED
        pattern = _alike(line["indent"], line["dash"] or "", keyed=line["key"] is not None) if known else None
        alike = pattern.match(line.string, line.end()) if pattern else None
        return alike.end() if alike else line.end()

    def _note(self, line: re.Match[str]) -> bool:
        key = line["key"].strip("'\"")
        if len(self.stack) == 1:
            # Two sections would be read in the order that is asked for, not in that of the file.
            repeated = key in self.seen or (key in self.sections and not self.seen.isdisjoint(self.sections))
            self.section = key
            self.seen.add(key)
            return not repeated
        if len(self.stack) == 3 and self.entries and self.section in self.sections and line["value"] is not None:
            start, end = line.span("value")
            raw = line["value"]
            if raw[0] in "'\"":
                self.entries[-1][key] = [LockedEntry(raw[1:-1].replace("''", "'"), start + 1, end - 1)]
            elif raw not in _NULL:
                self.entries[-1][key] = [LockedEntry(raw, start, end)]
        return True


def scan(text: str, sections: Iterable[str]) -> list[Entry] | None:
    """The strings of the mappings in the sequences below some keys of the root; None where the text departs from the
    layout, so that nothing is said about it.

    A text that is read is valid YAML, and the entries are those that a full parser would find.
    """
    walk = _Walk(frozenset(sections))
    at = 4 if text.startswith("---\n") else 0
    while at < len(text):
        line = _LINE().match(text, at)
        blank = _BLANK().match(text, at) if line is None else None
        if line is not None and walk.take(line):
            at = walk.skip(line)
        elif blank is not None:
            at = blank.end()
        else:
            return None
    return walk.entries
