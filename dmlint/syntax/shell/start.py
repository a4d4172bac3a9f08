"""What holds when a script starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.traced import Traced


class Start(Struct, frozen=True, kw_only=True):
    """What holds when a script starts: exported variables, folder and ``$1 …`` (None if unknown), the environment that
    it is run in, as in ``Command.within``, and whether it may not be run at all.
    """

    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
    arguments: tuple[Traced, ...] | None = None
    within: str | None = None
    conditional: bool = False
