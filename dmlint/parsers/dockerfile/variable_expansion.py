"""Docker's word expansion (BuildKit, frontend/dockerfile/shell/lex.go) that keeps the origin of each character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.text.source import Span

_LONGEST_EDITED = 512
"""Values longer than this are not edited, and patterns with more than one ``*`` are not followed: both cost more than
linear time.
"""


_ESCAPABLE = frozenset("*?\\}/")


class BadPatternError(ValueError):
    """An escape that BuildKit refuses."""


def remove_prefix(value: Traced, pattern: str, *, greedy: bool) -> Traced | None:
    """``${A#p}``, greedy ``${A##p}``; None where the pattern or the value is not simple."""
    compiled = _compile(pattern)
    if compiled is None or len(value.text) > _LONGEST_EDITED:
        return None
    ends = range(len(value.text) + 1)
    found = (end for end in (reversed(ends) if greedy else ends) if compiled.fullmatch(value.text, 0, end))
    return value.slice(next(found, 0))


def remove_suffix(value: Traced, pattern: str, *, greedy: bool) -> Traced | None:
    """``${A%p}``, greedy ``${A%%p}``; None where the pattern or the value is not simple."""
    compiled = _compile(pattern)
    if compiled is None or len(value.text) > _LONGEST_EDITED:
        return None
    starts = range(len(value.text) + 1)
    found = (start for start in (starts if greedy else reversed(starts)) if compiled.fullmatch(value.text, start))
    return value.slice(0, next(found, None))


def replace(value: Traced, pattern: str, word: Traced, *, everywhere: bool) -> Traced | None:
    """``${A/p/w}``, or ``${A//p/w}`` everywhere; None where the pattern or the value is not simple."""
    compiled = _compile(pattern)
    if compiled is None or len(value.text) > _LONGEST_EDITED:
        return None
    parts: list[Traced] = []
    at = 0
    for match in list(_matches(compiled, value.text))[: None if everywhere else 1]:
        parts += [value.slice(at, match.start()), word]
        at = match.end()
    return join([*parts, value.slice(at)])


def _matches(compiled: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """All matches, as Go counts them: none that is empty and touches the one before."""
    last = -1
    for match in compiled.finditer(text):
        if match.end() != last:
            yield match
        last = match.end()


def _compile(pattern: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    for token in re.findall(r"\\.?|.", pattern, re.DOTALL):
        if token[0] != "\\":
            parts.append({"*": ".*", "?": "."}.get(token, re.escape(token)))
        elif token[1:] in _ESCAPABLE:
            parts.append(re.escape(token[1]))
        else:
            raise BadPatternError(token)
    return re.compile("".join(parts)) if parts.count(".*") <= 1 else None


DEEPEST = 30
"""How deep ``${A:-${B:-…}}`` may nest, and through how many values a character may come."""
LONGEST = 32768
MOST_PIECES = 50
"""Beyond these a value is not followed: ``ENV A=$A$A`` doubles each time."""

_NAME = lazy_regex(r"\d+|[@*#?$!-]|\w+")
_SPECIAL = lazy_regex(r"[$'\"\\`]")
_PLAIN = lazy_regex(r"[^$'\"\\`]+")
_PLAIN_INSIDE = lazy_regex(r"[^$'\"\\`}/]+")
_OPERATOR = lazy_regex(r"\}|:[-+?]|[-+?]|##?|%%?|//?")


class _MalformedError(ValueError):
    """The word is one that BuildKit refuses."""


class _TooDeepError(_MalformedError):
    """The word is one that we do not follow."""


def expand(word: Traced, scope: Mapping[str, Traced | None], escape: str, *, quotes: bool = True) -> Traced:
    """Expand a word: quotes (unless they are no quotes here), escapes, and variables.

    ``scope`` has the values by name: one that is absent is not set, one with None is set to what is not known.
    A reference whose value is not known stays as a piece that is not ``known``; so does all from the place on where
    the word is malformed.
    """
    if not _SPECIAL().search(word.text):
        return word
    return _Lexer(word, scope, escape, quotes=quotes).expand()


def is_malformed(word: Traced, escape: str) -> bool:
    """Whether BuildKit refuses to expand a word, whatever its variables hold."""
    try:
        _Lexer(word, {}, escape, quotes=True).walk()
    except _TooDeepError:
        return False
    except _MalformedError:
        return True
    return False


class _Lexer:
    def __init__(self, word: Traced, scope: Mapping[str, Traced | None], escape: str, *, quotes: bool) -> None:
        self.word = word
        self.text = word.text
        self.scope = scope
        self.escape = escape
        self.quotes = quotes
        self.at = 0
        self.depth = 0

    def walk(self) -> None:
        """Go through the whole word."""
        while self.at < len(self.text):
            self._next(raw=False)

    def expand(self) -> Traced:
        result: list[Piece] = []
        start = 0
        try:
            while self.at < len(self.text):
                start = self.at
                result.extend(self._next(raw=False))
        except _MalformedError:
            result.append(self._unknown(start, len(self.text)))
        return Traced(tuple(result))

    def _unknown(self, start: int, end: int) -> Piece:
        part = self.word.slice(start, end)
        return Piece(part.text, _whole(part), known=False)

    def _until(self, stop: str, *, raw: bool) -> Traced:
        """Expand up to a stop character, and go past it; ``raw`` keeps the escape characters."""
        result: list[Piece] = []
        self.depth += 1
        while self.at < len(self.text) and self.depth <= DEEPEST:
            if self.text[self.at] == stop:
                self.at += 1
                self.depth -= 1
                return Traced(tuple(result))
            result.extend(self._next(raw=raw))
        raise _TooDeepError if self.depth > DEEPEST else _MalformedError

    def _next(self, *, raw: bool) -> tuple[Piece, ...]:
        """Expand what stands at the current place: a quoted part, an escape, a reference, or plain text."""
        character = self.text[self.at]
        if character == "$":
            return self._reference()
        if character == "'" and self.quotes:
            return self._single_quoted()
        if character == '"' and self.quotes:
            return self._double_quoted(raw=raw)
        if character == self.escape:
            return self._escaped(raw=raw)
        return self._plain()

    def _plain(self) -> tuple[Piece, ...]:
        pattern = _PLAIN_INSIDE if self.depth else _PLAIN
        plain = pattern().match(self.text, self.at)
        return self._take(plain.end() if plain else self.at + 1)

    def _take(self, end: int) -> tuple[Piece, ...]:
        part = self.word.slice(self.at, end)
        self.at = end
        return part.pieces

    def _escaped(self, *, raw: bool) -> tuple[Piece, ...]:
        if raw:
            return self._take(self.at + 2)
        pair = self.word.slice(self.at, self.at + 2)
        self.at += 2
        return (Piece(pair.text[1:], _whole(pair)),) if len(pair.text) == 2 else ()

    def _single_quoted(self) -> tuple[Piece, ...]:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise _MalformedError
        self.at += 1
        pieces = self._take(end)
        self.at += 1
        return pieces

    def _double_quoted(self, *, raw: bool) -> tuple[Piece, ...]:
        result: list[Piece] = []
        self.at += 1
        while self.at < len(self.text):
            character = self.text[self.at]
            following = self.text[self.at + 1 : self.at + 2]
            if character == '"':
                self.at += 1
                return tuple(result)
            if character == "$":
                result.extend(self._reference())
            elif character != self.escape:
                result.extend(self._plain())
            elif following in ('"', "$", self.escape):
                result.extend(self._escaped(raw=raw))
            else:
                result.extend(self._take(self.at + 1))
        raise _MalformedError

    def _reference(self) -> tuple[Piece, ...]:
        start = self.at
        self.at += 1
        if self.text.startswith("{", self.at):
            self.at += 1
            return self._braced(start)
        name = self._name()
        if not name:
            return self.word.slice(start, self.at).pieces
        return self._through(start, self._value(name, start))

    def _name(self) -> str:
        match = _NAME().match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def _braced(self, start: int) -> tuple[Piece, ...]:
        if self.text[self.at : self.at + 1] in ("", "{", "}", ":"):
            raise _MalformedError
        name = self._name()
        match = _OPERATOR().match(self.text, self.at)
        if match is None:
            raise _MalformedError
        self.at = match.end()
        operator = match[0]
        if operator == "}":
            return self._through(start, self._value(name, start))
        if operator[0] in "#%/":
            return self._through(start, self._edited(name, operator, start))
        word = self._until("}", raw=False)
        return self._through(start, self._chosen(name, operator, word, start))

    def _value(self, name: str, start: int) -> Traced:
        """A variable's value; the reference itself, not known, where it has none."""
        value = self.scope.get(name)
        if value is None or len(value.text) > LONGEST or len(value.pieces) > MOST_PIECES:
            return Traced((self._unknown(start, self.at),))
        return value

    def _chosen(self, name: str, operator: str, word: Traced, start: int) -> Traced:
        """``${A:-word}``, ``${A+word}``, ``${A:?word}`` …"""
        value = self.scope.get(name)
        is_set = name in self.scope and not (operator[0] == ":" and value is not None and not value.text)
        if operator[-1] == "+":
            return word if is_set else Traced()
        if operator[-1] == "-" and not is_set:
            return word
        return self._value(name, start) if is_set else Traced((self._unknown(start, self.at),))

    def _edited(self, name: str, operator: str, start: int) -> Traced:
        """``${A#pattern}``, ``${A%%pattern}``, ``${A//pattern/word}`` …"""
        slash = operator[0] == "/"
        pattern = self._until("/" if slash else "}", raw=True)
        word = self._until("}", raw=True) if slash else Traced()
        value = self._value(name, start)
        if value.unresolved or pattern.unresolved or word.unresolved:
            return Traced((self._unknown(start, self.at),))
        try:
            if slash:
                edited = replace(value, pattern.text, word, everywhere=operator == "//")
            else:
                edit = remove_prefix if operator[0] == "#" else remove_suffix
                edited = edit(value, pattern.text, greedy=len(operator) == 2)
        except BadPatternError as error:
            raise _MalformedError from error
        return Traced((self._unknown(start, self.at),)) if edited is None else edited

    def _through(self, start: int, value: Traced) -> tuple[Piece, ...]:
        """The pieces of a value, the reference in front of the way that they came."""
        reference = _whole(self.word.slice(start, self.at))
        return tuple(
            Piece(piece.text, piece.span, (reference, *piece.via)[:DEEPEST], piece.known)
            if piece.span != reference
            else piece
            for piece in value.pieces
        )


def _whole(part: Traced) -> Span:
    first, last = part.pieces[0].span, part.pieces[-1].span
    return first.source.span(first.start, last.end)
