"""The fingerprints by which GitHub's code scanning knows a line again after edits elsewhere.

They are those of github/codeql-action (src/fingerprints.ts): a line's hash is that of the hundred UTF-16 units from its
start on that are neither space nor tab, with any line end as LF, 65535 for the end of the file and zeros after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_WINDOW = 100
_BASE = 37
_MODULUS = 1 << 64
_END = "\uffff"
_WIDTH = 2
"""Bytes of a unit."""
_BLANK = str.maketrans("", "", " \t")


def hash_lines(text: str, wanted: Collection[int]) -> dict[int, str]:
    """``HASH:OCCURRENCE`` of the wanted lines, by their numbers from 1; here CR alone ends a line too.

    Lines are told apart by the units themselves: of two that differ and yet have one hash, each is a first occurrence.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANK)
    units = _encoded(kept + _END) + bytes(_WIDTH * _WINDOW)
    windows = {number: window for number, window in _windows(kept, units) if number in wanted}
    seen = dict.fromkeys(windows.values(), 0)
    hashes: dict[int, str] = {}
    for number, window in _windows(kept, units):
        if window in seen:
            seen[window] += 1
        if number in windows:
            hashes[number] = f"{_value(window):x}:{seen[window]}"
    return hashes


def _windows(kept: str, units: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line's number, and the units that its hash is of."""
    start = 0
    for number, line in enumerate(kept.split("\n"), start=1):
        yield number, units[start : start + _WIDTH * _WINDOW]
        start += len(_encoded(line)) + _WIDTH


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _value(window: bytes) -> int:
    value = 0
    for at in range(0, len(window), _WIDTH):
        value = (value * _BASE + int.from_bytes(window[at : at + _WIDTH], "little")) % _MODULUS
    return value
