"""Requirement files that an installer reads, a here-document on standard input among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import FileReference, ReferenceKind
from dmlint.installers.requirement_words import read_reference, read_word
from dmlint.syntax.shell.command import Word
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.installers.command_line import Operand
    from dmlint.installers.effects import Found
    from dmlint.syntax.shell.command import Command
    from dmlint.text.traced import Traced

_STANDARD_INPUT = frozenset({"-", "/dev/stdin", "/proc/self/fd/0"})
_LINE = lazy_regex(r"[^\n]+")
_COMMENT = lazy_regex(r"(?<!\S)#.*")


def read_requirement_file(
    operand: Operand, command: Command, where: str, *, extras: tuple[str, ...] = ()
) -> list[Found]:
    """The file that ``-r`` names, or what stands in it where it is the command's own here-document."""
    if operand.text not in _STANDARD_INPUT:
        return [read_reference(operand.word, ReferenceKind.REQUIREMENTS, extras=extras)]
    if command.stdin is None:
        return [FileReference(kind=ReferenceKind.REQUIREMENTS, path=None, span=operand.word.span)]
    return [found for word in _lines(command.stdin, operand.word) for found in read_word(word, where)]


def _lines(text: Traced, place: Word) -> Iterator[Word]:
    for match in _LINE().finditer(text.text):
        bare = _COMMENT().sub("", match[0])
        if bare.strip() and not bare.lstrip().startswith("-"):
            line = text.slice(match.start(), match.start() + len(bare)).strip()
            yield Word(value=line, span=line.span or place.span)
