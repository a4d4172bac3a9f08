"""Sequences that grow at the cost of what is added, however many states of them are kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


class Grown(Sequence[T]):
    """The first ``length`` entries of a list that others go on filling behind them; equal to a tuple of the same."""

    __slots__ = ("_entries", "_length")

    def __init__(self, entries: list[T]) -> None:
        self._entries = entries
        self._length = len(entries)

    def grow(self, more: Iterable[T]) -> Grown[T]:
        """These entries and more: in the same list, unless that has gone on from here already."""
        entries = self._entries if len(self._entries) == self._length else self._entries[: self._length]
        entries.extend(more)
        return Grown(entries)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return islice(self._entries, self._length)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        return tuple(self)[at] if isinstance(at, slice) or at < 0 or at >= self._length else self._entries[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Grown, tuple)) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def grow(before: Sequence[T], more: Iterable[T]) -> Sequence[T]:
    """A sequence with more behind it; ``before`` stays what it is."""
    return before.grow(more) if isinstance(before, Grown) else Grown([*before, *more])
