"""Places as an editor counts them: lines from 0 that any line end ends, columns in the units that were agreed on."""

from __future__ import annotations

from bisect import bisect_right

from lsprotocol import types

from dmlint.text.regex import lazy_regex

_END = lazy_regex(r"\r\n|\n|\r")
_SURROGATE = lazy_regex("[\ud800-\udfff]")
_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""How a text is laid out in the units of an encoding, and how many bytes one has."""


class Lines:
    """The lines of a text; ``encoding`` is ``utf-8``, ``utf-16`` or ``utf-32``."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self.text = text
        self._codec, self._size = _CODECS[encoding]
        self._starts = [0, *(found.end() for found in _END().finditer(text))]

    def position(self, offset: int) -> types.Position:
        """The place of a character."""
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line=line, character=self._units(self.text[self._starts[line] : offset]))

    def range(self, start: int, end: int) -> types.Range:
        """The range of characters ``start:end``."""
        return types.Range(start=self.position(start), end=self.position(end))

    def offset(self, position: types.Position) -> int:
        """The character at a place, the next one to its left for one inside of a character; a place behind the end of
        its line is the end, and one behind the last line the end of the text.
        """
        if position.line >= len(self._starts):
            return len(self.text)
        start: int = self._starts[position.line]
        column: int = position.character
        line = self.line(position.line)
        if line.isascii():
            return start + min(column, len(line))
        data = line.encode(self._codec, "surrogatepass")[: column * self._size]
        return start + len(data.decode(self._codec, "ignore"))

    def line(self, number: int) -> str:
        """A line without its end."""
        following = self._starts[number + 1 : number + 2]
        return self.text[self._starts[number] : following[0] if following else len(self.text)].rstrip("\r\n")

    def end_of_line(self, offset: int) -> int:
        """Where the line ends in which a character stands."""
        number = bisect_right(self._starts, offset) - 1
        return self._starts[number] + len(self.line(number))

    def changed(self, range_: types.Range, text: str) -> str:
        """The text after a change of a range, which may cut a character of two units apart, as editors' own do."""
        data = self.text.encode(self._codec, "surrogatepass")
        start, end = sorted(self._place(position) for position in (range_.start, range_.end))
        changed = data[:start] + text.encode(self._codec, "surrogatepass") + data[end:]
        return changed.decode(self._codec, "replace" if self._size == 1 else "surrogatepass")

    def _place(self, position: types.Position) -> int:
        """Where a place is in the text as it is laid out."""
        if position.line >= len(self._starts):
            return self._units(self.text) * self._size
        character: int = min(position.character, self._units(self.line(position.line)))
        return (self._units(self.text[: self._starts[position.line]]) + character) * self._size

    def _units(self, text: str) -> int:
        return len(text) if text.isascii() else len(text.encode(self._codec, "surrogatepass")) // self._size


def readable(text: str) -> str:
    """A text without halves of characters, each of which a replacement stands for: it takes one unit too."""
    return text if text.isascii() else _SURROGATE().sub("\ufffd", text)
