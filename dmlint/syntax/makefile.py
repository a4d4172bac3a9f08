"""The lines of a Makefile: assignments, rules, and the recipes below them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.source import Source, Span

DEEPEST = 20
"""Through how many variables a value may come."""
LONGEST = 32768
MOST_PIECES = 50
"""Beyond these a value is not followed: ``A = $(B)$(B)`` doubles each time."""

_NAME = lazy_regex(r"[A-Za-z_][\w.-]*", re.ASCII)
_BRACKETS = {"(": lazy_regex(r"[()]"), "{": lazy_regex(r"[{}]")}


class Variables(Struct, frozen=True):
    """The values of a whole Makefile by name, as they are written; a name with None has a value that is not known.

    Values are expanded when they are used, with what the file ends with: make does so with all but ``:=``.
    """

    written: dict[str, list[Traced] | None] = field(default_factory=dict)
    _expanded: dict[str, Traced | None] = field(default_factory=dict)

    def assign(self, name: str, operator: str, value: Traced | None) -> None:
        """``NAME = value`` with any of make's operators; None for a value that hangs on something else."""
        known = self.written.get(name)
        if operator == "?=" and name in self.written:
            return
        if value is None or operator == "!=" or (operator == "+=" and name in self.written and known is None):
            self.written[name] = None
        elif operator == "+=" and known is not None:
            known.append(value)
        else:
            self.written[name] = [value]

    def expand(self, text: Traced, depth: int = 0) -> Traced:
        """Text with its references replaced; one whose value is not known stays as a piece that is not ``known``."""
        parts: list[Traced] = []
        at, dollar = 0, text.text.find("$")
        while dollar >= 0:
            parts.append(text.slice(at, dollar))
            at = _end_of_reference(text.text, dollar)
            parts.append(self._reference(text.slice(dollar, at), depth))
            dollar = text.text.find("$", at)
        return join([*parts, text.slice(at)]) if parts else text

    def _reference(self, reference: Traced, depth: int) -> Traced:
        written = reference.span or reference.pieces[0].span
        inner = reference.text[1:]
        if inner in {"$", ""}:
            return Traced((Piece("$", written),))
        name = inner[1:-1] if inner[0] in _BRACKETS else inner
        value = self._value(name, depth) if _NAME().fullmatch(name) else None
        if value is None:
            return Traced((Piece(reference.text, written, known=False),))
        return Traced(
            tuple(Piece(piece.text, piece.span, (written, *piece.via), piece.known) for piece in value.pieces)
        )

    def _value(self, name: str, depth: int) -> Traced | None:
        if name not in self._expanded:
            # Until it is known, a variable that refers to itself finds nothing.
            self._expanded[name] = None
            parts = self.written.get(name)
            if parts is None or depth >= DEEPEST:
                return None
            value = join(_spaced([self.expand(part, depth + 1) for part in parts]))
            small = len(value.text) <= LONGEST and len(value.pieces) <= MOST_PIECES
            self._expanded[name] = value if small else None
        return self._expanded[name]


def _end_of_reference(text: str, dollar: int) -> int:
    """Where the reference that starts at ``dollar`` ends; at the end of the text, if nothing closes it."""
    bracket = _BRACKETS.get(text[dollar + 1 : dollar + 2])
    if bracket is None:
        return min(dollar + 2, len(text))
    depth = 0
    for match in bracket().finditer(text, dollar + 1):
        depth += 1 if match[0] in _BRACKETS else -1
        if not depth:
            return match.end()
    return len(text)


def _spaced(parts: list[Traced]) -> list[Traced]:
    """Values that were appended, with a space between them."""
    found = parts[:1]
    for part in parts[1:]:
        place: Span | None = part.pieces[0].span if part.pieces else None
        if place is not None:
            found += [Traced((Piece(" ", place.source.span(place.start, place.start)),)), part]
    return found


_ASSIGNMENT = lazy_regex(r"\s*(?:(?:export|override|private)\s+)*([^\s:#=!?+]+)\s*(:{0,3}=|\?=|\+=|!=)[ \t]*")
_CONDITION = lazy_regex(r"\s*(ifeq|ifneq|ifdef|ifndef|else|endif)\b\s*(\S*)")
_DEFINE = lazy_regex(r"\s*(?:(?:export|override)\s+)*define\s+(\S+)")
_ENDEF = lazy_regex(r"\s*endef\b")
_PREFIX = lazy_regex(r"[@+\- \t]*")
_COMMENT = lazy_regex(r"(?<!\\)#")


class RecipeLine(Struct, frozen=True, kw_only=True):
    """One line that make hands to a shell, as it is written; ``conditional`` says that it stands below an ``ifdef``."""

    target: str
    span: Span
    text: Traced
    conditional: bool


