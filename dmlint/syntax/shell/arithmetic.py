"""Evaluates shell arithmetic on small integers; what is not known stays so."""

from __future__ import annotations

import operator as operators
from typing import TYPE_CHECKING

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = lazy_regex(
    r"\s*(?:(?P<number>[0-9]{1,15})|\$?\{?(?P<name>[A-Za-z_]\w*|(?<=[${])[0-9#@*])\}?|(?P<sign>\+\+|--|[-+*/%<>=!]=|&&|\|\||[-+*/%<>=!()]))"
)
_BINARY: tuple[Mapping[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {"==": operators.eq, "!=": operators.ne},
    {"<": operators.lt, ">": operators.gt, "<=": operators.le, ">=": operators.ge},
    {"+": operators.add, "-": operators.sub},
    {"*": operators.mul, "/": lambda a, b: int(a / b), "%": lambda a, b: a - b * int(a / b)},
)
_ASSIGNING = frozenset({"=", "+=", "-=", "*=", "++", "--"})
_LARGEST = 10**15
_LONGEST = 200


class _UnknownError(Exception):
    """The value is not known, or the text is nothing that is followed."""


class Arithmetic:
    """One expression; ``look`` gives the number of a name, None where it is not known, ``put`` sets it."""

    def __init__(self, look: Callable[[str], int | None], put: Callable[[str, int | None], None]) -> None:
        self._look, self._put = look, put
        self._tokens: list[tuple[str, str]] = []
        self._at = 0

    def evaluate(self, text: str) -> int | None:
        """The number that a text comes to."""
        if len(text) > _LONGEST:
            return None
        at = 0
        self._tokens, self._at = [], 0
        text = text.strip()
        while at < len(text):
            match = _TOKEN().match(text, at)
            if match is None:
                self._forget()
                return None
            self._tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            at = match.end()
        try:
            value = self._level(0)
            if self._at == len(self._tokens):
                return value
        except (_UnknownError, ZeroDivisionError):
            pass
        self._forget()
        return None

    def _forget(self) -> None:
        """What a text that is not followed may assign is not known."""
        for kind, text in self._tokens:
            if kind == "name" and any(sign in _ASSIGNING for _, sign in self._tokens):
                self._put(text, None)

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _take(self, *signs: str) -> str:
        kind, text = self._next()
        if kind != "sign" or text not in signs:
            return ""
        self._at += 1
        return text

    def _level(self, level: int) -> int:
        if level == len(_BINARY):
            return self._unary()
        value = self._level(level + 1)
        while sign := self._take(*_BINARY[level]):
            value = int(_BINARY[level][sign](value, self._level(level + 1)))
            if abs(value) > _LARGEST:
                raise _UnknownError
        return value

    def _unary(self) -> int:
        sign = self._take("!", "-", "+", "++", "--", "(")
        if sign == "(":
            value = self._level(0)
            if not self._take(")"):
                raise _UnknownError
            return value
        if sign in {"++", "--"}:
            kind, name = self._next()
            self._at += 1
            return self._assign(name, self._value(name) + (1 if sign == "++" else -1)) if kind == "name" else 0
        if sign:
            value = self._unary()
            return int(not value) if sign == "!" else value if sign == "+" else -value
        return self._primary()

    def _primary(self) -> int:
        kind, text = self._next()
        self._at += 1
        if kind == "number" and (text == "0" or text[0] != "0"):
            return int(text)
        if kind != "name":
            raise _UnknownError
        sign = self._take("++", "--", "=", "+=", "-=", "*=")
        if not sign:
            return self._value(text)
        if sign == "=":
            return self._assign(text, self._level(0))
        before = self._value(text)
        if sign in {"++", "--"}:
            self._assign(text, before + (1 if sign == "++" else -1))
            return before
        return self._assign(text, _BINARY[4 if sign != "*=" else 5][sign[0]](before, self._level(0)))

    def _value(self, name: str) -> int:
        value = self._look(name)
        if value is None:
            raise _UnknownError
        return value

    def _assign(self, name: str, value: int) -> int:
        self._put(name, value)
        return value
