"""Shell scripts that a command runs from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import RunScript
from dmlint.installers.effects import NOTHING, Effects, Invocation
from dmlint.installers.paths import join_path, last_component

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Command
    from dmlint.text.traced import Traced

_LETTERS_WITH_VALUE = "oO"
_LONG_WITH_VALUE = frozenset({"--rcfile", "--init-file"})
_SUFFIXES = (".sh", ".bash")
_LAUNCHERS = ("python.sh", "isaaclab.sh", "orbit.sh", "uwlab.sh", "isaac-sim.sh")
"""Programs of Isaac Sim and Isaac Lab that end like scripts: what they do has readers of its own."""

_BINS = ("bin", "sbin")


def read_shell(invocation: Invocation) -> Effects:
    """``bash [OPTION…] FILE [ARGUMENT…]``; nothing where the script comes from elsewhere (``-c``, ``-s``)."""
    words = invocation.command.words
    at = invocation.start
    while at < len(words) and words[at].text[:1] in {"-", "+"} and len(words[at].text) > 1:
        option = words[at].text
        if option == "--":
            at += 1
            break
        short = option[1:] if option[1] != "-" else ""
        if "c" in short or "s" in short:
            return NOTHING
        at += 1 + (option in _LONG_WITH_VALUE) + sum(short.count(letter) for letter in _LETTERS_WITH_VALUE)
    return _run(invocation.command, at)


def read_source(invocation: Invocation) -> Effects:
    """``source FILE``, and ``. FILE``."""
    return _run(invocation.command, invocation.start, sourced=True)


def read_file(invocation: Invocation) -> Effects:
    """``./FILE.sh`` and ``/tmp/FILE``: a program that may be a script; what lies in a ``bin`` folder is none."""
    command = invocation.command
    folder, slash, name = command.words[0].text.rpartition("/")
    scripted = name.endswith(_SUFFIXES)
    if name in _LAUNCHERS or not slash or not (scripted or "." not in name):
        return NOTHING
    return NOTHING if last_component(folder) in _BINS and not scripted else _run(command, 0)


def _run(command: Command, at: int, *, sourced: bool = False) -> Effects:
    words = command.words
    if at >= len(words) or words[at].text in {"", "-", "/dev/stdin"}:
        return NOTHING
    run = RunScript(
        span=command.span,
        path=_read_path(words[at].value, command.cwd),
        arguments=tuple(word.value for word in words[at + 1 :]),
        environ=command.environ,
        cwd=command.cwd,
        within=command.within,
        conditional=command.conditional,
        arms=command.arms,
        sourced=sourced,
    )
    return Effects(actions=(run,))


def _read_path(word: Traced, folder: str | None) -> str | None:
    """The path of a script; behind a folder that is not known (``$HERE/install.sh``), as seen from that folder."""
    if not word.unresolved:
        return join_path(word.text, folder)
    rest = word.slice(len(word.pieces[0].text))
    known = not rest.unresolved and rest.text.startswith("/") and not word.pieces[0].known
    return join_path(rest.text.lstrip("/"), None) if known else None
