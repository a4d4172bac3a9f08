"""Compose files: the images that services run, and the builds that they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Document
from dmlint.parsers.compose.project import Files, read_project
from dmlint.parsers.compose.services import state_service
from dmlint.syntax.yaml import read_comments, read_yaml
from dmlint.text.problems import Problem

__all__ = ["Files", "parse"]

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.source import Source
    from dmlint.text.traced import Traced


def parse(source: Source, variables: Mapping[str, Traced] | None = None, files: Files | None = None) -> Document:
    """Read a compose file; ``variables`` are the values for interpolation, ``files`` the others that belong to it.

    Without ``files``, what stands in other files (``include``, ``extends`` with ``file:``) is left out.
    """
    documents = read_yaml(source)
    if isinstance(documents, Problem):
        return Document(source=source, problems=(documents,))
    services = read_project(source, variables or {}, files or Files())
    stated = [state_service(service) for service in services.values()]
    return Document(
        source=source,
        images=tuple(image for images, _ in stated for image in images),
        builds=tuple(build for _, builds in stated for build in builds),
        comments=read_comments(source, documents),
    )
