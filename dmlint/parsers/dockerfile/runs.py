"""RUN: its script or command, read by the shell's grammar, as actions."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import InstallStep
from dmlint.installers.relevance import MATTERS, SHELLS, is_shell_script
from dmlint.parsers.dockerfile.instructions import read_strings
from dmlint.syntax.shell.command import Script, Word
from dmlint.syntax.shell.start import Start
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Action
    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.parsers.dockerfile.logical_lines import Heredoc
    from dmlint.text.source import Span

_OTHER_SHELLS = lazy_regex(r"(?:powershell|pwsh|cmd)(?:\.exe)?", re.IGNORECASE)
_LINE_END = lazy_regex(r"\r?\n")


class Surroundings(Struct, frozen=True, kw_only=True):
    """What holds where a RUN stands: variables, folder (None if unknown), and the words of SHELL, None for Docker's
    own.
    """

    environ: Mapping[str, Traced]
    cwd: str | None
    shell: tuple[Word, ...] | None

    def start(self) -> Start:
        """What holds when a script starts here."""
        from dmlint.installers.activation import HABITS

        return Start(environ=self.environ, cwd=self.cwd, habits=HABITS)


class RunFacts(Struct, frozen=True, kw_only=True):
    """What a RUN does, what of it could not be read, and its comments that mention dmlint."""

    actions: tuple[Action, ...] = ()
    problems: tuple[Problem, ...] = ()
    comments: tuple[Span, ...] = ()


def read_run(instruction: Instruction, around: Surroundings) -> RunFacts:
    """Read a RUN in any of its forms: shell, JSON, here-documents."""
    text = "".join((instruction.arguments.text, *(heredoc.body.text for heredoc in instruction.heredocs)))
    if "$" in text:
        text += "".join(f"\n{value.text}" for name, value in around.environ.items() if name in text)
    if not MATTERS().search(text.lower()):
        return RunFacts()
    words = read_strings(instruction.arguments)
    if words is not None:
        argv = tuple(Word(value=word, span=_span(word, instruction)) for word in words)
        return _read_words(argv, instruction, around)
    script = _script(instruction)
    return RunFacts() if script is None else _read_shell(script, instruction, around)


def read_start(
    entry: Instruction | None, arguments: Instruction | None, around: Surroundings
) -> tuple[InstallStep, ...]:
    """What a container installs when it starts: its ENTRYPOINT, which takes the words of CMD, or CMD alone."""
    first = entry or arguments
    if first is None or first.onbuild:
        return ()
    words, more = read_strings(first.arguments), read_strings(arguments.arguments) if arguments is not None else None
    if entry is not None and words and more:
        argv = tuple(Word(value=word, span=_span(word, first)) for word in (*words, *more))
        matters = MATTERS().search(" ".join(word.text for word in argv).lower())
        reading = _read_words(argv, first, around) if matters else RunFacts()
    else:
        reading = read_run(first, around)
    return tuple(action for action in reading.actions if isinstance(action, InstallStep))


def _span(word: Traced, instruction: Instruction) -> Span:
    return word.span or instruction.span


def _script(instruction: Instruction) -> Traced | None:
    """What the shell is given; None where the body of a here-document is a program of something else."""
    heredocs = instruction.heredocs
    if not heredocs:
        return instruction.arguments
    if not _is_bare_marker(instruction):
        return join((instruction.arguments, *(part for heredoc in heredocs for part in _spelt(heredoc, instruction))))
    body = _unix(heredocs[0].body)
    return body if is_shell_script(body.text) else None


def _is_bare_marker(instruction: Instruction) -> bool:
    return re.fullmatch(r"\d*<<-?\s*(?:'[^']*'|\"[^\"]*\"|[^\s<'\"])+", instruction.arguments.text) is not None


def _spelt(heredoc: Heredoc, instruction: Instruction) -> tuple[Traced, ...]:
    """A here-document as BuildKit hands it on: a line end, the lines, the delimiter without quotes."""
    at = heredoc.body.pieces[0].span.start if heredoc.body.pieces else instruction.span.end
    end = heredoc.body.pieces[-1].span.end if heredoc.body.pieces else at
    source = instruction.span.source
    before = Traced((Piece("\n", source.span(at, at)),))
    after = Traced((Piece(heredoc.marker.name, source.span(end, end)),))
    return before, _unix(heredoc.body), after


def _unix(text: Traced) -> Traced:
    """The same with LF for CRLF: the shell's grammar takes a CR for a part of the word before it."""
    if "\r\n" not in text.text:
        return text
    parts: list[Traced] = []
    at = 0
    for match in _LINE_END().finditer(text.text):
        parts += [text.slice(at, match.start()), text.slice(match.end() - 1, match.end())]
        at = match.end()
    return join([*parts, text.slice(at)])


def _read_shell(script: Traced, instruction: Instruction, around: Surroundings) -> RunFacts:
    program = posixpath.basename(around.shell[0].text.replace("\\", "/")) if around.shell else "sh"
    if _OTHER_SHELLS().fullmatch(program):
        message = f"RUN is a script for {program}, which dmlint does not read"
        problem = Problem(kind=ProblemKind.UNRESOLVED, span=instruction.span, message=message, about=script.text)
        return RunFacts(problems=(problem,))
    if around.shell and program not in SHELLS:
        word = Word(value=script, span=_span(script, instruction))
        return _read_words((*around.shell, word), instruction, around)
    from dmlint.syntax.shell.run import run_script

    return _actions(run_script(script, around.start()), instruction)


def _read_words(words: tuple[Word, ...], instruction: Instruction, around: Surroundings) -> RunFacts:
    from dmlint.syntax.shell.run import read_words

    return _actions(read_words(words, instruction.span, around.start()), instruction)


def _actions(script: Script, instruction: Instruction) -> RunFacts:
    from dmlint.installers import read_actions

    where = f"ONBUILD {instruction.name}" if instruction.onbuild else instruction.name
    readings = [read_actions(command, where) for command in script.commands]
    return RunFacts(
        actions=tuple(action for reading in readings for action in reading.actions),
        problems=(*script.problems, *(problem for reading in readings for problem in reading.problems)),
        comments=script.comments,
    )
