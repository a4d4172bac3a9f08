"""The table in a page of the repository's own: whether it still says what the code says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.discovery.repository import UnreadFileError, read_own
from dmlint.text.problems import DmlintError, cause_of
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

START, END = "<!-- dmlint:matrix:start -->", "<!-- dmlint:matrix:end -->"
_BAR = lazy_regex(r"(?<!\\)\|")
_RULE = lazy_regex(r":?-+:?")


class PageError(DmlintError):
    """A page in which no table can be found."""


def compare(path: Path, wanted: Iterable[str]) -> Iterator[str]:
    """The rows by which the table in a page differs from the lines of the wanted one: ``- row`` for one that is there
    and should not be, ``+ row`` for one that is missing. Alignment and white space make no difference.

    Raises PageError where the page cannot be read or has no place for the table.
    """
    there = [cells for line in _between(path) if (cells := _cells(line))]
    here = [cells for line in wanted if (cells := _cells(line))]
    old, new = set(there), set(here)
    yield from (f"- {_shown(row)}" for row in there if row not in new)
    yield from (f"+ {_shown(row)}" for row in here if row not in old)
    if [row for row in there if row in new] != [row for row in here if row in old]:
        yield "  the rows stand in another order, or twice"


def _between(path: Path) -> list[str]:
    try:
        text = read_own(path).decode("utf-8-sig")
    except UnreadFileError as error:
        raise PageError(f"{path} is not read: {error}") from error
    except OSError as error:
        raise PageError(f"cannot read {path}: {cause_of(error)}") from error
    except UnicodeDecodeError:
        raise PageError(f"cannot read {path}: it is not UTF-8") from None
    _, start, rest = text.partition(START)
    table, end, _ = rest.partition(END)
    if not start or not end:
        raise PageError(f"{path} has no lines {START} and {END}, between which the table stands")
    return table.split("\n")


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a row; none for a line that is no row, or the one below the header."""
    cells = tuple(cell.strip() for cell in _BAR().split(line.strip().strip("|")))
    return () if all(not cell or _RULE().fullmatch(cell) for cell in cells) else cells


def _shown(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
