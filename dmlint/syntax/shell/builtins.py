"""The commands of the shell itself that change what later ones see: ``cd``, ``export``, ``read``, ``source`` …"""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell import activation
from dmlint.syntax.shell.prepared_command import DECLARING
from dmlint.syntax.shell.state import Variable, exported_value
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmlint.syntax.shell.command import Word
    from dmlint.syntax.shell.prepared_command import Prepared
    from dmlint.syntax.shell.state import ShellState
    from dmlint.text.source import Span

_READ_VALUED = frozenset({"-a", "-d", "-i", "-n", "-N", "-p", "-t", "-u", "-O", "-s", "-c", "-C"})
_LONGEST_PATH = 4_096


def apply(state: ShellState, prepared: Prepared, words: Sequence[Word]) -> None:
    """Let a builtin change the shell; nothing happens for any other command."""
    name = words[0].text
    if name in DECLARING:
        _declare(state, prepared, words)
    elif name in _BUILTINS:
        _BUILTINS[name](state, words, prepared.span)


def _declare(state: ShellState, prepared: Prepared, words: Sequence[Word]) -> None:
    name, options = words[0].text, [word.text for word in words[1:] if word.text[:1] in {"-", "+"}]
    exported = (name == "export" and "-n" not in options) or any(
        option[0] == "-" and "x" in option for option in options
    )
    names = [word.text for word in words[1:] if word.text.isidentifier()]
    if state.locals and name in {"local", "declare", "typeset"}:
        new = [local for local in names if local not in state.locals[-1]]
        for local in [*names, *(assignment.name for assignment in prepared.declared)]:
            state.locals[-1].setdefault(local, state.variables.get(local))
        for local in new:
            # Without a value it is not set in bash, and has the outer one in dash.
            state.assign(local, Variable(value=None, origin=prepared.span))
    for assignment in prepared.declared:
        state.execute(assignment, exported=exported)
    for known in names:
        variable = state.variables.get(known)
        if variable is None or "-n" in options:
            continue
        state.assign(known, replace(variable, exported=exported or variable.exported))
    if name == "export" and "-n" in options:
        state.unexport(names)


def _cd(state: ShellState, words: Sequence[Word], _span: Span) -> None:
    targets = [word for word in words[1:] if word.text == "-" or word.text[:1] != "-"]
    state.place = replace(state.place, cwd=_joined(state, targets[0].value if targets else _home(state)))


def _home(state: ShellState) -> Traced | None:
    home = state.variables.get("HOME")
    return None if home is None else exported_value("HOME", home)


def _joined(state: ShellState, target: Traced | None) -> str | None:
    """The folder that ``cd`` goes to, None if it is not known."""
    if target is None or target.unresolved or target.text[:1] in {"", "-", "~"}:
        return None
    base = "/" if target.text.startswith("/") else state.place.cwd
    if base is None or len(base) + len(target.text) > _LONGEST_PATH:
        return None
    path = posixpath.normpath(posixpath.join(base, target.text))
    return "/" + path.lstrip("/") if path.startswith("/") else path


def _pushd(state: ShellState, words: Sequence[Word], span: Span) -> None:
    before = state.place
    _cd(state, words, span)
    state.place = replace(state.place, pushed=(*before.pushed[-20:], before.cwd))


def _popd(state: ShellState, _words: Sequence[Word], _span: Span) -> None:
    pushed = state.place.pushed
    state.place = replace(state.place, cwd=pushed[-1] if pushed else None, pushed=pushed[:-1])


def _unset(state: ShellState, words: Sequence[Word], span: Span) -> None:
    functions = any(word.text == "-f" for word in words[1:])
    for word in words[1:]:
        if functions:
            state.functions.put(word.text, None)
        elif word.text.isidentifier():
            state.assign(word.text, Variable(value=Traced(), origin=span, present=False))


def _read(state: ShellState, words: Sequence[Word], span: Span) -> None:
    """``read``, ``mapfile`` and ``getopts``: what the variables hold is known only when it runs."""
    names = [word.text for word in words[1:] if word.text.isidentifier()]
    skipped = {b.text for a, b in pairwise(words) if a.text in _READ_VALUED - {"-a"}}
    for name in [name for name in names if name not in skipped] or ["REPLY"]:
        state.assign(name, Variable(value=None, origin=span))


def _set(state: ShellState, words: Sequence[Word], _span: Span) -> None:
    at = 1
    while at < len(words) and words[at].text[:1] in {"-", "+"} and words[at].text != "--":
        option = words[at].text
        if "a" in option[1:]:
            state.export_all = option[0] == "-"
        at += 2 if option[1:].endswith("o") else 1
    if at < len(words):
        at += words[at].text == "--"
        state.place = replace(state.place, arguments=tuple(word.value for word in words[at:]))


def _shift(state: ShellState, words: Sequence[Word], _span: Span) -> None:
    arguments = state.place.arguments
    count = words[1].text if len(words) > 1 else "1"
    if arguments is not None:
        known = count.isascii() and count.isdigit() and len(count) < 6
        state.place = replace(state.place, arguments=arguments[int(count) :] if known else None)


def _end(state: ShellState, words: Sequence[Word], _span: Span) -> None:
    state.place = replace(state.place, ended=words[0].text)


_BUILTINS: dict[str, Callable[[ShellState, Sequence[Word], Span], None]] = {
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "unset": _unset,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _read,
    "set": _set,
    "shift": _shift,
    "exit": _end,
    "return": _end,
    "source": activation.source,
    ".": activation.source,
    "conda": activation.conda,
    "mamba": activation.conda,
    "micromamba": activation.conda,
    "deactivate": activation.deactivate,
}
