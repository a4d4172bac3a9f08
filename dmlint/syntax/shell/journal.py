"""A mapping that can go back to what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")


class Journal(Generic[T]):
    """A mapping whose changes can be taken back to a mark, at the cost of the changes alone.

    It changes in place: a copy for each subshell and branch would cost the square of a long script.
    """

    def __init__(self, entries: Mapping[str, T]) -> None:
        self._entries = dict(entries)
        self._marks: list[dict[str, T | None]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> T | None:
        """The entry, None if there is none."""
        return self._entries.get(name)

    def items(self) -> Iterable[tuple[str, T]]:
        """All entries."""
        return self._entries.items()

    def put(self, name: str, entry: T | None) -> None:
        """Set an entry, or take it away."""
        if self._marks:
            self._marks[-1].setdefault(name, self._entries.get(name))
        if entry is None:
            self._entries.pop(name, None)
        else:
            self._entries[name] = entry

    def mark(self) -> None:
        """Remember what changes from here on."""
        self._marks.append({})

    @property
    def depth(self) -> int:
        """How many marks there are."""
        return len(self._marks)

    def since(self, depth: int) -> dict[str, T | None]:
        """What the names hold that changed since there were ``depth`` marks."""
        return {name: self._entries.get(name) for mark in self._marks[depth:] for name in mark}

    def restore(self) -> dict[str, T | None]:
        """Undo all since the last mark; what the changed names held before that is returned."""
        before = self._marks.pop()
        after = {name: self._entries.get(name) for name in before}
        for name, entry in before.items():
            if entry is None:
                self._entries.pop(name, None)
            else:
                self._entries[name] = entry
        return after
