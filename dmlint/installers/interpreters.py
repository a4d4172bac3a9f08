"""Which Python a command installs into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.installers.paths import join_path, last_component
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dmlint.syntax.shell.command import Command
    from dmlint.text.traced import Traced

BARE = "pip"
"""The Python that a bare ``pip`` or ``python`` means where nothing else is active."""

_SYSTEM_FOLDERS = frozenset({"", "/usr", "/usr/local"})
_SYSTEM_BINS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})
_PROGRAM = lazy_regex(r"(?:python|pip)[23]?((?<=3)\.\d+)?(?:\.exe)?")
_LOOKED_UP = lazy_regex(r"[$`]\(?\s*(?:which|command -v)\s+((?:python|pip)[\d.]*)\s*[)`]")
_CONDA_FOLDER = lazy_regex(r"\.?(?:(?:mini|ana)?conda\d?|(?:mini|mamba)forge\d?|micromamba|mamba)", re.IGNORECASE)
_ENVIRONMENT_NAME = lazy_regex(
    r"(?:.*[-_.])?v?(?:irtual)?envs?(?:[-_.\d].*)?|.*venv.*|.*_env|python[\d.]*", re.IGNORECASE
)
_VERSION_REQUEST = lazy_regex(r"(?:(?:c?python|cp)[@-]?)?(\d+\.\d+)(?:\.\d+)*")
_LONGEST_PATH_VARIABLE = 4096


def named_interpreter(program: str, command: Command) -> str:
    """What ``PROGRAM -m pip`` installs into, or pip itself where PROGRAM is one (``/opt/venv/bin/pip``)."""
    looked_up = _LOOKED_UP().fullmatch(program)
    if looked_up:
        program = looked_up[1]
    if "/" in program:
        return path_interpreter(join_path(program, command.cwd))
    match = _PROGRAM().fullmatch(program)
    if match is None:
        return program
    if match[1] and conda_entered(command) is None:
        return f"python3{match[1]}"
    return bare_interpreter(command)


def path_interpreter(path: str) -> str:
    """What the interpreter (or pip) at a path installs into: the environment whose ``bin`` it stands in, or itself."""
    folder, _, name = path.rpartition("/")
    match = _PROGRAM().fullmatch(name)
    if folder in _SYSTEM_BINS:
        return name if match is None else f"python3{match[1]}" if match[1] else BARE
    if match is None or last_component(folder) not in {"bin", "Scripts"}:
        return path
    return environment_folder(folder.rpartition("/")[0])


def environment_folder(folder: str) -> str:
    """The name of the environment in a folder: conda's by its own name, Isaac's by its interpreter."""
    if folder in _SYSTEM_FOLDERS:
        return BARE
    if folder.endswith("/kit/python"):
        return f"{folder}/bin/python3"
    return conda_name(folder) or folder


def conda_name(folder: str) -> str | None:
    """``conda:NAME`` for a folder in which conda keeps an environment, else None."""
    parent, _, name = folder.rstrip("/").rpartition("/")
    if _CONDA_FOLDER().fullmatch(name):
        return "conda:base"
    grandparent, _, kept_in = parent.rpartition("/")
    if kept_in == "envs" and _CONDA_FOLDER().fullmatch(last_component(grandparent)):
        return f"conda:{name}"
    return None


def bare_interpreter(command: Command) -> str:
    """What a bare ``pip`` installs into: what a wrapper entered, what PATH names first, or the system's own."""
    return entered(command) or active_on_path(command.environ) or BARE


def entered(command: Command) -> str | None:
    """The environment that a wrapper enters (``conda run -p FOLDER``), under the name that installs into it have."""
    within = command.within
    if within == "uv":
        return project_environment(command, None)
    if within == "pdm":
        return join_path(".venv", command.cwd)
    if within == "hatch":
        return "hatch:default"
    return within if within is None or within.partition(":")[0] != "conda" else _conda_entered(within, command)


def conda_entered(command: Command) -> str | None:
    """The conda environment that a wrapper enters, None if it is none or of another kind."""
    name = entered(command)
    return name if name and name.startswith("conda:") else None


def _conda_entered(within: str, command: Command) -> str:
    name = within.partition(":")[2]
    if "/" in name:
        return conda_folder(name, command)
    return f"conda:{name}" if name else conda_default(command)


def conda_default(command: Command) -> str:
    """The environment that conda means where none is named."""
    default = command.environ.get("CONDA_DEFAULT_ENV")
    return f"conda:{default.text}" if default else "conda:base"


