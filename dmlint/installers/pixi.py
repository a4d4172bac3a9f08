"""``pixi add``, ``install``, ``run`` and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.installers.command_line import option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.redirections import swallowed_specifiers
from dmlint.installers.requirement_words import read_words, refer_to_project
from dmlint.requirements.conda_matchspec import read_matchspec

if TYPE_CHECKING:
    from dmlint.installers.command_line import Arguments
    from dmlint.syntax.shell.command import Command

_PIXI = option_table(
    valued="""-e/--environment -f/--feature -p/--platform --manifest-path -m/--manifest -c/--channel --color --git
    --branch --tag --rev -s/--subdir --index --auth-file --pypi-keyring-provider --concurrent-downloads
    --concurrent-solves --pinning-strategy --tls-root-certs --skip --only -w/--workspace --expose --with""",
    flags="""--pypi --editable -v/--verbose -q/--quiet --no-progress --no-install --no-lockfile-update --frozen --locked
    --as-is -a/--all --host --build --force-reinstall -h/--help -V/--version --dry-run --run-post-link-scripts
    --no-symbolic-links --clean-env --no-deps""",
)
_PROJECT = frozenset({"add", "install", "i", "run", "r", "shell", "update", "reinstall"})


def read_pixi(invocation: Invocation) -> Effects:
    """A step for what installs the workspace, or packages into an environment of their own (``global``)."""
    command = invocation.command
    subcommand = read_subcommand(command.words, invocation.start, _PIXI)
    if subcommand is None or subcommand[0] not in _PROJECT | {"global", "remove"}:
        return NOTHING
    name, start, before = subcommand
    stops = 1 if name in {"run", "r", "global"} else None
    arguments = read_options(command.words, start, _PIXI, before=before, stop_after=stops)
    if name == "global":
        return _read_global(invocation, arguments)
    where = f"{invocation.where} pixi {name}"
    found: list[Found] = _read_specs(arguments, command, where) if name in {"add", "remove"} else []
    if name != "remove":
        found.append(refer_to_project(command.words[start - 1], arguments.last("--manifest-path", "--manifest")))
    environment = arguments.last("--environment")
    return build_step(
        invocation,
        found,
        arguments,
        InstallTarget(
            tool="pixi",
            interpreter=Interpreter(InterpreterKind.PIXI, environment.text if environment else ""),
            removes=name == "remove",
        ),
    )


def _read_global(invocation: Invocation, arguments: Arguments) -> Effects:
    command = invocation.command
    if not arguments.operands or arguments.operands[0].text not in {"install", "i"}:
        return NOTHING
    inner = read_options(command.words, arguments.operands[0].index + 1, _PIXI)
    if not inner.operands:
        return NOTHING
    found = _read_specs(inner, command, f"{invocation.where} pixi global install")
    environment = inner.last("--environment") or inner.operands[0]
    own = Interpreter(InterpreterKind.PIXI_GLOBAL, environment.text)
    return build_step(invocation, found, inner, InstallTarget(tool="pixi", interpreter=own))


def _read_specs(arguments: Arguments, command: Command, where: str) -> list[Found]:
    if arguments.has("--pypi"):
        return read_words(arguments.operands, command, where)
    swallowed = swallowed_specifiers(command)
    return [
        read_matchspec(operand.word, where, redirection=swallowed.get(operand.index)) for operand in arguments.operands
    ]
