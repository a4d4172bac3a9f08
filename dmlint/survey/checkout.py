"""One repository at its newest commit, of which as little is fetched as dmlint reads.

A remote one is cloned without its files (``--filter=blob:none --depth 1``); those that some parser claims are then
fetched in one batch, and another one only when something that is read names it. Files are written from git's objects,
never checked out: no hook, filter, submodule or LFS of the repository is run.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.discovery.repository import LIMIT, Repository
from dmlint.parsers import claim
from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.survey.addresses import Address

_SAFE = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.negotiationAlgorithm=noop",
)
_STAGED = lazy_regex(r"(?P<mode>\d{6}) (?P<object>[0-9a-f]{40,64}) 0\t(?P<path>.*)", 16)
_OWN = lazy_regex(r"(.*/)?(\.?dmlint\.toml|\.dmlint-baseline\.json|\.gitignore|[^/]+\.toml)")
"""Files that dmlint reads for itself."""
_LINK, _MODULE = "120000", "160000"
_BATCH = 200
"""How many files are held at a time."""
_LINKS = 8
"""How many symbolic links are followed one after the other."""


class CheckoutError(DmlintError):
    """Why a repository cannot be had, as git says it."""


class Entry(Struct, frozen=True):
    """One file of a commit: git's mode and the name of its object."""

    mode: str
    object: str


class CommitTree(Repository):
    """The tree of a commit, whose files come to be in ``root`` when they are read."""

    def __init__(self, root: Path, entries: Mapping[str, Entry], limit: int = LIMIT) -> None:
        super().__init__(root, limit)
        self._entries = entries
        self._folders = {parent for path in entries for parent in _parents(path)}
        self._written: set[str] = set()

    def write(self, paths: Iterable[str]) -> None:
        """Write files of the commit; one that is too large to be read becomes as large, and holds nothing."""
        wanted = [path for path in dict.fromkeys(paths) if path in self._entries and path not in self._written]
        self._written.update(wanted)
        wanted = [path for path in wanted if self._entries[path].mode != _MODULE]
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            sizes = _read_sizes(self.root, [self._entries[path].object for path in batch])
            held = [path for path, size in zip(batch, sizes, strict=True) if size <= LIMIT]
            data = dict(zip(held, _read_objects(self.root, [self._entries[path].object for path in held]), strict=True))
            for path, size in zip(batch, sizes, strict=True):
                self._put(path, data.get(path), size)

    def _put(self, path: str, data: bytes | None, size: int) -> None:
        place = self.root / path
        # A name or a link that this system cannot hold is a file that is not there.
        with suppress(OSError, ValueError):
            place.parent.mkdir(parents=True, exist_ok=True)
            if self._entries[path].mode == _LINK and data is not None:
                place.symlink_to(os.fsdecode(data))
            else:
                place.write_bytes(data or b"")
                os.truncate(place, size)

    def names(self, folder: str) -> tuple[str, ...]:
        """What stands in a folder of the commit, sorted."""
        path = self._follow(posixpath.normpath(folder))
        start = "" if path == "." else f"{path}/"
        below = (name[len(start) :] for name in (*self._entries, *self._folders) if name.startswith(start))
        return tuple(sorted({name.partition("/")[0] for name in below} - {""}))

    def _locate(self, path: str) -> Path:
        self._bring(path)
        return super()._locate(path)

    def _bring(self, path: str) -> None:
        """Let a file or folder of the commit be there, with the links that lead to it."""
        real = self._follow(path)
        if real in self._entries:
            self.write([real])
        elif real in self._folders:
            (self.root / real).mkdir(parents=True, exist_ok=True)

    def _follow(self, path: str) -> str:
        """The path of the commit that a path leads to by its symbolic links, which are written."""
        for _ in range(_LINKS):
            link = next((at for at in (*_parents(path), path) if self._is_link(at)), None)
            if link is None:
                return path
            self.write([link])
            target = (self.root / link).readlink().as_posix()
            path = posixpath.normpath(posixpath.join(posixpath.dirname(link), target, path[len(link) + 1 :]))
        return path

    def _is_link(self, path: str) -> bool:
        entry = self._entries.get(path)
        return entry is not None and entry.mode == _LINK


