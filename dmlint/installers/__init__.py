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
from dmlint.installers.isaac import is_launcher, launched_by_shell, launcher_python, read_launcher, runs_python
from dmlint.installers.modules import run_module
from dmlint.installers.paths import last_component
from dmlint.installers.relevance import SHELLS
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
    "pipenv": _by("projects", "read_pipenv"),
    "easy_install": _by("pip", "read_easy_install"),
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
    "git": _by("releases", "read_git"),
    "setup.py": _by("projects", "read_setup"),
    **dict.fromkeys(("curl", "wget", "aria2c", "axel"), _by("downloads", "read_download")),
    **dict.fromkeys(("unzip", "tar", "7z", "bsdtar"), _by("releases", "read_archives")),
    "tee": _by("files", "read_tee"),
    "rm": _by("files", "read_rm"),
    "ln": _by("files", "read_ln"),
    "update-alternatives": _by("files", "read_alternatives"),
    **dict.fromkeys(SHELLS, _by("shell_commands", "read_shell")),
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
    words = command.words
    if len(words) > 2 and last_component(words[0].text) in SHELLS and is_launcher(words, 1):
        command = launched_by_shell(command)
    invocation = _recognize(command, where) if command.words else None
    reading = _reader(invocation)(invocation) if invocation else Effects()
    return reading + read_redirected(command)


def _reader(invocation: Invocation) -> Callable[[Invocation], Effects]:
    if invocation.start == 1 and is_launcher(invocation.command.words):
        return read_launcher
    return PROGRAMS.get(invocation.name, _READ_FILE)


def _recognize(command: Command, where: str) -> Invocation | None:
    words = command.words
    program = words[0].text
    name = last_component(program).removesuffix(".exe")
    if _PIP().fullmatch(name):
        python = named_interpreter(program, command)
        return Invocation(command=command, where=where, name="pip", start=1, python=python)
    launcher = runs_python(words)
    script = 2 if launcher else 1
    module = run_module(words, script)
    if module and module[0] in MODULES:
        python = launcher_python(command) if launcher else named_interpreter(program, command)
        return Invocation(command=command, where=where, name=module[0], start=module[1], python=python)
    if (launcher or name.startswith("python")) and any(word.text.endswith("c") for word in words[script:-1]):
        # Python's own grammar is loaded where a line of it is run.
        from dmlint.installers.python_code import called_pip

        called = called_pip(command, script)
        if called is not None:
            python = launcher_python(command) if launcher else named_interpreter(program, command)
            return Invocation(command=called, where=where, name="pip", start=1, python=python)
    by_python = launcher or _PYTHON().fullmatch(name) is not None
    if by_python and len(words) > script and last_component(words[script].text) == "setup.py":
        python = launcher_python(command) if launcher else named_interpreter(program, command)
        return Invocation(command=command, where=where, name="setup.py", start=script + 1, python=python)
    return Invocation(command=command, where=where, name=name, start=1)
