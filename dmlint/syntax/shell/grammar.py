"""Compiles a script: one pass by recursive descent, which refuses what bash refuses, at the same place."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dmlint.syntax.shell.lexer import END, NEWLINE, REDIRECT, WORD, Lexer, ShellSyntaxError, Token
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.program import (
    CaseItem,
    CaseStatement,
    Chain,
    CompoundCommand,
    Conditional,
    Definition,
    Loop,
    Pipeline,
    Program,
    Redirected,
    Repeat,
)
from dmlint.syntax.shell.simple_commands import CommandCompiler
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.syntax.shell.program import Body, RedirectForm, Statement, Template
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

DEPTH = 30
"""How deep compound commands and substitutions may nest, all counted together."""

_ABOUT = 2_000
_CLOSERS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_ENDS = frozenset({";;", ";&", ";;&", ")"})
_SEPARATORS = frozenset({";", "&", NEWLINE})
_PIPES = frozenset({"|", "|&"})


@lru_cache(maxsize=4_096)
def compile_script(script: Traced, outer: Span, mark: str = "", depth: int = 0) -> Program:
    """A script as a program; whatever it holds, this does not raise and takes linear time.

    ``outer`` is where it stands, for what has no place of its own, ``mark`` the word by which comments are kept,
    ``depth`` how deep it stands in others.
    """
    return _Compiler(Passage(script, outer), mark, depth).program()


class _NestingError(Exception):
    """The script nests too deeply; caught where it is compiled."""


class _Compiler(CommandCompiler):
    """One pass over one script."""

    def __init__(self, passage: Passage, mark: str, depth: int) -> None:
        super().__init__(passage, Lexer(passage.text, mark))
        self.mark, self.depth = mark, depth
        self.problems: list[Problem] = []
        self.comments: list[Span] = []
        self.open: list[list[Chain]] = []
        self.refused: tuple[int, int, str] | None = None
        self.readers = self.compounds()

    def program(self) -> Program:
        """All of it. Behind what is refused it is read on, as far as that goes: it may say what is wrong there, too."""
        chains: list[Chain] = []
        while True:
            self.open, start = [chains], self.lexer.at
            try:
                self.statements(chains, frozenset())
                break
            except ShellSyntaxError as refusal:
                self.refuse(refusal.start, refusal.end, refusal.reason)
                chains += [chain for body in self.open[1:] for chain in body]
                if refusal.ends:
                    break
                self.lexer.jump(max(refusal.start if refusal.start > start else refusal.end, start + 1))
            except _NestingError:
                break
        self.fill_documents()
        passage = self.passage
        return Program(
            span=passage.outer,
            size=len(passage.text),
            body=tuple(chains),
            reads=frozenset(self.words.reads),
            comments=(*(passage.written(*place) for place in self.lexer.comments), *self.comments),
            fault=self.fault(),
            problems=tuple(self.problems),
        )

    def inner(self, passage: Passage, lazy: bool) -> Program:
        """The script of a substitution; a fault in it is one of this script, unless it is read when it runs."""
        if self.depth >= DEPTH:
            self.say_deep(passage.outer)
            return Program(span=passage.outer, size=0)
        made = compile_script(passage.traced, passage.outer, self.mark, self.depth + 1)
        self.comments += made.comments
        self.problems += made.problems
        if made.fault is not None and not lazy and self.refused is None:
            self.problems.append(made.fault)
        return made

    def refuse(self, start: int, end: int, reason: str) -> None:
        """Keep the first fault."""
        self.refused = self.refused or (start, end, reason)

    def fault(self) -> Problem | None:
        """What the shell refuses."""
        if self.refused is None:
            return None
        start, end, reason = self.refused
        span = self.passage.written(start, end if "\n" not in self.passage.text[start:end] else start)
        message = f"bash refuses the script: {reason}"
        about = self.passage.traced.text[:_ABOUT]
        return Problem(kind=ProblemKind.UNREADABLE, span=span, message=message, about=about)

    def say_deep(self, span: Span) -> None:
        """What is left out since it nests too deeply is said."""
        message = "the shell script nests too deeply to be followed here"
        if all(problem.message != message for problem in self.problems):
            about = self.passage.traced.text[:_ABOUT]
            self.problems.append(Problem(kind=ProblemKind.UNRESOLVED, span=span, message=message, about=about))

    def body(self, *closers: str) -> Body:
        """Statements up to one of the words that close them, of which there must be one at least."""
        chains: list[Chain] = []
        self.open.append(chains)
        self.statements(chains, frozenset(closers))
        if not chains:
            raise self.unexpected(self.lexer.peek())
        self.open.pop()
        return tuple(chains)

    def statements(self, chains: list[Chain], closers: frozenset[str]) -> None:
        """Append statements until one of the words or operators that close them comes next."""
        while True:
            self.skip_newlines()
            token = self.lexer.peek()
            kind = self.text[token.start : token.end] if token.kind == WORD else token.kind
            if kind in closers or (token.kind == END and not closers):
                return
            pipelines: list[Pipeline] = []
            separator = ""
            try:
                separator = self.chain(pipelines)
            finally:
                # What stands before a fault is read, too.
                if pipelines:
                    chains.append(Chain(tuple(pipelines), background=separator == "&"))
            if separator in _SEPARATORS:
                self.lexer.take()
            elif separator not in _ENDS and separator != END:
                raise self.unexpected(self.lexer.peek())

    def chain(self, pipelines: list[Pipeline]) -> str:
        """Append pipelines joined by ``&&`` and ``||``; what comes next is returned."""
        pipelines.append(self.pipeline(""))
        while (operator := self.lexer.peek().kind) in {"&&", "||"}:
            self.lexer.take()
            self.skip_newlines()
            pipelines.append(self.pipeline(operator))
        return operator

    def pipeline(self, operator: str) -> Pipeline:
        """Commands joined by pipes, with ``!`` and ``time`` before them."""
        negated = begun = False
        while (word := self.next_word()) in {"!", "time"}:
            self.lexer.take()
            begun, negated = True, negated is not (word == "!")
            if word == "time" and self.next_word() == "-p":
                self.lexer.take()
        if begun and self.lexer.peek().kind in {*_SEPARATORS, END}:
            return Pipeline(operator, negated, ())
        stages = [self.command()]
        while self.lexer.peek().kind in _PIPES:
            self.lexer.take()
            self.skip_newlines()
            stages.append(self.command())
        return Pipeline(operator, negated, tuple(stages))

    def command(self) -> Statement:
        """A compound command with its redirections, a function, or a simple command."""
        token = self.lexer.peek()
        word = self.next_word()
        compound = self.readers.get(word if token.kind == WORD else token.kind)
        if compound is None:
            if word in _CLOSERS or token.kind not in {WORD, REDIRECT}:
                raise self.unexpected(token)
            return self.function_or_command(token)
        if self.depth >= DEPTH:
            self.say_deep(self.span(token.start, token.end))
            raise _NestingError
        self.depth += 1
        made = compound(self.lexer.take())
        self.depth -= 1
        redirects: list[RedirectForm] = []
        while self.lexer.peek().kind == REDIRECT:
            redirects.append(self.redirect(self.lexer.take(), attached=False))
        return Redirected(span=made.span, statement=made, redirects=tuple(redirects)) if redirects else made

    def compounds(self) -> dict[str, Callable[[Token], Statement]]:
        """What reads each compound command."""
        return {
            "if": self.choice,
            "while": self.repeat,
            "until": self.repeat,
            "for": self.loop,
            "select": self.loop,
            "case": self.case,
            "{": self.group,
            "(": self.parenthesis,
            "[[": self.test,
            "function": self.declaration,
            "coproc": self.coprocess,
        }

    def function_or_command(self, token: Token) -> Statement:
        """``NAME () BODY``, or a simple command."""
        name, parens = self.lexer.take(), self.lexer.peek()
        if name.kind == WORD and parens.kind == "(":
            self.lexer.take()
            if self.lexer.peek().kind != ")":
                raise self.unexpected(self.lexer.peek())
            self.lexer.take()
            return self.function(token, self.text[name.start : name.end])
        return self.simple(token)

    def function(self, token: Token, name: str) -> Statement:
        """The body of a function, which is a compound command."""
        self.skip_newlines()
        first = self.lexer.peek()
        opening = self.next_word() if first.kind == WORD else first.kind
        if opening not in self.readers or opening in {"function", "coproc"}:
            raise self.unexpected(first)
        body = self.command()
        return Definition(span=self.since(token), name=name, body=body)

    def choice(self, token: Token) -> Statement:
        """``if``."""
        before, self.words.reads = self.words.reads, set()
        arms: list[tuple[Body | None, Body]] = []
        names: frozenset[str] | None = None
        word = "if"
        while word != "fi":
            condition = None if word == "else" else self.body("then")
            names = frozenset(self.words.reads) if names is None else names
            if condition is not None:
                self.keyword("then")
            ends = ("fi",) if condition is None else ("elif", "else", "fi")
            arms.append((condition, self.body(*ends)))
            word = self.keyword(*ends)
        self.words.reads |= before
        return Conditional(span=self.since(token), arms=tuple(arms), names=names or frozenset())

    def repeat(self, token: Token) -> Statement:
        """``while`` and ``until``."""
        condition = self.body("do")
        self.keyword("do")
        body = self.body("done")
        self.keyword("done")
        negated = self.text[token.start : token.end] == "until"
        return Repeat(span=self.since(token), condition=condition, body=body, negated=negated)

    def loop(self, token: Token) -> Statement:
        """``for`` and ``select``."""
        head = self.lexer.peek()
        if head.kind == "(" and (end := self.arithmetic_end(head.start)):
            self.words.name(head.start, end)
            self.lexer.jump(end)
            return Repeat(span=self.since(token), condition=None, body=self.loop_body())
        if head.kind != WORD:
            raise self.unexpected(head)
        self.lexer.take()
        words: tuple[Template, ...] | None = None
        before, self.words.reads = self.words.reads, set()
        if self.lexer.peek().kind != ";":
            self.skip_newlines()
        if self.next_word() == "in":
            self.lexer.take()
            words = tuple(self.list_words())
        names = frozenset(self.words.reads) if words is not None else frozenset({"@"})
        self.words.reads |= before | names
        name = self.text[head.start : head.end]
        body = self.loop_body()
        return Loop(span=self.since(token), name=name, words=words, body=body, names=names)

    def list_words(self) -> list[Template]:
        """The words that a loop runs over, and the separator behind them."""
        words: list[Template] = []
        while (token := self.lexer.take()).kind == WORD:
            words.append(self.words.template(token.start, token.end))
        if token.kind not in {";", NEWLINE}:
            raise self.unexpected(token)
        return words

    def loop_body(self) -> Body:
        """``do … done``, or ``{ … }``."""
        if self.lexer.peek().kind == ";":
            self.lexer.take()
        self.skip_newlines()
        opening = self.keyword("do", "{")
        closing = "done" if opening == "do" else "}"
        body = self.body(closing)
        self.keyword(closing)
        return body

    def case(self, token: Token) -> Statement:
        """``case``."""
        head = self.lexer.take()
        if head.kind != WORD:
            raise self.unexpected(head)
        before, self.words.reads = self.words.reads, set()
        subject = self.words.template(head.start, head.end)
        names = frozenset(self.words.reads)
        self.words.reads |= before
        self.skip_newlines()
        self.keyword("in")
        items: list[CaseItem] = []
        self.skip_newlines()
        while self.next_word() != "esac":
            items.append(self.item())
            self.skip_newlines()
        self.lexer.take()
        return CaseStatement(span=self.since(token), subject=subject, items=tuple(items), names=names)

    def item(self) -> CaseItem:
        """One arm of a ``case``."""
        if self.lexer.peek().kind == "(":
            self.lexer.take()
        patterns: list[Template] = []
        while True:
            token = self.lexer.take()
            if token.kind != WORD:
                raise self.unexpected(token)
            patterns.append(self.words.template(token.start, token.end))
            mark = self.lexer.take()
            if mark.kind == ")":
                break
            if mark.kind != "|":
                raise self.unexpected(mark)
        chains: list[Chain] = []
        self.open.append(chains)
        self.statements(chains, frozenset({";;", ";&", ";;&", "esac"}))
        self.open.pop()
        end = self.lexer.take().kind if self.lexer.peek().kind != WORD else ";;"
        return CaseItem(tuple(patterns), tuple(chains), end)

    def group(self, token: Token) -> Statement:
        """``{ … }``."""
        body = self.body("}")
        self.keyword("}")
        return CompoundCommand(span=self.since(token), body=body)

    def parenthesis(self, token: Token) -> Statement:
        """``((…))``, or a subshell."""
        end = self.arithmetic_end(token.start)
        if end:
            self.lexer.jump(end)
            return self.arithmetic(token.start, end)
        body = self.body(")")
        self.lexer.take()
        return CompoundCommand(span=self.since(token), body=body, subshell=True)

    def declaration(self, token: Token) -> Statement:
        """``function NAME``."""
        name = self.lexer.take()
        if name.kind != WORD:
            raise self.unexpected(name)
        if self.lexer.peek().kind == "(":
            self.lexer.take()
            if self.lexer.peek().kind != ")":
                raise self.unexpected(self.lexer.peek())
            self.lexer.take()
        return self.function(token, self.text[name.start : name.end])

    def coprocess(self, token: Token) -> Statement:
        """``coproc [NAME] COMMAND``, which runs aside."""
        first = self.lexer.peek()
        if (
            first.kind == WORD
            and self.text[first.start : first.end].isidentifier()
            and self.next_word() not in self.readers
        ):
            self.lexer.take()
            named = (self.next_word() or self.lexer.peek().kind) in self.readers
            if not named:
                return self.aside(token, self.simple(first))
        return self.aside(token, self.command())

    def aside(self, token: Token, statement: Statement) -> Statement:
        """A command whose changes stay its own."""
        chain = Chain((Pipeline("", negated=False, stages=(statement,)),), background=True)
        return CompoundCommand(span=self.since(token), body=(chain,))
