"""Regular expressions that are compiled when they are first used: a run imports a hundred and forty, and needs some."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any


class Expression:
    """Stands for a compiled pattern; each of its attributes is taken over when it is first asked for."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._written = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._written), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    expression = re.compile
else:
    expression = Expression

__all__ = ["expression"]
