"""Expands shell words: quotes, variables, arrays, substitutions, braces; every character keeps its origin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.syntax.shell.atoms import Atom, AtomKind, Quoting, expand_braces, split_atoms
from dmlint.syntax.shell.command import Word
from dmlint.syntax.shell.fields import BREAK, Chunk, Splitting, spaced, split_fields
from dmlint.syntax.shell.parameters import (
    Parameter,
    change_case,
    cut,
    read_parameter,
    split_replacement,
    substitute,
    trim,
)
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.state import Variable
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.syntax.shell.findings_so_far import FindingsSoFar
    from dmlint.syntax.shell.state import ShellState
    from dmlint.text.source import Span

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_ANSI = lazy_regex(r"\\(?:x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_BACKTICKED = lazy_regex(r"\\[\\`$]")
_SPECIAL = lazy_regex(r"[\\'\"$`<>{]")
_LITERAL = frozenset({AtomKind.PLAIN, AtomKind.ESCAPED, AtomKind.SINGLE, AtomKind.ANSI, AtomKind.NUMBER})
_VIA = 20


class Expander:
    """Expands words in one shell, whose state ``${A:=b}`` changes; ``run`` reads the script of a substitution."""

    def __init__(self, state: ShellState, reading: FindingsSoFar, run: Callable[[Passage], None]) -> None:
        self.state, self.reading, self.run = state, reading, run

    def words(self, passage: Passage, start: int, end: int) -> list[Word]:
        """The arguments that the word at ``start:end`` becomes."""
        if _SPECIAL().search(passage.text, start, end) is None:
            return [Word(value=passage.traced.slice(start, end), span=passage.written(start, end))]
        atoms = split_atoms(passage.text, start, end)
        quoted = len(atoms) == 1 and atoms[0].kind in {AtomKind.SINGLE, AtomKind.DOUBLE, AtomKind.ANSI}
        span = passage.written(*(atoms[0].inner if quoted else (start, end)))
        words = expand_braces(passage.text, atoms)
        return [
            Word(value=value, span=span)
            for word in words
            for value in split_fields(self.evaluate(passage, word, Quoting.NONE))
        ]

    def value(self, passage: Passage, start: int, end: int, quoting: Quoting = Quoting.NONE) -> Traced:
        """The text at ``start:end`` where the shell does not split: an assigned value, a here-document, …"""
        chunks = self.evaluate(passage, split_atoms(passage.text, start, end, quoting), quoting)
        place = passage.written(start, end)
        values: list[list[Traced]] = [[]]
        for chunk in chunks:
            if chunk.splitting is Splitting.BREAK:
                values.append([])
            else:
                values[-1].append(chunk.value)
        return spaced([join(parts) for parts in values], place)

    def evaluate(self, passage: Passage, atoms: list[Atom], quoting: Quoting) -> list[Chunk]:
        """What the parts of a word become."""
        return [chunk for atom in atoms for chunk in self.atom(passage, atom, quoting)]

    def atom(self, passage: Passage, atom: Atom, quoting: Quoting) -> list[Chunk]:
        """What one part becomes."""
        quoted = quoting is not Quoting.NONE
        if atom.kind is AtomKind.DOUBLE:
            return self.double(passage, *atom.inner)
        if atom.kind in {AtomKind.NAME, AtomKind.BRACED}:
            return self.parameter(passage, atom, quoted)
        if atom.kind in _LITERAL:
            whole = quoted or atom.kind not in {AtomKind.PLAIN, AtomKind.NUMBER}
            return [Chunk(_literal(passage, atom), Splitting.QUOTED if whole else Splitting.KEEP)]
        if atom.kind in {AtomKind.COMMAND, AtomKind.BACKTICK}:
            self.run(_inner(passage, atom))
        return [self.unknown(passage, atom, quoted)]

    def double(self, passage: Passage, start: int, end: int) -> list[Chunk]:
        """The content of double quotes: one argument, unless it is an empty ``$@``."""
        atoms = split_atoms(passage.text, start, end, Quoting.DOUBLE)
        chunks = self.evaluate(passage, atoms, Quoting.DOUBLE)
        return chunks if atoms else [Chunk(Traced(), Splitting.QUOTED)]

    def unknown(self, passage: Passage, atom: Atom, quoted: bool) -> Chunk:
        """A reference whose value is not known."""
        text = passage.traced.slice(atom.start, atom.end).text
        piece = Piece(text, passage.written(atom.start, atom.end), (), known=False)
        return Chunk(Traced((piece,)), Splitting.QUOTED if quoted else Splitting.SPLIT)

    def parameter(self, passage: Passage, atom: Atom, quoted: bool) -> list[Chunk]:
        """``$name`` or ``${…}``."""
        parameter = read_parameter(passage.text, *atom.inner)
        if parameter is None or parameter.prefix:
            return [self.unknown(passage, atom, quoted)]
        if not self.reading.enter(passage.written(atom.start, atom.end)):
            return [self.unknown(passage, atom, quoted)]
        place = passage.written(atom.start, atom.end)
        splitting = Splitting.QUOTED if quoted else Splitting.SPLIT
        chunks = self.alternative(passage, parameter, atom.inner[1], quoted)
        if chunks is None:
            values = self.current(passage, parameter, atom.inner[1])
            chunks = None if values is None else [c for value in values for c in (BREAK, Chunk(value, splitting))][1:]
        self.reading.leave()
        cost = sum(len(chunk.value) + 30 * len(chunk.value.pieces) for chunk in chunks or ())
        if chunks is None or not self.reading.expand(cost):
            return [self.unknown(passage, atom, quoted)]
        chunks = [Chunk(referenced(chunk.value, place), chunk.splitting) for chunk in chunks]
        if quoted and (parameter.name == "*" or parameter.subscript == "*"):
            values = [chunk.value for chunk in chunks if chunk.splitting is not Splitting.BREAK]
            return [Chunk(spaced(values, place), splitting)]
        return chunks

    def alternative(self, passage: Passage, parameter: Parameter, end: int, quoted: bool) -> list[Chunk] | None:
        """The word behind ``:-`` and its like, as far as it is that which counts; None if it is the value."""
        operator, operand = parameter.operator, parameter.operand
        nothing = Chunk(Traced(), Splitting.QUOTED if quoted else Splitting.SPLIT)
        if operator[-1:] not in {"-", "=", "+"}:
            return None
        values, known = self.look_up(parameter)
        filled = values is not None and any(len(value) for value in values)
        given = filled or (values is not None and operator[0] != ":" and self.is_set(parameter))
        if not known or given is not (operator[-1] == "+"):
            return [nothing] if known and operator[-1] == "+" else None
        quoting = Quoting.ALTERNATIVE if quoted else Quoting.NONE
        if operator[-1] == "=" and parameter.subscript is None and parameter.name.isidentifier():
            place = passage.written(operand, end)
            self.state.assign(parameter.name, Variable(value=self.value(passage, operand, end, quoting), origin=place))
        chunks = self.evaluate(passage, split_atoms(passage.text, operand, end, quoting), quoting)
        chunks = [Chunk(c.value, Splitting.SPLIT if c.splitting is Splitting.KEEP else c.splitting) for c in chunks]
        return chunks or [nothing]

    def is_set(self, parameter: Parameter) -> bool:
        """Whether what has a known value, maybe an empty one, is there at all."""
        arguments, variable = self.state.place.arguments, self.state.variables.get(parameter.name)
        if parameter.name.isdigit() and arguments is not None:
            return int(parameter.name[:6]) <= len(arguments)
        return variable is None or variable.present

    def current(self, passage: Passage, parameter: Parameter, end: int) -> list[Traced] | None:
        """The values that a parameter holds, after its operator; None if they are not known."""
        values, _ = self.look_up(parameter)
        if values is None or parameter.operator[-1:] in {"-", "=", "+", "?"}:
            return values
        return self.transform(values, passage, parameter, end)

    def transform(self, values: list[Traced], passage: Passage, parameter: Parameter, end: int) -> list[Traced] | None:
        """The operators that change each value; None where the result is not known."""
        operator, operand = parameter.operator, parameter.operand
        if not operator:
            return values
        if operator in {"@", ":"} and (operator == "@" or len(values) != 1 or parameter.subscript in {"@", "*"}):
            return None
        if any(not piece.known for value in values for piece in value.pieces):
            return None
        changed: list[Traced | None]
        if operator == ":":
            changed = [cut(value, passage.text[operand:end]) for value in values]
        elif operator[0] in ",^":
            changed = [change_case(value, operator) if operand == end else None for value in values]
        elif operator[0] == "/":
            middle = split_replacement(passage.text, operand, end)
            pattern = self.value(passage, operand, middle)
            replacement = self.value(passage, min(middle + 1, end), end)
            usable = not pattern.unresolved and pattern.text[:1] not in {"#", "%"}
            changed = [substitute(value, operator, pattern.text, replacement) if usable else None for value in values]
        else:
            pattern = self.value(passage, operand, end)
            changed = [None if pattern.unresolved else trim(value, operator, pattern.text) for value in values]
        return [value for value in changed if value is not None] if None not in changed else None

    def look_up(self, parameter: Parameter) -> tuple[list[Traced] | None, bool]:
        """The values under a name (None for none), and whether it is known which they are."""
        name, arguments = parameter.name, self.state.place.arguments
        if name in {"@", "*"} or (name.isdigit() and name != "0"):
            if arguments is None:
                return None, False
            return (list(arguments) if name in {"@", "*"} else _element(arguments, int(name[:6]) - 1)), True
        variable = self.state.variables.get(name)
        if variable is None or variable.value is None:
            return None, variable is None and name.isidentifier()
        elements = (variable.value,) if isinstance(variable.value, Traced) else variable.value
        if parameter.subscript in {"@", "*"}:
            return list(elements), True
        at = parameter.subscript or "0"
        if not (at.isascii() and at.isdigit() and len(at) < 6):
            return None, False
        return _element(elements, int(at)), True


def _element(values: tuple[Traced, ...], index: int) -> list[Traced]:
    return [values[index] if index < len(values) else Traced()]


def referenced(value: Traced, place: Span) -> Traced:
    """The value as it comes through one more reference."""
    return Traced(tuple(Piece(p.text, p.span, (place, *p.via)[:_VIA], p.known) for p in value.pieces))


def _literal(passage: Passage, atom: Atom) -> Traced:
    """A part that stands for itself."""
    if atom.kind is AtomKind.NUMBER:
        return Traced((Piece(atom.text, passage.written(*atom.inner)),))
    return _ansi(passage, *atom.inner) if atom.kind is AtomKind.ANSI else passage.traced.slice(*atom.inner)


def _ansi(passage: Passage, start: int, end: int) -> Traced:
    """The content of ``$'…'``."""
    parts: list[Traced] = []
    done = start
    for match in _ANSI().finditer(passage.text, start, end):
        escape = match.group()[1:]
        digits = int(escape[1:], 16) if escape[0] == "x" and escape[1:] else None
        code = int(escape, 8) & 255 if escape.isdigit() and escape < "8" else digits
        char = _ESCAPES.get(escape, escape) if code is None else chr(code)
        parts += [passage.traced.slice(done, match.start()), Traced((Piece(char, passage.written(*match.span())),))]
        done = match.end()
    return join([*parts, passage.traced.slice(done, end)])


def _inner(passage: Passage, atom: Atom) -> Passage:
    """The script of ``$(…)`` or of backticks, whose backslashes are gone."""
    start, end = atom.inner
    outer = passage.written(atom.start, atom.end)
    script = passage.traced.slice(start, end)
    if atom.kind is AtomKind.COMMAND:
        return Passage(script, outer)
    text, done, parts = passage.text[start:end], 0, []
    for match in _BACKTICKED().finditer(text):
        parts.append(script.slice(done, match.start()))
        done = match.start() + 1
    return Passage(join([*parts, script.slice(done)]), outer)
