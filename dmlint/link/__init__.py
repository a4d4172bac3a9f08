"""Joins the facts of single files into what the checks look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environment import Scene
from dmlint.link.bakes import place_overrides
from dmlint.link.bases import Bases
from dmlint.link.compose import place_projects
from dmlint.link.files import RequirementFiles
from dmlint.link.manifests import ManifestLinker, is_requirements_file
from dmlint.link.requests import plan_builds
from dmlint.link.scripts import place_scripts
from dmlint.link.stages import StageLinker
from dmlint.link.starts import ScriptReadings
from dmlint.model import Document, Problem, Role
from dmlint.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from dmlint.catalogue import Catalogue
    from dmlint.environment import Assignment, ImageUse, Inspection, Install, Outcome
    from dmlint.link.requests import Job
    from dmlint.link.stages import Linked
    from dmlint.model import Span
    from dmlint.progress import Progress
    from dmlint.repository import Repository


def link(
    read: Mapping[str, Document | Problem],
    repository: Repository,
    catalogue: Catalogue,
    assignments: Sequence[Assignment] = (),
    progress: Progress = silent,
) -> Scene:
    """Join documents, by path (a problem stands for a file that could not be read), into one scene.

    Requirements files that an install points at are judged in that install, all others alone.
    """
    files = RequirementFiles(repository, read)
    manifests = ManifestLinker(catalogue, assignments)
    installs: list[Install] = []
    images: list[ImageUse] = []
    outcomes: list[Outcome] = []
    alone: list[Outcome] = []
    problems = [entry for entry in read.values() if isinstance(entry, Problem)]
    readings = ScriptReadings()
    whole = (entry for entry in read.values() if isinstance(entry, Document))
    documents, in_scripts = place_scripts(whole, repository, readings)
    used: set[str] = set()
    inspections: list[Inspection] = []
    for document in documents:
        if document.reading is not None:
            from dmlint.link.readings import link_reading

            outcome, inspection = link_reading(document, document.reading, catalogue, assignments)
            outcomes.append(outcome)
            inspections.append(inspection)
    jobs = plan_builds(place_overrides(place_projects(documents, repository)), repository, readings)
    by_job = _link_jobs(jobs, files, catalogue, assignments, lambda: progress("joining", len(read), len(read)))
    for job in jobs:
        document, linked = job.document, by_job[id(job)]
        problems += document.problems
        installs += linked.installs
        images += linked.images
        outcomes += [outcome for stage in linked.outcomes.values() for outcome in stage.values()]
        for bundle in linked.bundles:
            problems += bundle.problems
            used.update(bundle.used)
        if not is_requirements_file(document):
            of_groups, bundle = manifests.link_groups(document, files)
            alone += of_groups
            problems += bundle.problems
            used.update(bundle.used)
    unused = [entry for entry in documents if is_requirements_file(entry) and entry.source.path not in used]
    of_files, further = manifests.link_files(unused, files)
    alone = [*(outcome for outcome in alone if _stands_alone(outcome, used)), *of_files]
    return Scene(
        catalogue=catalogue,
        installs=(*installs, *(install for outcome in alone for install in outcome.installs)),
        images=tuple(images),
        outcomes=(*outcomes, *alone),
        locked=tuple(entry for document in documents for entry in document.dependencies if entry.role is Role.LOCKED),
        inspections=tuple(inspections),
        problems=tuple(dict.fromkeys((*problems, *further))),
        comments=tuple(dict.fromkeys((*_comments(files.documents.values()), *in_scripts))),
    )


def _link_jobs(
    jobs: Sequence[Job],
    files: RequirementFiles,
    catalogue: Catalogue,
    assignments: Sequence[Assignment],
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


def _stands_alone(outcome: Outcome, used: Collection[str]) -> bool:
    """Whether no install takes a manifest for its own file, as conda does."""
    return outcome.place is None or outcome.place.source.path not in used


def _comments(entries: Iterable[Document | Problem]) -> Iterator[Span]:
    for entry in entries:
        yield from entry.comments if isinstance(entry, Document) else ()