class Makefile(Struct, frozen=True):
    """A whole file; ``comments`` are those outside of recipes that mention dmlint."""

    recipes: list[RecipeLine] = field(default_factory=list)
    variables: Variables = field(default_factory=Variables)
    comments: list[Span] = field(default_factory=list)


def read_makefile(source: Source) -> Makefile:
    """Split a file; whatever it holds, something is made of it."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.found = Makefile()
        self.target = ""
        self.conditions: list[str] = []

    def read(self) -> Makefile:
        defining = 0
        for lines in self._logical():
            first = self.source.text[slice(*lines[0])]
            if defining or _DEFINE().match(first):
                defining += (_DEFINE().match(first) is not None) - (_ENDEF().match(first) is not None)
                self._define(first)
            elif first.startswith("\t") and self.target:
                self._recipe(lines)
            else:
                self._line(lines)
        return self.found

    def _logical(self) -> Iterator[list[tuple[int, int]]]:
        """Physical lines without their ends, those that a backslash continues together."""
        text, starts = self.source.text, self.source.line_starts
        lines: list[tuple[int, int]] = []
        for start, after in zip(starts, (*starts[1:], len(text) + 1), strict=True):
            end = after - 1
            if end > start and text[end - 1] == "\r":
                end -= 1
            lines.append((start, end))
            if not text.endswith("\\", start, end):
                yield lines
                lines = []
        if lines:
            yield lines

    def _define(self, line: str) -> None:
        match = _DEFINE().match(line)
        if match:
            self.found.variables.assign(match[1], "=", None)

    def _recipe(self, lines: list[tuple[int, int]]) -> None:
        """Tabs at the starts of lines are make's own; a continued line reaches the shell as it is."""
        start, end = lines[0]
        match = _PREFIX().match(self.source.text, start, end)
        begins = [match.end() if match else start]
        begins += [at + self.source.text.startswith("\t", at) for at, _ in lines[1:]]
        # The line end belongs to what is handed on, but for the last one.
        ends = [self.source.text.index("\n", stop) + 1 for _, stop in lines[:-1]] + [lines[-1][1]]
        pieces = (self.source.span(a, b) for a, b in zip(begins, ends, strict=True) if a < b)
        text = Traced(tuple(Piece(span.text, span) for span in pieces))
        self._add_recipe(start, lines[-1][1], text)

    def _add_recipe(self, start: int, end: int, text: Traced) -> None:
        if text.pieces:
            span = self.source.span(start, end)
            conditional = bool(self.conditions)
            self.found.recipes.append(RecipeLine(target=self.target, span=span, text=text, conditional=conditional))

    def _line(self, lines: list[tuple[int, int]]) -> None:
        text = self._joined(lines)
        comment = _COMMENT().search(text.text)
        if comment:
            said = text.slice(comment.start())
            if "dmlint" in said.text and said.span is not None:
                self.found.comments.append(said.span)
            text = text.slice(0, comment.start())
        condition = _CONDITION().match(text.text)
        assignment = _ASSIGNMENT().match(text.text)
        if condition:
            self._condition(condition[1], condition[2])
        elif assignment:
            self._assign(assignment[1], assignment[2], text.slice(assignment.end()).strip())
        else:
            self._rule(lines, text)

    def _joined(self, lines: list[tuple[int, int]]) -> Traced:
        """One line of make's own: a backslash with what is white around it is a space."""
        parts: list[Traced] = []
        for start, end in lines[:-1]:
            span = self.source.span(start, end - 1)
            parts += [Traced.of(span), Traced((Piece(" ", self.source.span(end - 1, end)),))]
        return join([*parts, Traced.of(self.source.span(*lines[-1]))])

    def _condition(self, word: str, name: str) -> None:
        if word == "endif":
            del self.conditions[-1:]
        elif word != "else":
            self.conditions.append(name if word == "ifndef" else "")
        elif self.conditions:
            self.conditions[-1] = ""

    def _assign(self, name: str, operator: str, value: Traced) -> None:
        """What depends on a condition is not known, but for a default below ``ifndef`` of the name itself."""
        sure = not self.conditions or self.conditions == [name]
        self.found.variables.assign(name, operator, value if sure else None)

    def _rule(self, lines: list[tuple[int, int]], text: Traced) -> None:
        targets, colon, _ = text.text.partition(":")
        if not colon:
            return
        self.target = next(iter(targets.split()), "")
        at = text.text.find(";", len(targets))
        if at >= 0 and self.target:
            self._add_recipe(lines[0][0], lines[-1][1], text.slice(at + 1).strip())
