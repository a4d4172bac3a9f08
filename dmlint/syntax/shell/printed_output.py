"""What ``echo``, ``printf``, ``cat`` and the programs that speak of paths print, where the script alone tells."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dmlint.syntax.shell.fields import spaced
from dmlint.syntax.shell.working_directory import ROOT, enter, show
from dmlint.syntax.shell.wrappers import program
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dmlint.syntax.shell.command import Command

_ESCAPE = lazy_regex(r"\\[\\nt]|%%|%s")
_CHARS = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "%%": "%"}
_FLAGS = lazy_regex(r"-[neE]+")
_MOST = 1_000
_QUIET = frozenset(
    {"cd", "export", "set", "shift", "true", ":", "false", "test", "[", "mkdir", "exit", "return", "source", "."}
)


def printed(command: Command, outputs: Mapping[str, Callable[[Sequence[str], str], str | None]]) -> Traced | None:
    """The text that a command prints; None if it is another command, or its text is not known in full."""
    name = program(command.words[0])
    values = [word.value for word in command.words[1:]]
    if name in _QUIET:
        return Traced()
    if name == "cat" and [value.text for value in values] in ([], ["-"]):
        return command.stdin
    if name == "echo":
        return _echoed(values, command)
    if name == "printf" and values and values[0].text[:1] != "-":
        return _formatted(values[0], values[1:])
    if any(value.unresolved for value in values) or command.cwd is None:
        return None
    texts = [word.text for word in command.words]
    text = outputs[name](texts, command.cwd) if name in outputs else _path(name, texts[1:], command.cwd)
    return None if text is None else Traced((Piece(f"{text}\n", command.span),))


def _echoed(values: Sequence[Traced], command: Command) -> Traced | None:
    while values and _FLAGS().fullmatch(values[0].text):
        flags, values = values[0].text, values[1:]
        if "e" in flags and any("\\" in value.text for value in values):
            return None
    return _line(spaced(values, command.span), command)


def _path(name: str, words: Sequence[str], cwd: str) -> str | None:
    """What the programs print that speak of paths; links are taken for what they are called."""
    operands = [word for word in words if word[:1] != "-"]
    if name == "pwd":
        return show(cwd)
    if name == "basename" and 0 < len(operands) < 3:
        base = operands[0].rstrip("/").rpartition("/")[2]
        return base.removesuffix(operands[1]) if len(operands) > 1 else base
    if name == "dirname" and len(operands) == 1:
        return posixpath.dirname(operands[0].rstrip("/")) or (ROOT if operands[0].startswith(ROOT) else ".")
    if name in {"readlink", "realpath"} and len(operands) == 1 and (name == "realpath" or "-f" in words):
        folder = enter(cwd, operands[0])
        return None if folder is None else show(folder)
    return None


def _line(text: Traced, command: Command) -> Traced:
    end = text.pieces[-1] if text.pieces else Piece("", command.span)
    point = type(end.span)(end.span.source, end.span.end, end.span.end)
    return text + Traced((Piece("\n", point, end.via),))


def _formatted(form: Traced, values: Sequence[Traced]) -> Traced | None:
    """What ``printf`` makes of a format with ``%s``, ``%%`` and the common escapes; None for any other."""
    slots = form.text.count("%s")
    left = _ESCAPE().sub("", form.text)
    if "%" in left or "\\" in left or form.unresolved or len(values) > _MOST:
        return None
    parts: list[Traced] = []
    waiting = list(values)
    while True:
        done = 0
        for match in _ESCAPE().finditer(form.text):
            parts.append(form.slice(done, match.start()))
            if match.group() == "%s":
                parts.append(waiting.pop(0) if waiting else Traced())
            else:
                place = form.slice(*match.span()).pieces
                parts.append(Traced((Piece(_CHARS[match.group()], place[0].span, place[0].via),)))
            done = match.end()
        parts.append(form.slice(done))
        if not (slots and waiting):
            return join(parts)
