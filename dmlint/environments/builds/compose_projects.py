"""Compose projects: which files and which ``.env`` belong together, found in the repository."""

from __future__ import annotations

import re
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.environments.builds.env_files import find_env_files
from dmlint.facts import Document
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dmlint.discovery.repository import Repository
    from dmlint.text.traced import Traced

FORMAT = "compose files"
_MAIN = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_OVERRIDE = lazy_regex(r"((?:docker-)?compose)\.override\.ya?ml")


def place_projects(documents: Sequence[Document], repository: Repository) -> list[Document]:
    """The documents, compose files as they are read with their ``.env`` and the files that belong to them.

    Of a file that is only ever read as a part of another, nothing is left but its problems and comments.
    """
    from dmlint.parsers import claim

    paths = {entry.source.path: entry for entry in documents if _is_format(claim(entry.source.path))}
    if not paths:
        return list(documents)
    projects = Projects(repository)
    read = {path: projects.read(entry.source) for path, entry in paths.items()}
    parts = {part for path in read for part in projects.parts[path] if part != path}
    return [_state(entry, read, parts) for entry in documents]


def _is_format(claimed: object) -> bool:
    return getattr(claimed, "name", None) == FORMAT


def _state(document: Document, read: Mapping[str, Document], parts: set[str]) -> Document:
    found = read.get(document.source.path)
    if found is None or document.source.path not in parts:
        return found or document
    return Document(source=document.source, problems=found.problems, comments=found.comments)


class Projects(Struct, frozen=True):
    """Reads compose files as projects; ``parts`` are the paths that each was read together with."""

    repository: Repository
    parts: dict[str, list[str]] = field(default_factory=dict)
    _variables: dict[str, dict[str, Traced]] = field(default_factory=dict)
    _searched: dict[str, dict[str, Traced]] = field(default_factory=dict)

    def read(self, source: Source) -> Document:
        """The project whose first file this is."""
        from dmlint.parsers import compose

        folder = dirname(source.path)
        over, under = self._beside(source.path)
        self.parts[source.path] = list(over)
        files = compose.Files(
            load=self._load,
            include=lambda path: self._include(source.path, path),
            variables=self.variables,
            over=over,
            under=under,
        )
        variables = self.variables(folder)
        found = compose.parse(source, variables, files)
        if _leaves_open(found):
            further = self._search(folder)
            found = compose.parse(source, {**further, **variables}, files) if further else found
        return found

    def variables(self, folder: str) -> Mapping[str, Traced]:
        """What the ``.env`` of a folder sets."""
        if folder not in self._variables:
            self._variables[folder] = self._values([join(folder, ".env")])
        return self._variables[folder]

    def _search(self, folder: str) -> Mapping[str, Traced]:
        """What the files set that scripts of the repository give to ``--env-file``."""
        if folder not in self._searched:
            self._searched[folder] = self._values(find_env_files(self.repository, folder))
        return self._searched[folder]

    def _values(self, paths: Iterable[str]) -> dict[str, Traced]:
        from dmlint.parsers.dotenv import read_values

        values: dict[str, Traced] = {}
        for path in paths:
            source = self.repository.read(path) if self.repository.exists(path) else None
            if isinstance(source, Source):
                values.update(read_values(source, values))
        return values

    def _include(self, whole: str, path: str) -> Source | None:
        self.parts[whole].append(path)
        return self._load(path)

    def _load(self, path: str) -> Source | None:
        source = self.repository.read(path) if self.repository.exists(path) else None
        return source if isinstance(source, Source) else None

    def _beside(self, path: str) -> tuple[list[str], str | None]:
        """The files that lie over the one at ``path``, and the one below it."""
        folder, name = dirname(path), basename(path)
        listed = self.variables(folder).get("COMPOSE_FILE")
        named = [normpath(join(folder, part)) for part in re.split("[:;,]", listed.text)] if listed is not None else []
        if named[:1] == [path]:
            return named[1:], None
        stem, _, _ = name.rpartition(".")
        over = [join(folder, f"{stem}.override.{suffix}") for suffix in ("yaml", "yml")] if name in _MAIN else []
        below = [join(folder, main) for main in _MAIN if main != name] if name not in _MAIN else []
        return [entry for entry in over if self.repository.exists(entry)], next(
            (entry for entry in below if self.repository.exists(entry)), None
        )


def _leaves_open(document: Document) -> bool:
    return any(build.given for build in document.builds) or any(image.value.unresolved for image in document.images)
