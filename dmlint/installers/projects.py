"""pdm, pipenv, hatch and setup.py: what installs the project of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import FileReference, ReferenceKind
from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.installers.command_line import Arguments, option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import active_on_path, entered
from dmlint.installers.paths import join_path
from dmlint.installers.requirement_words import (
    read_editables,
    read_references,
    read_words,
    refer_to_project,
    split_names,
)

if TYPE_CHECKING:
    from dmlint.installers.command_line import Operand
    from dmlint.syntax.shell.command import Command

_PDM = option_table(
    valued="""-p/--project -G/--group/--with --without -L/--lockfile -C/--config-setting --venv -e/--editable
    -c/--config --override --frozen-lockfile-path -s/--source""",
    flags="""-g/--global -d/--dev --prod/--production --no-default --no-self --no-editable --no-isolation --no-lock
    --frozen-lockfile --check --dry-run --fail-fast -k/--skip --no-sync --clean --only-keep --reinstall -v/--verbose
    -q/--quiet -n/--non-interactive -h/--help -V/--version --save-exact --save-minimum --save-wildcard
    -u/--unconstrained --update-reuse --update-eager --update-all --pre --prerelease --stable
    -I/--ignore-python -x""",
    abbreviates=True,
)
_HATCH = option_table(
    valued="-e/--env -p/--project --data-dir --cache-dir --config",
    flags="-v/--verbose -q/--quiet --color --no-color --interactive --no-interactive -h/--help --version",
)

_PIPENV = option_table(
    valued="""--python -i/--index --pypi-mirror -e/--editable -r/--requirements --categories --extra-pip-args
    --where --keep-outdated""",
    flags="""-d/--dev --system --deploy --ignore-pipfile --skip-lock --pre --site-packages --selective-upgrade
    -v/--verbose -q/--quiet --clear --three --two --all --all-dev --support -h/--help --version""",
    abbreviates=True,
)


def read_pdm(invocation: Invocation) -> Effects:
    """``pdm install``, ``sync``, ``update``, ``add`` and ``remove``."""
    command = invocation.command
    subcommand = read_subcommand(command.words, invocation.start, _PDM)
    if subcommand is None or subcommand[0] not in {"install", "sync", "update", "add", "remove"}:
        return NOTHING
    name, start, before = subcommand
    arguments = read_options(command.words, start, _PDM, before=before)
    if arguments.has("--check"):
        return NOTHING
    where = f"{invocation.where} pdm {name}"
    found: list[Found] = read_words(arguments.operands, command, where) if name in {"add", "remove"} else []
    found += read_editables(arguments.values("--editable"), where)
    folder = arguments.last("--project")
    if name != "remove":
        groups = split_names(arguments.values("--group"))
        found.append(refer_to_project(command.words[start - 1], folder, groups=groups))
    return build_step(
        invocation,
        found,
        arguments,
        InstallTarget(tool="pdm", interpreter=_own_or_active(command, folder), removes=name == "remove"),
        files=("--group", "--editable"),
    )


def read_pipenv(invocation: Invocation) -> Effects:
    """``pipenv install [PACKAGE…]``, ``sync``, ``update``, ``uninstall``: what is named, or what a Pipfile holds."""
    command = invocation.command
    subcommand = read_subcommand(command.words, invocation.start, _PIPENV)
    if subcommand is None or subcommand[0] not in {"install", "sync", "update", "upgrade", "uninstall"}:
        return NOTHING
    name, start, before = subcommand
    arguments = read_options(command.words, start, _PIPENV, before=before)
    where = f"{invocation.where} pipenv {name}"
    found: list[Found] = read_words(arguments.operands, command, where)
    found += read_editables(arguments.values("--editable"), where)
    found += read_references(arguments.values("--requirements"), ReferenceKind.REQUIREMENTS)
    if not found:
        place = command.words[start - 1].span
        found.append(FileReference(kind=ReferenceKind.REQUIREMENTS, path="Pipfile", span=place))
    active = entered(command) or active_on_path(command.environ)
    interpreter = BARE if arguments.has("--system") else active or Interpreter(InterpreterKind.PIPENV)
    target = InstallTarget(tool="pipenv", interpreter=interpreter, removes=name == "uninstall")
    return build_step(invocation, found, arguments, target, files=("--editable", "--requirements"))


def _own_or_active(command: Command, folder: Operand | None) -> Interpreter:
    active = entered(command) or active_on_path(command.environ)
    root = join_path(folder.text, command.cwd) if folder else command.cwd
    return active or Interpreter(InterpreterKind.VENV, join_path(".venv", root))


def read_hatch(invocation: Invocation) -> Effects:
    """``hatch run [ENV:]COMMAND``, ``hatch shell`` and ``hatch env create [ENV]`` install the project first."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, _HATCH)
    if subcommand is None:
        return NOTHING
    name, start, before = subcommand
    arguments = read_options(words, start, _HATCH, before=before, stop_after=1)
    named = arguments.operands[0].text if arguments.operands else ""
    if name == "env" and named == "create":
        named = arguments.operands[1].text if len(arguments.operands) > 1 else ""
    elif name == "run":
        head, colon, _ = named.partition(":")
        named = head.lstrip("+") if colon else ""
    elif name != "shell":
        return NOTHING
    asked = arguments.last("--env")
    environment = Interpreter(InterpreterKind.HATCH, named or (asked.text if asked else "default"))
    project = refer_to_project(words[start - 1], None)
    return build_step(invocation, [project], arguments, InstallTarget(tool="hatch", interpreter=environment))


def read_setup(invocation: Invocation) -> Effects:
    """``python setup.py install`` and ``develop``: the project beside setup.py."""
    words = invocation.command.words
    subcommands = [word.text for word in words[invocation.start :] if word.text in {"install", "develop"}]
    if not subcommands:
        return NOTHING
    place = words[invocation.start - 1]
    folder = join_path(place.text.rpartition("/")[0] or ".", None)
    project = refer_to_project(place, None)
    arguments = Arguments()
    return build_step(
        invocation,
        [project],
        arguments,
        InstallTarget(
            tool="setup.py",
            interpreter=invocation.python or BARE,
            cwd=join_path(folder, invocation.command.cwd) if invocation.command.cwd else None,
        ),
    )
