"""The text of a Dockerfile as logical lines: continuations joined, comments set apart, here-documents as BuildKit finds
them.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.text.source import Source, Span

# A word of the line with its quotes and escapes: blanks may stand between ``<<`` and the delimiter. The
# expansions that BuildKit knows are a part of the word; one that it does not know makes it see no here-document.
_NAME = r"(?:\d+|[@*#?$!-]|\w+)"
_TOKEN = lazy_regex(
    rf"""(?P<blank>\s+)
    | <<[\t\r ]* | \\(?s:.)? | '[^']*' | "[^"\\]*(?:\\(?s:.)[^"\\]*)*"
    | \$\{{{_NAME}(?:\}}|(?::[-+?]|[-+?\#%/])[^}}]*\}})
    | \$(?!\{{) | [^\s\\'"$<]+ | <""",
    re.VERBOSE,
)
_MARKER = lazy_regex(r"(\d*)<<(-?)(\s*)([^<]+)", re.ASCII)
_QUOTED = lazy_regex(r"\\((?s:.)?)|'([^']*)'|\"((?:[^\"\\]|\\(?s:.))*)\"")


class Marker(Struct, frozen=True, kw_only=True):
    """``<<-"EOF"``: ``name`` is the delimiter without quotes, ``literal`` says that it had some, ``chomps`` that
    leading tabs go, ``doubtful`` that blanks stand before the delimiter, as in the arithmetic shift ``1 << 2``.
    """

    name: str
    literal: bool
    chomps: bool
    doubtful: bool


def find_markers(line: str) -> tuple[Marker, ...]:
    """The here-documents that a line announces, in order; none if its quotes do not match, like BuildKit."""
    words = _split(line)
    return tuple(marker for word in words or () if (marker := read_marker(word)) is not None)


def read_marker(word: str) -> Marker | None:
    """Read one word (``<<EOF``, ``3<<-'E'``), None if it is no here-document."""
    match = _MARKER().fullmatch(word)
    if match is None:
        return None
    name = _QUOTED().sub(lambda quoted: quoted[1] or quoted[2] or quoted[3] or "", match[4])
    if not name:
        return None
    literal = "'" in match[4] or '"' in match[4]
    return Marker(name=name, literal=literal, chomps=bool(match[2]), doubtful=bool(match[3]))


def _split(line: str) -> list[str] | None:
    words: list[str] = []
    word: list[str] = []
    for token in _tokens(line):
        if token is None:
            return None
        if token["blank"] is None:
            word.append(token[0])
        elif word:
            words.append("".join(word))
            word = []
    return [*words, "".join(word)]


def _tokens(line: str) -> Iterator[re.Match[str] | None]:
    """The tokens one after the other; None, and no more, where none fits."""
    at = 0
    while at < len(line):
        token = _TOKEN().match(line, at)
        yield token
        at = len(line) if token is None else token.end()


SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""White space to BuildKit (Go's unicode.IsSpace): not the separators U+001C to U+001F, unlike ``str.isspace``."""

LONGEST_LINE = 65535
"""Bytes; a longer line stops BuildKit's scanner (bufio.MaxScanTokenSize)."""

_DIRECTIVE = lazy_regex(r"#[\t\n\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.*[^\t\n\f\r ])[\t\n\f\r ]*")
_DIRECTIVES = frozenset({"syntax", "escape", "check"})
_FRONTENDS = frozenset({"dockerfile", "dockerfile-upstream"})
_TAKES_HEREDOC = lazy_regex(r"\s*(?:onbuild\s+)?(?:run|copy|add)\s", re.IGNORECASE)
_TABS = lazy_regex(r"\t+")


class Heredoc(Struct, frozen=True, kw_only=True):
    """A here-document: ``body`` are its lines without the delimiter's, tabs removed where ``<<-`` says so."""

    marker: Marker
    body: Traced


class LogicalLine(Struct, frozen=True, kw_only=True):
    """One instruction: ``text`` without line ends, continuation marks, comments and empty lines, ``stop`` the offset
    where the next may start.
    """

    text: Traced
    start: int
    stop: int
    heredocs: tuple[Heredoc, ...] = ()


class DockerfileText(Struct, frozen=True, kw_only=True):
    """A whole file; ``comments`` are those that mention dmlint, ``escape`` is the escape character, ``frontend`` what
    ``# syntax=`` names where that is another than Docker's own.
    """

    lines: tuple[LogicalLine, ...]
    escape: str
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]
    frontend: Span | None = None


def split_lines(source: Source) -> DockerfileText:
    """Split a source into logical lines, as BuildKit's parser does."""
    return _Splitter(source).split()


def _is_foreign(image: str) -> bool:
    """Whether an image (``docker/dockerfile:1``, a copy of it in another registry) is another frontend."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return name not in _FRONTENDS


class _Splitter:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.escape = "\\"
        self.frontend: Span | None = None
        self.comments: list[Span] = []
        self.problems: list[Problem] = []

    def split(self) -> DockerfileText:
        lines: list[LogicalLine] = []
        self._read_directives()
        while (first := self._next(self.at)) is not None:
            start, end, self.at = first
            start += self._indent(start, end)
            if not self._is_comment(start, end) and start < end:
                lines.append(self._logical(start, end))
        self._check_length()
        return DockerfileText(
            lines=tuple(lines),
            escape=self.escape,
            comments=tuple(self.comments),
            problems=tuple(self.problems),
            frontend=self.frontend,
        )

    def _next(self, at: int) -> tuple[int, int, int] | None:
        """The physical line at an offset: its start, its end without line end, the start of the next."""
        if at >= len(self.text):
            return None
        found = self.text.find("\n", at)
        end = after = len(self.text)
        if found >= 0:
            end, after = found, found + 1
        while end > at and self.text[end - 1] == "\r":
            end -= 1
        return at, end, after

    def _indent(self, start: int, end: int) -> int:
        line = self.text[start:end]
        return len(line) - len(line.lstrip(SPACE))

    def _is_comment(self, start: int, end: int) -> bool:
        """Whether a line, its indent left out, is a comment; those that mention dmlint are kept."""
        if not self.text.startswith("#", start):
            return False
        if self.text.find("dmlint", start, end) >= 0:
            self.comments.append(self.source.span(start, end))
        return True

    def _read_directives(self) -> None:
        """Parser directives are the comments ``# key=value`` at the very top, each key once."""
        seen: set[str] = set()
        while (line := self._next(self.at)) is not None:
            start = line[0] + self._indent(line[0], line[1])
            match = _DIRECTIVE().fullmatch(self.text, start, line[1])
            key = match[1].lower() if match else ""
            if match is None or key not in _DIRECTIVES:
                return
            self.at = line[2]
            if key in seen:
                self._refuse(start, line[1], f"only one {key} parser directive can be used")
            elif key == "escape" and match[2] not in ("\\", "`"):
                self._refuse(start, line[1], f"the escape character is '{match[2]}', but only \\ and ` can be used")
            elif key == "escape":
                self.escape = match[2]
            elif key == "syntax" and _is_foreign(match[2]):
                self.frontend = self.source.span(*match.span(2))
            seen.add(key)

    def _logical(self, start: int, end: int) -> LogicalLine:
        ranges: list[tuple[int, int]] = []
        line: tuple[int, int] | None = (start, end)
        while line is not None:
            kept = self._continued(*line)
            ranges.append((line[0], line[1] if kept is None else kept))
            line = None if kept is None else self._next_continuation()
        text = Traced(tuple(Piece(self.text[a:b], self.source.span(a, b)) for a, b in ranges if b > a))
        heredocs = self._heredocs(text, start) if _TAKES_HEREDOC().match(text.text) else ()
        return LogicalLine(text=text, start=start, stop=self.at, heredocs=heredocs)

    def _continued(self, start: int, end: int) -> int | None:
        """Where the text of a line ends that goes on in the next line, None if it does not."""
        bare = self.text[start:end].rstrip(" \t")
        goes_on = bare.endswith(self.escape) and not bare.endswith(self.escape * 2)
        return start + len(bare) - 1 if goes_on else None

    def _next_continuation(self) -> tuple[int, int] | None:
        while (line := self._next(self.at)) is not None:
            start, end, self.at = line
            indent = self._indent(start, end)
            if not self._is_comment(start + indent, end) and start + indent < end:
                return start, end
        return None

    def _heredocs(self, text: Traced, start: int) -> tuple[Heredoc, ...]:
        found: list[Heredoc] = []
        markers = find_markers(text.text) if "<<" in text.text else ()
        for marker in markers:
            if marker.doubtful and self._last_lines.get(marker.name, -1) < self.at:
                continue
            begin, end = self.at, self._find_end(marker)
            body = self._body(begin, self.at if end is None else end, chomps=marker.chomps)
            found.append(Heredoc(marker=marker, body=body))
            if end is None:
                self._refuse(start, text.pieces[-1].span.end, f"the here-document '{marker.name}' has no end")
                break
        return tuple(found)

    @cached_property
    def _last_lines(self) -> dict[str, int]:
        """Where each line of the file stands last: asking it first keeps ``1 << 2`` from costing a search."""
        lines = zip(self.text.split("\n"), self.source.line_starts, strict=True)
        return {line.rstrip("\r"): start for line, start in lines}

    def _find_end(self, marker: Marker) -> int | None:
        """Go past the delimiter, and say where its line starts."""
        while (line := self._next(self.at)) is not None:
            start, end, self.at = line
            if end - start >= len(marker.name):
                found = self.text[start:end]
                if (found.lstrip("\t") if marker.chomps else found) == marker.name:
                    return start
        return None

    def _body(self, start: int, end: int, *, chomps: bool) -> Traced:
        pieces: list[Piece] = []
        while start < end:
            tabs = _TABS().match(self.text, start) if chomps else None
            stop = self.text.find("\n", start, end) + 1 if chomps else end
            begin, start = tabs.end() if tabs else start, stop or end
            if begin < start:
                pieces.append(Piece(self.text[begin:start], self.source.span(begin, start)))
        return Traced(tuple(pieces))

    def _check_length(self) -> None:
        starts = (*self.source.line_starts, len(self.text) + 1)
        for start, after in pairwise(starts):
            # A character has four bytes at most: a short line need not be encoded.
            if (after - start) * 4 <= LONGEST_LINE:
                continue
            if len(self.text[start : after - 1].encode(errors="replace")) > LONGEST_LINE:
                message = f"the line is longer than {LONGEST_LINE} bytes, where Docker's reader gives up"
                self.problems.append(
                    Problem(kind=ProblemKind.UNREADABLE, span=self.source.span(start, start), message=message)
                )
                return

    def _refuse(self, start: int, end: int, message: str) -> None:
        span = self.source.span(start, end)
        self.problems.append(Problem(kind=ProblemKind.UNREADABLE, span=span, message=message))
