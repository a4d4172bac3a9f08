"""Text made safe and aligned for a terminal and a log, whatever a linted file, a configuration or a name holds."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COLOR = lazy_regex(r"(\x1b\[[0-9;]*m)")
_ANNOTATION = lazy_regex(r"::(?:error|warning|notice) file=[^:]*::")
"""What GitHub's runner takes as an annotation, which can do no more than show a text."""
_COMMAND = lazy_regex(r"##(?=\w*\[)")
TAB = "    "
"""What a tab is shown as."""


def visible(text: str) -> str:
    r"""The text with everything that a terminal would not print shown as an escape (``\n``, ``\x1b``, ``\u202e``).

    So that nothing a repository holds can move the cursor, turn the direction of writing, start a line, or be a command
    to what keeps the log.
    """
    return inert(text if text.isprintable() else "".join(map(_shown, text)))


def harmless(text: str, *, color: bool = False, annotations: bool = False) -> str:
    """A whole output as it may leave the program: each line printable but for tabs, and a command to nobody, whatever
    was put into it. With ``color`` codes that color text stay, with ``annotations`` those of GitHub.
    """
    return "\n".join(_harmless(line, color, annotations) for line in text.split("\n"))


def _harmless(line: str, color: bool, annotations: bool) -> str:
    # The properties of an annotation are encoded and in no log; a file is known by its name as it is.
    own = _ANNOTATION().match(line) if annotations else None
    if own is not None:
        return own[0] + _harmless(line[own.end() :], color, False)
    if not line.isprintable():
        # What is split off by a group stands at the odd places.
        parts = _COLOR().split(line) if color else [line]
        line = "".join(part if at % 2 else _printable(part) for at, part in enumerate(parts))
    return inert(line)


def _printable(text: str) -> str:
    return "".join(one if one == "\t" else _shown(one) for one in text)


def inert(text: str) -> str:
    """The text without what runners of CI jobs take out of a log and do: ``::error::`` where a line starts (GitHub),
    ``##[error]``, ``##vso[…]`` and ``##teamcity[…]`` anywhere (GitHub, Azure, TeamCity).
    """
    if text.lstrip().startswith("::"):
        text = text.replace(":", "\\x3a", 1)
    return _COMMAND().sub(r"#\\x23", text) if "##" in text else text


def width(text: str) -> int:
    """How many columns printable text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def snippet(text: str) -> str:
    """A piece of a source line as it is shown: like ``visible``, but with tabs as spaces."""
    return visible(text.replace("\t", TAB))


def in_columns(rows: Sequence[Sequence[str]], longest: int | None = None) -> Iterator[str]:
    """Rows of printable cells, all of one length, as lines; a cell that is wider than ``longest`` moves what follows it
    to the right.
    """
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        filled = (
            padded(cell, size if longest is None else min(longest, size)) for cell, size in zip(row, sizes, strict=True)
        )
        yield "  ".join(filled).rstrip()


def padded(cell: str, size: int) -> str:
    """A printable cell with spaces behind it, up to ``size`` columns."""
    return cell + " " * (size - width(cell))


def cut(text: str, size: int, mark: str = "…") -> str:
    """Printable text in at most ``size`` columns; ``mark`` stands for what is missing at its end."""
    if width(text) <= size:
        return text
    ends = zip(text, accumulate(map(width, text)), strict=True)
    kept = "".join(character for character, end in ends if end <= size - width(mark))
    return (kept + mark)[: max(size, 0)]


def fold(text: str, size: int | None, hang: str = "") -> Iterator[str]:
    """Printable text in lines of at most ``size`` columns, None for any, broken at spaces, within a word where there is
    no other way; all but the first start with ``hang``, which is shorter than a line.

    A line that comes to start with a command to what keeps the log is no command.
    """
    for line in [text] if size is None or width(text) <= size else _broken(text, size, hang):
        yield line if size is None else cut(inert(line), size, "")


def _broken(text: str, size: int, hang: str) -> Iterator[str]:
    line, start = "", True
    for word in text.split(" "):
        joined = word if start else f"{line} {word}"
        if width(joined) > size and line.strip() and width(hang + word) <= size:
            yield line.rstrip()
            joined = hang + word
        while width(joined) > size:
            piece = cut(joined, size, "") or joined[0]
            yield piece
            joined = hang + joined[len(piece) :]
        line, start = joined, False
    yield line


def paint(text: str, color: str | None, *, bold: bool = False) -> str:
    """Printable text in a color, None for text that stays as it is."""
    import click

    return click.style(text, fg=color, bold=bold or None) if color is not None or bold else text


def _shown(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _columns(character: str) -> int:
    if category(character) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1
