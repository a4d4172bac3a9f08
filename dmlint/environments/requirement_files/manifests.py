"""Manifests as environments: a project's groups, and the requirements files that nobody installs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.environments.identity.environment_names import Ground, assign, with_packages, with_profile
from dmlint.environments.identity.image_facts import find_profile, read_chosen_python, read_install_facts
from dmlint.environments.model import Environment, Install, Known
from dmlint.environments.outcome.history import extend, start
from dmlint.environments.requirement_files.included_files import Bundle
from dmlint.facts import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dmlint.environments.model import Outcome, ProfileAssignment
    from dmlint.environments.requirement_files.included_files import RequirementFiles
    from dmlint.facts import Dependency, Document, Group
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.text.problems import Problem
    from dmlint.text.source import Span

BOUNDS = (Role.CONSTRAINT, Role.OVERRIDE)


class ManifestLinker(Struct, frozen=True):
    """Turns manifests into outcomes, one for each set that is installed by itself."""

    catalogue: Catalogue
    assignments: Sequence[ProfileAssignment] = ()

    def link_groups(
        self, document: Document, files: RequirementFiles, installed: Collection[str] = ()
    ) -> tuple[list[Outcome], Bundle]:
        """A project's groups, each with those that always come along, and what the files that they name brought.

        Of the groups that are ``installed`` by something else (``PATH[GROUP]``), and are judged there, those that come
        along only bound the others.
        """
        groups = {group.name: group for group in document.groups}
        brought = {group.name: files.gather_named(document, [group]) for group in document.groups}
        chosen = read_chosen_python(document.source.path, files.repository)
        outcomes = [
            self._link_group(document, group, groups, brought, (installed, chosen)) for group in document.groups
        ]
        return outcomes, sum(brought.values(), Bundle())

    def _link_group(
        self,
        document: Document,
        group: Group,
        groups: Mapping[str, Group],
        brought: Mapping[str, Bundle],
        around: tuple[Collection[str], Known | None],
    ) -> Outcome:
        installed, chosen = around
        parts = [*(groups[name] for name in group.along if name in groups), group]
        bundles = [brought[part.name] for part in parts]
        elsewhere = {part.name for part in parts if f"{document.source.path}[{part.name}]" in installed} - {group.name}
        entries = [_bounding(entry, part.name in elsewhere) for part in parts for entry in part.dependencies]
        entries += [entry for bundle in bundles for entry in bundle.dependencies]
        python = group.python or (chosen.value if chosen is not None else None)
        environment = Environment(id=f"{document.source.path}[{group.name}]", python=python)
        install = replace(split(environment, entries), partial=any(bundle.undecided for bundle in bundles))
        known: dict[str, Known] = {}
        if group.python is not None and group.python_span is not None:
            known["python"] = Known(value=group.python, span=group.python_span)
        if chosen is not None:
            known["python"] = chosen
        return self._judge(install, _place(document, group), document.project, known)

    def link_files(self, documents: Iterable[Document], files: RequirementFiles) -> tuple[list[Outcome], list[Problem]]:
        """Requirements files that no install uses, judged alone, and what of them could not be followed.

        A file that another one constrains itself by is judged in that one. Those that no other includes come first, so
        that each file is judged somewhere even where too much is included to judge each by itself.
        """
        waiting = list(documents)
        found: dict[str, tuple[Document, Install]] = {}
        problems: list[Problem] = []
        bounding: set[str] = set()
        within: set[str] = set()
        included = files.find_included(waiting)
        for document in sorted(waiting, key=lambda document: document.source.path in included):
            path = document.source.path
            if files.exhausted and path in within:
                continue
            role = _role(document)
            bundle = files.gather(path, role)
            problems += bundle.problems
            bounding.update(entry.span.source.path for entry in bundle.dependencies if entry.role is not role)
            within.update(bundle.used)
            found[path] = (document, _alone(bundle, role))
        kept = [found[path] for path in (document.source.path for document in waiting) if path in found]
        placed = [(_place(document, document), install) for document, install in kept]
        placed = [(place, install) for place, install in placed if place.source.path not in bounding]
        return [self._judge(install, place, None, {}) for place, install in placed], problems

    def _judge(self, install: Install, place: Span, project: str | None, known: dict[str, Known]) -> Outcome:
        """One install into an environment that is empty before."""
        path = place.source.path
        ground = Ground(stage=f"{path}#", place=place)
        assigned = assign(self.catalogue, self.assignments, install.environment.id or path, ground)
        profile = assigned or find_profile(self.catalogue.profiles, [install], project)
        environment = with_packages(self.catalogue, install.environment, [install])
        placed = replace(install, environment=with_profile(environment, profile))
        return replace(
            extend(start(placed.environment), placed, self.catalogue),
            own=environment.isaac_sim is not None or profile is not None,
            profile=profile,
            configured=assigned is not None,
            place=place,
            known={**known, **read_install_facts(self.catalogue, [install])},
        )


def _bounding(entry: Dependency, bounds: bool) -> Dependency:
    return replace(entry, role=Role.CONSTRAINT) if bounds and entry.role is Role.REQUIREMENT else entry


def _place(document: Document, entries: Document | Group) -> Span:
    """Where the first of a manifest's requirements stands, or the file starts."""
    return next((entry.span for entry in entries.dependencies), document.source.span(0, 0))


def split(environment: Environment, entries: Sequence[Dependency]) -> Install:
    """An install of all entries that are asked for, bounded by the rest."""
    return Install(
        environment=environment,
        requirements=tuple(entry for entry in entries if entry.role not in BOUNDS),
        bounds=tuple(entry for entry in entries if entry.role in BOUNDS),
    )


def _role(document: Document) -> Role:
    """What a file is by itself: a constraints file, or one that asks for something, as a requirements.lock does."""
    role = next((entry.role for entry in document.dependencies), Role.REQUIREMENT)
    return Role.REQUIREMENT if role is Role.LOCKED else role


def _alone(bundle: Bundle, role: Role) -> Install:
    """A file judged alone: what it says in its own role is taken as asked for."""
    entries = [replace(entry, role=Role.REQUIREMENT) if entry.role is role else entry for entry in bundle.dependencies]
    install = split(Environment(id=None), entries)
    return replace(install, asked=role is Role.REQUIREMENT, partial=bundle.undecided)


def is_requirements_file(document: Document) -> bool:
    """Whether a document is a requirements or constraints file: one group without a name."""
    return [group.name for group in document.groups] == [""]
