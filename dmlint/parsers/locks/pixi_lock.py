"""pixi.lock: pixi's record of every package, conda's and PyPI's; of conda's the URL alone tells name and version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import LockedEntry, document, first, platform_marker, record
from dmlint.parsers.locks.yaml_entries import read_entries
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Document
    from dmlint.parsers.locks.lock_entries import Entry
    from dmlint.text.source import Source

_PACKAGE = lazy_regex(r"(?:.*/)?([^/]+)/([^/]+)-([^/-]+)-[^/-]+\.(?:conda|tar\.bz2)(?:[?#].*)?", re.DOTALL)
_LONGEST = 2_000


def parse(source: Source) -> Document:
    """State every package for every platform that it is built for."""
    found = read_entries(source)
    if isinstance(found, Problem):
        return document(source, [found])
    entries, comments = found
    return document(source, (fact for entry in entries for fact in _read(source, entry)), comments)


def _read(source: Source, entry: Entry) -> Iterator[Dependency | Problem]:
    name, version = first(entry, "name"), first(entry, "version")
    platform = first(entry, "platform") or first(entry, "subdir")
    folder = platform.text if platform else None
    url = first(entry, "conda") or first(entry, "url")
    built = _PACKAGE().fullmatch(url.text) if url is not None and len(url.text) <= _LONGEST else None
    if url is not None and built is not None:
        folder = folder or built[1]
        name = name or _part(url, built, 2)
        version = version or _part(url, built, 3)
    if name is not None:
        yield record(source, "pixi.lock", name, version, platform_marker(folder))


def _part(url: LockedEntry, built: re.Match[str], group: int) -> LockedEntry:
    start, end = built.span(group)
    return LockedEntry(built[group], url.start + start, url.start + end)
