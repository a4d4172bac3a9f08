"""Small projects with texts that are open in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from small_tree import write_tree

from dmlint.discovery.progress import silent
from dmlint.server.snapshot import OpenText, Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dmlint.server.snapshot import Snapshot

PIP = "RUN pip install"
ISAAC = "FROM nvcr.io/nvidia/isaac-sim:"
OWN = "RUN /isaac-sim/python.sh -m pip install"


def opened(root: Path, texts: Mapping[str, str], version: int = 1) -> dict[Path, OpenText]:
    """The texts as an editor has them open."""
    real = root.resolve()
    return {
        real / path: OpenText(uri=(real / path).as_uri(), version=version, text=text) for path, text in texts.items()
    }


def look(root: Path, files: Mapping[str, str], texts: Mapping[str, str] | None = None) -> Snapshot:
    """What is known of a tree with these files, the texts (all of the files, if there are none) being open."""
    write_tree(root, {".dmlint.toml": "", **files})
    return Project(root).judge(opened(root, files if texts is None else texts), "utf-16", silent)
