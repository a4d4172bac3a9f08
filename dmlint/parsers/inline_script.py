"""Python scripts that say in a comment what they need (PEP 723)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Document
from dmlint.parsers.manifest import manifest
from dmlint.parsers.pyproject.sections import EntryKind, Section, python_of, requirements
from dmlint.parsers.pyproject.uv_tables import read_uv, with_sources
from dmlint.syntax.python_text import read_comments
from dmlint.syntax.toml import read_toml
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.facts import Dependency

_OPENING = lazy_regex(r"^# /// script[ \t]*\r?\n", re.MULTILINE)
_LINES = lazy_regex(r"(?:#(?: [^\n]*)?\r?(?:\n|\Z))*")
_CLOSING = lazy_regex(r"^# ///[ \t]*\r?$", re.MULTILINE)
_COMMENT_SIGN = lazy_regex(r"^#", re.MULTILINE)
_NOT_A_LINE_END = lazy_regex(r"[^\n]")


def parse(source: Source) -> Document:
    """Read the block of metadata of one script; a file without states nothing, whatever else is in it.

    https://packaging.python.org/en/latest/specifications/inline-script-metadata/
    """
    block = _block(source.text)
    if block is None:
        return Document(source=source)
    start, end = block
    hidden = _NOT_A_LINE_END().sub(" ", source.text[:start]) + _COMMENT_SIGN().sub(" ", source.text[start:end])
    return _in_script(_read(Source(path=source.path, text=hidden)), source)


def _block(text: str) -> tuple[int, int] | None:
    """Where the content of the first block starts and ends: at the last closing line among the comment lines that
    follow its opening one.
    """
    opening = _OPENING().search(text)
    while opening is not None:
        lines = _LINES().match(text, opening.end())
        end = lines.end() if lines else opening.end()
        closings = [match.start() for match in _CLOSING().finditer(text, opening.end(), end)]
        if closings and closings[-1] > opening.end():
            return opening.end(), closings[-1]
        opening = _OPENING().search(text, end)
    return None


def _read(metadata: Source) -> Document:
    root = read_toml(metadata)
    if isinstance(root, Problem):
        return Document(source=metadata, problems=(root,))
    node = root.get("requires-python")
    python, faults = python_of(node, "requires-python")
    found = faults + requirements(root.get("dependencies"), "script dependencies")
    own = Section(kind=EntryKind.PROJECT, found=found, python=python, python_span=node.span if node else None)
    return manifest(metadata, with_sources((own, *read_uv(root)), root))


def _in_script(document: Document, script: Source) -> Document:
    """The same facts in the script itself, where each stands at the same offsets."""

    def dependency(fact: Dependency) -> Dependency:
        return replace(fact, span=replace(fact.span, source=script))

    groups = tuple(
        replace(
            group,
            dependencies=tuple(map(dependency, group.dependencies)),
            references=tuple(replace(one, span=replace(one.span, source=script)) for one in group.references),
            python_span=replace(group.python_span, source=script) if group.python_span else None,
        )
        for group in document.groups
    )
    return replace(
        document,
        source=script,
        dependencies=tuple(map(dependency, document.dependencies)),
        groups=groups,
        problems=tuple(replace(one, span=replace(one.span, source=script)) for one in document.problems),
        comments=read_comments(script),
    )
