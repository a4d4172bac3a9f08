"""What the grammar asks for next: the heads of compound commands, and how statements begin and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.syntax.shell.layout import Loop, ScriptLayout, ShellToken
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.syntax.shell.scan import Delimiter

_BODY = lazy_regex(r"(?:[ \t\n]|\\\n|#[^\n]*\n)*(?:\(|(?:\{|if|for|while|until|case|select|\[\[)(?![^\s;()]))")
_OPENERS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "{"})
_CLOSERS = frozenset({"fi", "done", "esac", "}"})
_STARTERS = frozenset({"if", "while", "until", "{", "for", "select", "case"})
_MODES = {"for": "name", "select": "name", "case": "subject", "function": "function"}
KEYWORDS = _OPENERS | _CLOSERS | frozenset(_MODES) | {"!", "time"}
_TIME_OPTION = lazy_regex(r"[ \t]+-p(?=[ \t])")
_JOINING = frozenset({"&&", "||", "|", "|&"})


class Heads:
    """One pass over a script, as far as it knows what is open.

    ``mode`` is what the grammar asks for where that is no command: a loop's ``name``, ``in`` and ``list``, the
    ``subject`` of a ``case``, its ``in`` (``case``) and its ``pattern``, a ``function``'s name, and ``called`` for
    what is after that name.
    """

    def __init__(self, text: str) -> None:
        self.text, self.at, self.limit = text, 0, len(text)
        self.layout = ScriptLayout(bytearray(b" ") * (2 * len(text)))
        self.current: list[ShellToken] = []
        self.pending: list[tuple[int, Delimiter]] = []
        self.mode = ""
        self.opening = self.listing = 0
        self.words: list[ShellToken] = []
        self.pattern: tuple[int, int] | None = None
        self.closed = self.joining = self.negate = False
        self.depth = self.cases = 0
        # How far "((" may be looked through for its end, all in all: nested ones would cost the square otherwise.
        self.arithmetic = 4 * len(text) + 10_000

    def write(self, start: int, marks: str) -> None:
        """Draw on the skeleton."""
        self.layout.skeleton[2 * start : 2 * start + len(marks)] = marks.encode("ascii")

    def fill(self, start: int, end: int) -> None:
        """Something without structure stands here."""
        self.write(start, "x" * (2 * (end - start) - 1))

    def fault(self, start: int, end: int) -> None:
        """Something is not well-formed here."""
        self.layout.faults.append((start, end))

    def begin(self, start: int) -> None:
        """A statement starts here."""
        if self.negate:
            self.layout.negated.add(start)
        self.negate = self.joining = self.closed = False

    def close(self) -> None:
        """The simple command, if there is one, is complete."""
        if self.current:
            start, end = self.current[0].start, self.current[-1].end
            self.fill(start, end)
            self.layout.commands[start] = self.current
            self.closed = True
            self.current = []

    def add(self, token: ShellToken) -> None:
        """A part of a simple command."""
        if not self.current:
            self.begin(token.start)
        self.current.append(token)

    def expected(self, token: ShellToken, raw: str) -> None:
        """A word that is no command: part of the head of a for, case or function."""
        start, end = token.start, token.end
        if self.mode == "pattern" and not (raw == "esac" and self.pattern is None):
            self.pattern = (self.pattern or (start, start))[0], token.end
        elif self.mode == "pattern":
            self.cases -= 1
            self.keyword(start, raw)
        elif self.mode == "name":
            self.layout.loops[self.opening] = Loop(self.text[start : token.end])
            self.fill(start, end)
            self.mode = "in"
        elif self.mode == "list":
            if not self.words:
                self.write(self.listing, "in")
            self.fill(start, end)
            self.words.append(token)
        elif self.mode in {"subject", "function"}:
            self.fill(start, end)
            self.mode = "case" if self.mode == "subject" else "called"
        elif raw == "in" and self.mode == "case":
            self.write(start, raw)
            self.cases += 1
            self.mode, self.pattern = "pattern", None
        elif raw == "in":
            # Without words behind it, "in" is no part of the skeleton: the grammar refuses an empty list.
            self.listing, self.mode = start, "list"
            self.words = self.layout.loops[self.opening].words = []
        else:
            self.fault(start, end)
            self.mode = ""

    def keyword(self, start: int, raw: str) -> None:
        """A reserved word where a command may stand."""
        if raw == "!":
            self.negate = not self.negate
            return
        if raw == "time":
            option = _TIME_OPTION().match(self.text, self.at)
            self.at = option.end() if option else self.at
            return
        if raw in _STARTERS:
            self.begin(start)
        self.write(start, raw)
        self.joining, self.closed = False, raw in _CLOSERS
        if raw in _MODES:
            self.mode, self.opening = _MODES[raw], start
        elif raw in _CLOSERS:
            self.mode = ""

    def separate(self, start: int, operator: str) -> None:
        """``;``, ``&&`` and their like between two statements."""
        self.close()
        if self.closed or self.mode in {"in", "list"}:
            self.write(start, ";")
            self.layout.operators[start] = operator
            self.joining = operator in _JOINING
        else:
            self.fault(start, self.at)
        if self.mode == "list":
            self.mode = ""
        self.closed = False

    def function(self, end: int) -> None:
        """``NAME ()``, which must be followed by a compound command."""
        (name,), self.current = self.current, []
        self.fill(name.start, name.end)
        if _BODY().match(self.text, end):
            self.write(end - 2, "()")
            self.joining = True
        else:
            self.fault(name.start, end)
            self.write(end - 1, ";")
        self.at = end

    def closing(self, start: int) -> None:
        """A closing bracket: of a pattern, a subshell, or of nothing."""
        if self.mode == "pattern":
            if self.pattern is None:
                self.fault(start, self.at)
                self.layout.skeleton[2 * start - 1 : 2 * start] = b"x"
            else:
                self.fill(*self.pattern)
            self.write(start, ")")
            self.mode, self.pattern = "", None
        elif self.depth:
            self.close()
            self.write(start, ")")
            self.depth -= 1
            self.closed = True
        else:
            self.fault(start, self.at)
            self.close()
            self.separate(start, ";")
