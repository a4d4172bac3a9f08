"""YAML with exact places: libyaml says what a file means, and where each thing stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from msgspec import Struct
from yaml.reader import ReaderError

from dmlint.syntax.yaml_tree import NULL_TAG, Builder, RefusedError
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dmlint.syntax.yaml_tree import YamlPlace
    from dmlint.text.source import Source, Span

_PROPERTY = lazy_regex(r"[&!]\S*(?:\s+(?:#[^\n]*\n\s*)*|\Z)?")
_BREAK = lazy_regex("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for YAML 1.1."""
_LINE = lazy_regex(r"[^\r\n]*(\r\n|\n|\r|\Z)")
_SINGLE = lazy_regex(r"''|[^']+|'")
_DOUBLE = lazy_regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|[^\\]+|\\")
_SLASHES = lazy_regex(r"\\*\Z")
_BLANKS = " \t"
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def scalar_bounds(text: str, start: int, end: int, style: str) -> tuple[int, int]:
    """Where the characters of a scalar begin and end, in what is written between ``start`` and ``end``: anchor and tag,
    quotes, and the header of a block left out.
    """
    while match := _PROPERTY().match(text, start, end):
        start = match.end()
    if style in ("'", '"'):
        return start + 1, end - 1
    if style in ("|", ">"):
        header = _BREAK().search(text, start, end)
        start = end if header is None else header.end()
        return start, start + len(text[start:end].rstrip())
    return start, end


def scalar_pieces(source: Source, bounds: tuple[int, int], style: str, value: str) -> tuple[Piece, ...]:
    """The characters of a scalar that means ``value``, each with its origin.

    ``bounds`` are those of all that is written, anchor, quotes and the header of a block included. What is spelled in
    a way that is met nowhere is one piece on the whole.
    """
    start, end = scalar_bounds(source.text, *bounds, style)
    span = source.span(start, end)
    if not value or span.text == value:
        return (Piece(value, span),) if value else ()
    block = style in ("|", ">")
    found = _block(source.span(start, bounds[1]), value, folded=style == ">") if block else _flow(span, style)
    pieces = tuple(_cut(found, len(value)))
    return pieces if "".join([piece.text for piece in pieces]) == value else (Piece(value, span),)


def _cut(pieces: Iterable[Piece], length: int) -> Iterator[Piece]:
    """The first ``length`` characters: a block may end in more line breaks than count."""
    for piece in pieces:
        if len(piece.text) >= length:
            yield piece.cut(0, length)
            return
        length -= len(piece.text)
        yield piece


def _lines(span: Span) -> Iterator[tuple[int, int, int]]:
    """Start and end of each line, and the start of what follows; an empty one at the end."""
    for match in _LINE().finditer(span.source.text, span.start, span.end):
        yield match.start(), match.start(1), match.end()


def _flow(span: Span, style: str) -> Iterator[Piece]:
    """Plain and quoted text: blanks around line breaks are dropped, one break is a blank, more are one less."""
    source, text = span.source, span.source.text
    gap, breaks, escaped = span.start, 0, False
    for start, end, following in _lines(span):
        first = start if start == span.start else end - len(text[start:end].lstrip(_BLANKS))
        last = end if end == span.end else start + len(text[start:end].rstrip(_BLANKS))
        if first < last:
            yield from _fold(breaks, source.span(gap, first), kept=escaped)
            escaped = style == '"' and end < span.end and len(_SLASHES().findall(text[first:end])[0]) % 2 == 1
            gap = last - escaped
            yield from _run(source.span(first, gap), style)
            breaks = -escaped
        breaks += following > end
    yield from _fold(breaks, source.span(gap, span.end), kept=escaped)


def _fold(breaks: int, gap: Span, *, kept: bool) -> Iterator[Piece]:
    """What line breaks come to where they stand between text: all of them if they are kept."""
    text = "\n" * breaks if kept or not breaks else "\n" * (breaks - 1) or " "
    if text:
        yield Piece(text, gap)


def _run(span: Span, style: str) -> Iterator[Piece]:
    """The characters of one line."""
    if not style:
        yield Piece(span.text, span)
        return
    for match in (_DOUBLE if style == '"' else _SINGLE)().finditer(span.source.text, span.start, span.end):
        raw = match[0]
        if style == "'" and raw == "''":
            raw = "'"
        elif style == '"' and raw[0] == "\\":
            raw = chr(int(f"0x{raw[2:]}", 0)) if len(raw) > 2 else _ESCAPES.get(raw[1:], raw[1:])
        yield Piece(raw, span.source.span(*match.span()))


def _block(span: Span, value: str, *, folded: bool) -> Iterator[Piece]:
    """The lines of a block without their indentation; folded ones are joined where none of two starts with a blank."""
    source, text = span.source, span.source.text
    # An indicator may say that some of the blanks belong to the text.
    indent = _first_indent(span.text) - _first_indent(value)
    gap, breaks, fixed = span.start, 0, True
    for start, end, following in _lines(span):
        first = start + indent
        if first < end:
            blank = text[first] in _BLANKS
            yield from _fold(breaks, source.span(gap, first), kept=fixed or blank or not folded)
            yield Piece(text[first:end], source.span(first, end))
            gap, breaks, fixed = end, 0, blank
        breaks += following > end
    yield from _fold(breaks, source.span(gap, span.end), kept=True)


def _first_indent(text: str) -> int:
    """The blanks in front of the first text."""
    at = len(text) - len(text.lstrip())
    return at - max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) - 1


