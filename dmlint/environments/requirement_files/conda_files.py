"""The environment files and lists of packages that conda is given."""

from __future__ import annotations

from posixpath import join
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.requirement_files.included_files import PYPROJECT, Bundle, later, role_of, unread
from dmlint.facts import Dependency, ReferenceKind
from dmlint.parsers import claim
from dmlint.requirements.conda_matchspec import read_matchspec
from dmlint.syntax.shell.command import Word
from dmlint.text.problems import Problem
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.requirement_files.included_files import RequirementFiles
    from dmlint.facts import Document, FileReference
    from dmlint.text.source import Source

_ENVIRONMENTS = "conda environment files"
_EXPLICIT = ("@", "http://", "https://", "file:")
"""How lines of a list begin that names packages by their addresses."""


def gather_conda(path: str, reference: FileReference, files: RequirementFiles) -> Bundle:
    """What conda installs by a file: an environment file, by its name, else a list of packages."""
    if not path.endswith((".yml", ".yaml")):
        return _gather_list(path, reference, files)
    document = _read_environment(path, files)
    if document is None:
        return Bundle(problems=(unread(reference),))
    if isinstance(document, Problem):
        return Bundle(problems=(document,))
    total = Bundle(dependencies=document.dependencies, problems=document.problems, used=(path,))
    for group in document.groups:
        for inner in group.references:
            total += later(_follow(path, inner, document, files))
    named = next((group.name for group in document.groups if group.name != _UNNAMED), "")
    return replace(total, environment=named)


_UNNAMED = "project"
"""What the group of an environment file is called that gives no name."""


def _read_environment(path: str, files: RequirementFiles) -> Document | Problem | None:
    """An environment file, whatever its name; None for a file of another kind."""
    from dmlint.parsers import conda_environment

    claimed = claim(path)
    if claimed is not None and not claimed.name.startswith(_ENVIRONMENTS):
        return None
    return files.document(path, conda_environment.parse)


def _follow(path: str, reference: FileReference, document: Document, files: RequirementFiles) -> Bundle:
    """What pip is told to install by the file: further files, and projects."""
    role = role_of(reference)
    if role is not None:
        found = files.find(path, reference, document)
        if isinstance(found, str):
            return files.gather(found, role)
        return Bundle(problems=() if found is None else (found,), undecided=reference.kind is ReferenceKind.CONSTRAINTS)
    project = None if reference.path is None else files.repository.resolve(path, join(reference.path, PYPROJECT))
    if project is None or not files.repository.exists(project):
        return Bundle(problems=(unread(reference),))
    return files.gather_project(project, reference, bounds=False)


def _gather_list(path: str, reference: FileReference, files: RequirementFiles) -> Bundle:
    source = files.repository.read(path)
    if isinstance(source, Problem):
        return Bundle(problems=(source,))
    found = [_read_line(line) for line in _lines(source)]
    dependencies = tuple(entry for entry in found if isinstance(entry, Dependency))
    problems = tuple(entry for entry in found if isinstance(entry, Problem))
    addresses = () if all(found) else (unread(reference),)
    return Bundle(dependencies=dependencies, problems=(*problems, *addresses), used=(path,))


def _read_line(line: Traced) -> Dependency | Problem | None:
    """One MatchSpec; None for a package by its address."""
    span = line.span
    if span is None or line.text.startswith(_EXPLICIT):
        return None
    return read_matchspec(Word(value=line, span=span), "conda list")


def _lines(source: Source) -> Iterator[Traced]:
    """The lines in which something stands besides a comment."""
    start = 0
    for text in source.text.split("\n"):
        line = Traced.of(source.span(start, start + len(text.partition("#")[0]))).strip()
        start += len(text) + 1
        if line.text:
            yield line
