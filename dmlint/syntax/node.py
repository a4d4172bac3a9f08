"""One value of a file with its place, for languages that are read whole: JSON and HCL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.text.source import Span


class Node(Struct, frozen=True, kw_only=True):
    """A scalar, a list of values, a table of values, or, with none of these, null or something that is not read.

    ``span`` is a string's inside its quotes, any other value's as it is written; ``text`` is a scalar's; ``key`` is
    where the name stands that it has in a table.
    """

    span: Span
    key: Span | None = None
    text: Traced | None = None
    elements: tuple[Node, ...] = ()
    entries: dict[str, Node] = field(default_factory=dict)

    def get(self, *keys: str) -> Node | None:
        """The value that the keys lead to, None where there is none."""
        found: Node | None = self
        for key in keys:
            found = found.entries.get(key) if found is not None else None
        return found

    @property
    def string(self) -> Traced:
        """A scalar's text; empty for any other kind."""
        return self.text if self.text is not None else Traced()
