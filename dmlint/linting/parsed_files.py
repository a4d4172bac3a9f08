"""Files as what their parsers state, read by as many processes as there are files enough for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.discovery.progress import silent
from dmlint.facts import Document
from dmlint.parsers import claim
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository

_SHARE = 30
"""To read fewer files takes no longer than to start a process for them and to take what it says."""


def read_documents(
    repository: Repository, paths: Collection[str], progress: Progress = silent, jobs: int | None = 1
) -> dict[str, Document | Problem]:
    """Each claimed file as what its parser states, by path; a file that cannot be read at all is a problem.

    ``jobs`` processes share the files, if these are enough for them; None is for as many as can be at work at a time.
    """
    shares = len(paths) // _SHARE
    if jobs == 1 or shares < 2:
        return _read(repository, paths, progress)
    from dmlint.fixes.processes import count_jobs, spread

    shares = min(shares, count_jobs(jobs))
    listed = tuple(paths)

    def read(number: int) -> dict[str, Document | Problem]:
        def tell(doing: str, done: int, _total: int) -> None:
            progress(doing, done * shares, len(listed))

        return _read(repository, listed[number::shares], silent if number else tell)

    found: dict[str, Document | Problem] = {}
    for documents in spread(read, shares, repository.held()):
        found |= documents
    for path, entry in found.items():
        repository.hold(path, entry.source if isinstance(entry, Document) else entry)
    return {path: found[path] for path in listed if path in found}


def _read(repository: Repository, paths: Collection[str], progress: Progress) -> dict[str, Document | Problem]:
    documents: dict[str, Document | Problem] = {}
    for done, path in enumerate(paths):
        progress("reading", done, len(paths))
        claimed = claim(path)
        if claimed is not None:
            source = repository.read(path)
            if claimed.takes(source):
                documents[path] = source if isinstance(source, Problem) else claimed.parse(source)
    return documents


def has_document(repository: Repository, paths: Iterable[str]) -> bool:
    """Whether any of the claimed files is of the kind that its name says."""
    found = ((claim(path), path) for path in paths)
    return any(claimed is not None and claimed.takes(repository.read(path)) for claimed, path in found)
