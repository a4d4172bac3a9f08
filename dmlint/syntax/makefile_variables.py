"""Make's variables as far as they are literal, and the text in which they are used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from dmlint.text.source import Span

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
