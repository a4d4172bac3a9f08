"""Logical lines of a requirements file, cut, joined and freed of comments as pip does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.requirements.pep508 import dependency, read_plain
from dmlint.requirements.pip_location import ARCHIVE
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Dependency, Role
    from dmlint.text.source import Source


_HASHES = lazy_regex(r"(?: +--hash[= ]sha(?:256|384|512):[0-9A-Za-z]+)+ *")


def read_plain_line(
    source: Source, stretches: list[tuple[int, int]], where: str, role: Role
) -> list[Dependency] | None:
    """What a logical line asks for (nothing, or one dependency), None for one that has to be read at leisure."""
    start, end = stretches[0]
    first = source.text[start:end]
    line = first if len(stretches) == 1 else "".join(source.text[a:b] for a, b in stretches)
    comment = COMMENT().search(line) if "#" in line else None
    if comment is not None:
        if "dmlint" in line:
            return None
        line = line[: comment.start()]
    options = line.find(" -")
    if options >= 0 and not _HASHES().fullmatch(line, options):
        return None
    bare = (line if options < 0 else line[:options]).strip()
    if not bare:
        return [] if options < 0 else None
    # What ends like a file is one for pip, though its name would do as a project's.
    parts = read_plain(bare) if not ARCHIVE().fullmatch(bare) else None
    at = first.find(bare) if parts else -1
    if parts is None or at < 0:
        return None
    return [dependency(parts, source.span(start + at, start + at + len(bare)), where, role)]


# pip's `(^|\s+)#.*$`, written so that a long run of blanks costs no more than its length.
COMMENT = lazy_regex(r"(?<!\S)#")
_VARIABLE = lazy_regex(r"\$\{[A-Z0-9_]+\}")


def logical_lines(text: str) -> Iterator[list[tuple[int, int]]]:
    """The stretches of text (start and end offsets) that make up each logical line, the backslashes at their ends
    left out.

    Lines end where ``str.splitlines`` ends them, as in pip: also at a form feed or U+2028. A comment line ends a
    continuation and stands by itself.
    """
    at = 0
    joined: list[tuple[int, int]] = []
    for line, whole in zip(text.splitlines(), text.splitlines(keepends=True), strict=True):
        start, at = at, at + len(whole)
        continues = line.endswith("\\")
        if (joined or continues) and line.lstrip().startswith("#"):
            if joined:
                yield joined
            joined = []
            yield [(start, start + len(line))]
        elif continues:
            # pip takes the backslashes from both ends of the line.
            inner = start + len(line) - len(line.lstrip("\\"))
            joined.append((inner, max(inner, start + len(line.rstrip("\\")))))
        else:
            yield [*joined, (start, start + len(line))]
            joined = []
    if joined:
        yield joined


def read_line(source: Source, stretches: list[tuple[int, int]]) -> tuple[Traced, Traced]:
    """The content of a logical line, without blanks around it, and its comment from the ``#`` on; either may be
    empty.
    """
    line = Traced(tuple(Piece(source.text[a:b], source.span(a, b)) for a, b in stretches if b > a))
    match = COMMENT().search(line.text)
    end = match.start() if match else len(line)
    return line.slice(0, end).strip(), line.slice(end)


def mark_variables(line: Traced) -> Traced:
    """The same with each reference to an environment variable as one piece of its own, whose value is not known.

    What pip would put there depends on the machine that it runs on.
    """
    pieces: list[Piece] = []
    at = 0
    for match in _VARIABLE().finditer(line.text):
        pieces += line.slice(at, match.start()).pieces
        reference = line.slice(*match.span()).pieces
        written = reference[0].span.source.span(reference[0].span.start, reference[-1].span.end)
        pieces.append(Piece(match[0], written, known=False))
        at = match.end()
    return Traced((*pieces, *line.slice(at).pieces)) if pieces else line
