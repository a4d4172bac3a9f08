"""Lines and columns of a file for those who count a column in bytes of UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dmlint.text.source import Source


class ByteColumns:
    """The positions of one source. It counts on from where it was asked last: in the order of the text, all of them
    together take time linear in it, however long a line is.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: dict[int, int] = {}
        self._offset = 0
        self._bytes = 0

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both from 1."""
        line, _ = self._source.position(offset)
        if line not in self._lines:
            self._lines[line] = self._count(self._source.line_starts[line - 1])
        return line, self._count(offset) - self._lines[line] + 1

    def _count(self, offset: int) -> int:
        """The bytes before an offset."""
        text, last = self._source.text, self._offset
        self._bytes += _size(text[last:offset]) - _size(text[offset:last])
        self._offset = offset
        return self._bytes


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
