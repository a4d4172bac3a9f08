"""Files found by walking folders, for where no git can list them."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dmlint.discovery.ignore_patterns import ignore_file
from dmlint.discovery.repository import UnreadFileError, read_own
from dmlint.text.problems import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pathspec import GitIgnoreSpec

    Chain = tuple[tuple[str, GitIgnoreSpec], ...]
    """The ``.gitignore`` files in force, outermost first, each with its folder (``a/b/``, empty for the root)."""

NEVER_ENTERED = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules", "site-packages"})
"""Folders of tools, and of packages that others wrote; looked into only where they are named."""
_IGNORE = ".gitignore"


def files(
    root: Path, folder: str, warnings: list[str], *, ancestors: bool = True, force: bool = False
) -> Iterator[str]:
    """The files below ``folder`` (POSIX, relative to the root) that no ``.gitignore`` names.

    Symbolic links to folders are not followed. ``ancestors`` says that the ``.gitignore`` files above the folder
    count; where they ignore the folder itself they do only by ``force``.
    """
    chain, shut = _above(root, folder) if ancestors else ((), False)
    if shut and force:
        return
    pending = [(folder, () if shut else chain)]
    while pending:
        here, above = pending.pop()
        inner = _extended(root, here, above)
        for entry in _entries(root, here, warnings):
            path = f"{here}/{entry.name}" if here else entry.name
            if not entry.is_dir(follow_symlinks=False):
                if not _matches(inner, path):
                    yield path
            elif entry.name not in NEVER_ENTERED and not _matches(inner, f"{path}/"):
                pending.append((path, inner))


def ignored(root: Path, paths: tuple[str, ...]) -> frozenset[str]:
    """Those of the paths (files) that a ``.gitignore`` on the way from the root names."""
    return frozenset(path for path in paths if _ignores(root, path))


def _ignores(root: Path, path: str) -> bool:
    parent = PurePosixPath(path).parent.as_posix().removeprefix(".")
    chain, shut = _above(root, parent)
    return shut or _matches(_extended(root, parent, chain), path)


def _above(root: Path, folder: str) -> tuple[Chain, bool]:
    """The ``.gitignore`` files above a folder, and whether they ignore it or a folder that it is in."""
    chain: Chain = ()
    shut = False
    here = ""
    for name in PurePosixPath(folder).parts:
        chain = _extended(root, here, chain)
        here = f"{here}/{name}" if here else name
        shut = shut or _matches(chain, f"{here}/")
    return chain, shut


def _extended(root: Path, folder: str, chain: Chain) -> Chain:
    """The chain with the folder's own ``.gitignore``, if it has one."""
    path = root / folder / _IGNORE
    try:
        text = read_own(path).decode("utf-8", "surrogateescape") if path.is_file() else ""
    except (OSError, UnreadFileError):
        return chain
    return (*chain, (f"{folder}/" if folder else "", ignore_file(text))) if text.strip() else chain


def _matches(chain: Chain, path: str) -> bool:
    """Whether the path (a folder with a slash at its end) is ignored: the innermost file that speaks of it decides."""
    for folder, spec in reversed(chain):
        verdict = spec.check_file(path.removeprefix(folder)).include
        if verdict is not None:
            return verdict
    return False


def _entries(root: Path, folder: str, warnings: list[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as entries:
            return list(entries)
    except OSError as error:
        warnings.append(f"cannot look into {folder or '.'}: {cause_of(error)}")
        return []
