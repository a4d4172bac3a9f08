"""Paths to the files that some parser claims."""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.discovery import folders, git
from dmlint.discovery.git import GitTime
from dmlint.parsers import FORMATS, UNCLAIMED
from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CLAIMED = lazy_regex(
    rf"(?!{UNCLAIMED}\Z)(?:{'|'.join(f'(?:{entry.pattern})' for entry in FORMATS)})\Z",
    re.DOTALL,
)


MOST_AROUND = 5_000
"""Files of a folder that may be a project although neither git nor a configuration says so; no more are looked at."""


class PathError(DmlintError):
    """A path on the command line that cannot be linted."""


class Tree(Struct, frozen=True, kw_only=True):
    """What is looked through: everything below ``root``, in ``git``'s way where that knows the folder, but for what
    ``excludes`` names. ``sure`` says that it is a project's, ``force_exclude`` that files which are named are left out
    as well.
    """

    root: Path
    git: bool
    sure: bool
    excludes: Callable[[str], bool]
    force_exclude: bool = False
    git_time: GitTime = field(default_factory=GitTime)


class Discovery(Struct, frozen=True, kw_only=True):
    """The files to lint, sorted, as POSIX paths relative to the root, and what to warn of."""

    files: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def discover(tree: Tree, paths: tuple[Path, ...], cwd: Path, *, stands_in: bool = False) -> Discovery:
    """Find what to lint at ``paths`` (relative to ``cwd``).

    A path that is named is linted whatever ``exclude`` and ``.gitignore`` say, unless ``force-exclude`` is set. One
    that ``stands_in`` for a text from elsewhere is that of a file, which need not be there. Raises PathError for a path
    that is not there or lies outside of the root.
    """
    files: set[str] = set()
    named: list[str] = []
    warnings: list[str] = []
    for path in paths:
        _require(cwd / path, path, stands_in=stands_in)
        relative, folder = _inside(tree.root, cwd / path, path)
        if folder:
            files.update(_in_folder(tree, relative, warnings))
        elif _CLAIMED().match(relative):
            named.append(relative)
        else:
            warnings.append(f"{path} is no kind of file that dmlint reads")
    files.update(_wanted(tree, named))
    if tree.git_time.left <= 0:
        warnings.append("git took more than its time and is no longer asked: what it ignores may be read too")
    return Discovery(files=tuple(sorted(files)), warnings=tuple(warnings))


def surroundings(tree: Tree) -> tuple[str, ...]:
    """All claimed files below the root: what the named ones are judged with, since a requirements file is judged in the
    install that uses it. None where the root may be somebody's whole home: nothing says that it is a project's, and it
    holds too many files.
    """
    if not tree.sure and _is_vast(tree.root):
        return ()
    return tuple(_in_folder(tree, "", []))


def _is_vast(root: Path) -> bool:
    return any(True for _ in islice(folders.files(root, "", []), MOST_AROUND, None))


def _require(path: Path, shown: Path, *, stands_in: bool) -> None:
    """Raise PathError unless something to lint can be at the path."""
    if stands_in and path.is_dir():
        raise PathError(f"{shown} is a folder: a text cannot stand for it")
    if not stands_in and not os.path.lexists(path):
        raise PathError(f"{shown} does not exist")


def _inside(root: Path, path: Path, shown: Path) -> tuple[str, bool]:
    """The path relative to the root, POSIX, empty for the root itself; and whether it is a folder.

    Symbolic links on the way are followed; a file that is one keeps its own name.
    """
    folder = path.is_dir()
    real = Path(os.path.realpath(path)) if folder else Path(os.path.realpath(path.parent)) / path.name
    if not real.is_relative_to(root):
        raise PathError(f"{shown} lies outside of {root}, where the first path belongs; lint it in a run of its own")
    relative = real.relative_to(root).as_posix()
    return ("" if relative == "." else relative), folder


def _in_folder(tree: Tree, folder: str, warnings: list[str]) -> Iterator[str]:
    """The claimed files below a folder that are neither ignored nor excluded."""
    lift = bool(folder) and not tree.force_exclude and tree.excludes(f"{folder}/")
    for path in _listed(tree, folder, warnings):
        if _CLAIMED().match(path) and (lift or not tree.excludes(path)) and _is_file(tree.root / path):
            yield path


def _listed(tree: Tree, folder: str, warnings: list[str]) -> Iterator[str]:
    """The files below a folder that are not ignored; an ignored folder that is named is looked into all the same."""
    root, force = tree.root, tree.force_exclude
    if not tree.git:
        return folders.files(root, folder, warnings, force=force)
    if folder and git.ignored(root, (folder,), tree.git_time, tracked=True):
        return iter(()) if force else folders.files(root, folder, warnings, ancestors=False)
    return git.files(root, folder, warnings, tree.git_time)


def _wanted(tree: Tree, files: list[str]) -> Iterator[str]:
    """The named files: all, or with ``force-exclude`` those that are neither ignored nor excluded."""
    root = tree.root
    if not tree.force_exclude or not files:
        yield from files
        return
    ignored = git.ignored(root, tuple(files), tree.git_time) if tree.git else folders.ignored(root, tuple(files))
    yield from (path for path in files if path not in ignored and not tree.excludes(path))


def _is_file(path: Path) -> bool:
    """Whether a listed path is a file that is there, or a symbolic link to no folder: reading tells where it leads."""
    return path.is_file() or (path.is_symlink() and not path.is_dir())
