"""The shipped rule packs, parsed and checked beforehand: to do so in each run takes longer than to lint a file.

They are taken for what the packs say only if they were made of packs of these names, sizes and checksums; whether all
is the same is checked where the rules' pages are. (To import hashlib alone takes 2 ms.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NAME = "prepared.json"


def read_prepared(packs: Sequence[Path]) -> list[dict[str, Any]] | None:
    """The tables of each pack; None where they were not prepared, or the packs have changed since."""
    import json

    try:
        prepared = json.loads((packs[0].parent / NAME).read_bytes())
    except (OSError, ValueError):
        return None
    tables: list[dict[str, Any]] = prepared["packs"]
    return tables if prepared["of"] == _marks(packs) else None


def prepare(packs: Mapping[Path, dict[str, Any]]) -> str:
    """The text of the file beside the packs, whose tables are given, that ``read_prepared`` reads."""
    import json

    lines = ",\n".join(json.dumps(tables, ensure_ascii=False) for tables in packs.values())
    return f'{{"of": {json.dumps(_marks([*packs]))}, "packs": [\n{lines}\n]}}\n'


def _marks(packs: Sequence[Path]) -> list[list[str | int]]:
    # Git may have given the packs the line endings of Windows.
    texts = ((path.name, path.read_bytes().replace(b"\r\n", b"\n")) for path in packs)
    return [[name, len(text), crc32(text)] for name, text in texts]
