"""pdm.lock: PDM's record of every package that it resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.locks.toml_lock import LockLayout, read_lock

if TYPE_CHECKING:
    from dmlint.facts import Document
    from dmlint.text.source import Source

_LAYOUT = LockLayout(where="pdm.lock", table="package", marker="marker")


def parse(source: Source) -> Document:
    """State every package that the lock records, with its version and the marker under which it is installed."""
    return read_lock(source, _LAYOUT)
