"""The lines of a Makefile: assignments, rules, and the recipes below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.syntax.makefile_variables import Variables
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.source import Source, Span

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
        """What hangs on a condition is not known, but for a default below ``ifndef`` of the name itself."""
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
