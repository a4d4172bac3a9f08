"""Ways that exclude each other: the arms of an ``if``, of a ``case``, of ``A || B``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.text.source import Span


class Arm(Struct, frozen=True):
    """One of several ways, of which at most one is taken.

    ``choice`` is the statement at which they part, ``turn`` how many times a run came to it before (a loop, a function
    that is called twice), ``number`` which of the ways, from 0. A choice whose arms may all be passed by has one more
    number than it has arms. ``count`` is how many numbers it has, 0 where that is not known.
    """

    choice: Span
    turn: int
    number: int
    count: int = 0


def exclude(one: Iterable[Arm], other: Iterable[Arm]) -> bool:
    """Whether what stands in both sets of arms can never happen in one run."""
    taken = {(arm.choice, arm.turn): arm.number for arm in one}
    return any(taken.get((arm.choice, arm.turn), arm.number) != arm.number for arm in other)
