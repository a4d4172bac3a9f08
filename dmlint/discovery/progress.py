"""How a long run says how far it is, to whoever wants to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[str, int, int], None]
    """Is told what is being done, with how many files so far, and with how many in all."""


def silent(_doing: str, _done: int, _total: int) -> None:
    """Tell nobody."""
