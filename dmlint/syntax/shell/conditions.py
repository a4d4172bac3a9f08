"""Decides questions: ``[ … ]``, ``[[ … ]]``, patterns and small arithmetic, as far as the values are known."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from dmlint.syntax.shell.fields import Splitting
from dmlint.syntax.shell.program import Question, Template
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmlint.syntax.shell.fields import Chunk
    from dmlint.text.traced import Traced

_NUMBER = lazy_regex(r"[ \t]*[-+]?[0-9]{1,15}[ \t]*")
_EXTENDED = lazy_regex(r"[?*+@!]\(")
_LONGEST = 1_000
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}


def negate(answer: bool | None) -> bool | None:
    """The other answer."""
    return None if answer is None else not answer


def filled(value: Traced) -> bool | None:
    """Whether a value is not empty."""
    if any(piece.known and piece.text for piece in value.pieces):
        return True
    return None if value.pieces else False


def ask(words: Sequence[Traced]) -> bool | None:
    """The answer of ``test`` and ``[``, whose closing bracket is gone; None if it is not known."""
    if any(value.unresolved for value in words) and len(words) > 2 and words[0].text != "!":
        return None
    match len(words):
        case 0:
            return False
        case 1:
            return filled(words[0])
        case 2:
            return _unary(words[0].text, words[1])
        case 3 if words[1].text not in {"-a", "-o"} and words[0].text != "!":
            return compare(words[1].text, words[0], words[2])
    return _longer(words)


def _longer(words: Sequence[Traced]) -> bool | None:
    """Questions joined by ``-o`` and ``-a``, of which the latter bind."""
    for joint, settles in (("-o", True), ("-a", False)):
        cuts = [at for at, word in enumerate(words) if word.text == joint and 0 < at < len(words) - 1]
        if cuts and len(words) < 40:
            first, second = ask(words[: cuts[0]]), ask(words[cuts[0] + 1 :])
            if settles in {first, second}:
                return settles
            return None if None in {first, second} else not settles
    return negate(ask(words[1:])) if words[0].text == "!" and len(words) < 40 else None


def _unary(operator: str, value: Traced) -> bool | None:
    if operator == "!":
        return negate(filled(value))
    answer = filled(value) if operator in {"-n", "-z"} else None
    return negate(answer) if operator == "-z" else answer


def compare(operator: str, one: Traced, other: Traced) -> bool | None:
    """The answer of a question about two values."""
    if one.unresolved or other.unresolved:
        return None
    if operator in {"=", "==", "!="}:
        return (one.text == other.text) is (operator != "!=")
    numbers = [_NUMBER().fullmatch(value.text) for value in (one, other)]
    if operator not in _COMPARISONS or None in numbers:
        return None
    return _COMPARISONS[operator](int(one.text), int(other.text))


def matches(value: Traced, pattern: Sequence[Chunk]) -> bool | None:
    """Whether a value matches a pattern, in which what was quoted stands for itself."""
    texts = [
        re.sub(r"([*?\[])", r"[\1]", chunk.value.text)
        if chunk.splitting is Splitting.QUOTED
        else re.sub(r"\[\^", "[!", chunk.value.text)
        for chunk in pattern
    ]
    text = "".join(texts)
    if text == "*":
        return True
    known = not value.unresolved and not any(chunk.value.unresolved for chunk in pattern)
    if not known or _EXTENDED().search(text) or "\\" in text or "[:" in text or len(text) > _LONGEST:
        return None
    if len(value) > _LONGEST:
        return None
    return re.compile(translate(text)).match(value.text) is not None


def answer(
    question: Question, value: Callable[[Template], Traced], pattern: Callable[[Template], Sequence[Chunk]]
) -> bool | None:
    """The answer of ``[[ … ]]``; ``value`` and ``pattern`` expand its words."""
    operator, operands = question.operator, question.operands
    answers = [answer(part, value, pattern) for part in operands if isinstance(part, Question)]
    words = [part for part in operands if isinstance(part, Template)]
    if operator == "!":
        return negate(answers[0])
    if answers:
        settles = operator == "||"
        if settles in answers:
            return settles
        return None if None in answers else not settles
    if len(words) == 1:
        return _unary(operator, value(words[0]))
    if operator in {"=", "==", "!="}:
        found = matches(value(words[0]), pattern(words[1]))
        return negate(found) if operator == "!=" else found
    return None if operator == "=~" else compare(operator, value(words[0]), value(words[1]))
