"""Where a file in an image comes from: the build's COPYs, followed back to the repository."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from operator import itemgetter
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.facts import Copy, FileWrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dmlint.discovery.repository import Repository
    from dmlint.facts import Action, Document, Stage

_DEPTH = 32
"""Stages and copies between them that are followed back; a build with more is not met in practice."""


class Build(Struct, frozen=True, dict=True):
    """One Dockerfile as the link sees it: its stages by name and number, and the folders its context may be.

    ``context`` is the one that it is, None where nothing says so.
    (No slots: the indexes are computed when they are first asked for.)
    """

    document: Document
    repository: Repository
    context: str | None = None

    @cached_property
    def _by_name(self) -> Mapping[str, Stage]:
        return {stage.name.lower(): stage for stage in self.document.stages}

    @cached_property
    def _bringing(self) -> Mapping[int, StageFiles]:
        """What brings files, by the stage (names may come twice)."""
        return {id(stage): StageFiles.of(stage.actions) for stage in self.document.stages}

    def stage(self, name: str) -> Stage | None:
        """The stage with a name or number, as FROM and COPY --from mean it: the last one of that name."""
        named = self._by_name.get(name.lower())
        if named is not None:
            return named
        number = int(name) if name.isdigit() else -1
        return self.document.stages[number] if 0 <= number < len(self.document.stages) else None

    def locate(self, stage: Stage, before: int, path: str, files: StageFiles | None = None) -> str | FileWrite | None:
        """What a path in the image holds when the action with the number ``before`` runs.

        A relative path is seen from the image's own working directory, which is not known but always the same.

        A path in the repository, a file that the build wrote, or None if the build does not say. ``files`` are those of
        the stage where it is not one of the document's own.
        """
        return self._locate(stage, before, normpath(path), _DEPTH, files)

    def _locate(
        self, stage: Stage, before: int, path: str, depth: int, files: StageFiles | None = None
    ) -> str | FileWrite | None:
        for action in (files or self._bringing[id(stage)]).bringing(path, before):
            if isinstance(action, FileWrite):
                return action
            found = self._through(action, path, depth)
            if found is not None:
                return found
        parent = self.stage(stage.parent) if stage.parent and depth else None
        return self._locate(parent, len(parent.actions), path, depth - 1) if parent and parent is not stage else None

    def _through(self, copy: Copy, path: str, depth: int) -> str | FileWrite | None:
        for candidate in _origins(copy, path):
            if copy.origin is None:
                found: str | FileWrite | None = self._in_context(candidate)
            else:
                origin = self.stage(copy.origin)
                found = (
                    self._locate(origin, len(origin.actions), join("/", candidate), depth - 1)
                    if origin and depth
                    else None
                )
            if found is not None:
                return found
        return None

    def _in_context(self, path: str) -> str | None:
        """A path of the build context; if that is not known, of the nearest folder from the Dockerfile up that
        has it.
        """
        folder = dirname(self.document.source.path) if self.context is None else self.context
        while True:
            candidate = normpath(join(folder, path.lstrip("/")))
            if not candidate.startswith("..") and self.repository.exists(candidate):
                return candidate
            if not folder or self.context is not None:
                return None
            folder = dirname(folder)


class StageFiles(Struct):
    """What brings files in a stage, by the place that it brings them to, each with its number among all actions.
    (Not frozen: it grows with a stage whose scripts are put in their places.)
    """

    by_target: dict[str, list[tuple[int, Copy | FileWrite]]] = field(default_factory=dict)

    @classmethod
    def of(cls, actions: Iterable[Action]) -> StageFiles:
        """What the actions of a stage bring."""
        files = cls()
        for at, action in enumerate(actions):
            files.add(at, action)
        return files

    def add(self, at: int, action: Action) -> None:
        """Note one more action."""
        target = action.target if isinstance(action, Copy) else action.path if isinstance(action, FileWrite) else None
        if target is not None and isinstance(action, (Copy, FileWrite)):
            self.by_target.setdefault(normpath(target), []).append((at, action))

    def bringing(self, path: str, before: int) -> Iterator[Copy | FileWrite]:
        """What may have brought a path before the action of a number, the last one first."""
        found = [entry for entry in self.by_target.get(path, ()) if entry[0] < before]
        folder = path
        while folder not in {"", "/", "."}:
            folder = dirname(folder) or "."
            entries = self.by_target.get(folder, ())
            found += [entry for entry in entries if entry[0] < before and isinstance(entry[1], Copy)]
        return (action for _, action in sorted(found, key=itemgetter(0), reverse=True))


def _origins(copy: Copy, path: str) -> Iterator[str]:
    """The paths that ``path`` may have been copied from, the likeliest first."""
    target = normpath(copy.target or ".")
    into = normpath(join(target, basename(path)))
    below = _below(target, path)
    for source in copy.sources:
        if source is None:
            continue
        if any(mark in source for mark in "*?["):
            if path == into and fnmatchcase(basename(path), basename(source)):
                yield join(dirname(source), basename(path))
        elif path == target or (path == into and basename(source) == basename(path)):
            yield source
        elif below is not None:
            # A folder's content is copied, not the folder.
            yield join(source, below)


def _below(folder: str, path: str) -> str | None:
    """``path`` as seen from a folder that holds it, None where it does not."""
    if folder == ".":
        return None if path.startswith(("/", "../")) else path
    prefix = f"{folder.rstrip('/')}/"
    return path[len(prefix) :] if path.startswith(prefix) else None
