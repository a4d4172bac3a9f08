"""A simple command made ready: its words expanded, its assignments and redirections apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.syntax.shell.atoms import Quoting, split_atoms
from dmlint.syntax.shell.command import Redirection, Word
from dmlint.syntax.shell.passage import Passage
from dmlint.syntax.shell.scan import skip_word
from dmlint.syntax.shell.state import Assignment
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.syntax.shell.expansion import Expander
    from dmlint.syntax.shell.layout import Redirect, ShellToken
    from dmlint.syntax.shell.state import ShellValue, Variable
    from dmlint.syntax.shell.unit import ScriptUnit
    from dmlint.text.source import Span

DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})
_ASSIGNMENT = lazy_regex(r"([A-Za-z_]\w*)(\[[^\]]*\])?(\+?)=", re.ASCII)
_GAP = lazy_regex(r"(?:[ \t\n]|\\\n|#[^\n]*)+")


class Prepared(Struct):
    """A simple command after expansion, filled word by word."""

    span: Span
    words: list[Word] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    declared: list[Assignment] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)
    stdin: Traced | None = None
    tests: bool = False
    """It is ``[[ … ]]`` or ``(( … ))``."""


def prepare(expander: Expander, unit: ScriptUnit, tokens: Sequence[ShellToken], stdin: Traced | None) -> Prepared:
    """Expand the parts of a command in order; ``stdin`` is what a pipe brings."""
    passage = unit.passage
    prepared = Prepared(passage.written(tokens[0].start, tokens[-1].end), stdin=stdin)
    touched = -1
    before: dict[str, Variable | None] = {}
    for token in tokens:
        if token.kind == "test":
            expander.evaluate(passage, split_atoms(passage.text, token.start, token.end), Quoting.NONE)
            prepared.tests = True
        elif token.redirect is not None:
            span = passage.written(token.start, token.end)
            follows = len(prepared.words) - 1 if prepared.words else None
            attached = touched == token.start
            target = _target(expander, unit, prepared, token.start, token.redirect)
            prepared.redirections.append(
                Redirection(
                    operator=token.redirect.operator, target=target, span=span, follows=follows, attached=attached
                )
            )
        else:
            _word(expander, passage, prepared, token, before)
        touched = token.end if prepared.words else -1
    _take_back(expander, before)
    return prepared


def _take_back(expander: Expander, before: dict[str, Variable | None]) -> None:
    """Give variables back what they held before the assignments in front of a command."""
    for name, variable in before.items():
        expander.state.restore_variable(name, variable)
    before.clear()


def _word(
    expander: Expander, passage: Passage, prepared: Prepared, token: ShellToken, before: dict[str, Variable | None]
) -> None:
    words = prepared.words
    declares = bool(words) and words[0].text in DECLARING
    match = _ASSIGNMENT().match(passage.text, token.start, token.end) if declares or not words else None
    if match is None:
        _take_back(expander, before)
        words += expander.words(passage, token.start, token.end)
        return
    value = _assigned(expander, passage, match.end(), token.end) if match[2] is None else None
    span = passage.written(token.start, token.end)
    assignment = Assignment(match[1], value, bool(match[3]), span)
    if not declares:
        prepared.assignments.append(assignment)
        # The next assignment of the same command sees it; the command's words do not (see prepare).
        before.setdefault(assignment.name, expander.state.variables.get(assignment.name))
        expander.state.execute(assignment)
        return
    prepared.declared.append(assignment)
    name = passage.traced.slice(match.start(), match.end())
    words.append(Word(value=name + value if isinstance(value, Traced) else name, span=span))


def _assigned(expander: Expander, passage: Passage, start: int, end: int) -> ShellValue | None:
    if not passage.text.startswith("(", start, end):
        return expander.value(passage, start, end)
    elements: list[Traced] = []
    for first, last in _elements(passage.text, start + 1, end - 1):
        if passage.text.startswith("[", first):
            return None
        elements += [word.value for word in expander.words(passage, first, last)]
    return tuple(elements)


def _elements(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words of ``(a b c)``."""
    at = start
    while at < end:
        if gap := _GAP().match(text, at, end):
            at = gap.end()
            continue
        stop, _ = skip_word(text, at, end)
        if stop > at:
            yield at, stop
        at = max(stop, at + 1)


def _target(expander: Expander, unit: ScriptUnit, prepared: Prepared, start: int, redirect: Redirect) -> Traced:
    """What a redirection goes to; where it brings text to read, that is the command's input."""
    if redirect.delimiter is not None:
        prepared.stdin = _here(expander, unit, start, literal=redirect.delimiter.literal, tabs=redirect.delimiter.tabs)
        return unit.passage.traced.slice(redirect.start, redirect.end)
    target = expander.value(unit.passage, redirect.start, redirect.end)
    if redirect.operator.endswith("<<<"):
        prepared.stdin = target
    elif redirect.operator in {"<", "0<"}:
        prepared.stdin = None
    return target


def _here(expander: Expander, unit: ScriptUnit, start: int, *, literal: bool, tabs: bool) -> Traced:
    """The body of the here-document whose operator stands at ``start``."""
    passage = unit.passage
    first, last = unit.layout.bodies.get(start, (0, 0))
    body = passage.traced.slice(first, last)
    if tabs:
        lines = [match.span() for match in re.finditer(r"(?<![^\n])\t*([^\n]*\n?)", body.text)]
        body = join(body.slice(end - len(body.text[at:end].lstrip("\t")), end) for at, end in lines)
    if literal:
        return body
    inner = Passage(body, passage.written(first, last))
    return expander.value(inner, 0, len(inner.text), Quoting.HERE)
