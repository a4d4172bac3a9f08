"""A command line's options and operands, read by a table of the program's own options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmlint.syntax.shell.command import Word

_LONGEST_CLUSTER = 64


class OptionTable(Struct, frozen=True, kw_only=True):
    """What a program's options are called and which of them take a value.

    ``names`` maps every spelling to the first long one, ``valued`` holds those (first long) that take a value;
    ``abbreviates`` says that a unique beginning of a long name stands for it.
    """

    names: Mapping[str, str]
    valued: frozenset[str]
    abbreviates: bool = False

    def resolve(self, name: str) -> str:
        """The first long spelling of an option; an unknown or ambiguous one stays as it is written."""
        if name in self.names or not self.abbreviates:
            return self.names.get(name, name)
        matches = [known for known in self.names if known.startswith(name)]
        return self.names[matches[0]] if len(matches) == 1 else name


def option_table(*, valued: str, flags: str, abbreviates: bool = False) -> OptionTable:
    """A table from two lists, separated by white space, of options whose spellings are separated by ``/``."""
    groups = [(entry.split("/"), takes) for text, takes in ((valued, True), (flags, False)) for entry in text.split()]
    firsts = [(next((name for name in names if name.startswith("--")), names[0]), names) for names, _ in groups]
    return OptionTable(
        names={name: first for first, names in firsts for name in names},
        valued=frozenset(first for (first, _), (_, takes) in zip(firsts, groups, strict=True) if takes),
        abbreviates=abbreviates,
    )


class Operand(Struct, frozen=True):
    """A word that is no option, or an option's value, with the index of the word in which it stands."""

    index: int
    word: Word

    @property
    def text(self) -> str:
        """What the program receives."""
        return self.word.text


class GivenOption(Struct, frozen=True):
    """One option by its first long name, and its value if it took one."""

    name: str
    value: Operand | None = None


class Arguments(Struct, frozen=True, kw_only=True):
    """Operands and options, each in the order they are written."""

    operands: tuple[Operand, ...] = ()
    options: tuple[GivenOption, ...] = ()

    def has(self, *names: str) -> bool:
        """Whether one of these options is there."""
        return any(option.name in names for option in self.options)

    def values(self, *names: str) -> tuple[Operand, ...]:
        """The values of all these options."""
        return tuple(option.value for option in self.options if option.name in names and option.value is not None)

    def last(self, *names: str) -> Operand | None:
        """The value of the last of these options: the one that counts."""
        return next(reversed(self.values(*names)), None)


def read_options(
    words: Sequence[Word],
    start: int,
    table: OptionTable,
    *,
    before: tuple[GivenOption, ...] = (),
    stop_after: int | None = None,
) -> Arguments:
    """Read the words from ``start`` on; after ``stop_after`` operands every further word is an operand.

    ``before`` are options that were read already.
    """
    operands: list[Operand] = []
    options = list(before)
    index, only_operands = start, stop_after == 0
    while index < len(words):
        text = words[index].text
        if only_operands or not text.startswith("-") or text == "-":
            operands.append(Operand(index, words[index]))
            only_operands = only_operands or len(operands) == stop_after
        elif text == "--":
            only_operands = True
        else:
            found = _long(words, index, table) if text.startswith("--") else _short(words, index, table)
            options.extend(found)
            last = found[-1].value
            index = last.index if last else index
        index += 1
    return Arguments(operands=tuple(operands), options=tuple(options))


def read_subcommand(
    words: Sequence[Word], start: int, table: OptionTable
) -> tuple[str, int, tuple[GivenOption, ...]] | None:
    """The first operand (but for wholly unknown words before it, which may be options), the index after it, and
    the options before it; None if there is no operand.
    """
    arguments = read_options(words, start, table)
    for operand in arguments.operands:
        if not operand.word.value.unresolved:
            before = read_options(words[: operand.index], start, table).options
            return operand.text, operand.index + 1, before
    return None


def part(word: Word, start: int, end: int | None = None) -> Word:
    """The characters ``start:end`` of a word as a word: the value in ``--option=value``."""
    value = word.value.slice(start, end)
    own = None if value.via else value.span
    return replace(word, value=value, span=own or word.span)


def _long(words: Sequence[Word], index: int, table: OptionTable) -> list[GivenOption]:
    written, equals, _ = words[index].text.partition("=")
    name = table.resolve(written)
    if equals:
        return [GivenOption(name, Operand(index, part(words[index], len(written) + 1)))]
    return [_with_next_word(name, words, index, table)]


def _short(words: Sequence[Word], index: int, table: OptionTable) -> list[GivenOption]:
    """A cluster of short options, of which the last may take the rest or the next word as its value."""
    text = words[index].text
    found: list[GivenOption] = []
    for at in range(1, min(len(text), _LONGEST_CLUSTER)):
        name = table.resolve("-" + text[at])
        rest = at + 1 + text.startswith("=", at + 1)
        if name in table.valued and rest < len(text):
            return [*found, GivenOption(name, Operand(index, part(words[index], rest)))]
        found.append(GivenOption(name))
    return [*found[:-1], _with_next_word(found[-1].name, words, index, table)]


def _with_next_word(name: str, words: Sequence[Word], index: int, table: OptionTable) -> GivenOption:
    if name in table.valued and index + 1 < len(words):
        return GivenOption(name, Operand(index + 1, words[index + 1]))
    return GivenOption(name)
