"""A shell word as its parts, quoted, plain and expanded, and its brace expansion."""

from __future__ import annotations

import re
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from dmlint.syntax.shell.scan import ARITHMETIC, BACKTICK, BRACE, DOUBLE, PAREN, skip_group
from dmlint.text.regex import lazy_regex


class AtomKind(Enum):
    """What a part of a word is."""

    PLAIN = "plain"
    ESCAPED = "escaped"
    SINGLE = "single"
    DOUBLE = "double"
    ANSI = "ansi"
    NAME = "name"
    BRACED = "braced"
    COMMAND = "command"
    BACKTICK = "backtick"
    OTHER = "other"
    """Arithmetic and process substitutions."""
    NUMBER = "number"
    """One number of ``{1..3}``; ``text`` holds it."""

    # That of Enum is written in Python, and costs more than what is looked up by it.
    __hash__ = object.__hash__


class Quoting(Enum):
    """In which surroundings text stands: what a backslash and a quote mean there."""

    NONE = r"[\\'\"$`<>]"
    DOUBLE = r"[\\$`\"]"
    HERE = r"[\\$`]"
    ALTERNATIVE = r"[\\$`'\"]"
    """The word of ``${A:-word}`` in double quotes."""

    __hash__ = object.__hash__


class Atom(NamedTuple):
    """A part ``start:end`` of a word; ``inner`` is what its marks enclose."""

    kind: AtomKind
    start: int
    end: int
    inner: tuple[int, int]
    text: str = ""


_NEXT = {quoting: lazy_regex(quoting.value) for quoting in Quoting}
_NAME = lazy_regex(r"\$([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!_-])")
_ANSI = lazy_regex(r"\$'(?:[^'\\]|\\.)*'", re.DOTALL)
_GLOB = lazy_regex(r"[*?\[]")
_BRACES = lazy_regex(r"[{},]")
_RANGE = lazy_regex(r"(-?[0-9]{1,6})\.\.(-?[0-9]{1,6})")
_BACKSLASHED = {Quoting.DOUBLE: '$`"\\\n', Quoting.HERE: "$`\\\n", Quoting.ALTERNATIVE: '$`"\\}\n'}
_MOST = 100
_GROUPS = (
    ("$((", AtomKind.OTHER, (ARITHMETIC, ARITHMETIC)),
    ("$(", AtomKind.COMMAND, (PAREN,)),
    ("${", AtomKind.BRACED, (BRACE,)),
    ('$"', AtomKind.DOUBLE, (DOUBLE,)),
    ('"', AtomKind.DOUBLE, (DOUBLE,)),
    ("`", AtomKind.BACKTICK, (BACKTICK,)),
    ("<(", AtomKind.OTHER, (PAREN,)),
    (">(", AtomKind.OTHER, (PAREN,)),
)
_QUOTABLE = {'"': {Quoting.NONE, Quoting.ALTERNATIVE}, '$"': {Quoting.NONE}}


def split_atoms(text: str, start: int, end: int, quoting: Quoting = Quoting.NONE) -> list[Atom]:
    """The parts of ``start:end``, in order and without gaps but joined lines; linear."""
    atoms: list[Atom] = []
    plain = at = start
    while match := _NEXT[quoting]().search(text, at, end):
        at = match.start()
        atom = _special(text, at, end, quoting)
        if atom is None:
            at += 1
            continue
        if plain < at:
            atoms.append(Atom(AtomKind.PLAIN, plain, at, (plain, at)))
        if text[at + 1 : atom.end] != "\n" or atom.kind is not AtomKind.ESCAPED:
            atoms.append(atom)
        plain = at = atom.end
    if plain < end:
        atoms.append(Atom(AtomKind.PLAIN, plain, end, (plain, end)))
    return atoms


