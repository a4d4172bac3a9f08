"""What git knows of a work tree: its files, without the ignored ones."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import TYPE_CHECKING

from dmlint.discovery import folders
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_STAGED = lazy_regex(r"(\d{6}) [0-9a-f]{40,64} \d\t")
_SUBMODULE = "160000"
SECONDS = 60.0
"""For so long all calls of git in a run may take together."""


class GitTime:
    """What is left of the time that git may take: a pipe that is called ``.git/index`` would hold up each call."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._left = seconds

    @property
    def left(self) -> float:
        """The seconds that are left; none once git was ended."""
        return self._left

    def run(self, command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bytes | None:
        """What a command prints; None where it cannot be started, fails, or time is up."""
        import subprocess

        if self._left <= 0:
            return None
        start = monotonic()
        try:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=self._left, env=environ, check=False
            )
        except subprocess.TimeoutExpired:
            self._left = 0.0
            return None
        except OSError:
            return None
        self._left -= monotonic() - start
        return done.stdout if done.returncode == 0 else None


def files(root: Path, folder: str, warnings: list[str], time: GitTime) -> Iterator[str]:
    """The files below ``folder`` (POSIX, relative to the root), tracked or not, that are not ignored.

    Submodules and repositories within the repository count as folders of it. Where git is missing or refuses, the
    folder is walked. A tracked file that was deleted is listed.
    """
    pending = [_home(root, folder)]
    while pending:
        repository, inside = pending.pop()
        listed = _list(root / repository, inside, time)
        if listed is None:
            yield from folders.files(root, _join(repository, inside), warnings)
            continue
        for entry in listed:
            staged = _STAGED().match(entry)
            path = _join(repository, entry[staged.end() :] if staged else entry.rstrip("/"))
            if (staged and staged[1] == _SUBMODULE) or (not staged and entry.endswith("/")):
                pending.append((path, ""))
            else:
                yield path


def ignored(root: Path, paths: tuple[str, ...], time: GitTime, *, tracked: bool = False) -> frozenset[str]:
    """Those of the paths that git ignores; ``tracked`` ones too, if asked for. None where git cannot tell."""
    index = ("--no-index",) if tracked else ()
    homes: dict[str, list[str]] = {}
    for path in paths:
        repository, inside = _home(root, path)
        homes.setdefault(repository, []).append(inside or ".")
    return frozenset(
        _join(repository, path)
        for repository, inner in homes.items()
        for path in _run(time, root / repository, "check-ignore", "--stdin", "-z", *index, stdin="\0".join(inner)) or ()
    )


def head(root: Path) -> str | None:
    """The commit that is checked out in the repository at ``root``; None where git knows none."""
    if not os.path.lexists(root / ".git"):
        return None
    found = _run(GitTime(), root, "rev-parse", "--verify", "--quiet", "HEAD", end="\n")
    return found[0] if found else None


def _home(root: Path, path: str) -> tuple[str, str]:
    """The innermost repository, of those at and below the root, that holds a path, and the path relative to it."""
    for folder in (path, *(parent.as_posix() for parent in PurePosixPath(path).parents)):
        if folder not in ("", ".") and os.path.lexists(root / folder / ".git"):
            return folder, path[len(folder) + 1 :]
    return "", path


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


def _list(repository: Path, inside: str, time: GitTime) -> list[str] | None:
    if not os.path.lexists(repository / ".git"):
        return None
    scope = ("--", inside) if inside else ()
    return _run(
        time,
        repository,
        "--literal-pathspecs",
        "ls-files",
        "--cached",
        "--others",
        "--stage",
        "--exclude-standard",
        "-z",
        *scope,
    )


def _find_program() -> str | None:
    """The git of PATH by its full path: Windows would look into the working directory first, which anybody may have
    filled.
    """
    name = "git.exe" if os.name == "nt" else "git"
    places = (Path(folder, name) for folder in os.get_exec_path())
    return next((str(at) for at in places if at.is_absolute() and at.is_file() and os.access(at, os.X_OK)), None)


def _run(time: GitTime, folder: Path, *arguments: str, stdin: str = "", end: str = "\0") -> list[str] | None:
    """The answer of git, each part with ``end`` behind it, None where it is missing, takes too long or refuses.

    The repository may be anybody's: nothing that its configuration names is run, nothing is fetched, and no lock is
    taken. Variables of a git that runs dmlint as a hook are kept away.
    """
    program = _find_program()
    if program is None:
        return None
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    safety = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    printed = time.run((program, "-C", str(folder), *safety, *arguments), os.fsencode(stdin), environ)
    return os.fsdecode(printed).split(end)[:-1] if printed is not None else None
