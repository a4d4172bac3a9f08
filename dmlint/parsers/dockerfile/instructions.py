"""Instructions with exact places: dockerfile-parse splits the normalized text into instructions and their values, and
the logical lines say where each character of these is written.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dockerfile_parse import DockerfileParser
from msgspec import Struct

from dmlint.parsers.dockerfile.instruction_words import split_flags
from dmlint.parsers.dockerfile.logical_lines import SPACE, split_lines
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.parsers.dockerfile.logical_lines import Heredoc, LogicalLine
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source, Span
    from dmlint.text.traced import Traced

_BLANK = lazy_regex(r"[\t\v\f\r]")
_MARK = lazy_regex(r"^#|\\$")
_ODD = lazy_regex(r"[^!-~ ]")


class Instruction(Struct, frozen=True, kw_only=True):
    """One instruction.

    ``name`` is in upper case; ``keyword`` is that word as written and ``span`` the whole, its here-documents left
    out. ``flags`` are the ``--name=value`` words without quotes, ``arguments`` what follows, in one line.
    ``onbuild`` says that it stands behind ``ONBUILD``; ``stop`` is the offset where the next instruction may start.
    """

    name: str
    span: Span
    keyword: str
    arguments: Traced
    flags: tuple[Traced, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()
    onbuild: bool = False
    stop: int = 0

    def find_flag(self, name: str) -> Traced | None:
        """The value of the last ``--name=value``, None without one."""
        found = [flag.slice(len(name) + 3) for flag in self.flags if flag.text.startswith(f"--{name}=")]
        return found[-1] if found else None


class Instructions(Struct, frozen=True, kw_only=True):
    """All instructions of a file in order, and what else the file says about itself."""

    all: tuple[Instruction, ...]
    escape: str
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]
    frontend: Span | None = None


class _Split(Struct, frozen=True):
    """One line as dockerfile-parse splits it: its keyword, as written and in upper case, and its value."""

    keyword: str
    name: str
    value: Traced


def read_instructions(source: Source) -> Instructions:
    """Read all instructions of a Dockerfile; what stands behind ``ONBUILD`` is read as an instruction itself."""
    text = split_lines(source)
    outer = _split([line.text for line in text.lines])
    inner = [
        _split([split_flags(one.value, text.escape)[1]])[0] if one.name == "ONBUILD" and one.value.pieces else None
        for one in outer
    ]
    return Instructions(
        all=tuple(
            _build(source, line, behind or one, text.escape, onbuild=behind is not None)
            for line, one, behind in zip(text.lines, outer, inner, strict=True)
        ),
        escape=text.escape,
        comments=text.comments,
        problems=text.problems,
        frontend=text.frontend,
    )


def _split(lines: Sequence[Traced]) -> list[_Split]:
    """Instructions and values, from dockerfile-parse.

    It gets the normalized Dockerfile, one line for each instruction: it knows neither here-documents nor empty
    lines inside a continuation, and needs quadratic time for an instruction of many lines.
    """
    normalized = [_normalize(line.text) for line in lines]
    structure = DockerfileParser(fileobj=io.StringIO("".join(f"{line}\n" for line in normalized))).structure
    found: list[_Split] = []
    for item, line, text in zip(structure, normalized, lines, strict=True):
        start = len(line) - len(line.lstrip())
        keyword = text.slice(start, start + len(item["instruction"])).text.strip(SPACE)
        end = len(line.rstrip())
        found.append(_Split(keyword, item["instruction"], text.slice(end - len(item["value"]), end)))
    return found


def _normalize(line: str) -> str:
    """A logical line, character by character, in which nothing but ASCII blanks is white space, and nothing looks like
    a comment or a continuation.

    White space that is not ASCII ends no word for BuildKit, but is cut off at the ends of a line.
    """
    body = line.strip(SPACE)
    lead = line.index(body) if body else 0
    plain = _MARK().sub("?", _ODD().sub("?", _BLANK().sub(" ", body))) or "?"
    return f"{' ' * lead}{plain}{' ' * (len(line) - lead - len(body))}"


def _build(source: Source, line: LogicalLine, split: _Split, escape: str, *, onbuild: bool) -> Instruction:
    flags, arguments = split_flags(split.value, escape)
    stop = line.text.pieces[-1].span.end if line.text.pieces else line.start
    return Instruction(
        name=split.name,
        span=source.span(line.start, stop),
        keyword=split.keyword,
        arguments=arguments,
        flags=flags,
        heredocs=line.heredocs,
        onbuild=onbuild,
        stop=line.stop,
    )
