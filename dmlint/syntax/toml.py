"""TOML with exact places: tomli says what a file means, a scan of its text where each thing stands."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

import tomli
from msgspec import Struct, field

from dmlint.syntax.toml_text import decoded_runs, key_path, skip_blank, string_bounds, tokens, value_end
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.source import Source, Span

_LONG_NUMBER = lazy_regex(r"[0-9][0-9_]{639,}")
_DEEP = 64
_LONGEST = 20_000
"""Characters of a string that are worth telling apart: more than any requirement has."""
_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
# Its time and memory grow with the square of a dotted key's length.
_LONG_KEY = lazy_regex(rf"(?:^|[\[{{,])[ \t]*{_KEY}(?:\.[ \t]*{_KEY}){{{_DEEP}}}", re.MULTILINE)


class TomlPlace(Struct, eq=False, kw_only=True):
    """Where one value is written, filled while the text is scanned.

    ``key`` is None for an element of an array; ``start``, where the value starts, is None for a table that
    headers or dotted keys make. What stands inside an array or an inline table is added when it is asked for.
    """

    key: tuple[int, int] | None = None
    start: int | None = None
    children: dict[str, TomlPlace] = field(default_factory=dict)
    elements: list[TomlPlace] = field(default_factory=list)
    opened: bool = False

    def descend(self, path: list[tuple[str, int, int]]) -> TomlPlace:
        """The place of a dotted key below this one, made where it is new."""
        place = self
        for name, start, end in path:
            table = place.elements[-1] if place.elements else place
            place = table.children.get(name) or table.children.setdefault(name, TomlPlace(key=(start, end)))
        return place


class TomlNode(Struct, frozen=True, eq=False):
    """One value of a TOML file, and the way to the values within it.

    ``value`` is the plain Python value. Nothing inside a value is scanned before it is asked for.
    """

    value: object
    source: Source
    place: TomlPlace
    around: Span

    @property
    def span(self) -> Span:
        """A string's characters between its quotes; any other value as it is written; the key of a table that is
        made by headers.
        """
        text, start = self.source.text, self.place.start
        if start is None:
            return self.key
        return self.source.span(*(string_bounds(text, start) or (start, value_end(text, start))))

    @property
    def key(self) -> Span:
        """The last part of the key that names it, with its quotes; of an array's element, the array's."""
        return self.source.span(*self.place.key) if self.place.key else self.around

    def get(self, *path: str) -> TomlNode | None:
        """The value that the keys lead to, one table after the other; None where there is none."""
        value, place, around = self.value, self.place, self.around
        for name in path:
            if not isinstance(value, dict) or name not in value:
                return None
            around = self.source.span(*place.key) if place.key else around
            value, place = value[name], _opened(place, self.source.text).children.get(name) or TomlPlace()
        return TomlNode(value, self.source, place, around)

    def items(self) -> Iterator[tuple[str, TomlNode]]:
        """Keys and values of a table; none for anything else."""
        if isinstance(self.value, dict):
            places = _opened(self.place, self.source.text).children
            for name, value in self.value.items():
                yield name, TomlNode(value, self.source, places.get(name) or TomlPlace(), self.key)

    def elements(self) -> Iterator[TomlNode]:
        """The elements of an array; none for anything else."""
        if isinstance(self.value, list):
            places = _opened(self.place, self.source.text).elements
            for index, value in enumerate(self.value):
                yield TomlNode(value, self.source, places[index] if index < len(places) else TomlPlace(), self.key)

    def traced(self) -> Traced:
        """The characters of a string with where each is written, an escape as one piece that is taken whole;
        nothing for what is no string. A string that no requirement is as long as is one piece.
        """
        if not isinstance(self.value, str):
            return Traced()
        text, start = self.source.text, self.place.start
        bounds = None if start is None else string_bounds(text, start)
        if bounds and self.value and text[slice(*bounds)] == self.value:
            return Traced((Piece(self.value, self.source.span(*bounds)),))
        if start is not None and bounds is not None and len(self.value) <= _LONGEST:
            runs = decoded_runs(text, *bounds, basic=text[start] == '"')
            traced = Traced(tuple(Piece(run, self.source.span(*where)) for run, *where in runs))
            if traced.text == self.value:
                return traced
        return Traced((Piece(self.value, self.span),))


def read_toml(source: Source) -> TomlNode | Problem:
    """The root table of a file, or why it is not TOML, at the place that tomli names."""
    text = source.text
    # A key stands on one line; to look for so many dots first takes a seventh of the time.
    dotted = any(line.count(".") >= _DEEP for line in text.split("\n"))
    long_key = _LONG_KEY().search(text) if dotted else None
    if long_key:
        return _unreadable(source, long_key.end() - 1, "a key has too many parts")
    try:
        value = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        return _unreadable(source, _error_offset(source, error), error.msg)
    except RecursionError:
        return _unreadable(source, _deep_offset(text), "values are nested too deeply")
    except ValueError as error:
        number = _LONG_NUMBER().search(text)
        return _unreadable(source, number.start() if number else 0, str(error))
    return TomlNode(value, source, scan(text), source.span(0, 0))


def comments(source: Source) -> tuple[Span, ...]:
    """The comments that mention dmlint, from their ``#`` to the end of the line."""
    text = source.text
    if "dmlint" not in text:
        return ()
    marked = ((start, end) for start, end in tokens(text) if text[start] == "#" and "dmlint" in text[start:end])
    return tuple(source.span(start, start + len(text[start:end].rstrip())) for start, end in marked)


