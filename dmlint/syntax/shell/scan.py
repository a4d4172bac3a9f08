"""Where a shell word, a quotation, an expansion or a here-document ends: one pass, no recursion."""

from __future__ import annotations

import re
from typing import NamedTuple

from dmlint.text.regex import lazy_regex

WORD, DOUBLE, PAREN, ARITHMETIC, BRACE, BACKTICK = "word", '"', "(", "((", "{", "`"

_NEXT = {
    WORD: lazy_regex(r"[\\'\"$`() \t\n;|&<>]"),
    DOUBLE: lazy_regex(r"[\\\"$`]"),
    PAREN: lazy_regex(r"[\\'\"$`()#<\n]"),
    ARITHMETIC: lazy_regex(r"[\\'\"$`()]"),
    BRACE: lazy_regex(r"[\\'\"$`}]"),
    BACKTICK: lazy_regex(r"[\\`]"),
}
_CLOSER = {WORD: "", DOUBLE: '"', PAREN: ")", ARITHMETIC: ")", BRACE: "}", BACKTICK: "`"}
_ANSI = lazy_regex(r"\$'(?:[^'\\]|\\.)*'", re.DOTALL)
_ARRAY = lazy_regex(r"[A-Za-z_]\w*\+?=", re.ASCII)
_DELIMITER = lazy_regex(r"<<(?P<tabs>-?)[ \t]*(?P<word>(?:[^\s;|&()<>'\"\\]|'[^'\n]*'|\"[^\"\n]*\"|\\.)+)")


class Delimiter(NamedTuple):
    """What ends a here-document: the line, whether leading tabs are cut, whether its body is taken literally."""

    line: str
    tabs: bool
    literal: bool


def read_delimiter(text: str, start: int, limit: int) -> tuple[Delimiter, int] | None:
    """The delimiter of the here-document operator (``<<`` or ``<<-``) at ``start`` and where it ends."""
    match = _DELIMITER().match(text, start, limit)
    if match is None:
        return None
    word = match["word"]
    line = re.sub(r"['\"]|\\(?=.)", "", word)
    return Delimiter(line, bool(match["tabs"]), line != word), match.end()


def find_body(text: str, start: int, limit: int, delimiter: Delimiter) -> tuple[int, int]:
    """Where the body that starts at ``start`` ends, and where the line after its delimiter starts.

    A body without its delimiter ends with the script, as bash has it.
    """
    at = text.find(delimiter.line, start, limit)
    while at >= 0:
        end = at + len(delimiter.line)
        head = at
        while delimiter.tabs and head > start and text[head - 1] == "\t":
            head -= 1
        if (head == start or text[head - 1] == "\n") and text[end : end + 1] in ("", "\n") and end <= limit:
            return head, min(end + 1, limit)
        at = text.find(delimiter.line, max(end, at + 1), limit)
    return limit, limit


def skip_word(text: str, start: int, limit: int) -> tuple[int, bool]:
    """Where the word at ``start`` ends, and whether all that it opens is closed again."""
    return _Scan(text, start, limit, []).run()


def unclosed(text: str, start: int, limit: int) -> tuple[str, int]:
    """The innermost mark that the word at ``start`` opens and does not close (``$(`` for any bracket of a script), and
    where it stands.
    """
    scan = _Scan(text, start, limit, [])
    scan.run()
    return scan.opener()


def skip_group(text: str, start: int, limit: int, *opened: str) -> tuple[int, bool]:
    """Where the constructs ``opened`` right before ``start`` are all closed; ``limit`` and False if they are not."""
    return _Scan(text, start, limit, list(opened)).run()


