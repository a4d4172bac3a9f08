"""What a manifest states, as tests compare it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers import claim
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.facts import Document

Row = tuple[str, str, str]
"""A group, the requirement in it as PEP 508 has it, and the text under its span."""


def read(path: str, text: str) -> Document:
    """The document that the parser of a path makes of a text."""
    found = claim(path)
    assert found is not None
    return found.parse(Source(path=path, text=text))


def rows(document: Document) -> list[Row]:
    """All dependencies of all groups."""
    found: list[Row] = []
    for group in document.groups:
        for one in group.dependencies:
            extras = f"[{','.join(one.extras)}]" if one.extras else ""
            marker = f"; {one.marker}" if one.marker else ""
            found.append((group.name, f"{one.name}{extras}{one.specifier}{marker}", one.span.text))
    return found


def is_placed(document: Document) -> bool:
    """Whether every span lies in the file, and every group speaks of dependencies that the document lists."""
    size = len(document.source.text)
    spans = [fact.span for fact in document.dependencies] + [problem.span for problem in document.problems]
    spans += [one.span for group in document.groups for one in group.references]
    spans += [group.python_span for group in document.groups if group.python_span is not None]
    listed = {one.span for one in document.dependencies}
    inside = all(span.source is document.source and 0 <= span.start <= span.end <= size for span in spans)
    return inside and all(one.span in listed for group in document.groups for one in group.dependencies)
