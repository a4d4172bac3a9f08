"""What the readers of manifests found, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dmlint.facts import Dependency, Document
from dmlint.parsers.pyproject.groups import groups_of
from dmlint.parsers.pyproject.sections import merge
from dmlint.requirements.pep508 import normalize_name
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmlint.parsers.pyproject.sections import Section
    from dmlint.text.source import Source, Span

Fact = TypeVar("Fact", Dependency, Problem)


def manifest(
    source: Source, sections: Sequence[Section], project: str | None = None, comments: tuple[Span, ...] = ()
) -> Document:
    """The document that the sections of one manifest make; ``project`` is the name of the project that it describes."""
    groups, problems = groups_of(sections, project)
    every = merge(section.found for section in sections)
    return Document(
        source=source,
        project=normalize_name(project) if project else None,
        dependencies=_in_order(every.dependencies),
        groups=groups,
        problems=_in_order((*every.problems, *problems)),
        comments=comments,
    )


def _in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each fact once, as they are written."""
    once = {id(fact): fact for fact in facts}
    return tuple(sorted(once.values(), key=lambda fact: fact.span.start))