def scan(text: str) -> TomlPlace:
    """The places of all keys that stand outside of values; stops where the text is not TOML."""
    root = table = TomlPlace()
    at = skip_blank(text, 0)
    while at < len(text):
        brackets = 2 if text.startswith("[[", at) else int(text[at] == "[")
        path, after = key_path(text, at + brackets)
        if not path:
            break
        if brackets:
            table = root.descend(path)
            if brackets == 2:
                table.elements.append(TomlPlace(key=path[-1][1:]))
            table = table.elements[-1] if table.elements else table
            at = skip_blank(text, after + brackets)
        else:
            start = skip_blank(text, after + 1)
            table.descend(path).start = start
            at = skip_blank(text, value_end(text, start))
    return root


def _opened(place: TomlPlace, text: str) -> TomlPlace:
    """The same place, with what stands inside its array or inline table."""
    start = place.start
    if place.opened or start is None or text[start : start + 1] not in ("[", "{"):
        return place
    place.opened = True
    at = skip_blank(text, start + 1)
    while at < len(text) and text[at] not in "]}":
        inner = TomlPlace()
        if text[start] == "{":
            path, after = key_path(text, at)
            inner = place.descend(path)
            at = skip_blank(text, after + 1)
        else:
            place.elements.append(inner)
        inner.start = at
        at = skip_blank(text, value_end(text, at))
        at = skip_blank(text, at + 1) if text.startswith(",", at) else at
    return place


def _error_offset(source: Source, error: tomli.TOMLDecodeError) -> int:
    """Of a text that ends too early, its last character; lines count, since tomli reads them without CR."""
    if error.pos >= len(error.doc):
        return max(len(source.text.rstrip()) - 1, 0)
    return source.line_starts[error.lineno - 1] + error.colno - 1


def _deep_offset(text: str) -> int:
    """Where brackets first stand deeper in each other than any real file has them."""
    starts = [start for start, _ in tokens(text)]
    depths = accumulate((text[start] in "[{") - (text[start] in "]}") for start in starts)
    return next((start for start, depth in zip(starts, depths, strict=True) if depth > _DEEP), 0)


def _unreadable(source: Source, start: int, reason: str) -> Problem:
    span = source.span(start, min(start + 1, len(source.text)))
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=f"the file is not valid TOML: {reason}")
