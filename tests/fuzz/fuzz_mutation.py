"""Texts made of other texts: words of the languages put in, parts cut, moved, repeated, wrapped and spliced."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

TOKENS: tuple[str, ...] = tuple(
    json.loads(line)
    for line in Path(__file__).with_name("dictionary.txt").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
)
PAIRS = (
    *(("(", ")"), ("[", "]"), ("{", "}"), ('"', '"'), ("'", "'"), ("$(", ")"), ("${", "}"), ("`", "`")),
    ("<<E\n", "\nE\n"),
)
"""What is put around a part of a text."""
LONGEST = 20_000
"""The length of a mutated text, in characters, beyond which it is cut."""
_WORD = re.compile(r"[\w.-]+|[^\w\s]+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutator:
    """Makes texts like ``seeds``, none of which is empty; the same random numbers make the same text."""

    seeds: tuple[str, ...]

    def make(self, random: Random) -> str:
        """A text that is a few mutations away from a seed."""
        return self.mutate(random.choice(self.seeds), random)

    def mutate(self, text: str, random: Random) -> str:
        """The text after one to four mutations."""
        for _ in range(random.randint(1, 4)):
            text = random.choice(_STEPS)(self, text, random)[:LONGEST]
        return text


def _insert(_: Mutator, text: str, random: Random) -> str:
    at = _edge(text, random)
    return text[:at] + random.choice(TOKENS) + text[at:]


def _scatter(_: Mutator, text: str, random: Random) -> str:
    token = random.choice(TOKENS)
    for _n in range(random.randint(2, 8)):
        at = _edge(text, random)
        text = text[:at] + token + text[at:]
    return text


def _delete(_: Mutator, text: str, random: Random) -> str:
    start, end = _part(text, random)
    return text[:start] + text[end:]


def _replace(_: Mutator, text: str, random: Random) -> str:
    start, end = _part(text, random)
    return text[:start] + random.choice(TOKENS) + text[end:]


def _repeat(_: Mutator, text: str, random: Random) -> str:
    start, end = _part(text, random)
    return text[:start] + text[start:end] * random.choice([2, 3, 10, 200]) + text[end:]


def _wrap(_: Mutator, text: str, random: Random) -> str:
    start, end = _part(text, random)
    opening, closing = random.choice(PAIRS)
    return f"{text[:start]}{opening}{text[start:end]}{closing}{text[end:]}"


def _move(_: Mutator, text: str, random: Random) -> str:
    start, end = _part(text, random)
    rest = text[:start] + text[end:]
    at = _edge(rest, random)
    return rest[:at] + text[start:end] + rest[at:]


def _splice(mutator: Mutator, text: str, random: Random) -> str:
    other = random.choice(mutator.seeds)
    return text[: _edge(text, random)] + other[_edge(other, random) :]


def _borrow(mutator: Mutator, text: str, random: Random) -> str:
    other = random.choice(mutator.seeds)
    start, end = _part(other, random)
    at = _edge(text, random)
    return text[:at] + other[start:end] + text[at:]


def _end_lines(_: Mutator, text: str, random: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", random.choice(["\n", "\r\n", "\r", "\n\n", " \\\n"]))


def _character(_: Mutator, text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + chr(random.choice([random.randint(0, 0x7F), random.randint(0x80, 0xD7FF)])) + text[at + 1 :]


_STEPS: tuple[Callable[[Mutator, str, Random], str], ...] = (
    *(_insert, _insert, _scatter, _delete, _replace, _replace, _repeat, _wrap, _move, _splice, _borrow, _borrow),
    *(_end_lines, _character),
)


def _edge(text: str, random: Random) -> int:
    """An offset, mostly one at which a word or a line begins or ends."""
    at = random.randint(0, len(text))
    found = random.choice([_WORD, _LINE, _LINE]).search(text, at)
    return at if found is None or random.random() < 0.2 else random.choice(found.span())


def _part(text: str, random: Random) -> tuple[int, int]:
    """A range: a word, a line, or anything between two edges that are not far apart."""
    at = random.randint(0, len(text))
    found = random.choice([_WORD, _LINE]).search(text, at)
    if found is None or random.random() < 0.3:
        return at, min(len(text), at + random.choice([0, 1, 2, 5, 20, 100, 1000]))
    return found.span()
