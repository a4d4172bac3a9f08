"""``poetry install``, ``add``, ``update``, ``sync`` and ``remove``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.installers.command_line import option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.interpreters import active_on_path, entered, is_set
from dmlint.installers.paths import join_path
from dmlint.installers.redirections import swallowed_specifiers
from dmlint.installers.requirement_words import read_word, refer_to_project, split_names
from dmlint.requirements.respelling import literal, respell
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from dmlint.installers.command_line import Arguments
    from dmlint.syntax.shell.command import Command, Word
    from dmlint.text.source import Span

_POETRY = option_table(
    valued="""-C/--directory -P/--project -E/--extras --with --without --only --group/-G --optional-group --source
    --python --platform --markers""",
    flags="""-n/--no-interaction -q/--quiet -v/--verbose --no-cache --no-plugins --ansi --no-ansi -h/--help -V/--version
    -D/--dev --dry-run --no-root --no-directory --sync --all-extras --all-groups --only-root --compile --optional
    --allow-prereleases --lock -e/--editable --no-dev --remove-untracked""",
    abbreviates=True,
)
_FILES = ("--extras", "--with", "--only", "--group")
_PINNED = lazy_regex(r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[^\[\]]*\])?)\s*(?:@|(?=[\^~=<>!]))\s*(?P<constraint>[^:/]*)")


def read_poetry(invocation: Invocation) -> Effects:
    """A step for each subcommand that changes the environment."""
    command = invocation.command
    subcommand = read_subcommand(command.words, invocation.start, _POETRY)
    if subcommand is None or subcommand[0] not in {"install", "add", "update", "sync", "remove"}:
        return NOTHING
    name, start, before = subcommand
    arguments = read_options(command.words, start, _POETRY, before=before)
    if arguments.has("--lock"):
        return NOTHING
    found: list[Found] = []
    where = f"{invocation.where} poetry {name}"
    if name in {"add", "remove"}:
        found = _read_packages(arguments, command, where)
    if name != "remove":
        found.append(
            refer_to_project(
                command.words[start - 1],
                arguments.last("--directory", "--project"),
                extras=split_names(arguments.values("--extras")),
                groups=split_names(arguments.values("--with", "--only", "--group")),
            )
        )
    return build_step(
        invocation,
        found,
        arguments,
        InstallTarget(
            tool="poetry", interpreter=poetry_environment(command, invocation.python), removes=name == "remove"
        ),
        files=_FILES,
    )


def poetry_environment(command: Command, python: Interpreter | None) -> Interpreter:
    """The environment that poetry installs into: the active one, its own, or (if it may create none) the bare one."""
    active = entered(command) or active_on_path(command.environ)
    if active:
        return active
    if "POETRY_VIRTUALENVS_CREATE" in command.environ and not is_set("POETRY_VIRTUALENVS_CREATE", command.environ):
        return python or BARE
    if is_set("POETRY_VIRTUALENVS_IN_PROJECT", command.environ):
        return Interpreter(InterpreterKind.VENV, join_path(".venv", command.cwd))
    return Interpreter(InterpreterKind.POETRY)


def _read_packages(arguments: Arguments, command: Command, where: str) -> list[Found]:
    swallowed = swallowed_specifiers(command)
    found: list[Found] = []
    for operand in arguments.operands:
        found += _read_package(operand.word, where, swallowed.get(operand.index))
    return found


def _read_package(word: Word, where: str, redirection: Span | None) -> list[Found]:
    """``numpy@^1.26``, ``numpy>=1.26,<2``, ``numpy@latest``; anything else is written as for pip."""
    from dmlint.requirements.pep508 import read_requirement
    from dmlint.requirements.poetry_constraints import poetry_specifier

    match = _PINNED().fullmatch(word.text)
    if match is None:
        return read_word(word, where, redirection=redirection)
    name, version = word.value.slice(0, match.end("name")), word.value.slice(match.start("constraint"))
    if word.value.unresolved:
        text = join((name, literal("==", version, word), version))
        return [read_requirement(text, word.span, where=where)]
    constraint = match["constraint"].strip()
    specifier = "" if constraint in {"latest", ""} else poetry_specifier(constraint)
    if isinstance(specifier, ProblemKind):
        message = f"'{word.text[:80]}' is not a requirement that dmlint can read"
        return [Problem(kind=specifier, span=word.span, message=message, about=word.text)]
    text = join((name, respell(specifier, version, word)))
    return [read_requirement(text, redirection or word.span, where=where, redirection=redirection)]
