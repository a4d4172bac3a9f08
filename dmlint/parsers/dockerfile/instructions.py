"""Instructions with exact places: dockerfile-parse splits the normalized text into instructions and their values, and
the logical lines say where each character of these is written.
"""

from __future__ import annotations

import io
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dockerfile_parse import DockerfileParser
from msgspec import Struct

from dmlint.parsers.dockerfile.logical_lines import SPACE, split_lines
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.parsers.dockerfile.logical_lines import Heredoc, LogicalLine
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source, Span

_BLANK = rf"[{SPACE}]"
_ASCII_WORD = lazy_regex(r"[^\t\v\f\r ]+")
_JSON_BLANK = lazy_regex(r"[ \t\r\n]*")
_JSON_STRING = lazy_regex(r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"')
_JSON_PART = lazy_regex(r"[^\\]+|(?:\\u[dD][89abAB][0-9a-fA-F]{2})?\\u[0-9a-fA-F]{4}|\\.")


class NotStringsError(ValueError):
    """A JSON array of something else than strings, which BuildKit refuses."""


@lru_cache(maxsize=2)
def _word_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    plain = rf"[^{SPACE}'\"{e}]+"
    double = rf"\"[^\"{e}]*(?:{e}(?s:.)[^\"{e}]*)*(?:\"|{e}?\Z)"
    return re.compile(rf"(?:{plain}|{e}(?s:.)|'[^']*(?:'|\Z)|{double})+")


@lru_cache(maxsize=2)
def _flag_part_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(rf"(?P<quote>['\"])|{e}(?P<escaped>(?s:.)?)|(?P<blank>{_BLANK}+)|[^{SPACE}'\"{e}]+")


def split_words(text: Traced, escape: str) -> tuple[Traced, ...]:
    """The words of ENV, ARG and LABEL: quotes and escapes are heeded and stay."""
    pattern = _word_pattern(escape)
    return tuple(text.slice(match.start(), match.end()) for match in pattern.finditer(text.text))


def split_blanks(text: Traced) -> tuple[Traced, ...]:
    """The words of FROM and COPY: cut at ASCII blanks, whatever the quotes."""
    return tuple(text.slice(match.start(), match.end()) for match in _ASCII_WORD().finditer(text.text))


def split_flags(text: Traced, escape: str) -> tuple[tuple[Traced, ...], Traced]:
    """The ``--name=value`` words at the beginning, without quotes and escapes, and the rest; ``text`` is trimmed."""
    flags: list[Traced] = []
    at = 0
    while text.text.startswith("--", at):
        flag, at = _read_flag(text, at, escape)
        if flag.text == "--":
            break
        flags.append(flag)
    return tuple(flags), text.slice(at)


def _read_flag(text: Traced, at: int, escape: str) -> tuple[Traced, int]:
    """The flag at an offset, and where what follows it starts."""
    pieces: list[Piece] = []
    quote = ""
    for match in _flag_part_pattern(escape).finditer(text.text, at):
        if match["blank"] and not quote:
            return Traced(tuple(pieces)), match.end()
        if match["quote"] and quote in ("", match["quote"]):
            quote = "" if quote else match["quote"]
        else:
            start = match.start() if match["escaped"] is None else match.start("escaped")
            pieces.extend(text.slice(start, match.end()).pieces)
    return Traced(tuple(pieces)), len(text.text)


def read_json(text: Traced) -> tuple[Traced, ...] | None:
    """The strings of a JSON array, each with its place inside the quotes; None if it is none.

    Raises :class:`NotStringsError` for an array of something else.
    """
    if not text.text.startswith("["):
        return None
    spans = list(_json_strings(text.text))
    if spans[-1] is not None:
        return tuple(_decode(text.slice(start, end)) for start, end in filter(None, spans[:-1]))
    if _is_array(text.text):
        raise NotStringsError
    return None


def read_strings(text: Traced) -> tuple[Traced, ...] | None:
    """The same, but nothing for an array that BuildKit refuses."""
    try:
        return read_json(text)
    except NotStringsError:
        return ()


def _json_strings(text: str) -> Iterator[tuple[int, int] | None]:
    """Start and end of each string; at last (0, 0) if the text is an array of strings, else None."""
    at = _skip(text, 1)
    more = not text.startswith("]", at)
    while more:
        match = _JSON_STRING().match(text, at)
        if match is None:
            yield None
            return
        yield match.start(1), match.end(1)
        at = _skip(text, match.end())
        more = text.startswith(",", at)
        at = _skip(text, at + 1) if more else at
    closed = text.startswith("]", at) and _skip(text, at + 1) == len(text)
    yield (0, 0) if closed else None


def _skip(text: str, at: int) -> int:
    blank = _JSON_BLANK().match(text, at)
    return blank.end() if blank else at


def _is_array(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False


def _decode(text: Traced) -> Traced:
    if "\\" not in text.text:
        return text
    pieces: list[Piece] = []
    for match in _JSON_PART().finditer(text.text):
        part = text.slice(match.start(), match.end())
        span = part.span
        if match[0].startswith("\\") and span is not None:
            # A lone surrogate is no character: replaced, like Go does.
            raw = str(json.loads(f'"{match[0]}"')).encode("utf-16", "surrogatepass")
            pieces.append(Piece(raw.decode("utf-16", "replace"), span))
        else:
            pieces.extend(part.pieces)
    return Traced(tuple(pieces))


_ASCII_BLANK = lazy_regex(r"[\t\v\f\r]")
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
    plain = _MARK().sub("?", _ODD().sub("?", _ASCII_BLANK().sub(" ", body))) or "?"
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
