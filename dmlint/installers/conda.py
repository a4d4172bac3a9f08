"""conda, mamba and micromamba."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import ReferenceKind
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.installers.command_line import option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import conda_default, conda_entered, conda_environment, conda_folder
from dmlint.installers.redirections import swallowed_specifiers
from dmlint.installers.requirement_words import read_references
from dmlint.requirements.conda_matchspec import read_matchspec

if TYPE_CHECKING:
    from dmlint.installers.command_line import Arguments, Operand
    from dmlint.syntax.shell.command import Command

_CONDA = option_table(
    valued="""-n/--name -p/--prefix -c/--channel -f/--file --repodata-fn --experimental --solver --subdir/--platform
    --revision --clone --channel-priority --default-timeout -r/--root-prefix --rc-file --relocate-prefix --ssl-verify
    --cacert-path --category --log-level --download-threads --extract-threads
    --environment-specifier --override-frozen""",
    flags="""-y/--yes -q/--quiet -v/--verbose -d/--dry-run --json --debug -C/--use-index-cache -k/--insecure --offline
    --override-channels --use-local --no-deps --only-deps --freeze-installed/--no-update-deps --update-deps
    -S/--satisfied-skip-solve --update-all/--all --update-specs -m/--mkdir --copy --no-shortcuts --download-only
    --force-reinstall --no-pin --no-default-packages --dev --strict-channel-priority --no-channel-priority --prune
    --always-copy --no-rc --no-env -h/--help -V/--version --force --force-remove --pyc --no-pyc --show-channel-urls""",
    abbreviates=True,
)
_INSTALLS = frozenset({"install", "create", "update", "upgrade"})
_REMOVES = frozenset({"remove", "uninstall"})
_PACKAGE_FILES = (".conda", ".tar.bz2")
_ENVIRONMENT_FILES = (".yml", ".yaml")


def read_conda(invocation: Invocation) -> Effects:
    """A step for what changes an environment: install, create, update, remove, and ``env create|update``."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, _CONDA)
    if subcommand is None:
        return NOTHING
    name, start, before = subcommand
    if name == "env":
        subcommand = read_subcommand(words, start, _CONDA)
        if subcommand is None or subcommand[0] not in {"create", "update"}:
            return NOTHING
        name, start, before = f"env {subcommand[0]}", subcommand[1], before + subcommand[2]
    elif name not in _INSTALLS | _REMOVES:
        return NOTHING
    arguments = read_options(words, start, _CONDA, before=before)
    where = f"{invocation.where} {invocation.name} {name}"
    # `conda env create NAME` and its like: the operand is the environment's name.
    found = [] if name.startswith("env") else _read_specs(arguments.operands, invocation.command, where)
    found += read_references(_files(name, arguments), ReferenceKind.REQUIREMENTS)
    return build_step(
        invocation,
        found,
        arguments,
        InstallTarget(
            tool=invocation.name,
            interpreter=_environment(name, arguments, invocation.command),
            removes=name in _REMOVES,
        ),
        files=("--file",),
    )


def _read_specs(operands: tuple[Operand, ...], command: Command, where: str) -> list[Found]:
    swallowed = swallowed_specifiers(command)
    return [
        read_matchspec(operand.word, where, redirection=swallowed.get(operand.index))
        for operand in operands
        if not _is_package_file(operand.text)
    ]


def _is_package_file(text: str) -> bool:
    return text.endswith(_PACKAGE_FILES) or (text.startswith(("/", "./", "../")) and "::" not in text)


def _files(name: str, arguments: Arguments) -> tuple[Operand, ...]:
    files = arguments.values("--file")
    if name.startswith("env") and not files:
        return tuple(operand for operand in arguments.operands if operand.text.endswith(_ENVIRONMENT_FILES))
    return files


def _environment(name: str, arguments: Arguments, command: Command) -> Interpreter:
    named = arguments.last("--name", "--prefix")
    if named:
        by_folder = any(option.value is named and option.name == "--prefix" for option in arguments.options)
        return conda_folder(named.text, command) if by_folder else conda_environment(named.text, command)
    files = [operand.text for operand in _files(name, arguments) if operand.text.endswith(_ENVIRONMENT_FILES)]
    if files:
        # The file says what its environment is called.
        return Interpreter(InterpreterKind.CONDA, files[0])
    return conda_entered(command) or conda_default(command)
