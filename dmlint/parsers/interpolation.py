"""Variables in the values of compose files and ``.env`` files: ``$A``, ``${A:-b}``, ``$$``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.dockerfile.variable_expansion import expand
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def interpolate(value: Traced, variables: Mapping[str, Traced]) -> Traced:
    """The value with its variables expanded; a reference to one that is not set stays as a piece that is not known.

    The operators are those of Docker's own expansion; ``$$`` is a dollar, and nothing is quoted or escaped.
    """
    return join(_parts(value, variables)) if "$" in value.text else value


def _parts(value: Traced, variables: Mapping[str, Traced]) -> Iterator[Traced]:
    start = 0
    while True:
        at = value.text.find("$$", start)
        end = len(value) if at < 0 else at
        yield expand(value.slice(start, end), variables, "", quotes=False)
        if at < 0:
            return
        pair = value.slice(at, at + 2)
        yield Traced((Piece("$", pair.span or pair.pieces[0].span),))
        start = at + 2
