"""Lock files in YAML: pixi.lock and conda-lock.yml, which record the packages of conda and of PyPI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import Entry, LockedEntry, document, first, platform_marker, record
from dmlint.parsers.locks.yaml_layout import scan
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Document
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source, Span

SECTIONS = ("package", "packages")
_PACKAGE = lazy_regex(r"(?:.*/)?([^/]+)/([^/]+)-([^/-]+)-[^/-]+\.(?:conda|tar\.bz2)(?:[?#].*)?", re.DOTALL)
_LONGEST = 2_000


def parse(source: Source) -> Document:
    """State every package for every platform that it is built for."""
    found = read_entries(source)
    if isinstance(found, Problem):
        return document(source, [found])
    entries, comments = found
    read = _read_pixi if source.path.endswith("pixi.lock") else _read_conda
    return document(source, (fact for entry in entries for fact in read(source, entry)), comments)


def read_entries(source: Source) -> tuple[list[Entry], tuple[Span, ...]] | Problem:
    """The entries of ``package`` and ``packages`` and the comments that mention dmlint, or why there are none.

    A text in the layout of its tool is read a line at a time, any other by a full parser, which takes far longer.
    """
    # A comment that mentions dmlint has to be told from text.
    entries = scan(source.text, SECTIONS) if "dmlint" not in source.text else None
    return (entries, ()) if entries is not None else parse_entries(source)


def parse_entries(source: Source) -> tuple[list[Entry], tuple[Span, ...]] | Problem:
    """The same by the full parser."""
    from dmlint.syntax.yaml import read_comments, read_yaml

    documents = read_yaml(source)
    if isinstance(documents, Problem):
        return documents
    found = [_entry(node) for root in documents for section in SECTIONS for node in _elements(root.get(section))]
    return found, read_comments(source, documents)


def _elements(node: YamlNode | None) -> list[YamlNode]:
    return list(node.elements()) if node is not None else []


def _entry(node: YamlNode) -> Entry:
    pairs = ((key.value, value) for key, value in node.items() if value.value is not None)
    return {key or "": [LockedEntry(value.value or "", value.span.start, value.span.end)] for key, value in pairs}


def _read_conda(source: Source, entry: Entry) -> Iterator[Dependency | Problem]:
    name, platform = first(entry, "name"), first(entry, "platform")
    if name is not None:
        marker = platform_marker(platform.text if platform else None)
        yield record(source, "conda-lock.yml", name, first(entry, "version"), marker)


def _read_pixi(source: Source, entry: Entry) -> Iterator[Dependency | Problem]:
    """Of conda's packages the URL alone tells name and version."""
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
