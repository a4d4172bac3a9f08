"""Which files belong together: a compose project with its ``.env``, a bake file with its override."""

from __future__ import annotations

import re
from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.facts import Document
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dmlint.discovery.repository import Repository
    from dmlint.text.traced import Traced

_ENV = lazy_regex(r"\.env\.[^/]+|[^/]+\.env")
_SCRIPT = lazy_regex(r".*\.(?:py|sh|bash|md|rst)|Makefile|makefile|GNUmakefile|justfile", re.IGNORECASE)
_MOST = 300
"""How many scripts are looked through for one compose file."""
_LONGEST = 200_000
"""The largest script that is looked through, in bytes."""
_DEEPEST = 2
_SOURCED = lazy_regex(r"^[ \t]*(?:source|\.)[ \t]", re.MULTILINE)


def find_env_files(repository: Repository, folder: str) -> list[str]:
    """The paths of the files in ``folder`` that some script names together with ``--env-file``, or sources before it
    calls compose; in the order of the first one that does so.

    Looked through are scripts, and pages that tell what to run: in the folder, at most two folders below it, and
    at the repository's root.
    """
    names = [name for name in repository.names(folder) if _ENV().fullmatch(name)]
    if not names:
        return []
    for text in _scripts(repository, folder):
        given = "--env-file" in text or ("compose" in text and _SOURCED().search(text) is not None)
        found = {name: _find_name(text, name) for name in names} if given else {}
        kept = sorted((at, name) for name, at in found.items() if at >= 0)
        if kept:
            return [join(folder, name) for _, name in kept]
    return []


def _find_name(text: str, name: str) -> int:
    match = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text)
    return match.start() if match else -1


def _scripts(repository: Repository, folder: str) -> Iterator[str]:
    """The texts of the scripts near a folder, nearest first."""
    places = [(folder, 0)]
    seen: set[str] = set()
    read = 0
    for place, depth in places:
        names = () if place in seen else repository.names(place)
        seen.add(place)
        for name in names:
            path = join(place, name)
            if _SCRIPT().fullmatch(name) and read < _MOST:
                read += 1
                source = repository.glance(path, _LONGEST)
                if isinstance(source, Source):
                    yield source.text
            elif "." not in name and depth < _DEEPEST and len(places) < _MOST:
                places.append((path, depth + 1))
        if place == folder and folder:
            places.append(("", _DEEPEST))


_OVERRIDES = ("docker-bake.override.json", "docker-bake.override.hcl")
_MAIN_BAKE = ("docker-bake.hcl", "docker-bake.json")


def read_together(path: str) -> str | None:
    """The folder of a bake file, whose others may change what it says; None for any other file."""
    return dirname(path) if basename(path) in (*_MAIN_BAKE, *_OVERRIDES) else None


def place_overrides(documents: Sequence[Document]) -> list[Document]:
    """The documents, bake files as buildx reads them: with the override beside, of which nothing is left by itself."""
    by_path = {document.source.path: document for document in documents}
    return [_placed(document, by_path) for document in documents]


def _placed(document: Document, by_path: dict[str, Document]) -> Document:
    path = document.source.path
    name, folder = basename(path), dirname(path)
    if name in _OVERRIDES and any(join(folder, main) in by_path for main in _MAIN_BAKE):
        return Document(source=document.source, problems=document.problems, comments=document.comments)
    over = [by_path[join(folder, other)].source for other in _OVERRIDES if join(folder, other) in by_path]
    if name not in _MAIN_BAKE or not over:
        return document
    from dmlint.parsers import bake

    return bake.parse(document.source, over)


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
