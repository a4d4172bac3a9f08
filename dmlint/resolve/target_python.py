"""For which Python an environment is resolved, and what is in it before anything is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.requirements.markers import worlds

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOWEST, _LIKELY = (3, 8), (3, 12)
"""The oldest Python that uv resolves for, and the newest that is taken for one that may be any."""


def choose_python(python: str | None) -> tuple[str, bool]:
    """The Python (``3.11``) for PEP 440 text, and whether it is the only one that it may be.

    Of several it is the newest up to 3.12: releases that need NumPy 2 are for newer Pythons, so that it is there that
    a pin is put to the test.
    """
    may_be = sorted({tuple(map(int, world.python.split("."))) for world in worlds(python, linux=True)})
    known = [version for version in may_be if version >= _LOWEST] or [_LOWEST]
    likely = [version for version in known if version <= _LIKELY]
    chosen = max(likely) if likely else min(known)
    return ".".join(map(str, chosen)), python is not None and len(may_be) == 1


def read_shipped(ships: Iterable[str]) -> dict[str, str]:
    """What an image holds, versions by name: of a line of releases (``numpy==1.26.*``), its first one."""
    pairs = (entry.partition("==") for entry in ships)
    return {name: f"{version[:-2]}.0" if version.endswith(".*") else version for name, _, version in pairs}
