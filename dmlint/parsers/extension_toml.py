"""extension.toml of an Omniverse extension: what Kit installs with pip when it loads the extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Document
from dmlint.parsers.manifest import manifest
from dmlint.parsers.pyproject.sections import EntryKind, Section, requirements
from dmlint.syntax.toml import comments, read_toml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from dmlint.text.source import Source


def parse(source: Source) -> Document:
    """Read ``[python.pipapi] requirements``; a file without it states nothing."""
    root = read_toml(source)
    marks = comments(source)
    if isinstance(root, Problem):
        return Document(source=source, problems=(root,), comments=marks)
    listed = root.get("python", "pipapi", "requirements")
    found = requirements(listed, "python.pipapi.requirements")
    return manifest(source, (Section(kind=EntryKind.PROJECT, found=found),) if listed else (), comments=marks)
