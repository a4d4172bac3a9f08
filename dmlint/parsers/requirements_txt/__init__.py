"""Requirements and constraints files, as pip reads them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dmlint.facts import Dependency, Document, FileReference, Group, ReferenceKind, Role
from dmlint.parsers.requirements_txt.line_options import MalformedOptionError, read_options, split_options
from dmlint.parsers.requirements_txt.requirement_lines import logical_lines, mark_variables, read_line, read_plain_line
from dmlint.requirements.pip_argument import read_argument, read_editable
from dmlint.requirements.pip_location import malformed
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.parsers.requirements_txt.line_options import LineOption
    from dmlint.requirements.pip_location import Fact
    from dmlint.text.source import Source, Span
    from dmlint.text.traced import Traced

_CONSTRAINTS = lazy_regex(r"(?:^|[-_.])constraints?(?:[-_.]|$)", re.IGNORECASE)
_WHERE = {Role.CONSTRAINT: "constraints file", Role.OVERRIDE: "overrides file"}
# Some 2,500 hashes: a longer line is no requirement, and would cost more than it tells.
_LONGEST = 200_000
_INCLUDES = {"--requirement": ReferenceKind.REQUIREMENTS, "--constraint": ReferenceKind.CONSTRAINTS}


def parse(source: Source, *, role: Role | None = None) -> Document:
    """State what a requirements file asks for: one group without a name.

    ``role`` says what its requirements do where that is known from the place that names the file (``-c FILE``);
    else the file's name tells. A line that pip would refuse is a problem, and the rest is read all the same.
    """
    if role is None:
        role = Role.CONSTRAINT if _CONSTRAINTS().search(PurePosixPath(source.path).stem) else Role.REQUIREMENT
    where = _WHERE.get(role, "requirements file")
    facts: list[Fact] = []
    comments: list[Span] = []
    for stretches in logical_lines(source.text):
        plain = read_plain_line(source, stretches, where, role)
        if plain is not None:
            facts += plain
            continue
        line, comment = read_line(source, stretches)
        comments += [piece.span for piece in comment.pieces if "dmlint" in piece.text]
        if len(line) > _LONGEST:
            facts.append(malformed(_written(line), f"the line is not read: it has more than {_LONGEST:,} characters"))
        elif line.text:
            facts += read_logical_line(mark_variables(line), where, role)
    return _document(source, facts, comments)


def read_logical_line(line: Traced, where: str, role: Role) -> list[Fact]:
    """What a line that is not empty states; requirement before options, of which only the includes and editables
    matter, and of these, as in pip, only the first.
    """
    named, rest = split_options(line)
    try:
        options = read_options(rest)
    except MalformedOptionError as error:
        return [malformed(_written(line), str(error))]
    if named.text:
        return read_argument(named, _written(named), where=where, role=role)
    editable = _first(options, "--editable")
    if editable is not None:
        return read_editable(editable, editable.span or _written(line), where=where, role=role)
    for name, kind in _INCLUDES.items():
        value = _first(options, name)
        if value is not None:
            path = None if value.unresolved else value.text
            return [FileReference(kind=kind, path=path, span=value.span or _written(line))]
    return []


def _written(text: Traced) -> Span:
    """From the first to the last character of a text that is not empty and comes from one source in order."""
    first, last = text.pieces[0].span, text.pieces[-1].span
    return first.source.span(first.start, last.end)


def _first(options: Iterable[LineOption], name: str) -> Traced | None:
    return next((option.value for option in options if option.name == name), None)


def _document(source: Source, facts: list[Fact], comments: list[Span]) -> Document:
    dependencies = tuple(fact for fact in facts if isinstance(fact, Dependency))
    references = tuple(fact for fact in facts if isinstance(fact, FileReference))
    return Document(
        source=source,
        dependencies=dependencies,
        groups=(Group(name="", dependencies=dependencies, references=references),),
        problems=tuple(fact for fact in facts if isinstance(fact, Problem)),
        comments=tuple(comments),
    )
