"""The shipped rule packs, parsed and checked beforehand: to do so in each run takes longer than to lint a file.

They are taken for what the packs say only if they were made of just these bytes, by the hash that Python itself goes by
in compiled files that are checked.
"""

from __future__ import annotations

from importlib.util import source_hash
from typing import TYPE_CHECKING, Any

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
    return tables if prepared["hash"] == _hash(packs) else None


def prepare(packs: Mapping[Path, dict[str, Any]]) -> str:
    """The text of the file beside the packs, whose tables are given, that ``read_prepared`` reads."""
    import json

    lines = ",\n".join(json.dumps(tables, ensure_ascii=False) for tables in packs.values())
    return f'{{"hash": "{_hash([*packs])}", "packs": [\n{lines}\n]}}\n'


def _hash(packs: Sequence[Path]) -> str:
    # Git may have given the packs the line endings of Windows.
    texts = (path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") for path in packs)
    return source_hash(b"\0".join(texts)).hex()
