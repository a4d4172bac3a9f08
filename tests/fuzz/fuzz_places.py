"""Every place that a fact names, whatever the fact is, and what must hold of the facts of one file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from dmlint.requirements.versions import read_specifiers
from dmlint.text.source import Source, Span
from dmlint.text.traced import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Document

_UNQUOTED = re.compile(r"\\\r?\n|[\\'\"]")
_MADE = re.compile(r"\{.*,.*\}|\{.+\.\..+\}|\$'|\\[xuUN0-7]")
"""Words that a shell makes of others, and escapes."""
_BLANK = re.compile(r"\s")
_KEYED = re.compile(
    r"(.*/)?(pyproject\.toml|pylock\.toml|(uv|poetry|pdm|pixi)\.lock|Pipfile(\.lock)?|pixi\.toml|conda-lock\.yml|setup\.py"
    r"|[^/]+\.dmlint-env)"
)
"""Formats in which a requirement is a value under its name, and what is pointed at, or a sum of strings."""


def walk(fact: object, seen: set[int]) -> Iterator[Span | Piece]:
    """The spans and pieces that a fact holds, at any depth, each once."""
    if id(fact) in seen or fact is None or isinstance(fact, str | int | Source):
        return
    seen.add(id(fact))
    if isinstance(fact, Span | Piece):
        yield fact
    if isinstance(fact, Mapping):
        yield from (found for value in fact.values() for found in walk(value, seen))
    elif isinstance(fact, tuple | list):
        yield from (found for value in fact for found in walk(value, seen))
    elif isinstance(fact, Struct):
        yield from (found for field in fact.__struct_fields__ for found in walk(getattr(fact, field), seen))


def check_places(fact: object) -> None:
    """Every span lies in its source, and a piece that is as long as what is written there comes from there."""
    for found in walk(fact, set()):
        if isinstance(found, Span):
            assert 0 <= found.start <= found.end <= len(found.source.text), f"{found.start}:{found.end} lies outside"
        else:
            assert found.text, "an empty piece"
            as_long = len(found.span.text) == len(found.text)
            assert not as_long or found.via or _BLANK.sub(" ", found.span.text) == _BLANK.sub(" ", found.text)


def check_document(document: Document) -> None:
    """What holds for every file: its facts stand in it, as they say, and are of the form that the model promises."""
    check_places(document)
    assert all(found.source is document.source for found in walk(document, set()) if isinstance(found, Span))
    assert all("dmlint" in comment.text for comment in document.comments)
    assert all(problem.message.strip() for problem in document.problems)
    listed = {dependency.span for dependency in document.dependencies}
    assert all(dependency.span in listed for group in document.groups for dependency in group.dependencies)
    # What is taken away is not asked for.
    asked = (requirement for step in document.steps if not step.removes for requirement in step.requirements)
    assert all(requirement.span in listed for requirement in asked)
    groups = {group.name for group in document.groups}
    assert all(groups.issuperset(group.along) for group in document.groups)
    for dependency in document.dependencies:
        _check_dependency(dependency)


def _check_dependency(dependency: Dependency) -> None:
    name, written = dependency.name, dependency.span.text
    assert name == canonicalize_name(name), f"{name!r} is not normalized"
    read_specifiers(dependency.specifier)
    assert dependency.marker is None or str(Marker(dependency.marker))
    assert dependency.span.end > dependency.span.start, f"{name} stands nowhere"
    stands = name in canonicalize_name(_UNQUOTED.sub("", written)) or _KEYED.fullmatch(dependency.span.source.path)
    # What came through a variable stands where the variable got it; a clone is known by its branch, and Isaac Sim's
    # own archive is called in another way than its package.
    elsewhere = (
        dependency.via or dependency.unresolved or "git c" in dependency.where or "standalone" in written.lower()
    )
    assert stands or elsewhere or _MADE.search(written), f"{name} does not stand in {written!r}"