def active_on_path(environ: Mapping[str, Traced]) -> str | None:
    """The environment whose ``bin`` stands in PATH before the system's folders, None if there is none.

    Folders of mere programs stand there too (``/usr/local/cuda/bin``, ``/root/.cargo/bin``): only VIRTUAL_ENV and
    folders that are called like an environment count, and for a Dockerfile those that it makes (``active_of``).
    """
    path = environ["PATH"].text[:_LONGEST_PATH_VARIABLE] if "PATH" in environ else ""
    active = environ["VIRTUAL_ENV"].text if "VIRTUAL_ENV" in environ else None
    for entry in path.split(":"):
        folder, _, name = entry.rstrip("/").rpartition("/")
        if entry in _SYSTEM_BINS:
            return None
        if name == "bin" and (folder == active or _looks_like_environment(folder)):
            return environment_folder(folder)
    return None


def active_of(path: Traced, made: Collection[str]) -> Traced | None:
    """The folder, of those in which virtual environments were ``made``, that PATH names before the system's own: what
    VIRTUAL_ENV would say once such an environment is activated.
    """
    start = 0
    for entry in path.text[:_LONGEST_PATH_VARIABLE].split(":"):
        folder, _, name = entry.rstrip("/").rpartition("/")
        if entry in _SYSTEM_BINS:
            return None
        if name == "bin" and folder in made:
            return path.slice(start, start + len(folder))
        start += len(entry) + 1
    return None


def python_request(value: str, command: Command) -> str:
    """What ``--python VALUE`` of uv or pip means: a release, an interpreter, or an environment's folder."""
    version = _VERSION_REQUEST().fullmatch(value)
    if version:
        return f"python{version[1]}"
    if _PROGRAM().fullmatch(value) or value == "3":
        return bare_interpreter(command)
    if value.startswith((">", "<", "=", "~", "!")) and not value.startswith("~/"):
        return value
    path = join_path(value, command.cwd)
    is_interpreter = last_component(path).endswith(".sh") or _PROGRAM().fullmatch(last_component(path)) is not None
    return path_interpreter(path) if is_interpreter else environment_folder(path)


def uv_pip_interpreter(command: Command, python: str | None) -> str:
    """What ``uv pip install`` without ``--python`` and ``--system`` installs into; ``python`` is the one that runs uv
    as a module.
    """
    environ = command.environ
    if "UV_PYTHON" in environ:
        return python_request(environ["UV_PYTHON"].text, command)
    if is_set("UV_SYSTEM_PYTHON", environ):
        return system_interpreter(command)
    known = python or conda_entered(command)
    if known:
        return known
    if "VIRTUAL_ENV" in environ:
        return environment_folder(join_path(environ["VIRTUAL_ENV"].text, command.cwd))
    if "CONDA_PREFIX" in environ:
        return conda_folder(environ["CONDA_PREFIX"].text, command)
    return active_on_path(environ) or _nearest_folder(command)


def _nearest_folder(command: Command) -> str:
    """The ``.venv`` that uv finds in the current folder or one above it: of those above, only the project's is known to
    be there.
    """
    folder, name = join_path(".venv", command.cwd), "UV_PROJECT_ENVIRONMENT"
    if command.cwd is not None and name in command.environ:
        above = join_path(command.environ[name].text, command.cwd).rpartition("/.venv")
        if above[1] and not above[2] and f"{command.cwd.rstrip('/')}/".startswith(f"{above[0]}/"):
            return f"{above[0]}/.venv"
    return folder


def system_interpreter(command: Command) -> str:
    """What ``uv pip install --system`` means: the first Python on PATH that is no virtual environment's."""
    return conda_entered(command) or BARE


def project_environment(command: Command, folder: str | None, *, active: bool = False) -> str:
    """The environment that uv keeps for the project in a folder (None: the current one)."""
    root = join_path(folder, command.cwd) if folder else command.cwd
    if "UV_PROJECT_ENVIRONMENT" in command.environ:
        return environment_folder(join_path(command.environ["UV_PROJECT_ENVIRONMENT"].text, root))
    if active and "VIRTUAL_ENV" in command.environ:
        return environment_folder(join_path(command.environ["VIRTUAL_ENV"].text, command.cwd))
    return join_path(".venv", root)


def conda_folder(folder: str, command: Command) -> str:
    """The environment that conda keeps in a folder (``-p FOLDER``)."""
    path = join_path(folder, command.cwd)
    return conda_name(path) or f"conda:{path}"


def is_set(name: str, environ: Mapping[str, Traced]) -> bool:
    """Whether a variable is there and means yes."""
    return name in environ and environ[name].text.lower() not in {"", "0", "false", "no", "off", "n", "f"}


def _looks_like_environment(folder: str) -> bool:
    parent, _, name = folder.rpartition("/")
    if name in {".pyenv", "pyenv"}:
        return False
    within = last_component(parent)
    return any(pattern().fullmatch(name) for pattern in (_ENVIRONMENT_NAME, _CONDA_FOLDER)) or within.endswith("envs")
