"""What commands do to files: write them, take them away, give them another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import FileWrite, Link, Removal
from dmlint.installers.command_line import GivenOption, Operand, option_table, read_options
from dmlint.installers.effects import NOTHING, Effects, Invocation
from dmlint.installers.paths import join_path, last_component
from dmlint.installers.printed import read_echo, read_printf
from dmlint.installers.redirections import looks_like_specifier
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Command, Redirection

_TEE = option_table(valued="", flags="-a/--append -i/--ignore-interrupts -p")
_RM = option_table(valued="", flags="-r/--recursive -R -f/--force -i -I -v/--verbose -d/--dir --one-file-system")
_LN = option_table(
    valued="-t/--target-directory -S/--suffix",
    flags="-s/--symbolic -f/--force -n/--no-dereference -v/--verbose -r/--relative -T/--no-target-directory -b -i",
)
_WRITES = {">": False, ">|": False, "1>": False, "&>": False, ">&": False, ">>": True, "1>>": True, "&>>": True}


def read_redirected(command: Command) -> Effects:
    """The file that a command's output goes to."""
    targets = [entry for entry in command.redirections if entry.operator in _WRITES and _is_file(entry)]
    if not targets:
        return NOTHING
    target = targets[-1]
    appends = _WRITES[target.operator]
    return Effects(actions=(_write(command, target.target, _printed(command), appends=appends),))


def read_tee(invocation: Invocation) -> Effects:
    """``tee [-a] FILE…``, whose input is known only where it is a here-document."""
    command = invocation.command
    arguments = read_options(command.words, invocation.start, _TEE)
    appends = arguments.has("--append")
    return Effects(
        actions=tuple(
            _write(command, operand.word.value, command.stdin, appends=appends)
            for operand in arguments.operands
            if not operand.text.startswith("/dev/")
        )
    )


def read_rm(invocation: Invocation) -> Effects:
    """``rm`` with what it takes away."""
    command = invocation.command
    operands = read_options(command.words, invocation.start, _RM).operands
    if not operands:
        return NOTHING
    paths = tuple(_absolute(operand.word.value, command) for operand in operands)
    return Effects(
        actions=(
            Removal(
                span=command.span,
                paths=paths,
                conditional=command.conditional,
                arms=command.arms,
            ),
        )
    )


def read_ln(invocation: Invocation) -> Effects:
    """``ln -s TARGET NAME``, ``ln -s TARGET… FOLDER``, ``ln -s TARGET``."""
    command = invocation.command
    arguments = read_options(command.words, invocation.start, _LN)
    if not arguments.has("--symbolic") or not arguments.operands:
        return NOTHING
    operands = arguments.operands
    into = arguments.last("--target-directory")
    if into is None and len(operands) == 2 and not operands[1].text.endswith(("/", "/.")) and operands[1].text != ".":
        return Effects(
            actions=(_link(operands[0], _absolute(operands[1].word.value, command), command, arguments.options),)
        )
    if into is None and len(operands) > 1:
        into, operands = operands[-1], operands[:-1]
    folder = _absolute(into.word.value, command) if into else command.cwd
    names = [f"{folder.rstrip('/')}/{last_component(operand.text)}" if folder else None for operand in operands]
    links = (_link(operand, name, command, arguments.options) for operand, name in zip(operands, names, strict=True))
    return Effects(actions=tuple(links))


def read_alternatives(invocation: Invocation) -> Effects:
    """``update-alternatives --install LINK NAME PATH PRIORITY`` and ``--set NAME PATH``."""
    command = invocation.command
    texts = [word.text for word in command.words]
    name, target = None, None
    if "--install" in texts[:-3]:
        at = texts.index("--install")
        name, target = texts[at + 1], command.words[at + 3]
    elif "--set" in texts[:-2]:
        at = texts.index("--set")
        name, target = f"/usr/bin/{texts[at + 1]}", command.words[at + 2]
    if name is None or target is None:
        return NOTHING
    path = None if target.value.unresolved else join_path(target.text, command.cwd)
    return Effects(actions=(Link(span=command.span, target=path, name=name),))


def _link(target: Operand, name: str | None, command: Command, options: tuple[GivenOption, ...]) -> Link:
    """A relative target counts from the link's own folder, with ``-r`` from the command's."""
    if any(option.name == "--relative" for option in options):
        return Link(span=command.span, target=_absolute(target.word.value, command), name=name)
    folder = name.rpartition("/")[0] or "/" if name else None
    value = target.word.value
    if value.unresolved and not value.pieces[0].known:
        return Link(span=command.span, target=join_path(target.text, None), name=name)
    known = not value.unresolved and (folder is not None or target.text.startswith("/"))
    return Link(span=command.span, target=join_path(target.text, folder) if known else None, name=name)


def _printed(command: Command) -> Traced | None:
    """What a command prints, None where that cannot be told."""
    program = last_component(command.words[0].text) if command.words else ":"
    if program == "echo":
        return read_echo(command.words)
    if program == "printf":
        return read_printf(command.words)
    if program in {":", "true"}:
        return Traced()
    reads_stdin = program == "cat" and all(word.text == "-" for word in command.words[1:])
    return command.stdin if reads_stdin else None


def _write(command: Command, path: Traced, content: Traced | None, *, appends: bool) -> FileWrite:
    return FileWrite(
        span=command.span,
        path=_absolute(path, command),
        content=content,
        appends=appends,
        conditional=command.conditional,
        arms=command.arms,
    )


def _absolute(path: Traced, command: Command) -> str | None:
    return None if path.unresolved else join_path(path.text, command.cwd)


def _is_file(redirection: Redirection) -> bool:
    target = redirection.target.text
    if target.startswith("/dev/") or (redirection.operator == ">&" and (target.isdigit() or target == "-")):
        return False
    return not (looks_like_specifier(redirection) and redirection.follows is not None)
