"""Command lines that carry a script of their own: ``bash -c``, ``su -c``, ``eval``, a shell that reads its input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.syntax.shell.fields import spaced
from dmlint.syntax.shell.wrappers import program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Word
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_SHELLS = frozenset({"bash", "sh", "dash", "ash", "zsh", "ksh"})
_LONG = frozenset({"--rcfile", "--init-file"})
_SU_VALUED = frozenset(
    {"-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w", "--whitelist-environment", "-u", "--user"}
)


class Carried(Struct, frozen=True):
    """A script to read; ``same`` if it runs in the same shell (``eval``), else ``arguments`` are its ``$1 …``."""

    script: Traced
    span: Span
    arguments: tuple[Traced, ...] = ()
    same: bool = False


def carried_script(words: Sequence[Word], stdin: Traced | None, span: Span) -> Carried | None:
    """The script that a command line carries, None if it carries none. ``span`` is the whole command."""
    name = program(words[0])
    if name in _SHELLS:
        return _shell(words, stdin, span)
    if words[0].text == "eval" and len(words) > 1:
        script = spaced([word.value for word in words[1:]], span)
        return Carried(script, words[1].span if len(words) == 2 else span, same=True)
    if name in {"su", "runuser"}:
        return _switch(words)
    return None


def _shell(words: Sequence[Word], stdin: Traced | None, span: Span) -> Carried | None:
    at, command, reads = 1, False, False
    while at < len(words) and words[at].text[:1] in {"-", "+"} and len(words[at].text) > 1:
        option = words[at].text
        if option == "--":
            at += 1
            break
        short = option[1:] if option[1] != "-" else ""
        command = command or (option[0] == "-" and "c" in short)
        reads = reads or (option[0] == "-" and "s" in short)
        at += 1 + (option in _LONG) + sum(short.count(letter) for letter in "oO")
    if command:
        if at >= len(words):
            return None
        return Carried(words[at].value, words[at].span, tuple(word.value for word in words[at + 2 :]))
    if stdin is None or not (reads or at >= len(words) or words[at].text == "-"):
        return None
    return Carried(stdin, span, tuple(word.value for word in words[at:]) if reads else ())


def _switch(words: Sequence[Word]) -> Carried | None:
    """``su - user -c SCRIPT``; the user and the options stand in any order."""
    at = 1
    while at < len(words):
        option = words[at].text
        if option in {"-c", "--command"} and at + 1 < len(words):
            return Carried(words[at + 1].value, words[at + 1].span)
        name, _, value = option.partition("=")
        if name == "--command" and value:
            script = words[at].value.slice(len("--command="))
            return Carried(script, script.span or words[at].span)
        at += 2 if option in _SU_VALUED else 1
    return None


def switched_command(words: Sequence[Word]) -> int:
    """Where the command of ``runuser -u USER -- COMMAND`` starts, 0 if there is none."""
    if program(words[0]) != "runuser" or not any(word.text in {"-u", "--user"} for word in words):
        return 0
    at = 1
    while at < len(words) and words[at].text.startswith("-"):
        if words[at].text == "--":
            at += 1
            break
        at += 2 if words[at].text in _SU_VALUED else 1
    return at if at < len(words) else 0
