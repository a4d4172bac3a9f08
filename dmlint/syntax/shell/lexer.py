"""Cuts a script into commands, operators and keywords, in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.syntax.shell.heads import KEYWORDS, Heads
from dmlint.syntax.shell.layout import Loop, Redirect, ScriptLayout, ShellToken
from dmlint.syntax.shell.scan import ARITHMETIC, find_body, read_delimiter, skip_group, skip_word
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    import re

_BLANK = lazy_regex(r"(?:[ \t]|\\\n)+")
_REDIRECTION = lazy_regex(r"(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(?:<<<|<<-?|<>|<&|>&|>>|>\||<(?!\()|>(?!\())|&>>?")
_OPERATOR = lazy_regex(r";;&|;;|;&|;|&&|\|\||\|&|\||&|\(|\)")
_ARM_ENDS = frozenset({";;", ";&", ";;&"})
_PARENS = lazy_regex(r"\([ \t]*\)")


def lay_out(text: str) -> ScriptLayout:
    """The layout of a script whose lines end in LF."""
    reader = _Reader(text)
    reader.run()
    return reader.layout


class _Reader(Heads):
    """One pass over a script."""

    def run(self) -> None:
        while self.at < self.limit:
            if blank := _BLANK().match(self.text, self.at):
                self.at = blank.end()
            elif self.text[self.at] == "\n":
                self.newline()
            elif self.text[self.at] == "#":
                self.comment()
            elif match := _REDIRECTION().match(self.text, self.at):
                self.redirection(match)
            elif match := _OPERATOR().match(self.text, self.at):
                self.operator(match.group())
            else:
                self.word()
        self.close()
        if self.joining or self.pending:
            self.fault(self.limit, self.limit)

    def newline(self) -> None:
        self.close()
        if not self.joining and self.mode in {"", "in", "list"}:
            self.write(self.at, "\n")
        if self.mode == "list":
            self.mode = ""
        self.closed = False
        self.at += 1
        for start, delimiter in self.pending:
            body = self.at
            end, self.at = find_body(self.text, body, self.limit, delimiter)
            self.layout.bodies[start] = body, end
        self.pending = []

    def comment(self) -> None:
        end = self.text.find("\n", self.at)
        start, self.at = self.at, end if end >= 0 else self.limit
        if self.text.find("dmlint", start, self.at) >= 0:
            self.layout.comments.append((start, self.at))

    def redirection(self, match: re.Match[str]) -> None:
        start, operator = self.at, match.group()
        here = operator.endswith(("<<", "<<-"))
        found = read_delimiter(self.text, self.text.index("<<", start), self.limit) if here else None
        blank = _BLANK().match(self.text, match.end())
        target = blank.end() if blank else match.end()
        if found:
            delimiter, self.at = found
            self.pending.append((start, delimiter))
            token = ShellToken("redirect", start, self.at, Redirect(operator, target, self.at, delimiter))
        else:
            self.at, whole = skip_word(self.text, target, self.limit)
            if not whole or self.at == target:
                self.fault(start, self.at)
                self.at = max(self.at, match.end())
            token = ShellToken("redirect", start, self.at, Redirect(operator, min(target, self.at), self.at))
        # Behind fi, done or a bracket it redirects the whole compound and starts no command.
        if self.current or not (self.closed or self.mode):
            self.add(token)

    def word(self) -> None:
        start = self.at
        self.at, whole = skip_word(self.text, start, self.limit)
        if not whole:
            self.fault(start, self.at)
        token, raw = ShellToken("word", start, self.at), self.text[start : min(self.at, start + 9)]
        if self.mode == "in" and raw == "do":
            # "for x do" is right, but the grammar wants the line end that others write.
            self.layout.skeleton[2 * start - 1 : 2 * start] = b"\n"
            self.mode = ""
        elif self.mode == "called":
            self.mode = ""
        if self.mode:
            self.expected(token, raw)
        elif not self.current and raw in KEYWORDS:
            self.keyword(start, raw)
        elif not self.current and raw == "[[":
            self.test(start)
        else:
            self.add(token)

    def test(self, start: int) -> None:
        """Take all of ``[[ … ]]``: its operators are no shell operators."""
        while self.at < self.limit:
            end, _ = skip_word(self.text, self.at, self.limit)
            if self.text[self.at : end] == "]]":
                self.at = end
                break
            self.at = max(end, self.at + 1)
        else:
            self.fault(start, self.limit)
        self.add(ShellToken("test", start, self.at))

    def arithmetic_end(self) -> int:
        """Where the ``((`` here ends, 0 if it opens two subshells."""
        if self.arithmetic <= 0:
            return 0
        inner, _ = skip_group(self.text, self.at + 2, self.limit, ARITHMETIC)
        self.arithmetic -= inner - self.at
        return inner + 1 if self.text.startswith(")", inner) else 0

    def operator(self, operator: str) -> None:
        start = self.at
        self.at += len(operator)
        if operator == "(":
            self.parenthesis(start)
        elif operator == ")":
            self.closing(start)
        elif self.mode == "pattern":
            self.pattern = (self.pattern or (start, start))[0], self.at
        elif operator in _ARM_ENDS and self.cases:
            self.close()
            self.write(start, ";;")
            self.mode, self.pattern, self.joining, self.closed = "pattern", None, False, False
        else:
            if operator in _ARM_ENDS:
                self.fault(start, self.at)
            self.separate(start, operator)

    def parenthesis(self, start: int) -> None:
        parens = _PARENS().match(self.text, start)
        if self.mode == "pattern":
            return
        if self.mode == "called" and parens:
            self.at, self.mode = parens.end(), ""
        elif self.mode == "name" and self.text.startswith("((", start):
            self.at = start
            self.at = max(self.arithmetic_end(), start + 2)
            self.layout.loops[self.opening] = Loop(counts=True)
            self.fill(start, self.at)
            self.mode = "in"
        elif parens and len(self.current) == 1 and self.current[0].kind == "word":
            self.function(parens.end())
        elif self.current or self.closed:
            self.fault(start, self.at)
            self.separate(start, ";")
        else:
            self.open(start)

    def open(self, start: int) -> None:
        """``((`` as a test, or a subshell."""
        self.at = start
        end = self.arithmetic_end() if self.text.startswith("((", start) else 0
        if end:
            self.at = end
            self.add(ShellToken("test", start, end))
            return
        self.begin(start)
        self.write(start, "(")
        self.at = start + 1
        self.depth += 1
