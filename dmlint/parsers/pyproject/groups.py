"""Sections to groups: parts of one set joined, includes followed, names settled."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.facts import Dependency, FileReference, Group, Role
from dmlint.parsers.pyproject.sections import EntryKind, Include
from dmlint.requirements.pep508 import normalize_name
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dmlint.parsers.pyproject.sections import Section
    from dmlint.text.source import Span

Key = tuple[EntryKind, str]

_PROJECT: Key = (EntryKind.PROJECT, "")
_MOST_INCLUDED = 50_000
"""Dependencies that includes may add in one file: far more than any real one, and what keeps a hostile one cheap."""


class _Set(Struct, kw_only=True):
    """All sections of one key together."""

    dependencies: list[Dependency] = field(default_factory=list)
    references: list[FileReference] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    along: dict[Key, None] = field(default_factory=dict)
    python: str | None = None
    python_span: Span | None = None


def groups_of(sections: Iterable[Section], project: str | None) -> tuple[tuple[Group, ...], tuple[Problem, ...]]:
    """The groups of a file, and what is wrong with their includes; ``project`` is the project's own name, by which
    one extra names others.

    Names are normalized (PEP 685, PEP 735). ``project`` is taken for what always comes: a group of that name is
    ``project (group)``, and an extra with the name of a group (or of the project) is ``NAME (extra)``.
    """
    sets = _sets(sections, normalize_name(project) if project else None)
    problems = [*_missing(sets), *_cycles(sets)]
    names = {key: _name(key, sets) for key in sets if key[0] is not EntryKind.PART}
    budget = _MOST_INCLUDED
    groups: list[Group] = []
    for key, name in names.items():
        dependencies, references = _expanded(key, sets, budget)
        speaks = next(
            (sets[one] for one in (key, *_along(key, sets)) if one in (key, _PROJECT) and sets[one].python), None
        )
        budget -= len(dependencies) + len(references) - len(sets[key].dependencies) - len(sets[key].references)
        groups.append(
            Group(
                name=name,
                dependencies=tuple(dependencies),
                references=tuple(references),
                along=tuple(names[other] for other in _along(key, sets) if other in names and other != key),
                python=speaks.python if speaks else None,
                python_span=speaks.python_span if speaks else None,
            )
        )
    return tuple(groups), tuple(problems)


def _key(kind: EntryKind, name: str) -> Key:
    return kind, normalize_name(name) if kind in {EntryKind.EXTRA, EntryKind.GROUP} else name


def _sets(sections: Iterable[Section], project: str | None) -> dict[Key, _Set]:
    sets: dict[Key, _Set] = {}
    for section in sections:
        if section.kind is EntryKind.LOOSE:
            continue
        one = sets.setdefault(_key(section.kind, section.name), _Set())
        one.dependencies += section.found.dependencies
        one.references += section.found.references
        one.includes += section.found.includes
        one.along |= dict.fromkeys(_key(*key) for key in section.along)
        if one.python is None:
            one.python, one.python_span = section.python, section.python_span
        for dependency in section.found.dependencies:
            if dependency.name == project and dependency.role is Role.REQUIREMENT:
                one.includes += [
                    Include(kind=EntryKind.EXTRA, name=extra, span=dependency.span, marker=dependency.marker)
                    for extra in dependency.extras
                ]
    return sets


def _along(key: Key, sets: Mapping[Key, _Set]) -> dict[Key, None]:
    """Extras and groups are installed with the project; other tools' environments say so themselves."""
    with_project = key[0] in {EntryKind.EXTRA, EntryKind.GROUP}
    every = {_PROJECT: None, **sets[key].along} if with_project else sets[key].along
    return {other: None for other in every if other in sets}


def _name(key: Key, sets: Mapping[Key, _Set]) -> str:
    kind, name = key
    if kind is EntryKind.PROJECT:
        return "project"
    if kind is EntryKind.EXTRA and (name == "project" or (EntryKind.GROUP, name) in sets):
        return f"{name} (extra)"
    return "project (group)" if key == (EntryKind.GROUP, "project") else name


def _missing(sets: Mapping[Key, _Set]) -> Iterator[Problem]:
    for one in sets.values():
        for include in one.includes:
            if include.kind is EntryKind.GROUP and _key(include.kind, include.name) not in sets:
                yield _fault(include, f"there is no dependency group '{include.name}' to include")


def _cycles(sets: Mapping[Key, _Set]) -> Iterator[Problem]:
    """One problem for each include of a group that leads back to itself. (Extras may: installers follow them once.)"""
    done: set[Key] = set()
    for root in sets:
        path = [(root, iter(sets[root].includes))] if root not in done else []
        within = {root}
        while path:
            key, includes = path[-1]
            include = next(includes, None)
            if include is None:
                path.pop()
                within.discard(key)
                done.add(key)
                continue
            target = _key(include.kind, include.name)
            if include.kind is EntryKind.GROUP and target in within:
                yield _fault(include, f"dependency group '{include.name}' includes itself")
            elif include.kind is EntryKind.GROUP and target in sets and target not in done:
                within.add(target)
                path.append((target, iter(sets[target].includes)))


def _expanded(start: Key, sets: Mapping[Key, _Set], budget: int) -> tuple[list[Dependency], list[FileReference]]:
    """What a set holds with all that it includes, each included set once, until ``budget`` is used up."""
    dependencies, references = list(sets[start].dependencies), list(sets[start].references)
    most = len(dependencies) + len(references) + budget
    waiting: deque[tuple[Include, str | None]] = deque((include, None) for include in sets[start].includes)
    seen = {start}
    while waiting and len(dependencies) + len(references) < most:
        include, outer = waiting.popleft()
        key = _key(include.kind, include.name)
        if key in seen or key not in sets:
            continue
        seen.add(key)
        marker = _both(outer, include.marker)
        room = most - len(dependencies) - len(references)
        dependencies += [_under(one, marker) for one in sets[key].dependencies[:room]]
        references += sets[key].references[:room]
        waiting.extend((inner, marker) for inner in sets[key].includes)
    return dependencies, references


def _under(dependency: Dependency, marker: str | None) -> Dependency:
    return replace(dependency, marker=_both(marker, dependency.marker)) if marker else dependency


def _both(outer: str | None, inner: str | None) -> str | None:
    return f"({outer}) and ({inner})" if outer and inner else outer or inner


def _fault(include: Include, message: str) -> Problem:
    return Problem(kind=ProblemKind.UNREADABLE, span=include.span, message=message)
