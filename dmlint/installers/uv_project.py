"""uv's commands on a project: ``uv add``, ``uv remove``, ``uv sync``, ``uv run``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import ReferenceKind
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.installers.command_line import part, read_options
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import project_environment
from dmlint.installers.paths import join_path
from dmlint.installers.requirement_words import (
    read_editables,
    read_references,
    read_word,
    read_words,
    refer_to_project,
    split_names,
)
from dmlint.installers.standard_input import read_requirement_file
from dmlint.installers.uv_options import UV_PROJECT, UV_RUN
from dmlint.installers.venv import made_by_uv
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import FileReference
    from dmlint.installers.command_line import Arguments, GivenOption, Operand
    from dmlint.syntax.shell.command import Command

_THROWAWAY = Interpreter(InterpreterKind.THROWAWAY)

_GROUPS = ("--group", "--only-group")
_FILES = ("--requirement", "--constraint", "--group", "--extra", "--with", "--with-editable", "--with-requirements")
_EXTRAS_OR_COMMA = lazy_regex(r"\[[^\[\]]*\]|,\s*(?=[A-Za-z])")


def read_uv_add(invocation: Invocation, start: int, before: tuple[GivenOption, ...], *, removes: bool) -> Effects:
    """``uv add`` writes requirements into the project, and installs it with them; ``uv remove`` takes them out."""
    command = invocation.command
    arguments = read_options(command.words, start, UV_PROJECT, before=before)
    where = f"{invocation.where} uv {'remove' if removes else 'add'}"
    found = read_words(arguments.operands, command, where)
    for operand in arguments.values("--requirement"):
        found += read_requirement_file(operand, command, where)
    found += read_references(arguments.values("--constraint"), ReferenceKind.CONSTRAINTS)
    if not removes and not arguments.has("--script"):
        found.append(_project(invocation, start, arguments))
    tool = "uv remove" if removes else "uv add"
    return _step(invocation, found, arguments, tool=tool, removes=removes)


def read_uv_sync(invocation: Invocation, start: int, before: tuple[GivenOption, ...]) -> Effects:
    """``uv sync`` installs the project and what its lock file holds."""
    arguments = read_options(invocation.command.words, start, UV_PROJECT, before=before)
    if arguments.has("--check"):
        return NOTHING
    return _step(invocation, [_project(invocation, start, arguments)], arguments, tool="uv sync")


def read_uv_run(invocation: Invocation, start: int, before: tuple[GivenOption, ...]) -> Effects:
    """``uv run`` installs the project first, and what ``--with`` names into an environment that does not last."""
    command = invocation.command
    arguments = read_options(command.words, start, UV_RUN, before=before, stop_after=1)
    where = f"{invocation.where} uv run"
    found: list[Found] = []
    for operand in arguments.values("--with"):
        found += read_with(operand, command, where)
    found += read_editables(arguments.values("--with-editable"), where)
    found += read_references(arguments.values("--with-requirements"), ReferenceKind.REQUIREMENTS)
    reading = NOTHING
    if not arguments.has("--no-project", "--no-sync", "--script"):
        reading = _step(invocation, [_project(invocation, start, arguments)], arguments, tool="uv run")
    if not found:
        return reading
    return reading + build_step(
        invocation,
        found,
        arguments,
        InstallTarget(tool="uv run", interpreter=_THROWAWAY, cwd=_cwd(invocation, arguments)),
        files=_FILES,
    )


def read_with(operand: Operand, command: Command, where: str) -> list[Found]:
    """The requirements of ``--with a,b``; a comma inside a specifier or between extras separates none."""
    word = operand.word
    cuts = [match.span() for match in _EXTRAS_OR_COMMA().finditer(word.text) if match[0].startswith(",")]
    if not cuts:
        return read_words([operand], command, where)
    starts = [0, *(end for _, end in cuts)]
    ends = [*(begin for begin, _ in cuts), len(word.text)]
    found: list[Found] = []
    for begin, end in zip(starts, ends, strict=True):
        found += read_word(part(word, begin, end), where)
    return found


def _project(invocation: Invocation, start: int, arguments: Arguments) -> FileReference:
    return refer_to_project(
        invocation.command.words[start - 1],
        arguments.last("--project"),
        extras=split_names(arguments.values("--extra")),
        groups=split_names(arguments.values(*_GROUPS)),
    )


def _step(
    invocation: Invocation, found: list[Found], arguments: Arguments, *, tool: str, removes: bool = False
) -> Effects:
    folder = arguments.last("--project", "--directory")
    environment = project_environment(
        invocation.command, folder.text if folder else None, active=arguments.has("--active")
    )
    lasting = not (removes or arguments.has("--script"))
    made = made_by_uv(invocation.command, arguments, environment) if lasting else NOTHING
    return made + build_step(
        invocation,
        found,
        arguments,
        InstallTarget(
            tool=tool,
            interpreter=_THROWAWAY if arguments.has("--script") else environment,
            removes=removes,
            cwd=_cwd(invocation, arguments),
        ),
        files=_FILES,
    )


def _cwd(invocation: Invocation, arguments: Arguments) -> str | None:
    directory = arguments.last("--directory")
    return join_path(directory.text, invocation.command.cwd) if directory else None