def _parents(path: str) -> list[str]:
    """The folders that a path lies in, the outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def find_commit(address: Address, seconds: float) -> str:
    """The commit that HEAD of a repository means; CheckoutError where there is none."""
    if address.local:
        return _git(Path(address.text), "rev-parse", "--verify", "--quiet", "HEAD^{commit}", seconds=seconds).strip()
    listed = _git(Path(), "ls-remote", "--", address.text, "HEAD", seconds=seconds).split()
    if not listed:
        raise CheckoutError("the repository is empty")
    return listed[0]


def check_out(address: Address, folder: Path, seconds: float) -> CommitTree:
    """Clone a repository into an empty folder, with the files that parsers claim; CheckoutError where git refuses."""
    clone = ("clone", "--quiet", "--no-checkout", "--no-tags", "--template=")
    how = ("--shared",) if address.local else ("--filter=blob:none", "--depth=1", "--single-branch")
    _git(folder, *clone, *how, "--", address.text, ".", seconds=seconds)
    _git(folder, "read-tree", "HEAD", seconds=seconds)
    listed = _git(folder, "ls-files", "--stage", "-z", seconds=seconds).split("\0")[:-1]
    entries = {
        match["path"]: Entry(match["mode"], match["object"]) for line in listed if (match := _STAGED().fullmatch(line))
    }
    claimed = [path for path in entries if claim(path) is not None or _OWN().fullmatch(path)]
    if not address.local:
        objects = {entries[path].object for path in claimed if entries[path].mode != _MODULE}
        _fetch(folder, objects, seconds)
    checkout = CommitTree(folder, entries)
    checkout.write(claimed)
    return checkout


def _fetch(folder: Path, objects: Iterable[str], seconds: float) -> None:
    """Fetch objects in one batch, as git itself does for what is missing of a partial clone."""
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--filter=blob:none")
    _git(
        folder, "fetch", *options, "--stdin", "origin", stdin="".join(f"{name}\n" for name in objects), seconds=seconds
    )


def _read_sizes(folder: Path, objects: list[str]) -> list[int]:
    """The bytes of objects, in order."""
    told = _run(folder, ("cat-file", "--batch-check"), "".join(f"{name}\n" for name in objects).encode(), None)
    return [_size(line) for line in told.split(b"\n")[:-1]]


def _read_objects(folder: Path, objects: list[str]) -> list[bytes]:
    """The content of objects, in order."""
    answer = _run(folder, ("cat-file", "--batch"), "".join(f"{name}\n" for name in objects).encode(), None)
    found: list[bytes] = []
    at = 0
    for _ in objects:
        start = answer.index(b"\n", at) + 1
        at = start + _size(answer[at : start - 1]) + 1
        found.append(answer[start : at - 1])
    return found


def _size(told: bytes) -> int:
    """What git says of an object: its name, its kind and its bytes."""
    fields = told.split()
    if len(fields) != 3:
        raise CheckoutError(f"an object of the commit is missing: {os.fsdecode(told)}")
    return int(fields[2])


def _git(folder: Path, *arguments: str, stdin: str = "", seconds: float) -> str:
    return os.fsdecode(_run(folder, arguments, os.fsencode(stdin), seconds))


def _run(folder: Path, arguments: tuple[str, ...], stdin: bytes, seconds: float | None) -> bytes:
    """What git answers in a folder; it asks nobody for anything, and only its own helpers know credentials."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name == "GIT_SSH_COMMAND"
    }
    environ |= {
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    environ.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    safety = [part for entry in _SAFE for part in ("-c", entry)]
    try:
        done = subprocess.run(
            ("git", "-C", str(folder), *safety, *arguments),
            check=False,
            input=stdin,
            capture_output=True,
            env=environ,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise CheckoutError(f"git took longer than {seconds:g} seconds") from error
    except OSError as error:
        raise CheckoutError("there is no git") from error
    if done.returncode:
        raise CheckoutError(_cause(done.stderr) or f"git {arguments[0]} failed")
    return done.stdout


def _cause(told: bytes) -> str:
    """What git says of a fault, in one line, without what an address may hold."""
    lines = [line for line in os.fsdecode(told).split("\n") if line.startswith(("fatal:", "error:"))]
    return "; ".join(line.partition(": ")[2] for line in lines[:2])
