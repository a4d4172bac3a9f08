"""Expands compiled words in a running shell; every character keeps its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.syntax.shell.arithmetic import Arithmetic
from dmlint.syntax.shell.command import Word
from dmlint.syntax.shell.fields import BREAK, Chunk, Splitting, spaced, split_fields
from dmlint.syntax.shell.parameters import change_case, cut, substitute, trim
from dmlint.syntax.shell.program import Literal, Reference
from dmlint.syntax.shell.state import Variable
from dmlint.syntax.shell.working_directory import show
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmlint.syntax.shell.program import Parameter, Part, Program, Substitution, Template
    from dmlint.syntax.shell.record import Record
    from dmlint.syntax.shell.state import ShellState, ShellValue
    from dmlint.text.source import Span

_VIA = 20


class Expander:
    """Expands words in one shell, whose state ``${A:=b}`` changes; ``run`` runs the script of a substitution and gives
    what it prints, None if that is not known.
    """

    def __init__(self, state: ShellState, record: Record, run: Callable[[Program], Traced | None]) -> None:
        self.state, self.record, self.run = state, record, run

    def words(self, template: Template) -> Sequence[Word]:
        """The arguments that a word becomes."""
        if template.constant is not None:
            return template.constant
        return [
            Word(value=value, span=template.span)
            for word in template.words
            for value in split_fields(self.chunks(word))
        ]

    def value(self, parts: Sequence[Part], place: Span) -> Traced:
        """The text where the shell does not split: an assigned value, a here-document, …"""
        values: list[list[Traced]] = [[]]
        for chunk in self.chunks(parts):
            if chunk.splitting is Splitting.BREAK:
                values.append([])
            else:
                values[-1].append(chunk.value)
        return spaced([join(pieces) for pieces in values], place)

    def chunks(self, parts: Sequence[Part]) -> list[Chunk]:
        """What the parts of a word become."""
        return [chunk for part in parts for chunk in self.part(part)]

    def part(self, part: Part) -> Sequence[Chunk]:
        """What one part becomes."""
        if isinstance(part, Literal):
            return (Chunk(part.value, Splitting.QUOTED if part.quoted else Splitting.KEEP),)
        if isinstance(part, Reference):
            return self.reference(part)
        return (self.substitution(part),)

    def substitution(self, part: Substitution) -> Chunk:
        """What is printed, or what arithmetic comes to."""
        splitting = Splitting.QUOTED if part.quoted else Splitting.SPLIT
        place = part.written.pieces[0].span
        output: Traced | None = None
        if part.program is None:
            number = self.calculate(part.arithmetic, place)
            output = None if number is None else Traced((Piece(str(number), place),))
        else:
            printed = self.run(part.program)
            if part.prints and printed is not None and not printed.unresolved:
                output = referenced(printed.slice(0, len(printed.text.rstrip("\n"))), place)
        return Chunk(part.written if output is None else output, splitting)

    def reference(self, part: Reference) -> list[Chunk]:
        """``$name`` or ``${…}``."""
        parameter, place = part.parameter, part.written.pieces[0].span
        splitting = Splitting.QUOTED if part.quoted else Splitting.SPLIT
        unknown = [Chunk(part.written, splitting)]
        if parameter is None:
            return unknown
        chunks = self.alternative(parameter, part.quoted)
        if chunks is None:
            values = self.current(parameter, place)
            chunks = None if values is None else [c for value in values for c in (BREAK, Chunk(value, splitting))][1:]
        cost = sum(len(chunk.value) + 30 * len(chunk.value.pieces) for chunk in chunks or ())
        if chunks is None or not self.record.expand(cost):
            return unknown
        chunks = [Chunk(referenced(chunk.value, place), chunk.splitting) for chunk in chunks]
        if part.quoted and (parameter.name == "*" or parameter.subscript == "*"):
            values = [chunk.value for chunk in chunks if chunk.splitting is not Splitting.BREAK]
            return [Chunk(spaced(values, place), splitting)]
        return chunks

    def alternative(self, parameter: Parameter, quoted: bool) -> list[Chunk] | None:
        """The word behind ``:-`` and its like, as far as it is that which counts; None if it is the value."""
        operator = parameter.operator
        if operator[-1:] not in {"-", "=", "+"}:
            return None
        values, known = self.look_up(parameter)
        filled = values is not None and any(len(value) for value in values)
        given = filled or (values is not None and operator[0] != ":" and self.is_set(parameter))
        nothing = Chunk(Traced(), Splitting.QUOTED if quoted else Splitting.SPLIT)
        if not known or given is not (operator[-1] == "+"):
            return [nothing] if known and operator[-1] == "+" else None
        if operator[-1] == "=" and parameter.subscript is None and parameter.name.isidentifier() and parameter.place:
            value = self.value(parameter.operand, parameter.place)
            self.state.assign(parameter.name, Variable(value=value, origin=parameter.place))
        chunks = [
            Chunk(c.value, Splitting.SPLIT if c.splitting is Splitting.KEEP else c.splitting)
            for c in self.chunks(parameter.operand)
        ]
        return chunks or [nothing]

    def is_set(self, parameter: Parameter) -> bool:
        """Whether what has a known value, maybe an empty one, is there at all."""
        arguments, variable = self.state.place.arguments, self.state.look(parameter.name)
        if parameter.name.isdigit() and arguments is not None:
            return int(parameter.name[:6]) <= len(arguments)
        return variable is None or variable.present

    def current(self, parameter: Parameter, place: Span) -> list[Traced] | None:
        """The values that a parameter holds, after its operator; None if they are not known."""
        values, _ = self.look_up(parameter)
        if values is not None and parameter.counts:
            return self.count(values, parameter, place)
        if values is None or parameter.operator[-1:] in {"-", "=", "+", "?"}:
            return values
        return self.transform(values, parameter)

    def count(self, values: list[Traced], parameter: Parameter, place: Span) -> list[Traced] | None:
        """How many elements, or characters, there are."""
        several = parameter.subscript in {"@", "*"} or parameter.name in {"@", "*"}
        if parameter.operator or any(value.unresolved for value in values):
            return None
        number = len(values) if several else len(values[0])
        return [Traced((Piece(str(number), place),))]

    def transform(self, values: list[Traced], parameter: Parameter) -> list[Traced] | None:
        """The operators that change each value; None where the result is not known."""
        operator = parameter.operator
        if not operator:
            return values
        if operator in {"@", ":"} and (operator == "@" or len(values) != 1 or parameter.subscript in {"@", "*"}):
            return None
        if any(not piece.known for value in values for piece in value.pieces) or parameter.place is None:
            return None
        changed: list[Traced | None]
        if operator == ":":
            changed = [cut(value, parameter.bounds) for value in values]
        elif operator[0] in ",^":
            changed = [None if parameter.bounds else change_case(value, operator) for value in values]
        else:
            pattern = self.value(parameter.operand, parameter.place)
            if pattern.unresolved:
                return None
            if operator[0] != "/":
                changed = [trim(value, operator, pattern.text) for value in values]
            else:
                replacement = self.value(parameter.replacement, parameter.place)
                usable = pattern.text[:1] not in {"#", "%"}
                changed = [substitute(v, operator, pattern.text, replacement) if usable else None for v in values]
        return [value for value in changed if value is not None] if None not in changed else None

    def look_up(self, parameter: Parameter) -> tuple[list[Traced] | None, bool]:
        """The values under a name (None for none), and whether it is known which they are."""
        name, arguments, cwd = parameter.name, self.state.place.arguments, self.state.place.cwd
        if name in {"@", "*", "#"} or (name.isdigit() and name != "0"):
            return (None, False) if arguments is None else (self.argument(name, arguments, parameter), True)
        variable = self.state.look(name)
        if name == "0":
            own = self.state.name
            return None if own is None else [own], own is not None
        if name == "PWD" and variable is None and cwd is not None and parameter.place is not None:
            return [Traced((Piece(show(cwd), parameter.place),))], True
        if variable is None or variable.value is None:
            return None, variable is None and name.isidentifier()
        return self.elements(variable.value, parameter.subscript)

    def elements(self, value: ShellValue, subscript: str | None) -> tuple[list[Traced] | None, bool]:
        """The elements that a subscript asks for."""
        elements = (value,) if isinstance(value, Traced) else value
        if subscript in {"@", "*"}:
            return list(elements), True
        at = subscript or "0"
        known = at.isascii() and at.isdigit() and len(at) < 6
        return (_element(elements, int(at)), True) if known else (None, False)

    def argument(self, name: str, arguments: tuple[Traced, ...], parameter: Parameter) -> list[Traced]:
        """``$1``, ``$@`` and ``$#``."""
        if name == "#" and parameter.place is not None:
            return [Traced((Piece(str(len(arguments)), parameter.place),))]
        return _element(arguments, int(name[:6]) - 1) if name.isdigit() else list(arguments)

    def number(self, name: str) -> int | None:
        """The number that a name holds, None where it holds none or an unknown one."""
        arguments, variable = self.state.place.arguments, self.state.look(name)
        if name == "#":
            return None if arguments is None else len(arguments)
        value = variable.value if variable is not None else None
        if name.isdigit() and arguments is not None:
            value = _element(arguments, int(name) - 1)[0]
        if not isinstance(value, Traced) or value.unresolved:
            return None
        text = value.text
        return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 16 else None

    def calculate(self, text: str, place: Span) -> int | None:
        """What arithmetic comes to, None if that is not known; what it assigns is assigned."""

        def put(name: str, number: int | None) -> None:
            value = None if number is None else Traced((Piece(str(number), place),))
            self.state.assign(name, Variable(value=value, origin=place))

        return Arithmetic(self.number, put).evaluate(text)


def _element(values: tuple[Traced, ...], index: int) -> list[Traced]:
    return [values[index] if index < len(values) else Traced()]


def referenced(value: Traced, place: Span) -> Traced:
    """The value as it comes through one more reference."""
    return Traced(tuple(Piece(p.text, p.span, (place, *p.via)[:_VIA], p.known) for p in value.pieces))
