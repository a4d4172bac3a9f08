"""ARG and ENV: names and values as written, not yet expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.parsers.dockerfile.instruction_words import split_words
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.text.traced import Traced

_OLD_FORM = lazy_regex(r"([^\t\v\f\r ]+)[\t\v\f\r ]+")


class NamedValue(Struct, frozen=True, kw_only=True):
    """``NAME=VALUE``."""

    name: Traced
    value: Traced


class BadAssignmentError(ValueError):
    """What BuildKit refuses, in its words."""


def read_arg(instruction: Instruction, escape: str) -> tuple[tuple[str, Traced | None], ...]:
    """The names that an ARG declares, each with its default, None without one; blank names are left out."""
    words = ((word, word.text.partition("=")) for word in split_words(instruction.arguments, escape))
    return tuple((name, word.slice(len(name) + 1) if equals else None) for word, (name, equals, _) in words if name)


def read_env(instruction: Instruction, escape: str) -> tuple[NamedValue, ...]:
    """The values that an ENV or a LABEL sets, in the form ``A=b C=d`` or the old ``A b c``.

    Raises :class:`BadAssignmentError`.
    """
    words = split_words(instruction.arguments, escape)
    if words and "=" not in words[0].text:
        text = instruction.arguments
        match = _OLD_FORM().match(text.text)
        if match is None:
            raise BadAssignmentError(f"{instruction.name} must have two arguments")
        return (NamedValue(name=text.slice(0, match.end(1)), value=text.slice(match.end())),)
    for word in words:
        if "=" not in word.text:
            raise BadAssignmentError(f"{instruction.name} takes NAME=VALUE, but '{word.text}' has no '='")
    return tuple(_divide(word) for word in words)


def _divide(word: Traced) -> NamedValue:
    at = word.text.index("=")
    return NamedValue(name=word.slice(0, at), value=word.slice(at + 1))
