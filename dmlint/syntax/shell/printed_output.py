"""What ``echo``, ``printf`` and ``cat`` print, where that can be told from the script alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.syntax.shell.fields import spaced
from dmlint.syntax.shell.wrappers import program
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Command

_ESCAPE = lazy_regex(r"\\[\\nt]|%%|%s")
_CHARS = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "%%": "%"}
_FLAGS = lazy_regex(r"-[neE]+")
_MOST = 1_000


def printed(command: Command) -> Traced | None:
    """The text that a command prints; None if it is another command, or its text is not known in full."""
    name = program(command.words[0])
    if any(not redirection.operator.startswith(("<", "2")) for redirection in command.redirections):
        return None
    values = [word.value for word in command.words[1:]]
    if name == "cat" and [value.text for value in values] in ([], ["-"]):
        return command.stdin
    if name == "echo":
        while values and _FLAGS().fullmatch(values[0].text):
            flags, values = values[0].text, values[1:]
            if "e" in flags and any("\\" in value.text for value in values):
                return None
        return _line(spaced(values, command.span), command)
    if name == "printf" and values and values[0].text[:1] != "-":
        return _formatted(values[0], values[1:])
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
