"""What an earlier judgement found out and a later one need not: documents, and what is found in those that stand apart.

Files that nothing joins are judged as well each by itself as all together. So the documents are kept in islands: those
of one island were joined by themselves, without reading a file of another. After an edit only the islands with a file
that changed are joined and asked anew, and those that touch each other then are made one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.discovery.progress import silent
from dmlint.environments.builds.base_builds import bare_name
from dmlint.environments.builds.compose_projects import read_together
from dmlint.environments.model import Scene
from dmlint.linting.observation import Observation, in_order, observe
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.facts import Document
    from dmlint.linting.observation import Case
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source

    Documents = Mapping[str, Document | Problem]


class Island(Struct, frozen=True, kw_only=True):
    """Documents that were joined by themselves, by path, and what was found in them.

    ``read`` are the further files that were read for that, by path, ``glanced`` those in which only words were looked
    for. ``made`` and ``asked`` are the names of images that builds in it make, and that it stands on.
    """

    documents: Documents
    read: Mapping[str, Source | Problem]
    glanced: Mapping[str, Source | Problem]
    made: frozenset[str]
    asked: frozenset[str]
    observation: Observation

    def holds(self, documents: Documents, repository: Repository) -> bool:
        """Whether nothing of it has changed."""
        return all(documents.get(path) is entry for path, entry in self.documents.items()) and all(
            repository.read(path) is entry for read in (self.read, self.glanced) for path, entry in read.items()
        )

    def marks(self, made: Collection[str]) -> Iterator[str]:
        """What two islands of which neither stands apart have in common; ``made`` are the images that any makes."""
        yield from self.documents
        yield from self.read
        yield from (f"image {name}" for name in self.made | self.asked.intersection(made))
        yield from (f"bake {folder}" for path in self.documents if (folder := read_together(path)) is not None)


class Memory:
    """For judgements of one tree by equal cases: ``forget`` it when files come or go."""

    def __init__(self) -> None:
        self._parsed: dict[str, tuple[Source | Problem, dict[str, Document | Problem]]] = {}
        self._islands: list[Island] = []

    @property
    def islands(self) -> tuple[Island, ...]:
        """What was joined, each by itself."""
        return tuple(self._islands)

    def forget(self) -> None:
        """Take nothing for known but what files say by themselves."""
        self._islands = []

    def read(
        self, repository: Repository, paths: Collection[str], progress: Progress = silent
    ) -> dict[str, Document | Problem]:
        """Each claimed file as what its parser states, as ``read_documents`` has it."""
        parsed: dict[str, tuple[Source | Problem, dict[str, Document | Problem]]] = {}
        for path in paths:
            source = repository.read(path)
            known = self._parsed.get(path)
            kept = known is not None and known[0] is source
            parsed[path] = known if known and kept else (source, read_documents(repository, (path,), progress))
        self._parsed = parsed
        return {path: entry for _, found in parsed.values() for path, entry in found.items()}

    def observe(
        self, documents: Documents, repository: Repository, case: Case, progress: Progress = silent
    ) -> Observation:
        """What the rules see and find, as ``observe`` has it."""
        kept: list[Island] = []
        groups: list[list[str]] = []
        for island in self._islands:
            if island.holds(documents, repository):
                kept.append(island)
            else:
                # What was one island mostly still is: that is tried first.
                groups.append([path for path in island.documents if path in documents])
        placed = {path for group in (*groups, *(island.documents for island in kept)) for path in group}
        groups += [[path] for path in documents if path not in placed]
        islands = kept
        while True:
            for group in filter(None, groups):
                progress("joining", len(islands), len(documents))
                islands.append(_join({path: documents[path] for path in group}, repository, case))
            touching = _find_touching(islands)
            if not touching:
                break
            joined = {id(island) for group in touching for island in group}
            islands = [island for island in islands if id(island) not in joined]
            groups = [_in_order_of(documents, group) for group in touching]
        self._islands = islands
        return _merge([island.observation for island in islands], case)


def _in_order_of(documents: Documents, islands: Iterable[Island]) -> list[str]:
    paths = {path for island in islands for path in island.documents}
    return [path for path in documents if path in paths]


def _join(documents: Documents, repository: Repository, case: Case) -> Island:
    read: set[str] = set()
    glanced: set[str] = set()
    observation = observe(documents, repository.noting(read, glanced), case)
    images = (use.image.value for use in observation.scene.images)
    return Island(
        documents=documents,
        read={path: repository.read(path) for path in read - documents.keys()},
        glanced={path: repository.read(path) for path in glanced - read - documents.keys()},
        made=frozenset(map(bare_name, observation.scene.made)),
        asked=frozenset(bare_name(image.text) for image in images if not image.unresolved),
        observation=observation,
    )


def _find_touching(islands: list[Island]) -> list[list[Island]]:
    """The islands that have to be one, for each of these."""
    made = {name for island in islands for name in island.made}
    groups: dict[str, list[Island]] = {}
    for island in islands:
        marks = list(island.marks(made))
        old = {id(group): group for mark in marks if (group := groups.get(mark)) is not None}
        together = max(old.values(), key=len, default=[])
        for group in old.values():
            if group is not together:
                together += group
                groups.update((mark, together) for one in group for mark in one.marks(made))
        together.append(island)
        groups.update(dict.fromkeys(marks, together))
    found = {id(group): group for group in groups.values() if len(group) > 1}
    return list(found.values())


def _merge(parts: list[Observation], case: Case) -> Observation:
    scenes = [part.scene for part in parts]
    scene = Scene(
        catalogue=case.pack.catalogue,
        **{
            name: tuple(entry for scene in scenes for entry in getattr(scene, name))
            for name in Scene.__struct_fields__
            if name != "catalogue"
        },
    )
    return Observation(
        scene=scene,
        suppressions=[entry for part in parts for entry in part.suppressions],
        found=in_order(entry for part in parts for entry in part.found),
    )
