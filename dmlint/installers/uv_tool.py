"""Programs that get an environment of their own: ``uv tool``, ``uvx``, pipx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Dependency, ReferenceKind
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.installers.command_line import option_table, read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Found, InstallTarget, Invocation, build_step
from dmlint.installers.pip import read_pip
from dmlint.installers.requirement_words import read_editables, read_references, read_words
from dmlint.installers.uv_options import UV_TOOL
from dmlint.installers.uv_project import read_with
from dmlint.requirements.respelling import literal
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from dmlint.installers.command_line import Arguments, GivenOption, Operand
    from dmlint.syntax.shell.command import Word

_FILES = (
    "--with",
    "--with-editable",
    "--with-requirements",
    "--with-executables-from",
    "--from",
    "--constraint",
    "--override",
)
_NAME = lazy_regex(r"[A-Za-z0-9][\w.-]*(?:\[[^\[\]]*\])?")
_PIPX = option_table(
    valued="""--suffix --python --preinstall -i/--index-url --pip-args --spec --with -r/--requirement --fetch-python
    --backend""",
    flags="""--include-deps -v/--verbose -q/--quiet -f/--force --system-site-packages -e/--editable --no-cache
    --pypackages --include-apps --with-suffix --fetch-missing-python --global -h/--help --version""",
    abbreviates=True,
)


def read_uvx(invocation: Invocation) -> Effects:
    """``uvx NAME``: short for ``uv tool run NAME``."""
    return _read_tool(invocation, "run", invocation.start, ())


def read_uv_tool(invocation: Invocation, start: int, before: tuple[GivenOption, ...]) -> Effects:
    """``uv tool install NAME`` and ``uv tool run NAME``."""
    subcommand = read_subcommand(invocation.command.words, start, UV_TOOL)
    if subcommand is None or subcommand[0] not in {"install", "run"}:
        return NOTHING
    name, first, more = subcommand
    return _read_tool(invocation, name, first, before + more)


def read_pipx(invocation: Invocation) -> Effects:
    """``pipx install|inject|run|runpip``."""
    words = invocation.command.words
    subcommand = read_subcommand(words, invocation.start, _PIPX)
    if subcommand is None or subcommand[0] not in {"install", "inject", "run", "runpip"}:
        return NOTHING
    name, start, before = subcommand
    stops = {"run": 1, "runpip": 1}.get(name)
    arguments = read_options(words, start, _PIPX, before=before, stop_after=stops)
    if not arguments.operands:
        return NOTHING
    if name == "runpip":
        venv = arguments.operands[0]
        return read_pip(replace(invocation, start=venv.index + 1, python=Interpreter(InterpreterKind.PIPX, venv.text)))
    if name == "install":
        each = (_pipx_step(invocation, arguments, name, (operand,), operand) for operand in arguments.operands)
        return sum(each, NOTHING)
    if name == "inject":
        return _pipx_step(invocation, arguments, name, arguments.operands[1:], arguments.operands[0])
    app = arguments.operands[0]
    return _pipx_step(invocation, arguments, name, arguments.values("--spec") or (app,), app)


def _pipx_step(
    invocation: Invocation, arguments: Arguments, name: str, packages: tuple[Operand, ...], environment: Operand
) -> Effects:
    where = f"{invocation.where} pipx {name}"
    packages = (*packages, *arguments.values("--preinstall", "--with"))
    found = read_words(packages, invocation.command, where)
    found += read_references(arguments.values("--requirement"), ReferenceKind.REQUIREMENTS)
    own = Interpreter(InterpreterKind.PIPX, _own_name(environment, found if name == "install" else []))
    files = ("--preinstall", "--with", "--spec", "--requirement")
    return build_step(invocation, found, arguments, InstallTarget(tool="pipx", interpreter=own), files=files)


def _read_tool(invocation: Invocation, name: str, start: int, before: tuple[GivenOption, ...]) -> Effects:
    command = invocation.command
    arguments = read_options(command.words, start, UV_TOOL, before=before, stop_after=1)
    if name == "install":
        arguments = read_options(command.words, start, UV_TOOL, before=before)
    if not arguments.operands:
        return NOTHING
    tool = arguments.operands[0]
    where = f"{invocation.where} {'uvx' if invocation.name == 'uvx' else f'uv tool {name}'}"
    package = arguments.last("--from") or tool
    main = replace(package, word=_at_version(package.word))
    found = read_words([main], command, where)
    for operand in arguments.values("--with", "--with-executables-from"):
        found += read_with(operand, command, where)
    found += read_editables(arguments.values("--with-editable"), where)
    found += read_references(arguments.values("--with-requirements"), ReferenceKind.REQUIREMENTS)
    found += read_references(arguments.values("--constraint"), ReferenceKind.CONSTRAINTS)
    found += read_references(arguments.values("--override"), ReferenceKind.OVERRIDES)
    own = Interpreter(InterpreterKind.UV_TOOL, _own_name(package, found))
    return build_step(invocation, found, arguments, InstallTarget(tool="uv tool", interpreter=own), files=_FILES)


def _own_name(operand: Operand, found: list[Found]) -> str:
    first = found[0] if found else None
    return first.name if isinstance(first, Dependency) else operand.text


def _at_version(word: Word) -> Word:
    """``ruff@0.9.1`` and ``ruff@latest``, uv's own spelling, as a requirement."""
    name, _, version = word.text.partition("@")
    if not _NAME().fullmatch(name) or "/" in version or not version.strip():
        return word
    head = word.value.slice(0, len(name))
    if version == "latest":
        return replace(word, value=head)
    pinned = word.value.slice(len(name) + 1)
    return replace(word, value=join((head, literal("==", pinned, word), pinned)))
