"""The files of the linted tree, each read once, and never one from outside its root."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dmlint.discovery.decoding import decode
from dmlint.parsers import claim
from dmlint.text.problems import DmlintError, Problem, ProblemKind, cause_of
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

LIMIT = 20_000_000
"""The largest file that is read unless a configuration says otherwise, in bytes."""

_PART = 1_000_000
_MADE_UP = (("dev",), ("proc",), ("sys",))
"""Folders whose files have no end, or take what they give."""
_CODED = (
    "requirements and constraints files",
    "requirements.lock",
    "setup.py",
    "Python scripts with inline metadata",
)
_URL = lazy_regex(r"(?:https?|file):|[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# A FIFO or a device must not hold up the run; Windows has neither the flags nor the danger.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class UnreadFileError(DmlintError):
    """Why a file is not read, as a clause."""


class Repository:
    """The tree below ``root``; paths are POSIX and relative to it. No file of more than ``limit`` bytes is read."""

    def __init__(self, root: Path, limit: int = LIMIT) -> None:
        self.root = root.resolve()
        self._limit = limit
        self._named = root.absolute()
        self._read: dict[str, Source | Problem] = {}
        self._overlaid: dict[str, Source | Problem] = {}
        self._noted: set[str] = set()
        self._glanced: set[str] = set()

    def overlay(self, texts: Mapping[str, Source | Problem]) -> Repository:
        """The same tree with other texts in place of what is in some of its files, by path, whether they are there or
        not; nothing is written. What was read of the others stays as it was read.
        """
        layered = Repository(self._named, self._limit)
        layered._overlaid, layered._read = {**self._overlaid, **texts}, self._read
        return layered

    def refreshed(self) -> Repository:
        """The same tree as it is now: what a file says as before is the same object as before."""
        fresh = Repository(self._named, self._limit)
        for path, held in self._read.items():
            now = fresh.read(path)
            same = isinstance(held, Source) and isinstance(now, Source) and _alike(held, now)
            fresh._read[path] = held if same else now
        return fresh

    def noting(self, read: set[str], glanced: set[str]) -> Repository:
        """The same tree, which writes down the paths of the files that are ``read``, and of those in whose text
        something is only looked for (``glanced``).
        """
        noting = Repository(self._named, self._limit)
        noting._overlaid, noting._read = self._overlaid, self._read
        noting._noted, noting._glanced = read, glanced
        return noting

    def overlay_bytes(self, path: str, data: bytes) -> Repository:
        """The same tree with these bytes in the file at ``path``, which are decoded as they would be if read there."""
        if len(data) > self._limit:
            return self.overlay({path: _refusal(path, _too_large(self._limit))})
        return self.overlay({path: _decode(data, path)})

    def locate(self, path: str) -> Path:
        """The real place of a file, inside the root; errors are ``OSError`` and, for a place outside, DmlintError. A
        file of an overlay need not be there.
        """
        return self._locate(posixpath.normpath(path))

    def read(self, path: str) -> Source | Problem:
        """The file at ``path``, or a problem that says in a sentence why there is none to read.

        Each file is read once: whoever asks again gets the same object.
        """
        path = posixpath.normpath(path)
        self._noted.add(path)
        return self._once(path)

    def glance(self, path: str, limit: int) -> Source | Problem:
        """The same for a file of at most ``limit`` bytes in which only words are looked for: nothing is said of it."""
        path = posixpath.normpath(path)
        self._glanced.add(path)
        return self._once(path, limit)

    def _once(self, path: str, limit: int | None = None) -> Source | Problem:
        if path in self._overlaid:
            return self._overlaid[path]
        if path not in self._read:
            self._read[path] = self._load(path, self._limit if limit is None else limit)
        return self._read[path]

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder at ``path``, inside the root also by its symbolic links."""
        path = posixpath.normpath(path)
        try:
            return path in self._overlaid or self._locate(path).exists()
        except (OSError, ValueError, RuntimeError, UnreadFileError):
            return False

    def names(self, folder: str) -> tuple[str, ...]:
        """What stands in a folder, sorted; nothing where there is no such folder inside the root."""
        try:
            return tuple(sorted(entry.name for entry in self._locate(posixpath.normpath(folder)).iterdir()))
        except (OSError, ValueError, RuntimeError, UnreadFileError):
            return ()

    def resolve(self, base: str, reference: str) -> str | None:
        """The path that ``reference``, found in the file ``base``, leads to; None for one outside the root and for a
        URL. As pip does it, ``..`` is taken away by name, before symbolic links are looked at.
        """
        if _URL().match(reference) or "\0" in reference:
            return None
        if not reference.startswith("/"):
            return _inside(posixpath.normpath(posixpath.join(posixpath.dirname(base), reference)))
        absolute = PurePosixPath(posixpath.normpath(reference))
        for root in (self._named, self.root):
            if absolute.is_relative_to(root.as_posix()):
                return absolute.relative_to(root.as_posix()).as_posix()
        return None

    def _load(self, path: str, limit: int) -> Source | Problem:
        try:
            data = _read_regular(self._locate(path), limit)
        except UnreadFileError as error:
            return _refusal(path, str(error))
        except OSError as error:
            return _refusal(path, f"it cannot be read: {cause_of(error)}")
        except (ValueError, RuntimeError):
            return _refusal(path, "its name cannot be looked up")
        return _decode(data, path)

    def _locate(self, path: str) -> Path:
        """The real place of a path; errors are those of ``Path.resolve`` and ``UnreadFileError``."""
        if posixpath.isabs(path) or _inside(path) is None:
            raise UnreadFileError("it lies outside the repository")
        place = (self.root / path).resolve(strict=path not in self._overlaid)
        if not place.is_relative_to(self.root):
            raise UnreadFileError("it is a symbolic link to a place outside the repository")
        return place