class _Scan:
    """A walk over the text with a stack of what is open."""

    def __init__(self, text: str, start: int, limit: int, stack: list[str]) -> None:
        self.text, self.start, self.at, self.limit = text, start, start, limit
        self.stack = stack
        self.opened = [start] * len(stack)
        self.whole_group = bool(stack)
        self.pending: list[Delimiter] = []
        self.torn = ("", start)

    def push(self, mark: str, width: int) -> None:
        """Open a construct whose mark stands here."""
        self.stack.append(mark)
        self.opened.append(self.at)
        self.at += width

    def opener(self) -> tuple[str, int]:
        """The innermost mark that is open at the end, and where it stands."""
        if self.torn[0] or not self.stack:
            return self.torn
        mark, place = self.stack[-1], self.opened[-1]
        scripts = mark == PAREN and any(self.text[at] in "$<>" for at in self.opened)
        return ("$(" if scripts else mark), place

    def run(self) -> tuple[int, bool]:
        while self.at < self.limit:
            context = self.stack[-1] if self.stack else WORD
            match = _NEXT[context]().search(self.text, self.at, self.limit)
            if match is None:
                self.at = self.limit
                break
            self.at = match.start()
            if not self.step(context, match.group()):
                return self.at, True
            if self.whole_group and not self.stack:
                return self.at, True
        return min(self.at, self.limit), not self.stack and not self.torn[0]

    def step(self, context: str, char: str) -> bool:
        """Take one character that means something; False where the word ends before it."""
        if char == _CLOSER[context]:
            self.stack.pop()
            self.opened.pop()
            self.at += 1
        elif char == "\\":
            self.at += 2
        elif char == "'":
            self.quote(context)
        elif char in '"`':
            self.push(char, 1)
        elif char == "$":
            self.dollar(context)
        elif context == WORD:
            return self.boundary(char)
        else:
            self.inside(char)
        return True

    def quote(self, context: str) -> None:
        if context == BRACE and self.stack[-2:-1] == [DOUBLE]:
            self.at += 1
            return
        end = self.text.find("'", self.at + 1, self.limit)
        self.close_quote(end + 1 if end >= 0 else 0)

    def close_quote(self, end: int) -> None:
        """Go behind a quotation; past the limit where it is open, which ``run`` reports."""
        if not end:
            self.torn = ("'", self.at)
        self.at = end or self.limit + 1

    def dollar(self, context: str) -> None:
        rest = self.text[self.at + 1 : self.at + 3]
        if rest == "((":
            self.push(ARITHMETIC, 0)
            self.push(ARITHMETIC, 3)
        elif rest[:1] in {"(", "{"}:
            self.push(rest[0], 2)
        elif rest[:1] == "'" and context != DOUBLE:
            match = _ANSI().match(self.text, self.at, self.limit)
            self.close_quote(match.end() if match else 0)
        else:
            self.at += 1

    def boundary(self, char: str) -> bool:
        """A character that ends a word, unless it opens an array, an extended glob or a process substitution."""
        before = self.text[self.at - 1] if self.at > self.start else ""
        if char == "(":
            opens = before in {"?", "*", "+", "@", "!"} or (
                before == "=" and _ARRAY().fullmatch(self.text, self.start, self.at) is not None
            )
            width = 1
        else:
            opens = char in "<>" and self.text.startswith("(", self.at + 1)
            width = 2
        if opens:
            self.push(PAREN, width)
        return opens

    def inside(self, char: str) -> None:
        """A character inside parentheses: nested ones, comments and here-documents."""
        if char == "(":
            self.push(self.stack[-1], 1)
            return
        if char == "#" and self.text[self.at - 1] in " \t\n;(":
            end = self.text.find("\n", self.at, self.limit)
            self.at = end if end >= 0 else self.limit
            return
        if char == "<" and self.text.startswith("<<", self.at):
            self.here()
            return
        if char == "\n" and self.pending:
            self.at += 1
            for delimiter in self.pending:
                _, self.at = find_body(self.text, self.at, self.limit, delimiter)
            self.pending = []
            return
        self.at += 1

    def here(self) -> None:
        found = None if self.text.startswith("<<<", self.at) else read_delimiter(self.text, self.at, self.limit)
        if found is None:
            self.at += 3 if self.text.startswith("<<<", self.at) else 2
            return
        delimiter, self.at = found
        self.pending.append(delimiter)
