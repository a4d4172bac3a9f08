"""pixi.toml: pixi's manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Document
from dmlint.parsers.manifest import manifest
from dmlint.parsers.pyproject.pixi_tables import pixi_sections
from dmlint.parsers.pyproject.sections import string_of
from dmlint.syntax.toml import comments, read_toml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from dmlint.text.source import Source


def parse(source: Source) -> Document:
    """Read one pixi.toml, which is the table ``[tool.pixi]`` of a pyproject.toml by itself."""
    root = read_toml(source)
    marks = comments(source)
    if isinstance(root, Problem):
        return Document(source=source, problems=(root,), comments=marks)
    name = string_of(root.get("workspace", "name") or root.get("project", "name"))
    return manifest(source, tuple(pixi_sections(root, "pixi")), name, marks)
