"""Locks that were made from a manifest which has changed, and the commands that make them anew."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dmlint.facts import Document
from dmlint.parsers import claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.discovery.repository import Repository
    from dmlint.text.source import Source

_LOCKS = (
    ("pyproject.toml", "uv.lock", "uv lock"),
    ("pyproject.toml", "poetry.lock", "poetry lock"),
    ("pyproject.toml", "pdm.lock", "pdm lock"),
    ("pyproject.toml", "pixi.lock", "pixi lock"),
    ("pyproject.toml", "pylock.toml", "uv export --output-file pylock.toml"),
    ("pixi.toml", "pixi.lock", "pixi lock"),
    ("Pipfile", "Pipfile.lock", "pipenv lock"),
    ("environment.yml", "conda-lock.yml", "conda-lock"),
    ("environment.yaml", "conda-lock.yml", "conda-lock"),
    ("requirements.in", "requirements.txt", "uv pip compile requirements.in --output-file requirements.txt"),
)
"""A manifest, a lock that may lie beside it, and how that one is made."""


def find_renewals(repository: Repository, changes: Iterable[tuple[Source, Source]]) -> Iterator[str]:
    """A sentence for each lock beside a manifest that no longer asks for the same; changes are before and after."""
    for before, after in changes:
        folder, _, name = before.path.rpartition("/")
        if any(manifest == name for manifest, _, _ in _LOCKS) and _asked(before) != _asked(after):
            for manifest, lock, command in _LOCKS:
                path = posixpath.join(folder, lock)
                if manifest == name and repository.exists(path):
                    yield f"{path} was made from {before.path} as it was: run `{command}`"


def _asked(source: Source) -> list[tuple[str, str]]:
    claimed = claim(source.path)
    document = claimed.parse(source) if claimed is not None else None
    entries = document.dependencies if isinstance(document, Document) else ()
    return [(entry.name, entry.specifier) for entry in entries]
