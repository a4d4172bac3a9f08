"""pyproject.toml: every table that holds dependencies, whichever tool it belongs to.

Read first ``sections`` and ``groups`` (what tables come to), ``standard_tables``; then any tool.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from dmlint.facts import Dependency, Document
from dmlint.parsers.pyproject import pixi_tables, poetry_tables, standard_tables, uv_tables
from dmlint.parsers.pyproject.groups import groups_of
from dmlint.parsers.pyproject.sections import Section, expect, merge, string_of
from dmlint.requirements.pep508 import normalize_name
from dmlint.syntax.toml import comments, read_toml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source


Fact = TypeVar("Fact", Dependency, Problem)


def parse(source: Source) -> Document:
    """Read one pyproject.toml; one that is not TOML gives a problem and nothing else."""
    root = read_toml(source)
    marks = comments(source)
    if isinstance(root, Problem):
        return Document(source=source, problems=(root,), comments=marks)
    sections = tuple(_sections(root))
    name = string_of(root.get("project", "name") or root.get("tool", "poetry", "name"))
    groups, problems = groups_of(sections, name)
    every = merge((expect(root.get("tool"), dict, "tool"), *(section.found for section in sections)))
    return Document(
        source=source,
        project=normalize_name(name) if name else None,
        dependencies=_in_order(every.dependencies),
        groups=groups,
        problems=_in_order((*every.problems, *problems)),
        comments=marks,
    )


_READERS = (
    standard_tables.read_project,
    standard_tables.read_setuptools,
    standard_tables.read_dependency_groups,
    uv_tables.read_uv,
)
"""What uv reads, and uv's sources speak of."""

_OTHERS = (
    standard_tables.read_build_system,
    poetry_tables.read_poetry,
    standard_tables.read_pdm,
    standard_tables.read_hatch,
    pixi_tables.read_pixi,
)


def _sections(root: TomlNode) -> Iterator[Section]:
    yield from uv_tables.with_sources(chain.from_iterable(read(root) for read in _READERS), root)
    for read in _OTHERS:
        yield from read(root)


def _in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each fact once (an optional dependency stands in several sets), as they are written."""
    once = {id(fact): fact for fact in facts}
    return tuple(sorted(once.values(), key=lambda fact: fact.span.start))
