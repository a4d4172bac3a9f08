"""The package entries of a lock file in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.locks.lock_entries import Entry, LockedEntry
from dmlint.parsers.locks.yaml_layout import scan
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source, Span

SECTIONS = ("package", "packages")


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