_MERGE = "<<"
_COMMENT = lazy_regex(r"(?:^|(?<=[ \t\r\n]))#[^\r\n]*")


class YamlNode(Struct, frozen=True, eq=False):
    """One value of a YAML file, and the way to the values within it."""

    source: Source
    place: YamlPlace

    @property
    def kind(self) -> str:
        """``scalar``, ``sequence`` or ``mapping``."""
        return self.place.kind

    @property
    def tag(self) -> str:
        """The tag as written out in full (``!reset``, ``tag:yaml.org,2002:str``); of a scalar without one, that of a
        string, or of null.
        """
        return self.place.tag

    @property
    def value(self) -> str | None:
        """A scalar's text, whatever it looks like (``1.10`` stays as it is); None for null and for collections."""
        return self.place.text if self.kind == "scalar" and self.tag != NULL_TAG else None

    @property
    def span(self) -> Span:
        """A scalar's characters: between its quotes, the body of a block; a collection as it is written."""
        place, text = self.place, self.source.text
        if self.kind != "scalar":
            return self.source.span(place.start, place.end)
        return self.source.span(*scalar_bounds(text, place.start, place.end, place.style))

    def traced(self) -> Traced:
        """A scalar's text with the origin of each character; empty for anything else."""
        if self.value is None:
            return Traced()
        place = self.place
        return Traced(scalar_pieces(self.source, (place.start, place.end), place.style, self.value))

    def get(self, *keys: str) -> YamlNode | None:
        """The value that the keys lead to, one mapping after the other; None where there is none."""
        place = self.place
        for key in keys:
            found = _merged(place).get(key) if place.kind == "mapping" else None
            if found is None:
                return None
            place = found[1]
        return YamlNode(self.source, place)

    def items(self) -> Iterator[tuple[YamlNode, YamlNode]]:
        """Keys and values of a mapping, those that ``<<`` merges into it last; of a key written twice, the last one.

        Nothing for anything else.
        """
        if self.kind == "mapping":
            for key, value in _merged(self.place).values():
                yield YamlNode(self.source, key), YamlNode(self.source, value)

    def elements(self) -> Iterator[YamlNode]:
        """The elements of a sequence; none for anything else."""
        if self.kind == "sequence":
            for place in self.place.children:
                yield YamlNode(self.source, place)


def read_yaml(source: Source) -> tuple[YamlNode, ...] | Problem:
    """The documents of a file, or what is wrong with it.

    Values that stand too deep in each other, and aliases that repeat too much or repeat themselves, are refused.
    """
    builder = Builder()
    loader = yaml.CSafeLoader(source.text)
    try:
        while not builder.closed:
            builder.take(loader.get_event())
    except RefusedError as error:
        return _unreadable(source, error.at, str(error))
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.index if error.problem_mark else 0
        return _unreadable(source, at, ", ".join(filter(None, (error.context, error.problem))))
    except ReaderError as error:
        at = len(source.text.encode()[: error.position].decode("utf-8", "ignore"))
        return _unreadable(source, at, error.reason)
    finally:
        loader.dispose()
    return tuple(YamlNode(source, place) for place in builder.documents)


def read_comments(source: Source, documents: Sequence[YamlNode]) -> tuple[Span, ...]:
    """The comments that mention dmlint, from their ``#`` to the end of the line; ``documents`` are the file's."""
    if "dmlint" not in source.text:
        return ()
    found = [match.span() for match in _COMMENT().finditer(source.text) if "dmlint" in match[0]]
    scalars = sorted(_scalars([node.place for node in documents]))
    kept: list[Span] = []
    at = 0
    for start, end in found:
        while at < len(scalars) and scalars[at][1] <= start:
            at += 1
        if at == len(scalars) or start < scalars[at][0]:
            kept.append(source.span(start, start + len(source.text[start:end].rstrip())))
    return tuple(kept)


def _scalars(places: list[YamlPlace]) -> Iterator[tuple[int, int]]:
    """Where text stands in which ``#`` starts no comment; each place is looked at once."""
    seen: set[int] = set()
    while places:
        place = places.pop()
        if id(place) in seen:
            continue
        seen.add(id(place))
        if place.style and place.end > place.start:
            yield place.start, place.end
        places += place.children


def _merged(place: YamlPlace) -> dict[object, tuple[YamlPlace, YamlPlace]]:
    """A mapping's keys and values by the key's text, with all that is merged into it; never too deep to recurse."""
    if place.merged is None:
        pairs = list(zip(place.children[::2], place.children[1::2], strict=True))
        place.merged = {_identity(key): (key, value) for key, value in pairs if not _is_merge(key)}
        for key, value in pairs:
            if _is_merge(key):
                for other in value.children if value.kind == "sequence" else [value]:
                    inner = _merged(other) if other.kind == "mapping" else {}
                    for name, pair in inner.items():
                        place.merged.setdefault(name, pair)
    return place.merged


def _is_merge(key: YamlPlace) -> bool:
    return key.kind == "scalar" and key.text == _MERGE and not key.style


def _identity(key: YamlPlace) -> object:
    """A collection as a key is like no other."""
    return key.text if key.kind == "scalar" else id(key)


def _unreadable(source: Source, at: int, reason: str) -> Problem:
    start = min(at, len(source.text))
    span = source.span(start, min(start + 1, len(source.text)))
    return Problem(kind=ProblemKind.UNREADABLE, span=span, message=f"the file is not valid YAML: {reason}")
