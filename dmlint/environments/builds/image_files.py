"""Where a file in an image comes from: the build's COPYs, followed back to the repository."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import Copy, FileWrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    def _bringing(self) -> Mapping[int, tuple[tuple[int, Action], ...]]:
        """What brings files, by the stage (names may come twice), each with its number among all actions."""
        return {id(stage): _files_of(stage) for stage in self.document.stages}

    def stage(self, name: str) -> Stage | None:
        """The stage with a name or number, as FROM and COPY --from mean it: the last one of that name."""
        named = self._by_name.get(name.lower())
        if named is not None:
            return named
        number = int(name) if name.isdigit() else -1
        return self.document.stages[number] if 0 <= number < len(self.document.stages) else None

    def locate(self, stage: Stage, before: int, path: str) -> str | FileWrite | None:
        """What a path in the image holds when the action with the number ``before`` runs.

        A relative path is seen from the image's own working directory, which is not known but always the same.

        A path in the repository, a file that the build wrote, or None if the build does not say.
        """
        return self._locate(stage, before, normpath(path), _DEPTH)

    def _locate(self, stage: Stage, before: int, path: str, depth: int) -> str | FileWrite | None:
        bringing = self._bringing.get(id(stage))
        for at, action in reversed(_files_of(stage) if bringing is None else bringing):
            if at >= before:
                continue
            if isinstance(action, FileWrite) and action.path is not None and normpath(action.path) == path:
                return action
            if isinstance(action, Copy):
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


def _files_of(stage: Stage) -> tuple[tuple[int, Action], ...]:
    return tuple(pair for pair in enumerate(stage.actions) if isinstance(pair[1], (Copy, FileWrite)))


def _origins(copy: Copy, path: str) -> Iterator[str]:
    """The paths that ``path`` may have been copied from, the likeliest first."""
    if copy.target is None:
        return
    target = normpath(copy.target)
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
