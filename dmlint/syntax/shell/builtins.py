"""The commands of the shell itself that change what later ones see: ``cd``, ``export``, ``read``, ``set`` …"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.simple_commands import DECLARING
from dmlint.syntax.shell.state import ShellChanges, Variable, counted, exported_value
from dmlint.syntax.shell.working_directory import enter
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmlint.syntax.shell.command import Word
    from dmlint.syntax.shell.state import Assignment, ShellState
    from dmlint.text.source import Span

_READ_VALUED = frozenset({"-a", "-d", "-i", "-n", "-N", "-p", "-t", "-u", "-O", "-s", "-c", "-C"})
PLAIN = "plain"
"""What a command answers that asks nothing."""

_Answer = bool | str | None


def apply(state: ShellState, words: Sequence[Word], declared: Sequence[Assignment], span: Span) -> _Answer:
    """Let a builtin change the shell, and say whether it succeeds, None where that is not known; nothing happens for
    any other command.
    """
    name = words[0].text
    if name in DECLARING:
        _declare(state, declared, words, span)
    elif name in _BUILTINS:
        return _BUILTINS[name](state, words, span)
    return PLAIN


def _declare(state: ShellState, declared: Sequence[Assignment], words: Sequence[Word], span: Span) -> None:
    name, options = words[0].text, [word.text for word in words[1:] if word.text[:1] in {"-", "+"}]
    exported = (name == "export" and "-n" not in options) or any(
        option[0] == "-" and "x" in option for option in options
    )
    names = [word.text for word in words[1:] if word.text.isidentifier()]
    if state.locals and name in {"local", "declare", "typeset"}:
        new = [local for local in names if local not in state.locals[-1]]
        for local in [*names, *(assignment.name for assignment in declared)]:
            state.locals[-1].setdefault(local, state.variables.get(local))
        for local in new:
            # Without a value it is not set in bash, and has the outer one in dash.
            state.assign(local, Variable(value=None, origin=span))
    for assignment in declared:
        state.execute(assignment, exported=exported)
    for known in names:
        variable = state.variables.get(known)
        if variable is None or "-n" in options:
            continue
        state.assign(known, replace(variable, exported=exported or variable.exported))
    if name == "export" and "-n" in options:
        state.unexport(names)


def _cd(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    targets = [word for word in words[1:] if word.text == "-" or word.text[:1] != "-"]
    home = state.look("HOME")
    target = targets[0].value if targets else None if home is None else exported_value("HOME", home)
    cwd = None if target is None or target.unresolved else enter(state.place.cwd, target.text)
    state.place = replace(state.place, cwd=cwd)
    return PLAIN


def _pushd(state: ShellState, words: Sequence[Word], span: Span) -> _Answer:
    before = state.place
    _cd(state, words, span)
    state.place = replace(state.place, pushed=(*before.pushed[-20:], before.cwd))
    return PLAIN


def _popd(state: ShellState, _words: Sequence[Word], _span: Span) -> _Answer:
    pushed = state.place.pushed
    state.place = replace(state.place, cwd=pushed[-1] if pushed else None, pushed=pushed[:-1])
    return PLAIN


def _unset(state: ShellState, words: Sequence[Word], span: Span) -> _Answer:
    functions = any(word.text == "-f" for word in words[1:])
    for word in words[1:]:
        if functions:
            state.functions.put(word.text, None)
        elif word.text.isidentifier():
            state.assign(word.text, Variable(value=Traced(), origin=span, present=False))
    return PLAIN


def _read(state: ShellState, words: Sequence[Word], span: Span) -> _Answer:
    """``read`` and ``mapfile``: what the variables hold is known only when it runs."""
    names = [word.text for word in words[1:] if word.text.isidentifier()]
    skipped = {b.text for a, b in pairwise(words) if a.text in _READ_VALUED - {"-a"}}
    for name in [name for name in names if name not in skipped] or ["REPLY"]:
        state.assign(name, Variable(value=None, origin=span))
    return PLAIN


def _getopts(state: ShellState, words: Sequence[Word], span: Span) -> _Answer:
    """One option of the arguments, as long as they are known."""
    arguments = state.place.arguments if len(words) < 4 else tuple(word.value for word in words[3:])
    name = words[2].text if len(words) > 2 else "REPLY"
    if arguments is None or any(value.unresolved for value in (*arguments, *(word.value for word in words[1:3]))):
        for each in (name, "OPTARG", "OPTIND"):
            state.assign(each, Variable(value=None, origin=span))
        return None
    at, within = state.option
    text = arguments[at].text if at < len(arguments) else ""
    if within == 1 and (len(text) < 2 or text[0] != "-" or text == "--"):
        _number(state, "OPTIND", at + 1 + (text == "--"), span)
        state.assign(name, Variable(value=Traced((Piece("?", span),)), origin=span))
        return False
    letter, form = text[within], words[1].text
    valued = f"{letter}:" in form
    value = arguments[at].slice(within + 1) if valued else Traced()
    last = within + 1 == len(text) or valued
    if valued and not len(value):
        at += 1
        value = arguments[at] if at < len(arguments) else Traced()
    found = arguments[state.option[0]].slice(within, within + 1) if letter in form else Traced((Piece("?", span),))
    state.assign(name, Variable(value=found, origin=span))
    state.assign("OPTARG", Variable(value=value, origin=span))
    state.option = (at + 1, 1) if last else (at, within + 1)
    _number(state, "OPTIND", state.option[0] + 1, span)
    return True


def _number(state: ShellState, name: str, value: int, span: Span) -> None:
    state.assign(name, Variable(value=Traced((Piece(str(value), span),)), origin=span))


def _set(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    at = 1
    while at < len(words) and words[at].text[:1] in {"-", "+"} and words[at].text != "--":
        option = words[at].text
        if "a" in option[1:]:
            state.export_all = option[0] == "-"
        at += 2 if option[1:].endswith("o") else 1
    if at < len(words):
        at += words[at].text == "--"
        state.place = replace(state.place, arguments=counted(tuple(word.value for word in words[at:])))
    return PLAIN


def _shift(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    arguments = state.place.arguments
    count = words[1].text if len(words) > 1 else "1"
    if arguments is None:
        return PLAIN
    known = count.isascii() and count.isdigit() and len(count) < 6
    if known and int(count) > len(arguments):
        return False
    state.place = replace(state.place, arguments=arguments[int(count) :] if known else None)
    return True if known else PLAIN


def _end(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    """``exit`` and ``return``, whose success outside of a function hangs on how the script is run."""
    status = words[1].text if len(words) > 1 else ""
    succeeded = status == "0" if status.isdigit() else None
    state.place = replace(state.place, ended=words[0].text, succeeded=succeeded)
    if words[0].text == "exit" or not state.calls:
        return None
    frame = state.calls[-1]
    way = ShellChanges(
        state.variables.since(frame.depth),
        state.functions.since(frame.depth),
        state.place,
        state.arms[frame.arms :],
    )
    frame.returned.append(way)
    return succeeded


def _leave(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    """``break`` and ``continue``."""
    count = words[1].text if len(words) > 1 else "1"
    if state.looping:
        loops = int(count) if count.isdigit() and len(count) < 3 else 1
        state.place = replace(state.place, ended=words[0].text, loops=min(loops, state.looping))
    return PLAIN


def _alias(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    for word in words[1:]:
        name, mark, _ = word.text.partition("=")
        if mark:
            state.aliases[name] = word.value.slice(len(name) + 1)
    return PLAIN


def _unalias(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    for word in words[1:]:
        state.aliases.pop(word.text, None)
    return PLAIN


def _trap(state: ShellState, words: Sequence[Word], _span: Span) -> _Answer:
    """What runs when the shell ends; what runs only for a fault or a signal is none of a script that succeeds."""
    if len(words) > 2 and {word.text for word in words[2:]} & {"EXIT", "0"}:
        state.traps[:] = [words[1].value]
    return PLAIN


_BUILTINS: dict[str, Callable[[ShellState, Sequence[Word], Span], _Answer]] = {
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "unset": _unset,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _getopts,
    "set": _set,
    "shift": _shift,
    "exit": _end,
    "return": _end,
    "break": _leave,
    "continue": _leave,
    "alias": _alias,
    "unalias": _unalias,
    "trap": _trap,
}
