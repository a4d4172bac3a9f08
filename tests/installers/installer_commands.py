"""Commands made of a literal line, for tests that do without the shell's grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.facts import InstallStep
from dmlint.installers import read_actions
from dmlint.syntax.shell.command import Command, Redirection, Word
from dmlint.text.source import Source, Span
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.installers.effects import Effects

_TOKEN = re.compile(
    r"\s*(?:(?P<op>(?:\d+|&)?(?:>>|>\||>&|<|>))\s*(?P<target>[^\s<>]*)"
    r"|(?P<word>(?:'[^']*'|\"[^\"]*\"|\$\([^)]*\)|[^\s<>'\"])+))"
)
_PART = re.compile(r"'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>[^'\"]+)")
_REFERENCE = re.compile(r"\$\{(\w+)\}|\$\(.*?\)|\$(\w+)")


def value_of(text: str, path: str = "values") -> Traced:
    """A value that is written in a file of its own."""
    source = Source(path=path, text=text)
    return Traced.of(source.span(0, len(text)))


def make_command(
    text: str,
    *,
    cwd: str | None = "/app",
    environ: Mapping[str, str] | None = None,
    within: str | None = None,
    stdin: str | None = None,
    conditional: bool = False,
) -> Command:
    """Split a line into words and redirections; ``${X}`` is expanded where ``environ`` has it, else unknown."""
    source = Source(path="Dockerfile", text=text)
    values = {name: value_of(value, name) for name, value in (environ or {}).items()}
    words: list[Word] = []
    redirections: list[Redirection] = []
    for match in _TOKEN.finditer(text):
        if match["word"]:
            words.append(_word(source, match.start("word"), match.end("word"), values))
            continue
        target = join(_expand(source.span(*match.span("target")), values))
        attached = match.start() == match.start("op") and match.start() > 0
        follows = len(words) - 1 if words else None
        span = source.span(match.start("op"), match.end())
        entry = Redirection(operator=match["op"], target=target, span=span, follows=follows, attached=attached)
        redirections.append(entry)
    return Command(
        span=source.span(0, len(text)),
        words=tuple(words),
        redirections=tuple(redirections),
        conditional=conditional,
        environ=values,
        cwd=cwd,
        stdin=None if stdin is None else value_of(stdin, "here-document"),
        within=within,
    )


def read(
    text: str,
    *,
    cwd: str | None = "/app",
    environ: Mapping[str, str] | None = None,
    within: str | None = None,
    stdin: str | None = None,
) -> Effects:
    """What the installers read in a line of a RUN."""
    return read_actions(make_command(text, cwd=cwd, environ=environ, within=within, stdin=stdin), "RUN")


def _word(source: Source, start: int, end: int, values: Mapping[str, Traced]) -> Word:
    parts: list[Traced] = []
    raw = source.text[start:end]
    for match in _PART.finditer(raw):
        name = match.lastgroup or ""
        span = source.span(start + match.start(name), start + match.end(name))
        parts += [Traced.of(span)] if name == "single" else list(_expand(span, values))
    whole = _PART.fullmatch(raw)
    quoted = whole is not None and whole.lastgroup != "bare"
    span = source.span(start + 1, end - 1) if quoted else source.span(start, end)
    return Word(value=join(parts), span=span)


def _expand(span: Span, values: Mapping[str, Traced]) -> Iterator[Traced]:
    text, source, at = span.text, span.source, 0
    for match in _REFERENCE.finditer(text):
        yield Traced.of(source.span(span.start + at, span.start + match.start()))
        at = match.end()
        reference = source.span(span.start + match.start(), span.start + match.end())
        known = values.get(match[1] or match[2])
        if known is None:
            yield Traced((Piece(match[0], reference, known=False),))
        else:
            yield Traced(tuple(Piece(piece.text, piece.span, (reference,)) for piece in known.pieces))
    yield Traced.of(source.span(span.start + at, span.end))


def steps_of(reading: Effects) -> list[InstallStep]:
    """The install steps among the actions."""
    return [action for action in reading.actions if isinstance(action, InstallStep)]


def step_of(reading: Effects) -> InstallStep:
    """The one install step among the actions."""
    (step,) = steps_of(reading)
    return step


def show(reading: Effects) -> list[str]:
    """Requirements and references of all steps, in short: ``numpy<2``, ``requirements:r.txt``, ``project:.[sim]``.

    ``?`` marks what is not resolved, ``!`` a swallowed specifier, ``#`` the groups, ``-e`` an editable.
    """
    return [text for step in steps_of(reading) for text in (*_requirements(step), *_references(step))]


def _requirements(step: InstallStep) -> Iterator[str]:
    for item in step.requirements:
        extras = f"[{','.join(item.extras)}]" if item.extras else ""
        marker = f"; {item.marker}" if item.marker else ""
        url = f" @ {item.url}" if item.url else ""
        doubts = f"{'?' * bool(item.unresolved)}{'!' * bool(item.redirection)}"
        yield f"{item.name}{extras}{item.specifier}{url}{marker}{doubts}"


def _references(step: InstallStep) -> Iterator[str]:
    for item in step.references:
        extras = f"[{','.join(item.extras)}]" if item.extras else ""
        groups = f"#{','.join(item.groups)}" if item.groups else ""
        yield f"{'-e ' * item.editable}{item.kind.value}:{item.path}{extras}{groups}"
