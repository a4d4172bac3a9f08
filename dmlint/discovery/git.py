"""What git knows of a work tree: its files, without the ignored ones."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dmlint.discovery import folders
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAGED = lazy_regex(r"(\d{6}) [0-9a-f]{40,64} \d\t")
_SUBMODULE = "160000"
_SECONDS = 60


def files(root: Path, folder: str, warnings: list[str]) -> Iterator[str]:
    """The files below ``folder`` (POSIX, relative to the root), tracked or not, that are not ignored.

    Submodules and repositories within the repository count as folders of it. Where git is missing or refuses, the
    folder is walked. A tracked file that was deleted is listed.
    """
    pending = [_home(root, folder)]
    while pending:
        repository, inside = pending.pop()
        listed = _list(root / repository, inside)
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


def ignored(root: Path, paths: tuple[str, ...], *, tracked: bool = False) -> frozenset[str]:
    """Those of the paths that git ignores; ``tracked`` ones too, if asked for. None where git cannot tell."""
    index = ("--no-index",) if tracked else ()
    homes: dict[str, list[str]] = {}
    for path in paths:
        repository, inside = _home(root, path)
        homes.setdefault(repository, []).append(inside or ".")
    return frozenset(
        _join(repository, path)
        for repository, inside in homes.items()
        for path in _run(root / repository, "check-ignore", "--stdin", "-z", *index, stdin="\0".join(inside)) or ()
    )


def _home(root: Path, path: str) -> tuple[str, str]:
    """The innermost repository, of those at and below the root, that holds a path, and the path relative to it."""
    for folder in (path, *(parent.as_posix() for parent in PurePosixPath(path).parents)):
        if folder not in ("", ".") and os.path.lexists(root / folder / ".git"):
            return folder, path[len(folder) + 1 :]
    return "", path


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


def _list(repository: Path, inside: str) -> list[str] | None:
    if not os.path.lexists(repository / ".git"):
        return None
    scope = ("--", inside) if inside else ()
    return _run(
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


def _run(folder: Path, *arguments: str, stdin: str = "") -> list[str] | None:
    """The NUL-separated answer of git, None where it is missing, takes too long or refuses.

    The repository may be anybody's: nothing that its configuration names is run, nothing is fetched, and no lock is
    taken. Variables of a git that runs dmlint as a hook are kept away.
    """
    program = _find_program()
    if program is None:
        return None
    import subprocess

    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ |= {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    safety = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    try:
        done = subprocess.run(
            (program, "-C", str(folder), *safety, *arguments),
            input=os.fsencode(stdin),
            capture_output=True,
            timeout=_SECONDS,
            env=environ,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return os.fsdecode(done.stdout).split("\0")[:-1] if done.returncode == 0 else None
