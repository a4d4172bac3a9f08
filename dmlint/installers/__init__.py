"""What one shell command installs, writes and removes.

Read first ``command_line`` (options by a table), ``interpreters`` (which Python), ``requirement_words`` and
``effects`` (what a command comes to), then ``pip``, ``uv`` and ``conda``; the other programs stand alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dmlint.installers.effects import Effects, Invocation
from dmlint.installers.files import read_redirected
from dmlint.installers.interpreters import named_interpreter
from dmlint.installers.isaac import LAUNCHER_PYTHON, LAUNCHERS
from dmlint.installers.modules import run_module
from dmlint.installers.paths import last_component
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmlint.syntax.shell.command import Command

__all__ = ["MODULES", "PROGRAMS", "Reading", "read_actions"]


def _by(module: str, name: str) -> Callable[[Invocation], Effects]:
    """What a function of a module of this package reads, imported with the first command of its."""

    def read(invocation: Invocation) -> Effects:
        reading: Effects = getattr(import_module(f"dmlint.installers.{module}"), name)(invocation)
        return reading

    return read


MODULES: Mapping[str, Callable[[Invocation], Effects]] = {
    "pip": _by("pip", "read_pip"),
    "uv": _by("uv", "read_uv"),
    "pipx": _by("uv_tool", "read_pipx"),
    "poetry": _by("poetry", "read_poetry"),
    "pdm": _by("projects", "read_pdm"),
    "hatch": _by("projects", "read_hatch"),
    "conda": _by("conda", "read_conda"),
    "venv": _by("venv", "read_venv"),
    "virtualenv": _by("venv", "read_virtualenv"),
}
"""What an interpreter can be told to run by ``-m``."""

PROGRAMS: Mapping[str, Callable[[Invocation], Effects]] = {
    **MODULES,
    "uvx": _by("uv_tool", "read_uvx"),
    "mamba": _by("conda", "read_conda"),
    "micromamba": _by("conda", "read_conda"),
    "pixi": _by("pixi", "read_pixi"),
    "apt-get": _by("apt", "read_apt"),
    "apt": _by("apt", "read_apt"),
    "aptitude": _by("apt", "read_apt"),
    "git": _by("git_clone", "read_git"),
    "isaaclab.sh": _by("isaac", "read_isaaclab"),
    "isaaclab.bat": _by("isaac", "read_isaaclab"),
    "setup.py": _by("projects", "read_setup"),
    "curl": _by("downloads", "read_download"),
    "wget": _by("downloads", "read_download"),
    "tee": _by("files", "read_tee"),
    "rm": _by("files", "read_rm"),
    "ln": _by("files", "read_ln"),
    **dict.fromkeys(("bash", "sh", "dash", "ash", "zsh", "ksh"), _by("shell_commands", "read_shell")),
    "source": _by("shell_commands", "read_source"),
    ".": _by("shell_commands", "read_source"),
}
"""The one table of programs, by name without folder."""

_READ_FILE = _by("shell_commands", "read_file")
_PIP = lazy_regex(r"pip[23]?(?:\.\d+)?")
_PYTHON = lazy_regex(r"python[23]?(?:\.\d+)?|.*python\.sh")


def read_actions(command: Command, where: str) -> Effects:
    """The actions of one command; ``where`` says what it stands in (``RUN``).

    Nothing is raised and nothing is skipped in silence: what cannot be read is a problem.
    """
    invocation = _recognize(command, where) if command.words else None
    reading = PROGRAMS.get(invocation.name, _READ_FILE)(invocation) if invocation else Effects()
    return reading + read_redirected(command)


def _recognize(command: Command, where: str) -> Invocation | None:
    words = command.words
    program = words[0].text
    name = last_component(program).removesuffix(".exe")
    if _PIP().fullmatch(name):
        python = named_interpreter(program, command)
        return Invocation(command=command, where=where, name="pip", start=1, python=python)
    launcher = len(words) > 1 and words[1].text in {"-p", "--python"} and name.endswith((".sh", ".bat"))
    module = run_module(words, 2 if launcher else 1)
    if module and module[0] in MODULES:
        python = _launcher_python(name) if launcher else named_interpreter(program, command)
        return Invocation(command=command, where=where, name=module[0], start=module[1], python=python)
    if len(words) > 1 and last_component(words[1].text) == "setup.py" and _PYTHON().fullmatch(name):
        python = named_interpreter(program, command)
        return Invocation(command=command, where=where, name="setup.py", start=2, python=python)
    return Invocation(command=command, where=where, name=name, start=1)


def _launcher_python(name: str) -> str:
    return LAUNCHER_PYTHON if name in LAUNCHERS else f"{name} -p"
