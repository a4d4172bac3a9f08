"""Files as what their parsers state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.discovery.progress import silent
from dmlint.parsers import claim
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.facts import Document


def read_documents(
    repository: Repository, paths: Collection[str], progress: Progress = silent
) -> dict[str, Document | Problem]:
    """Each claimed file as what its parser states, by path; a file that cannot be read at all is a problem."""
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
