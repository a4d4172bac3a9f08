"""Virtual environments that a command makes, and the Python that they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import NewEnvironment
from dmlint.facts.interpreter import BARE, Interpreter
from dmlint.installers.command_line import option_table, read_options
from dmlint.installers.effects import NOTHING, Effects, Invocation
from dmlint.installers.interpreters import (
    bare_interpreter,
    environment_folder,
    project_environment,
    python_request,
)
from dmlint.installers.paths import join_path
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.installers.command_line import Arguments, GivenOption
    from dmlint.syntax.shell.command import Command
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_VENV = option_table(
    valued="--prompt",
    flags="""--system-site-packages --symlinks --copies --clear --upgrade --without-pip --upgrade-deps -h/--help
    --without-scm-ignore-files""",
    abbreviates=True,
)
_VIRTUALENV = option_table(
    valued="""-p/--python --try-first-with --app-data --discovery --creator --seeder --activators --prompt --pip
    --setuptools --wheel --extra-search-dir""",
    flags="""-v/--verbose -q/--quiet --clear --no-vcs-ignore --system-site-packages --symlinks --copies --always-copy
    --download --no-download --never-download --no-seed --without-pip --no-pip --no-setuptools --no-wheel
    --symlink-app-data --reset-app-data --read-only-app-data --no-periodic-update -h/--help --version
    --with-traceback""",
    abbreviates=True,
)
_UV_VENV = option_table(
    valued="""-p/--python --prompt --index --default-index -i/--index-url --extra-index-url -f/--find-links
    --index-strategy --keyring-provider --exclude-newer --exclude-newer-package --link-mode --refresh-package
    --cache-dir --color --allow-insecure-host/--trusted-host --directory --project --config-file --python-preference""",
    flags="""--seed -c/--clear --no-clear --allow-existing --no-project --no-workspace --system-site-packages
    --relocatable --no-index --refresh --managed-python --no-managed-python --no-python-downloads -n/--no-cache
    -q/--quiet -v/--verbose --native-tls --system-certs --offline --no-progress --no-config -h/--help""",
)
_VERSION = lazy_regex(r"\d+\.\d+(?:\.\d+)*")
_OWN_FOLDERS = ("/usr/local/bin/",)
"""Where an image that is made for a Python has it; elsewhere lies the distribution's."""


def read_venv(invocation: Invocation) -> Effects:
    """``PYTHON -m venv DIR…``."""
    program = invocation.command.words[0]
    python = invocation.python
    if python == BARE and "/" in program.text and not program.text.startswith(_OWN_FOLDERS):
        python = None
    arguments = read_options(invocation.command.words, invocation.start, _VENV)
    return _make(invocation, arguments, python, program.span)


def read_virtualenv(invocation: Invocation) -> Effects:
    """``virtualenv [-p PYTHON] DIR``."""
    command = invocation.command
    arguments = read_options(command.words, invocation.start, _VIRTUALENV)
    asked = arguments.last("--python")
    if asked is not None:
        return _make(
            invocation, arguments, _request(asked.word.value, command), _literal(asked.word.value, asked.word.span)
        )
    return _make(invocation, arguments, invocation.python or bare_interpreter(command), command.words[0].span)


def read_uv_venv(invocation: Invocation, start: int, before: tuple[GivenOption, ...]) -> Effects:
    """``uv venv [--python PYTHON] [DIR]``, where DIR is by default what uv keeps for a project."""
    command = invocation.command
    arguments = read_options(command.words, start, _UV_VENV, before=before)
    if arguments.operands:
        folder = arguments.last("--directory")
        within = join_path(folder.text, command.cwd) if folder else command.cwd
        name = environment_folder(join_path(arguments.operands[0].text, within))
    else:
        folder = arguments.last("--project", "--directory")
        name = project_environment(command, folder.text if folder else None)
    made = made_by_uv(command, arguments, name)
    if made.actions:
        return made
    span = command.span
    unsaid = NewEnvironment(
        span=span, interpreter=name, python=None, said=span, conditional=command.conditional, arms=command.arms
    )
    return Effects(actions=(unsaid,))


def made_by_uv(command: Command, arguments: Arguments, name: Interpreter) -> Effects:
    """The environment ``name`` as uv makes it, where option or variable says of which Python."""
    asked = arguments.last("--python")
    variable = command.environ.get("UV_PYTHON")
    value = asked.word.value if asked is not None else variable
    if value is None or not value.pieces:
        return NOTHING
    written = asked.word.span if asked is not None else value.pieces[0].span
    made = NewEnvironment(
        span=command.span,
        interpreter=name,
        python=_request(value, command),
        said=_literal(value, written),
        conditional=command.conditional,
        arms=command.arms,
    )
    return Effects(actions=(made,))


def _make(invocation: Invocation, arguments: Arguments, python: Interpreter | None, said: Span) -> Effects:
    command = invocation.command
    return Effects(
        actions=tuple(
            NewEnvironment(
                span=command.span,
                interpreter=environment_folder(join_path(operand.text, command.cwd)),
                python=python,
                said=said,
                conditional=command.conditional,
                arms=command.arms,
            )
            for operand in arguments.operands
        )
    )


def _request(value: Traced, command: Command) -> Interpreter | None:
    return None if value.unresolved else python_request(value.text, command)


def _literal(value: Traced, written: Span) -> Span:
    """The innermost literal that holds the release: a variable's value alone, else all as it is written."""
    number = _VERSION().search(value.text)
    for candidate in (value, value.slice(number.start(), number.end())) if number else (value,):
        if candidate.via and candidate.span is not None:
            return candidate.span
    return written