def _special(text: str, at: int, end: int, quoting: Quoting) -> Atom | None:
    """What begins with the mark at ``at``; None if the mark stands for itself."""
    char = text[at]
    if char == "\\":
        after = text[at + 1 : min(at + 2, end)]
        escapes = after and after in _BACKSLASHED.get(quoting, after)
        return Atom(AtomKind.ESCAPED, at, at + 2, (at + 1, at + 2)) if escapes else None
    if char == "'" and quoting is Quoting.NONE:
        close = text.find("'", at + 1, end)
        stop = close if close >= 0 else end
        return Atom(AtomKind.SINGLE, at, min(stop + 1, end), (at + 1, stop))
    match = _NAME().match(text, at, end) or (_ANSI().match(text, at, end) if quoting is Quoting.NONE else None)
    if match is not None:
        ansi = match.group()[1] == "'"
        return Atom(AtomKind.ANSI if ansi else AtomKind.NAME, at, match.end(), (at + 1 + ansi, match.end() - ansi))
    for mark, kind, opened in _GROUPS:
        if text.startswith(mark, at, end) and (kind is not AtomKind.DOUBLE or quoting in _QUOTABLE[mark]):
            return _group(text, at, end, kind, len(mark), *opened)
    return None


def _group(text: str, at: int, end: int, kind: AtomKind, width: int, *opened: str) -> Atom:
    stop, closed = skip_group(text, at + width, end, *opened)
    return Atom(kind, at, stop, (min(at + width, stop), stop - 1 if closed else stop))


def has_glob(text: str, atoms: list[Atom]) -> bool:
    """Whether the shell would look for files that match the word."""
    return any(atom.kind is AtomKind.PLAIN and _GLOB().search(text, atom.start, atom.end) for atom in atoms)


def expand_braces(text: str, atoms: list[Atom]) -> list[list[Atom]]:
    """The words that ``a{b,c}{1..3}`` stands for; the word as it is where it stands for none or far too many."""
    if not any(atom.kind is AtomKind.PLAIN and text.find("{", atom.start, atom.end) >= 0 for atom in atoms):
        return [atoms]
    items = [item for atom in atoms for item in _marks(text, atom)]
    done: list[list[Atom]] = []
    waiting = [items] if len(items) <= _MOST else []
    while waiting and len(done) + len(waiting) <= _MOST:
        word = waiting.pop()
        found = _first_group(text, word)
        if found is None:
            done.append(word)
        else:
            start, end, choices = found
            waiting += [word[:start] + choice + word[end:] for choice in reversed(choices)]
    return [atoms] if waiting or not done else done


def _marks(text: str, atom: Atom) -> list[Atom]:
    """A plain part cut at its braces and commas, each of which then is a part of its own."""
    if atom.kind is not AtomKind.PLAIN:
        return [atom]
    cuts = [
        atom.start,
        *(at for match in _BRACES().finditer(text, atom.start, atom.end) for at in match.span()),
        atom.end,
    ]
    return [Atom(AtomKind.PLAIN, a, b, (a, b)) for a, b in pairwise(cuts) if a < b]


def _first_group(text: str, word: list[Atom]) -> tuple[int, int, list[list[Atom]]] | None:
    """The first brace that is closed and offers a choice: where it stands in ``word``, and its choices."""
    signs = [text[atom.start : atom.end] if atom.kind is AtomKind.PLAIN else "" for atom in word]
    for start in (index for index, sign in enumerate(signs) if sign == "{"):
        depth, commas = 0, [start]
        for index in range(start, len(word)):
            depth += (signs[index] == "{") - (signs[index] == "}")
            if signs[index] == "," and depth == 1:
                commas.append(index)
            if depth == 0:
                choices = _choices(text, word, [*commas, index])
                if choices:
                    return start, index + 1, choices
                break
    return None


def _choices(text: str, word: list[Atom], cuts: list[int]) -> list[list[Atom]]:
    if len(cuts) > 2:
        return [word[a + 1 : b] for a, b in pairwise(cuts)]
    start, end = word[cuts[0]].end, word[cuts[1]].start
    match = _RANGE().fullmatch(text, start, end)
    if match is None or abs(int(match[1]) - int(match[2])) >= _MOST:
        return []
    first, last = int(match[1]), int(match[2])
    numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return [[Atom(AtomKind.NUMBER, start, end, (start, end), str(number))] for number in numbers]
