"""docker-bake files: what ``docker-bake.override.hcl`` changes in the one beside it."""

from __future__ import annotations

from posixpath import basename, dirname, join
from typing import TYPE_CHECKING

from dmlint.facts import Document

if TYPE_CHECKING:
    from collections.abc import Sequence

_OVERRIDES = ("docker-bake.override.json", "docker-bake.override.hcl")
_MAIN = ("docker-bake.hcl", "docker-bake.json")


def read_together(path: str) -> str | None:
    """The folder of a bake file, whose others may change what it says; None for any other file."""
    return dirname(path) if basename(path) in (*_MAIN, *_OVERRIDES) else None


def place_overrides(documents: Sequence[Document]) -> list[Document]:
    """The documents, bake files as buildx reads them: with the override beside, of which nothing is left by itself."""
    by_path = {document.source.path: document for document in documents}
    return [_placed(document, by_path) for document in documents]


def _placed(document: Document, by_path: dict[str, Document]) -> Document:
    path = document.source.path
    name, folder = basename(path), dirname(path)
    if name in _OVERRIDES and any(join(folder, main) in by_path for main in _MAIN):
        return Document(source=document.source, problems=document.problems, comments=document.comments)
    over = [by_path[join(folder, other)].source for other in _OVERRIDES if join(folder, other) in by_path]
    if name not in _MAIN or not over:
        return document
    from dmlint.parsers import bake

    return bake.parse(document.source, over)
