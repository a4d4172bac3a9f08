"""Instructions with exact places: dockerfile-parse tells them apart on the normalized text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dockerfile_parse import DockerfileParser
from msgspec import Struct

from dmlint.parsers.dockerfile.instruction_words import split_flags, trim
from dmlint.parsers.dockerfile.logical_lines import SPACE, split_lines
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.parsers.dockerfile.logical_lines import Heredoc, LogicalLine
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source, Span
    from dmlint.text.traced import Traced

_KEYWORD = lazy_regex(r"[^\t\v\f\r ]*")
_PLAIN = lazy_regex(r"[A-Za-z]+")


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


def read_instructions(source: Source) -> Instructions:
    """Read all instructions of a Dockerfile; what stands behind ``ONBUILD`` is read as an instruction itself."""
    text = split_lines(source)
    heads = [_head(line.text.text) for line in text.lines]
    names = _names(keyword for keyword, _ in heads)
    found = (
        _build(source, line, name, head, text.escape) for line, name, head in zip(text.lines, names, heads, strict=True)
    )
    return Instructions(all=tuple(found), escape=text.escape, comments=text.comments, problems=text.problems)


def _names(keywords: Iterator[str]) -> Iterator[str]:
    """The instructions' names, from dockerfile-parse.

    It gets the text normalized to one short line for each instruction: it knows neither here-documents nor empty
    lines inside a continuation, and needs quadratic time for an instruction of many lines.
    """
    lines = "".join(f"{word if _PLAIN().fullmatch(word) else '?'} -\n" for word in keywords)
    structure = DockerfileParser(fileobj=io.StringIO(lines)).structure
    return (item["instruction"] for item in structure)


def _head(text: str) -> tuple[str, int]:
    """The first word, and where it ends."""
    lead = len(text) - len(text.lstrip(SPACE))
    match = _KEYWORD().match(text, lead)
    end = match.end() if match else lead
    # A no-break space ends no word, but at the end of the line it is cut off.
    return text[lead:end].rstrip(SPACE), end


def _build(source: Source, line: LogicalLine, name: str, head: tuple[str, int], escape: str) -> Instruction:
    keyword, end = head
    rest = trim(line.text, end)
    onbuild = name == "ONBUILD" and bool(rest.pieces)
    if onbuild:
        _, rest = split_flags(rest, escape)
        keyword, end = _head(rest.text)
        name, rest = keyword.upper(), trim(rest, end)
    flags, arguments = split_flags(rest, escape)
    stop = line.text.pieces[-1].span.end if line.text.pieces else line.start
    return Instruction(
        name=name,
        span=source.span(line.start, stop),
        keyword=keyword,
        arguments=arguments,
        flags=flags,
        heredocs=line.heredocs,
        onbuild=onbuild,
        stop=line.stop,
    )
