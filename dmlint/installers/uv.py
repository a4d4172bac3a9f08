"""uv's subcommands, and ``uv pip`` in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import ReferenceKind
from dmlint.installers.command_line import read_options, read_subcommand
from dmlint.installers.downloads import read_uv_self
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import python_request, system_interpreter, uv_pip_interpreter
from dmlint.installers.paths import join_path
from dmlint.installers.pip import read_group
from dmlint.installers.requirement_words import read_editables, read_references, read_words
from dmlint.installers.standard_input import read_requirement_file
from dmlint.installers.uv_options import UV_PIP
from dmlint.installers.uv_project import read_uv_add, read_uv_run, read_uv_sync
from dmlint.installers.uv_tool import read_uv_tool
from dmlint.installers.venv import read_uv_venv

if TYPE_CHECKING:
    from dmlint.facts.interpreter import Interpreter
    from dmlint.installers.command_line import Arguments, GivenOption

_FILES = ("--requirement", "--constraint", "--override", "--editable", "--group", "--extra")


def read_uv(invocation: Invocation) -> Effects:
    """What ``uv SUBCOMMAND`` installs."""
    subcommand = read_subcommand(invocation.command.words, invocation.start, UV_PIP)
    if subcommand is None:
        return NOTHING
    name, start, before = subcommand
    if name == "pip":
        return _read_uv_pip(invocation, start, before)
    if name in {"add", "remove"}:
        return read_uv_add(invocation, start, before, removes=name == "remove")
    reader = _READERS.get(name)
    return NOTHING if reader is None else reader(invocation, start, before)


_READERS = {"sync": read_uv_sync, "run": read_uv_run, "tool": read_uv_tool, "venv": read_uv_venv, "self": read_uv_self}


def _read_uv_pip(invocation: Invocation, start: int, before: tuple[GivenOption, ...]) -> Effects:
    command = invocation.command
    subcommand = read_subcommand(command.words, start, UV_PIP)
    if subcommand is None or subcommand[0] not in {"install", "sync", "uninstall"}:
        return NOTHING
    name, first, more = subcommand
    arguments = read_options(command.words, first, UV_PIP, before=before + more)
    where = f"{invocation.where} uv pip {name}"
    directory = arguments.last("--directory")
    return build_step(
        invocation,
        _found(name, arguments, invocation, where),
        arguments,
        InstallTarget(
            tool="uv pip",
            interpreter=_interpreter(arguments, invocation),
            removes=name == "uninstall",
            cwd=join_path(directory.text, command.cwd) if directory else None,
        ),
        files=_FILES,
    )


def _found(name: str, arguments: Arguments, invocation: Invocation, where: str) -> list[Found]:
    command = invocation.command
    extras = tuple(operand.text for operand in arguments.values("--extra"))
    files = arguments.values("--requirement")
    found: list[Found] = []
    if name == "sync":
        files = (*arguments.operands, *files)
    else:
        found += read_words(arguments.operands, command, where)
    found += read_editables(arguments.values("--editable"), where)
    for operand in files:
        found += read_requirement_file(operand, command, where, extras=extras)
    found += read_references(arguments.values("--constraint"), ReferenceKind.CONSTRAINTS)
    found += read_references(arguments.values("--override"), ReferenceKind.OVERRIDES)
    return found + [read_group(operand) for operand in arguments.values("--group")]


def _interpreter(arguments: Arguments, invocation: Invocation) -> Interpreter:
    python = arguments.last("--python")
    if python:
        return python_request(python.text, invocation.command)
    if arguments.has("--system"):
        return system_interpreter(invocation.command)
    return uv_pip_interpreter(invocation.command, invocation.python)
