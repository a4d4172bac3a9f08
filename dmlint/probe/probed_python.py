"""Which interpreter is asked, and with which command it is reached."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.problems import DmlintError
from dmlint.text.regex import lazy_regex
from dmlint.text.source import LIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ENGINES = ("docker", "podman")
ISAAC = "/isaac-sim/python.sh"
_CONTAINER = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_INSIDE = ("bin/python", "Scripts/python.exe", "python.exe", "python.sh", "bin/python3")
"""The interpreter of an environment's folder, or of Isaac Sim's."""


class ProbeError(DmlintError):
    """An interpreter that cannot be asked, or gives no answer."""


class ProbedPython(Struct, frozen=True, kw_only=True):
    """An interpreter: ``name`` as a person writes it, ``container`` where it is in one, and ``command``, which runs it
    (the program's arguments follow).
    """

    name: str
    command: tuple[str, ...]
    container: str | None = None
    engine: str | None = None

    @property
    def path(self) -> str:
        """What findings about it are said to be in: ``env:/isaac-sim/python.sh``, ``env:NAME:/isaac-sim/python.sh``."""
        return f"{LIVE}{self.container}:{self.name}" if self.container else f"{LIVE}{self.name}"


def find_local(asked: str | None, environ: Mapping[str, str]) -> ProbedPython:
    """The interpreter that is asked for: a path, a name on PATH, or the folder of an environment.

    Without one it is that of the active environment, else Isaac Sim's, else the ``python3`` on PATH. ProbeError where
    there is none.
    """
    if asked is None:
        return _default(environ)
    if not asked:
        raise ProbeError("--python names no interpreter")
    path = Path(asked)
    if path.is_dir():
        inside = next((name for name in _INSIDE if (path / name).is_file()), None)
        if inside is None:
            raise ProbeError(f"{asked} is a folder with no Python in it")
        return _local(f"{asked.rstrip('/' + os.sep)}/{inside}")
    if path.name == asked:
        found = _on_path(asked, environ)
        if found is None:
            here = f"; the one in this folder is ./{asked}" if path.exists() else ""
            raise ProbeError(f"there is no {asked} on PATH{here}")
        return ProbedPython(name=asked, command=(found,))
    return _local(asked)


def _on_path(name: str, environ: Mapping[str, str]) -> str | None:
    """A program by its full path; what PATH leads to from the working directory anybody may have put there."""
    folders = environ.get("PATH", "").split(os.pathsep)
    places = (Path(folder, f"{name}{suffix}") for folder in folders for suffix in ("", ".exe"))
    return next((str(at) for at in places if at.is_absolute() and at.is_file() and os.access(at, os.X_OK)), None)


def _local(name: str) -> ProbedPython:
    path = Path(name)
    if not path.exists():
        raise ProbeError(f"there is no {name}")
    if not path.is_file():
        raise ProbeError(f"{name} is no file that can be run")
    if not os.access(path, os.X_OK):
        raise ProbeError(f"{name} is not executable")
    return ProbedPython(name=name.replace(os.sep, "/"), command=(str(path.absolute()),))


def _default(environ: Mapping[str, str]) -> ProbedPython:
    found = next(_candidates(environ), None)
    if found is None:
        raise ProbeError("there is no Python here: name one with --python")
    return _local(found)


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    """The interpreters that are there, the likeliest first."""
    folders = [environ[name] for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if environ.get(name)]
    paths = [f"{folder}/{name}" for folder in folders for name in _INSIDE]
    yield from (path for path in (*paths, ISAAC) if os.access(path, os.X_OK))
    for name in ("python3", "python"):
        found = _on_path(name, environ)
        if found is not None:
            yield found


def find_contained(
    container: str,
    asked: str | None,
    engine: str | None,
    environ: Mapping[str, str],
    succeeds: Callable[[Sequence[str]], bool],
) -> ProbedPython:
    """The interpreter in a running container: Isaac Sim's if it has that and none is asked for, else ``python3``.

    ``succeeds`` tells whether a command ends with 0. ProbeError for what cannot be meant.
    """
    if not _CONTAINER().fullmatch(container):
        raise ProbeError(f"'{container}' is no name of a container")
    program, found = _find_engine(engine, environ)
    # Nothing of the folder that the image starts in takes part.
    reach = (found, "exec", "-i", "-w", "/", container)
    name = asked if asked is not None else _default_inside(reach, succeeds)
    if not name or name.startswith("-") or ("/" in name and not name.startswith("/")):
        raise ProbeError(f"in a container --python is an absolute path or a name on PATH, not '{name}'")
    return ProbedPython(name=name, command=(*reach, name), container=container, engine=program)


def _default_inside(reach: Sequence[str], succeeds: Callable[[Sequence[str]], bool]) -> str:
    return ISAAC if succeeds((*reach, "test", "-x", ISAAC)) else "python3"


def _find_engine(engine: str | None, environ: Mapping[str, str]) -> tuple[str, str]:
    """The program that reaches into containers, by name and by path."""
    asked = ENGINES if engine is None else (engine,)
    for name in asked:
        found = _on_path(name, environ)
        if found is not None:
            return name, found
    raise ProbeError(f"there is no {' and no '.join(asked)} on PATH, which --container needs")
