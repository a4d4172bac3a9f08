"""A compose project: one file, those that it includes or extends, and those that lie over it."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.parsers.compose.services import read_services
from dmlint.parsers.interpolation import interpolate
from dmlint.syntax.yaml import read_yaml
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dmlint.parsers.compose.services import Service
    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source
    from dmlint.text.traced import Traced

_WHAT = ("context", "dockerfile", "dockerfile_inline")
DEEPEST = 16
"""How many files or services may stand on each other."""


def _nothing(_path: str) -> None:
    return None


def _no_variables(_folder: str) -> Mapping[str, Traced]:
    return {}


class Files(Struct, frozen=True, kw_only=True):
    """The files beside a compose file: ``load`` gives one by its path from the root, None where there is none;
    ``include`` does so for one that becomes a part of the project.
    ``variables`` are those of a folder's own ``.env``; ``over`` are the paths of files that lie over it, ``under`` that
    of the one that it lies over where it says only a part of a build.
    """

    load: Callable[[str], Source | None] = _nothing
    include: Callable[[str], Source | None] = _nothing
    variables: Callable[[str], Mapping[str, Traced]] = _no_variables
    over: Sequence[str] = ()
    under: str | None = None


def read_project(source: Source, variables: Mapping[str, Traced], files: Files) -> dict[str, Service]:
    """The services of a project by name, with all that other files say of them."""
    reader = _Project(files)
    services = reader.read(source, variables, 0)
    for path in files.over:
        upper = files.load(path)
        # Paths in all files of a project count from the folder of the first.
        found = reader.read(upper, variables, 0, dirname(source.path)) if upper is not None else {}
        services = merge(services, found)
    lower = files.load(files.under) if files.under and any(map(_is_part, services.values())) else None
    below = reader.read(lower, variables, 0) if lower is not None else {}
    return {
        name: service.over(below[name]) if _is_part(service) and name in below else service
        for name, service in services.items()
    }


def _is_part(service: Service) -> bool:
    """Whether a service changes a build without saying what is built."""
    return "build" in service.fields and not any(f"build.{name}" in service.fields for name in _WHAT)


def merge(below: Mapping[str, Service], above: Mapping[str, Service]) -> dict[str, Service]:
    """The services of two files, the second over the first."""
    merged = {name: service.over(below[name]) if name in below else service for name, service in above.items()}
    return {**below, **merged}


def read_included(source: Source, root: YamlNode, variables: Mapping[str, Traced]) -> Iterator[tuple[list[str], str]]:
    """The files that ``include`` names, those of one entry together, each with the folder of their project."""
    node = root.get("include")
    for entry in node.elements() if node is not None else ():
        path = entry if entry.kind == "scalar" else entry.get("path")
        if path is None:
            continue
        listed = list(path.elements()) if path.kind == "sequence" else [path]
        texts = [interpolate(one.traced(), variables).text for one in listed if one.value]
        paths = [normpath(join(dirname(source.path), text)) for text in texts]
        if paths:
            folder = entry.get("project_directory")
            own = join(dirname(source.path), folder.value) if folder is not None and folder.value else dirname(paths[0])
            yield paths, normpath(own) if own else ""


def _read_all(roots: Sequence[YamlNode], folder: str, variables: Mapping[str, Traced]) -> dict[str, Service]:
    services: dict[str, Service] = {}
    for root in roots:
        services = merge(services, read_services(root, folder, variables))
    return services


class _Project(Struct, frozen=True):
    files: Files
    _trees: dict[str, tuple[YamlNode, ...]] = field(default_factory=dict)
    _extended: dict[tuple[str, int], dict[str, Service]] = field(default_factory=dict)

    def read(
        self, source: Source, variables: Mapping[str, Traced], depth: int, folder: str | None = None
    ) -> dict[str, Service]:
        """The services of one file, its documents one over the other, and of those that it includes."""
        roots = self._tree(source) if depth <= DEEPEST else ()
        services: dict[str, Service] = {}
        for paths, own in (pair for root in roots for pair in read_included(source, root, variables)):
            # What the including project sets prevails over the included project's own .env.
            inner = {**self.files.variables(own), **variables}
            together: dict[str, Service] = {}
            for path in paths:
                included = self.files.include(path)
                together = merge(together, self.read(included, inner, depth + 1, own) if included else {})
            services.update(together)
        base = dirname(source.path) if folder is None else folder
        own_services = _read_all(roots, base, variables)
        services.update(
            (name, self._extend(service, own_services, source, variables)) for name, service in own_services.items()
        )
        return services

    def _tree(self, source: Source) -> tuple[YamlNode, ...]:
        if source.path not in self._trees:
            documents = read_yaml(source)
            self._trees[source.path] = () if isinstance(documents, Problem) else documents
        return self._trees[source.path]

    def _extend(
        self,
        service: Service,
        services: Mapping[str, Service],
        source: Source,
        variables: Mapping[str, Traced],
    ) -> Service:
        """A service over the one that it extends, that one over its own, and so on."""
        chain = [service]
        seen = {(source.path, service.name)}
        while chain[-1].extends is not None and len(chain) < DEEPEST:
            name, file = chain[-1].extends
            if file is not None:
                found = self.files.load(normpath(join(dirname(source.path), file)))
                roots = self._tree(found) if found is not None else ()
                if found is None or not roots:
                    break
                source = found
                key = (found.path, id(variables))
                if key not in self._extended:
                    self._extended[key] = _read_all(roots, dirname(found.path), variables)
                services = self._extended[key]
            if name not in services or (source.path, name) in seen:
                break
            seen.add((source.path, name))
            chain.append(services[name])
        merged = chain[-1]
        for upper in reversed(chain[:-1]):
            merged = upper.over(merged)
        return merged
