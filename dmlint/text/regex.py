"""Regular expressions that are compiled when they are first used: a run imports a hundred and forty, and needs some."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, AnyStr

if TYPE_CHECKING:
    from collections.abc import Callable


def lazy_regex(pattern: AnyStr, flags: int = 0) -> Callable[[], re.Pattern[AnyStr]]:
    """What gives the compiled pattern, the same one each time."""
    return cache(partial(re.compile, pattern, flags))
