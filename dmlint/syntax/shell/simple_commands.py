"""Compiles what holds no other commands: simple commands, redirections, ``[[ … ]]`` and ``(( … ))``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.syntax.shell.atoms import Quoting
from dmlint.syntax.shell.lexer import END, NEWLINE, REDIRECT, WORD, Lexer, ShellSyntaxError, Token
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.program import (
    AssignmentForm,
    HereDocument,
    Literal,
    Question,
    RedirectForm,
    Simple,
    Template,
    Test,
)
from dmlint.syntax.shell.scan import ARITHMETIC, skip_group, skip_word
from dmlint.syntax.shell.templates import WordCompiler
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dmlint.syntax.shell.program import Part, Program, Statement
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})
ANYTHING = ""
"""Stands among the names that a program looks up where it may look up any."""

_READS = {
    **dict.fromkeys(("shift", "set", "source", ".", "getopts"), "@"),
    **dict.fromkeys(("eval", "env", "printenv", "compgen"), ANYTHING),
    "cd": "HOME",
}
_ASSIGNMENT = lazy_regex(r"([A-Za-z_]\w*)(\[[^\]]*\])?(\+?)=", re.ASCII)
_GAP = lazy_regex(r"(?:[ \t\n]|\\\n|#[^\n]*)+")
_SPACE = lazy_regex(r"(?:[ \t\n]|\\\n)+")
_UNARY = lazy_regex(r"-[a-hknoprstuvwxzGLNORS]")
_BINARY = frozenset({"=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"})
_DEEPEST = 30


class CommandCompiler:
    """Compiles simple commands at the tokens of one script."""

    def __init__(self, passage: Passage, lexer: Lexer) -> None:
        self.passage, self.text, self.lexer = passage, passage.text, lexer
        self.words = WordCompiler(passage, self.inner, self.say_deep)
        self._documents: list[tuple[int, HereDocument]] = []

    if TYPE_CHECKING:
        # What compiles more than one command is the grammar's.
        inner: Callable[[Passage, bool], Program]
        say_deep: Callable[[Span], None]

    def span(self, start: int, end: int) -> Span:
        """Where ``start:end`` is written."""
        return self.passage.written(start, end)

    def since(self, token: Token) -> Span:
        """All from a token to the last one that was taken."""
        return self.span(token.start, self.lexer.last)

    def next_word(self) -> str:
        """The next word as it is written, nothing where none comes next."""
        token = self.lexer.peek()
        return self.text[token.start : token.end] if token.kind == WORD else ""

    def keyword(self, *words: str) -> str:
        """Take one of these words, which must come next."""
        token = self.lexer.peek()
        word = self.next_word()
        if word not in words:
            raise self.unexpected(token)
        self.lexer.take()
        return word

    def skip_newlines(self) -> None:
        """Go past line ends."""
        while self.lexer.peek().kind == NEWLINE:
            self.lexer.take()

    def unexpected(self, token: Token) -> ShellSyntaxError:
        """A token that cannot stand where it does."""
        said = {NEWLINE: "end of a line", END: "end of the script"}.get(token.kind)
        return ShellSyntaxError(
            token.start, token.end, f"unexpected {said or repr(self.text[token.start : token.end])}"
        )

    def simple(self, first: Token) -> Statement:
        """A simple command, whose first token is taken."""
        before, self.words.reads = self.words.reads, set()
        items: list[AssignmentForm | Template | RedirectForm] = []
        program, token, touched = "", first, -1
        while True:
            if token.kind == REDIRECT:
                items.append(self.redirect(token, attached=touched == token.start))
            else:
                form = self.assignment(token) if not program or program in DECLARING else None
                items.append(form or self.words.template(token.start, token.end))
                if form is None:
                    program = program or self.text[token.start : token.end]
            touched = token.end if program else -1
            if self.lexer.peek().kind not in {WORD, REDIRECT}:
                break
            token = self.lexer.take()
        if program in _READS:
            self.words.reads.add(_READS[program])
        if program in DECLARING:
            self.words.reads.update(name for item in items if isinstance(item, Template) for name in _names(item))
        names = frozenset(self.words.reads)
        self.words.reads |= before
        return Simple(span=self.since(first), items=tuple(items), names=names)

    def assignment(self, token: Token) -> AssignmentForm | None:
        """``name=value``, None for any other word."""
        match = _ASSIGNMENT().match(self.text, token.start, token.end)
        if match is None:
            return None
        value: Template | tuple[Template, ...] | None = None
        if match[2] is not None:
            self.words.name(*match.span(2))
            self.words.template(match.end(), token.end)
        elif self.text.startswith("(", match.end()):
            value = self.array(match.end() + 1, token.end - 1)
        else:
            value = self.words.template(match.end(), token.end)
        if match[3]:
            self.words.reads.add(match[1])
        return AssignmentForm(
            span=self.span(token.start, token.end),
            head=self.passage.traced.slice(match.start(), match.end()),
            name=match[1],
            appends=bool(match[3]),
            value=value,
        )

    def array(self, start: int, end: int) -> tuple[Template, ...] | None:
        """The elements of ``(a b c)``; None where they have keys."""
        places = list(_elements(self.text, start, end))
        if any(self.text.startswith("[", first) for first, _ in places):
            return None
        return tuple(self.words.template(first, last) for first, last in places)

    def redirect(self, token: Token, *, attached: bool) -> RedirectForm:
        """A redirection, whose here-document follows later."""
        span = self.span(token.start, token.end)
        if token.delimiter is None:
            target = self.words.template(token.target, token.end)
            return RedirectForm(operator=token.operator, span=span, target=target, attached=attached)
        document = HereDocument(token.delimiter.literal, token.delimiter.tabs)
        self._documents.append((token.start, document))
        parts = (Literal(self.passage.traced.slice(token.target, token.end), quoted=True),)
        target = Template(span=self.span(token.target, token.end), parts=parts, words=(parts,))
        return RedirectForm(operator=token.operator, span=span, target=target, document=document, attached=attached)

    def fill_documents(self) -> None:
        """Compile the here-documents, which are all found now."""
        for start, document in self._documents:
            place = self.lexer.bodies.get(start, (0, 0))
            body = self.passage.traced.slice(*place)
            if document.tabs:
                lines = [match.span() for match in re.finditer(r"(?<![^\n])\t*([^\n]*\n?)", body.text)]
                body = join(body.slice(end - len(body.text[at:end].lstrip("\t")), end) for at, end in lines)
            document.parts = (Literal(body, quoted=True),) if document.literal else self._expanded(body, place)

    def _expanded(self, body: Traced, place: tuple[int, int]) -> tuple[Part, ...]:
        inner = WordCompiler(Passage(body, self.span(*place)), self.inner, self.say_deep)
        parts = inner.text(0, len(inner.passage.text), Quoting.HERE)
        self.words.reads |= inner.reads
        return parts

    def arithmetic_end(self, start: int) -> int:
        """Where the ``((`` here ends, 0 if it opens two subshells."""
        if not self.text.startswith("((", start) or self.lexer.arithmetic <= 0:
            return 0
        inner, _ = skip_group(self.text, start + 2, self.lexer.limit, ARITHMETIC)
        self.lexer.arithmetic -= inner - start
        return inner + 1 if self.text.startswith(")", inner) else 0

    def arithmetic(self, start: int, end: int) -> Statement:
        """``(( … ))`` as a command."""
        before, self.words.reads = self.words.reads, set()
        parts = self.words.text(start + 2, end - 2)
        self.words.name(start, end)
        names = frozenset(self.words.reads)
        self.words.reads |= before
        inner = self.text[start + 2 : end - 2]
        return Test(span=self.span(start, end), arithmetic=inner, parts=parts, names=names)

    def test(self, token: Token) -> Statement:
        """``[[ … ]]``, whose operators are no shell operators."""
        before, self.words.reads = self.words.reads, set()
        self.lexer.jump(token.end)
        question = self.either(0)
        end = self.operand()
        if self.text[slice(*end)] != "]]":
            raise ShellSyntaxError(*end, f"unexpected {self.text[slice(*end)]!r} in [[")
        self.lexer.jump(end[1])
        names = frozenset(self.words.reads)
        self.words.reads |= before
        return Test(span=self.span(token.start, end[1]), question=question, names=names)

    def operand(self) -> tuple[int, int]:
        """The next word or operator inside of ``[[``, which stays the next one."""
        at = self.lexer.at
        if space := _SPACE().match(self.text, at):
            at = space.end()
        self.lexer.at = at
        if at >= self.lexer.limit:
            raise ShellSyntaxError(self.lexer.limit, self.lexer.limit, "no end of [[ is found", ends=True)
        end, whole = skip_word(self.text, at, self.lexer.limit)
        if not whole:
            raise self.lexer.open_end(at)
        width = 2 if self.text.startswith(("&&", "||"), at) else 1
        return at, end if end > at else at + width

    def take(self, *expected: str) -> str:
        """Take the next word or operator if it is one of these."""
        start, end = self.operand()
        found = self.text[start:end]
        if found not in expected:
            return ""
        self.lexer.at = end
        return found

    def either(self, depth: int) -> Question:
        """Questions joined by ``||``."""
        made = self.both(depth)
        while self.take("||"):
            made = Question("||", (made, self.both(depth)))
        return made

    def both(self, depth: int) -> Question:
        """Questions joined by ``&&``."""
        made = self.single(depth)
        while self.take("&&"):
            made = Question("&&", (made, self.single(depth)))
        return made

    def single(self, depth: int) -> Question:
        """One question."""
        if depth > _DEEPEST:
            raise ShellSyntaxError(*self.operand(), "[[ nests too deeply")
        if self.take("!"):
            return Question("!", (self.single(depth + 1),))
        if self.take("("):
            made = self.either(depth + 1)
            if not self.take(")"):
                raise self.stray()
            return made
        start, end = self.operand()
        first = self.text[start:end]
        if first in {"]]", ")", "&&", "||", "<", ">", "|", "&", ";"}:
            raise self.stray()
        self.lexer.at = end
        after = self.text[slice(*self.operand())]
        if _UNARY().fullmatch(first) and after not in {"]]", "&&", "||", ")"} and after not in _BINARY:
            return Question(first, (self.word(),))
        word = self.words.template(start, end)
        if after in {"]]", "&&", "||", ")"}:
            return Question("-n", (word,))
        if after not in _BINARY:
            raise ShellSyntaxError(*self.operand(), "conditional binary operator expected")
        self.take(after)
        return Question(after, (word, self.regex() if after == "=~" else self.word()))

    def stray(self) -> ShellSyntaxError:
        """What cannot stand next inside of ``[[``."""
        start, end = self.operand()
        return ShellSyntaxError(start, end, f"unexpected {self.text[start:end]!r} in [[")

    def word(self) -> Template:
        """The next word inside of ``[[``."""
        start, end = self.operand()
        if self.text[start:end] in {"]]", ")", "(", "&&", "||"}:
            raise self.stray()
        self.lexer.at = end
        return self.words.template(start, end)

    def regex(self) -> Template:
        """A regular expression, whose brackets and bars are its own."""
        start, end = self.operand()
        depth = 0
        at = start
        while at < self.lexer.limit and (depth or self.text[at] not in " \t\n"):
            depth += (self.text[at] == "(") - (self.text[at] == ")")
            stop = skip_word(self.text, at, self.lexer.limit)[0]
            at = max(stop, at + 1)
        if self.text[start:at] == "]]":
            raise self.stray()
        self.lexer.at = max(at, end)
        return self.words.template(start, self.lexer.at)


def _names(item: Template) -> list[str]:
    """The names that a declaring command speaks of."""
    return [word.text for word in item.constant or () if word.text.isidentifier()]


def _elements(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words of ``(a b c)``."""
    at = start
    while at < end:
        if gap := _GAP().match(text, at, end):
            at = gap.end()
            continue
        stop, _ = skip_word(text, at, end)
        if stop == at:
            raise ShellSyntaxError(at, at + 1, f"unexpected {text[at]!r}")
        yield at, stop
        at = stop
