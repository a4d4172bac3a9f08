"""What holds when a script starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.syntax.shell.habits import PLAIN_HABITS, ShellHabits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.arms import Arm
    from dmlint.text.traced import Traced


class Start(Struct, frozen=True, kw_only=True):
    """What holds when a script starts: exported variables, folder and ``$1 …`` (None if unknown), the environment that
    it is run in, as in ``Command.within``, whether it may not be run at all, and in which arms it is.

    ``path`` is where the script lies (seen from where ``cwd`` is), None if it is in no file. ``sourced`` says that the
    shell which asks for it reads it itself.
    """

    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
    arguments: tuple[Traced, ...] | None = None
    within: str | None = None
    conditional: bool = False
    arms: tuple[Arm, ...] = ()
    path: str | None = None
    sourced: bool = False
    habits: ShellHabits = PLAIN_HABITS
