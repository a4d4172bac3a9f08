"""Joins the facts of single files into what the checks look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.discovery.progress import silent
from dmlint.environments.builds.base_builds import Bases
from dmlint.environments.builds.build_requests import plan_builds
from dmlint.environments.builds.compose_projects import place_overrides, place_projects
from dmlint.environments.builds.script_runs import place_scripts
from dmlint.environments.builds.script_starts import ScriptRuns
from dmlint.environments.builds.stage_environments import StageLinker
from dmlint.environments.model import Scene
from dmlint.environments.requirement_files.included_files import RequirementFiles
from dmlint.environments.requirement_files.manifests import ManifestLinker, is_requirements_file
from dmlint.facts import Document, Role
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.environments.builds.build_requests import BuildJob
    from dmlint.environments.builds.stage_environments import Linked
    from dmlint.environments.model import ImageUse, Inspection, Install, Outcome, ProfileAssignment
    from dmlint.environments.requirement_files.included_files import Bundle
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.text.source import Span


def link(
    read: Mapping[str, Document | Problem],
    repository: Repository,
    catalogue: Catalogue,
    assignments: Sequence[ProfileAssignment] = (),
    progress: Progress = silent,
) -> Scene:
    """Join documents, by path (a problem stands for a file that could not be read), into one scene.

    Requirements files that an install points at are judged in that install, all others alone.
    """
    files = RequirementFiles(repository, read)
    manifests = ManifestLinker(catalogue, assignments)
    readings = ScriptRuns()
    whole = (entry for entry in read.values() if isinstance(entry, Document))
    documents, in_scripts = place_scripts(whole, repository, readings)
    looked = list(_link_readings(documents, catalogue, assignments))
    jobs = plan_builds(place_overrides(place_projects(documents, repository)), repository, readings)
    by_job = _link_jobs(jobs, files, catalogue, assignments, lambda: progress("joining", len(read), len(read)))
    joined = _Joined(problems=[entry for entry in read.values() if isinstance(entry, Problem)])
    for job in jobs:
        joined.problems.extend(job.document.problems)
        joined.add_build(by_job[id(job)])
    installed = frozenset(joined.used)
    for job in jobs:
        if not is_requirements_file(job.document):
            joined.add_groups(*manifests.link_groups(job.document, files, installed))
    unused = [entry for entry in documents if is_requirements_file(entry) and entry.source.path not in joined.used]
    of_files, further = manifests.link_files(unused, files)
    alone = (*joined.standing_alone(), *of_files)
    return Scene(
        catalogue=catalogue,
        installs=(*joined.installs, *(install for outcome in alone for install in outcome.installs)),
        images=tuple(joined.images),
        outcomes=(*(outcome for outcome, _ in looked), *joined.outcomes, *alone),
        locked=tuple(entry for document in documents for entry in document.dependencies if entry.role is Role.LOCKED),
        inspections=tuple(inspection for _, inspection in looked),
        made=tuple(dict.fromkeys(tag for job in jobs for tag in job.tags)),
        problems=tuple(dict.fromkeys((*joined.problems, *further))),
        comments=tuple(dict.fromkeys((*_comments(files.documents.values()), *in_scripts))),
    )


class _Joined(Struct, frozen=True, kw_only=True):
    """What builds and the groups of manifests have come to so far; ``used`` are the paths of the requirements files
    that they install.
    """

    problems: list[Problem]
    installs: list[Install] = field(default_factory=list)
    images: list[ImageUse] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    of_groups: list[Outcome] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def add_build(self, linked: Linked) -> None:
        """Add what one build comes to."""
        self.installs.extend(linked.installs)
        self.images.extend(linked.images)
        self.outcomes.extend(outcome for stage in linked.outcomes.values() for outcome in stage.values())
        for bundle in linked.bundles:
            self._add_bundle(bundle)

    def add_groups(self, outcomes: Iterable[Outcome], bundle: Bundle) -> None:
        """Add what the groups of one manifest come to."""
        self.of_groups.extend(outcomes)
        self._add_bundle(bundle)

    def _add_bundle(self, bundle: Bundle) -> None:
        self.problems.extend(bundle.problems)
        self.used.update(bundle.used)

    def standing_alone(self) -> Iterator[Outcome]:
        """The groups of manifests that no install takes for its own file, as conda does."""
        for outcome in self.of_groups:
            joined = outcome.environment.id in self.used
            if outcome.place is None or not (joined or outcome.place.source.path in self.used):
                yield outcome


def _link_readings(
    documents: Iterable[Document], catalogue: Catalogue, assignments: Sequence[ProfileAssignment]
) -> Iterator[tuple[Outcome, Inspection]]:
    """The environments that were looked into."""
    for document in documents:
        if document.reading is not None:
            from dmlint.environments.inspections import link_reading

            yield link_reading(document, document.reading, catalogue, assignments)


def _link_jobs(
    jobs: Sequence[BuildJob],
    files: RequirementFiles,
    catalogue: Catalogue,
    assignments: Sequence[ProfileAssignment],
    tell: Callable[[], None],
) -> Mapping[int, Linked]:
    """What each job comes to, by its identity: those that make an image come before those that stand on it."""
    bases = Bases(jobs, files.repository)
    found: dict[int, Linked] = {}
    for job in bases.in_order(jobs):
        tell()
        linker = StageLinker(job, files, catalogue, assignments, bases)
        found[id(job)] = linker.link()
        bases.keep(job, linker.ends)
    return found


def _comments(entries: Iterable[Document | Problem]) -> Iterator[Span]:
    for entry in entries:
        yield from entry.comments if isinstance(entry, Document) else ()