def _alike(one: Source, other: Source) -> bool:
    return one.text == other.text and one.encoding == other.encoding


def _decode(data: bytes, path: str) -> Source | Problem:
    return decode(data, path, coding_line=_has_coding_line(path))


def _has_coding_line(path: str) -> bool:
    """Whether Python or pip reads the file, which heed a line that names its encoding; nobody else does."""
    claimed = claim(path)
    return path.endswith((".txt", ".in")) if claimed is None else claimed.name in _CODED


def path_from(folder: Path | str, path: Path | str, system: ModuleType = os.path) -> str:
    """A path as one who works in a folder writes it: POSIX and relative, or absolute where no relative one leads there,
    as between two drives of Windows.
    """
    try:
        found: str = system.relpath(path, folder)
    except ValueError:
        found = str(path)
    return found.replace(system.sep, "/")


def _inside(path: str) -> str | None:
    """A normalized relative path, or None if it climbs out."""
    return None if path == ".." or path.startswith("../") else path


def read_own(path: Path | str) -> bytes:
    """All bytes of a file that dmlint reads for itself, wherever links lead, by the same rules as those that it lints:
    ``OSError`` and ``UnreadFileError``, which says why in a clause, for what is no regular file or too large.
    """
    place = Path(os.path.realpath(path))
    if place.parts[1:2] in _MADE_UP:
        raise UnreadFileError("the system makes it up while it is read")
    return _read_regular(place, LIMIT)


def _read_regular(place: Path, limit: int) -> bytes:
    """All bytes of a regular file of at most ``limit`` bytes; ``OSError`` and ``UnreadFileError`` otherwise."""
    _require_regular(place.stat(), limit)
    data = bytearray()
    with os.fdopen(os.open(place, _FLAGS), "rb") as file:
        # It may have been replaced since, and what the system makes up as it is read has no size.
        _require_regular(os.fstat(file.fileno()), limit)
        while len(data) <= limit and (part := file.read(min(_PART, limit + 1 - len(data)))):
            data += part
    if len(data) > limit:
        raise UnreadFileError(_too_large(limit))
    return bytes(data)


def _too_large(limit: int) -> str:
    return f"it is larger than {limit:,} bytes"


def _require_regular(status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadFileError("it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadFileError("it is not a regular file")
    if status.st_size > limit:
        raise UnreadFileError(_too_large(limit))


def _refusal(path: str, cause: str) -> Problem:
    source = Source(path=path, text="")
    return Problem(kind=ProblemKind.UNREADABLE, span=source.span(0, 0), message=f"the file is not read: {cause}")
