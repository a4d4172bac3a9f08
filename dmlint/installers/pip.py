"""``pip install`` and ``pip uninstall``, by whatever interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import FileReference, ReferenceKind
from dmlint.facts.interpreter import BARE
from dmlint.installers.command_line import Operand, option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import bare_interpreter, python_request
from dmlint.installers.pip_options import PIP
from dmlint.installers.requirement_words import read_editables, read_references, read_words
from dmlint.installers.standard_input import read_requirement_file

if TYPE_CHECKING:
    from dmlint.installers.command_line import Arguments

_EASY_INSTALL = option_table(
    valued="""--prefix -d/--install-dir -s/--script-dir -x/--exclude-scripts -i/--index-url -f/--find-links
    -b/--build-directory -O/--optimize -H/--allow-hosts --record""",
    flags="-z/--zip-ok -m/--multi-version -U/--upgrade -a/--always-copy -e/--editable -N/--no-deps -q/--quiet --user",
)
_FILES = ("--requirement", "--constraint", "--editable", "--group", "--requirements-from-script")


def read_pip(invocation: Invocation) -> Effects:
    """A step for ``install`` and ``uninstall``; every other subcommand changes no environment."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, PIP)
    if subcommand is None or subcommand[0] not in {"install", "uninstall"}:
        return NOTHING
    name, start, before = subcommand
    arguments = read_options(words, start, PIP, before=before)
    where = f"{invocation.where} pip {name}"
    found: list[Found] = read_words(arguments.operands, invocation.command, where)
    found += read_editables(arguments.values("--editable"), where)
    found += read_pip_files(arguments, invocation, where)
    python = arguments.last("--python")
    return build_step(
        invocation,
        found,
        arguments,
        InstallTarget(
            tool="pip",
            interpreter=python_request(python.text, invocation.command) if python else invocation.python or BARE,
            removes=name == "uninstall",
        ),
        files=_FILES,
    )


def read_easy_install(invocation: Invocation) -> Effects:
    """``easy_install REQUIREMENT…``, setuptools' own installer of old."""
    arguments = read_options(invocation.command.words, invocation.start, _EASY_INSTALL)
    found = read_words(arguments.operands, invocation.command, f"{invocation.where} easy_install")
    interpreter = invocation.python or bare_interpreter(invocation.command)
    return build_step(invocation, found, arguments, InstallTarget(tool="easy_install", interpreter=interpreter))


def read_pip_files(arguments: Arguments, invocation: Invocation, where: str) -> list[Found]:
    """The files of requirements and constraints that options name, and the dependency groups."""
    found: list[Found] = []
    for operand in arguments.values("--requirement", "--requirements-from-script"):
        found += read_requirement_file(operand, invocation.command, where)
    found += read_references(arguments.values("--constraint"), ReferenceKind.CONSTRAINTS)
    found += [read_group(operand) for operand in arguments.values("--group")]
    return found


def read_group(operand: Operand) -> FileReference:
    """``--group [PATH:]NAME``: one dependency group of a pyproject.toml, without the project itself."""
    path, _, name = operand.text.rpartition(":")
    return FileReference(
        kind=ReferenceKind.REQUIREMENTS,
        path=None if operand.word.value.unresolved else path or "pyproject.toml",
        span=operand.word.span,
        groups=(name,),
    )
