"""Which Python a command installs into."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.installers.paths import join_path, last_component
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dmlint.syntax.shell.command import Command
    from dmlint.text.traced import Traced

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


def named_interpreter(program: str, command: Command) -> Interpreter:
    """What ``PROGRAM -m pip`` installs into, or pip itself where PROGRAM is one (``/opt/venv/bin/pip``)."""
    looked_up = _LOOKED_UP().fullmatch(program)
    if looked_up:
        program = looked_up[1]
    if "/" in program:
        return path_interpreter(join_path(program, command.cwd))
    match = _PROGRAM().fullmatch(program)
    if match is None:
        return Interpreter(InterpreterKind.PATH, program)
    if match[1] and conda_entered(command) is None:
        return _of_release(f"3{match[1]}")
    return bare_interpreter(command)


def path_interpreter(path: str) -> Interpreter:
    """What the interpreter (or pip) at a path installs into: the environment whose ``bin`` it stands in, or itself."""
    folder, _, name = path.rpartition("/")
    match = _PROGRAM().fullmatch(name)
    if folder in _SYSTEM_BINS:
        if match is None:
            return Interpreter(InterpreterKind.PATH, name)
        return _of_release(f"3{match[1]}") if match[1] else BARE
    if match is None or last_component(folder) not in {"bin", "Scripts"}:
        return Interpreter(InterpreterKind.PATH, path)
    return environment_folder(folder.rpartition("/")[0])


def environment_folder(folder: str) -> Interpreter:
    """The environment in a folder: conda's by its own name, Isaac's by its interpreter."""
    if folder in _SYSTEM_FOLDERS:
        return BARE
    if folder.endswith("/kit/python"):
        return Interpreter(InterpreterKind.PATH, f"{folder}/bin/python3")
    name = conda_name(folder)
    return Interpreter(InterpreterKind.VENV, folder) if name is None else Interpreter(InterpreterKind.CONDA, name)


def conda_name(folder: str) -> str | None:
    """The name of the environment that conda keeps in a folder, None where it keeps none there."""
    parent, _, name = folder.rstrip("/").rpartition("/")
    if _CONDA_FOLDER().fullmatch(name):
        return "base"
    grandparent, _, kept_in = parent.rpartition("/")
    if kept_in == "envs" and _CONDA_FOLDER().fullmatch(last_component(grandparent)):
        return name
    return None


def _of_release(release: str) -> Interpreter:
    return Interpreter(InterpreterKind.SYSTEM, f"python{release}")


def _venv(path: str, folder: str | None) -> Interpreter:
    return Interpreter(InterpreterKind.VENV, join_path(path, folder))


def bare_interpreter(command: Command) -> Interpreter:
    """What a bare ``pip`` installs into: what a wrapper entered, what PATH names first, or the system's own."""
    return entered(command) or active_on_path(command.environ) or BARE


def entered(command: Command) -> Interpreter | None:
    """The environment that a wrapper enters (``conda run -p FOLDER``)."""
    if command.within is None:
        return None
    tool, _, name = command.within.partition(":")
    if tool == "uv":
        return project_environment(command, None)
    if tool == "pdm":
        return _venv(".venv", command.cwd)
    if tool == "conda":
        return conda_environment(name, command) if name else conda_default(command)
    return Interpreter(InterpreterKind(tool), "default" if tool == "hatch" and not name else name)


def conda_entered(command: Command) -> Interpreter | None:
    """The conda environment that a wrapper enters, None if it is none or of another kind."""
    found = entered(command)
    return found if found is not None and found.kind is InterpreterKind.CONDA else None


def conda_environment(name: str, command: Command) -> Interpreter:
    """The environment of a name or folder, as conda's ``-n`` takes them."""
    return conda_folder(name, command) if "/" in name else Interpreter(InterpreterKind.CONDA, name)


def conda_default(command: Command) -> Interpreter:
    """The environment that conda means where none is named."""
    default = command.environ.get("CONDA_DEFAULT_ENV")
    return Interpreter(InterpreterKind.CONDA, default.text if default else "base")


def active_on_path(environ: Mapping[str, Traced]) -> Interpreter | None:
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


def python_request(value: str, command: Command) -> Interpreter:
    """What ``--python VALUE`` of uv or pip means: a release, an interpreter, or an environment's folder."""
    version = _VERSION_REQUEST().fullmatch(value)
    if version:
        return _of_release(version[1])
    if _PROGRAM().fullmatch(value) or value == "3":
        return bare_interpreter(command)
    if value.startswith((">", "<", "=", "~", "!")) and not value.startswith("~/"):
        return Interpreter(InterpreterKind.REQUEST, value)
    path = join_path(value, command.cwd)
    is_interpreter = last_component(path).endswith(".sh") or _PROGRAM().fullmatch(last_component(path)) is not None
    return path_interpreter(path) if is_interpreter else environment_folder(path)


def uv_pip_interpreter(command: Command, python: Interpreter | None) -> Interpreter:
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


def _nearest_folder(command: Command) -> Interpreter:
    """The ``.venv`` that uv finds in the current folder or one above it: of those above, only the project's is known to
    be there.
    """
    name = "UV_PROJECT_ENVIRONMENT"
    if command.cwd is not None and name in command.environ:
        above = join_path(command.environ[name].text, command.cwd).rpartition("/.venv")
        if above[1] and not above[2] and f"{command.cwd.rstrip('/')}/".startswith(f"{above[0]}/"):
            return _venv(".venv", above[0] or "/")
    return _venv(".venv", command.cwd)


def system_interpreter(command: Command) -> Interpreter:
    """What ``uv pip install --system`` means: the first Python on PATH that is no virtual environment's."""
    return conda_entered(command) or BARE


def project_environment(command: Command, folder: str | None, *, active: bool = False) -> Interpreter:
    """The environment that uv keeps for the project in a folder (None: the current one)."""
    root = join_path(folder, command.cwd) if folder else command.cwd
    if "UV_PROJECT_ENVIRONMENT" in command.environ:
        return environment_folder(join_path(command.environ["UV_PROJECT_ENVIRONMENT"].text, root))
    if active and "VIRTUAL_ENV" in command.environ:
        return environment_folder(join_path(command.environ["VIRTUAL_ENV"].text, command.cwd))
    return _venv(".venv", root)


def conda_folder(folder: str, command: Command) -> Interpreter:
    """The environment that conda keeps in a folder (``-p FOLDER``)."""
    path = join_path(folder, command.cwd)
    return Interpreter(InterpreterKind.CONDA, conda_name(path) or path)


def is_set(name: str, environ: Mapping[str, Traced]) -> bool:
    """Whether a variable is there and means yes."""
    return name in environ and environ[name].text.lower() not in {"", "0", "false", "no", "off", "n", "f"}


def _looks_like_environment(folder: str) -> bool:
    parent, _, name = folder.rpartition("/")
    if name in {".pyenv", "pyenv"}:
        return False
    within = last_component(parent)
    return any(pattern().fullmatch(name) for pattern in (_ENVIRONMENT_NAME, _CONDA_FOLDER)) or within.endswith("envs")
