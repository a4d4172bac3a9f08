"""Cuts a script into words, redirections and operators, one at a time: what may come next hangs on the grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmlint.syntax.shell.scan import find_body, read_delimiter, skip_word, unclosed
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    import re

    from dmlint.syntax.shell.scan import Delimiter

_BLANK = lazy_regex(r"(?:[ \t]|\\\n)+")
_REDIRECTION = lazy_regex(r"(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(?:<<<|<<-?|<>|<&|>&|>>|>\||<(?!\()|>(?!\())|&>>?")
_OPERATOR = lazy_regex(r";;&|;;|;&|;|&&|\|\||\|&|\||&|\(|\)")
_PLAIN = lazy_regex(r"[^\\'\"$`() \t\n;|&<>]+(?=[ \t\n;|&)]|\Z)")
WORD, REDIRECT, NEWLINE, END = "word", "redirection", "newline", ""


class Token(NamedTuple):
    """``kind`` is ``WORD``, ``REDIRECT``, ``NEWLINE``, ``END``, or the operator itself; a redirection's target starts
    at ``target``.
    """

    kind: str
    start: int
    end: int
    operator: str = ""
    target: int = 0
    delimiter: Delimiter | None = None


class ShellSyntaxError(Exception):
    """The shell refuses the script at ``start:end``, and all of the rest if ``ends``; caught by the compiler."""

    def __init__(self, start: int, end: int, reason: str, *, ends: bool = False) -> None:
        super().__init__(reason)
        self.start, self.end, self.reason, self.ends = start, end, reason, ends


class Lexer:
    """The tokens of one script whose lines end in LF; ``marked`` tells the comments that are kept."""

    def __init__(self, text: str, mark: str) -> None:
        self.text, self.mark = text, mark
        self.at, self.limit, self.last = 0, len(text), 0
        self.bodies: dict[int, tuple[int, int]] = {}
        self.comments: list[tuple[int, int]] = []
        self._pending: list[tuple[int, Delimiter]] = []
        self._next: Token | None = None
        # How far "((" may be looked through for its end, all in all: nested ones would cost the square otherwise.
        self.arithmetic = 4 * len(text) + 10_000

    def peek(self) -> Token:
        """The next token, which stays the next one."""
        if self._next is None:
            self._next = self._read()
        return self._next

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        self._next, self.last = None, token.end
        return token

    def jump(self, at: int) -> None:
        """Go on from ``at``."""
        self._next, self.at, self.last = None, at, at

    def skip_blank(self) -> None:
        """Go past blanks and a comment."""
        if blank := _BLANK().match(self.text, self.at):
            self.at = blank.end()
        if self.text.startswith("#", self.at):
            end = self.text.find("\n", self.at)
            start, self.at = self.at, end if end >= 0 else self.limit
            if self.mark and self.text.find(self.mark, start, self.at) >= 0:
                self.comments.append((start, self.at))

    def _read(self) -> Token:
        self.skip_blank()
        start = self.at
        if start >= self.limit:
            self._take_bodies()
            return Token(END, self.limit, self.limit)
        if self.text[start] == "\n":
            self.at += 1
            self._take_bodies()
            return Token(NEWLINE, start, start + 1)
        if match := _PLAIN().match(self.text, start):
            self.at = match.end()
            return Token(WORD, start, self.at)
        if match := _REDIRECTION().match(self.text, start):
            return self._redirection(match)
        if match := _OPERATOR().match(self.text, start):
            self.at = match.end()
            return Token(match.group(), start, self.at)
        return Token(WORD, start, self._word(start))

    def _word(self, start: int) -> int:
        self.at, whole = skip_word(self.text, start, self.limit)
        if not whole:
            raise self.open_end(start)
        if self.at == start:
            raise ShellSyntaxError(start, start + 1, f"unexpected {self.text[start]!r}")
        return self.at

    def open_end(self, start: int) -> ShellSyntaxError:
        """What the word at ``start`` opens and does not close."""
        mark, place = unclosed(self.text, start, self.limit)
        # The script in $(…) is read as one, up to the end; all else is looked for from where it opens.
        opening = self.limit if mark == "$(" else place
        return ShellSyntaxError(opening, min(opening + 1, self.limit), f"no end of {mark} is found", ends=True)

    def _redirection(self, match: re.Match[str]) -> Token:
        start, operator = match.start(), match.group()
        blank = _BLANK().match(self.text, match.end())
        target = blank.end() if blank else match.end()
        if operator.endswith(("<<", "<<-")):
            found = read_delimiter(self.text, self.text.index("<<", start), self.limit)
            if found is not None:
                delimiter, self.at = found
                self._pending.append((start, delimiter))
                return Token(REDIRECT, start, self.at, operator, target, delimiter)
        self.at = target
        end = skip_word(self.text, target, self.limit)[0]
        if end == target or self.text.startswith("#", target):
            raise ShellSyntaxError(target, min(target + 1, self.limit), f"{operator} needs a file")
        return Token(REDIRECT, start, self._word(target), operator, target)

    def _take_bodies(self) -> None:
        for start, delimiter in self._pending:
            body = self.at
            end, self.at = find_body(self.text, body, self.limit, delimiter)
            self.bodies[start] = body, end
        self._pending = []
