"""A further requirement in an array of pyproject.toml, written in the manner of the one before it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.facts import Proposal
from dmlint.parsers import claim
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from dmlint.facts import Addition, Dependency
    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source

_ALWAYS = "project.dependencies"
_NAMED = ("project.optional-dependencies.", "dependency-groups.")
"""The arrays that packaging standards define (PEP 621, PEP 735), as a dependency names its own."""


def add_item(beside: Dependency, addition: Addition) -> Proposal | None:
    """Add a requirement to the array that another one stands in, as its last item; None where that is no such array.

    It is safe among what a project always needs: which of several groups should hold a pin nobody can tell.
    """
    source = beside.span.source
    claimed = claim(source.path)
    path = _path(beside.where)
    if claimed is None or claimed.name != "pyproject.toml" or not path:
        return None
    root = _read(source)
    array = root.get(*path) if root is not None else None
    last = list(array.elements())[-1:] if array is not None else []
    if not last or last[0].place.start is None:
        return None
    start, end, text = _written(source.text, last[0].place.start, f"{addition.name}{addition.specifier}")
    return Proposal(span=source.span(start, end), spellings=(text,), safe=beside.where == _ALWAYS, addition=addition)


@lru_cache(maxsize=4)
def _read(source: Source) -> TomlNode | None:
    from dmlint.syntax.toml import read_toml

    root = read_toml(source)
    return None if isinstance(root, Problem) else root


def _path(where: str) -> list[str]:
    if where == _ALWAYS:
        return where.split(".")
    table = next((prefix for prefix in _NAMED if where.startswith(prefix)), None)
    return [*table.rstrip(".").split("."), where[len(table) :]] if table else []


def _written(text: str, last: int, requirement: str) -> tuple[int, int, str]:
    """Where a new item goes, and how it is written, given where the last one starts: on a line of its own if that has
    one, with a comma behind it if that has one.
    """
    from dmlint.syntax.toml_text import skip_blank, value_end

    quote = "'" if text[last] == "'" else '"'
    item, end = f"{quote}{requirement}{quote}", value_end(text, last)
    indent = text[text.rfind("\n", 0, last) + 1 : last]
    stop = text.find("\n", end)
    behind = text[end : stop if stop >= 0 else len(text)].rstrip("\r")
    comma = "," if text[skip_blank(text, end) :][:1] == "," else ""
    alone = behind.strip().removeprefix(comma).lstrip()
    if indent.strip() or stop < 0 or (alone and not alone.startswith("#")):
        return end, end, f", {item}"
    break_ = "\r\n" if text[stop - 1] == "\r" else "\n"
    kept = behind if comma else f",{behind}"
    return end, end + len(behind), f"{kept}{break_}{indent}{item}{comma}"
