"""A script as an immutable program: its statements, their words split into parts, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dmlint.syntax.shell.command import Word
    from dmlint.text.problems import Problem
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced


class Literal(Struct, frozen=True):
    """A part that stands for itself; ``quoted`` text makes an argument even if it is empty, and is no pattern."""

    value: Traced
    quoted: bool


class Parameter(Struct, frozen=True, kw_only=True):
    """``${…}`` taken apart. ``operand`` and ``replacement`` are what stands behind the operator, ``bounds`` the same as
    it is written.
    """

    name: str
    subscript: str | None = None
    operator: str = ""
    counts: bool = False
    operand: tuple[Part, ...] = ()
    replacement: tuple[Part, ...] = ()
    bounds: str = ""
    place: Span | None = None


class Reference(Struct, frozen=True):
    """``$name`` or ``${…}``: as it is written (one piece that is not known), and what it asks for, None where that is
    nothing that is followed.
    """

    written: Traced
    quoted: bool
    parameter: Parameter | None


class Substitution(Struct, frozen=True):
    """``$(…)`` and backticks, whose output counts, ``<(…)`` and ``>(…)``, and ``$((…))``, which has no program."""

    written: Traced
    quoted: bool
    program: Program | None = None
    prints: bool = False
    arithmetic: str = ""


Part = Literal | Reference | Substitution


class Template(Struct, frozen=True, kw_only=True):
    """One word as it is written.

    ``parts`` is the word where the shell splits nothing (an assigned value), ``words`` what its braces expand to.
    ``constant`` are the arguments that it becomes where that hangs on nothing.
    """

    span: Span
    parts: tuple[Part, ...]
    words: tuple[tuple[Part, ...], ...]
    constant: tuple[Word, ...] | None = None
    globs: bool = False


class AssignmentForm(Struct, frozen=True, kw_only=True):
    """``name=value``: ``value`` is a tuple for an array, None for what is not followed (``A[1]=b``)."""

    span: Span
    head: Traced
    name: str
    appends: bool
    value: Template | tuple[Template, ...] | None


class HereDocument(Struct):
    """The text of a here-document. (Not frozen: it is written once, when the line ends on which it is announced.)"""

    literal: bool
    tabs: bool
    parts: tuple[Part, ...] = ()


class RedirectForm(Struct, frozen=True, kw_only=True):
    """A redirection; ``attached`` says that it touches the word before."""

    operator: str
    span: Span
    target: Template
    document: HereDocument | None = None
    attached: bool = False


class Simple(Struct, frozen=True, kw_only=True):
    """A simple command: assignments, words and redirections in the order they are written."""

    span: Span
    items: tuple[AssignmentForm | Template | RedirectForm, ...]
    names: frozenset[str] = frozenset()


class Question(Struct, frozen=True):
    """A part of ``[[ … ]]``: an operator (``||``, ``&&``, ``!``, ``-n``, ``==`` …) and what it stands between."""

    operator: str
    operands: tuple[Question | Template, ...]


class Test(Struct, frozen=True, kw_only=True):
    """``[[ … ]]``, or the text of ``(( … ))`` with its substitutions."""

    span: Span
    question: Question | None = None
    arithmetic: str = ""
    parts: tuple[Part, ...] = ()
    names: frozenset[str] = frozenset()


class CompoundCommand(Struct, frozen=True, kw_only=True):
    """``{ … }``, or ``( … )`` in a process of its own."""

    span: Span
    body: Body
    subshell: bool = False


class Conditional(Struct, frozen=True, kw_only=True):
    """``if``: conditions, None for ``else``, and what they lead to."""

    span: Span
    arms: tuple[tuple[Body | None, Body], ...]
    names: frozenset[str] = frozenset()


class CaseItem(Struct, frozen=True):
    """An arm of a ``case``; ``end`` is ``;;``, ``;&`` or ``;;&``."""

    patterns: tuple[Template, ...]
    body: Body
    end: str


class CaseStatement(Struct, frozen=True, kw_only=True):
    """``case``."""

    span: Span
    subject: Template
    items: tuple[CaseItem, ...]
    names: frozenset[str] = frozenset()


class Repeat(Struct, frozen=True, kw_only=True):
    """``while``, and ``until``, whose condition is ``negated``; without a condition, ``for ((…))``."""

    span: Span
    condition: Body | None
    body: Body
    negated: bool = False


class Loop(Struct, frozen=True, kw_only=True):
    """``for`` and ``select``; ``words`` are None where it runs over the arguments."""

    span: Span
    name: str
    words: tuple[Template, ...] | None
    body: Body
    names: frozenset[str] = frozenset()


class Definition(Struct, frozen=True, kw_only=True):
    """A function."""

    span: Span
    name: str
    body: Statement


class Redirected(Struct, frozen=True, kw_only=True):
    """A compound command with redirections behind it."""

    span: Span
    statement: Statement
    redirects: tuple[RedirectForm, ...]


Statement = Simple | Test | CompoundCommand | Conditional | CaseStatement | Repeat | Loop | Definition | Redirected


class Pipeline(Struct, frozen=True):
    """Commands joined by pipes; ``operator`` is what stands before it: ``&&``, ``||``, or nothing."""

    operator: str
    negated: bool
    stages: tuple[Statement, ...]


class Chain(Struct, frozen=True):
    """Pipelines joined by ``&&`` and ``||``."""

    pipelines: tuple[Pipeline, ...]
    background: bool = False


Body = tuple[Chain, ...]


class Program(Struct, frozen=True, kw_only=True):
    """A compiled script.

    ``reads`` are the names of all that it looks up (variables, ``1``, ``@``, …). ``fault`` is what a shell refuses.
    """

    span: Span
    size: int
    body: Body = ()
    reads: frozenset[str] = frozenset()
    comments: tuple[Span, ...] = ()
    fault: Problem | None = None
    problems: tuple[Problem, ...] = ()
