"""What one shell command installs, writes and removes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.expressions import expression
from dmlint.installers.apt import read_apt
from dmlint.installers.conda import read_conda
from dmlint.installers.downloads import read_download
from dmlint.installers.files import read_ln, read_redirected, read_rm, read_tee
from dmlint.installers.git import read_git
from dmlint.installers.interpreters import named_interpreter
from dmlint.installers.isaac import LAUNCHER_PYTHON, LAUNCHERS, read_isaaclab
from dmlint.installers.modules import run_module
from dmlint.installers.paths import last_component
from dmlint.installers.pip import read_pip
from dmlint.installers.pixi import read_pixi
from dmlint.installers.poetry import read_poetry
from dmlint.installers.projects import read_hatch, read_pdm, read_setup
from dmlint.installers.reading import Invocation, Reading
from dmlint.installers.scripts import read_file, read_shell, read_source
from dmlint.installers.uv import read_uv
from dmlint.installers.uv_tool import read_pipx, read_uvx
from dmlint.installers.venv import read_venv, read_virtualenv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmlint.shell.command import Command

__all__ = ["MODULES", "PROGRAMS", "Reading", "read_actions"]

MODULES: Mapping[str, Callable[[Invocation], Reading]] = {
    "pip": read_pip,
    "uv": read_uv,
    "pipx": read_pipx,
    "poetry": read_poetry,
    "pdm": read_pdm,
    "hatch": read_hatch,
    "conda": read_conda,
    "venv": read_venv,
    "virtualenv": read_virtualenv,
}
"""What an interpreter can be told to run by ``-m``."""

PROGRAMS: Mapping[str, Callable[[Invocation], Reading]] = {
    **MODULES,
    "uvx": read_uvx,
    "mamba": read_conda,
    "micromamba": read_conda,
    "pixi": read_pixi,
    "apt-get": read_apt,
    "apt": read_apt,
    "aptitude": read_apt,
    "git": read_git,
    "isaaclab.sh": read_isaaclab,
    "isaaclab.bat": read_isaaclab,
    "setup.py": read_setup,
    "curl": read_download,
    "wget": read_download,
    "tee": read_tee,
    "rm": read_rm,
    "ln": read_ln,
    **dict.fromkeys(("bash", "sh", "dash", "ash", "zsh", "ksh"), read_shell),
    "source": read_source,
    ".": read_source,
}
"""The one table of programs, by name without folder."""

_PIP = expression(r"pip[23]?(?:\.\d+)?")
_PYTHON = expression(r"python[23]?(?:\.\d+)?|.*python\.sh")


def read_actions(command: Command, where: str) -> Reading:
    """The actions of one command; ``where`` says what it stands in (``RUN``).

    Nothing is raised and nothing is skipped in silence: what cannot be read is a problem.
    """
    invocation = _recognize(command, where) if command.words else None
    reading = PROGRAMS.get(invocation.name, read_file)(invocation) if invocation else Reading()
    return reading + read_redirected(command)


def _recognize(command: Command, where: str) -> Invocation | None:
    words = command.words
    program = words[0].text
    name = last_component(program).removesuffix(".exe")
    if _PIP.fullmatch(name):
        python = named_interpreter(program, command)
        return Invocation(command=command, where=where, name="pip", start=1, python=python)
    launcher = len(words) > 1 and words[1].text in {"-p", "--python"} and name.endswith((".sh", ".bat"))
    module = run_module(words, 2 if launcher else 1)
    if module and module[0] in MODULES:
        python = _launcher_python(name) if launcher else named_interpreter(program, command)
        return Invocation(command=command, where=where, name=module[0], start=module[1], python=python)
    if len(words) > 1 and last_component(words[1].text) == "setup.py" and _PYTHON.fullmatch(name):
        python = named_interpreter(program, command)
        return Invocation(command=command, where=where, name="setup.py", start=2, python=python)
    return Invocation(command=command, where=where, name=name, start=1)


def _launcher_python(name: str) -> str:
    return LAUNCHER_PYTHON if name in LAUNCHERS else f"{name} -p"
