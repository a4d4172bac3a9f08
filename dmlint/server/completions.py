"""What may be written where the cursor is: ids of rules in a pragma, keys of the configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lsprotocol import types

from dmlint.config.config_schema import FILE
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.rulepacks.packs import RulePack
    from dmlint.server.positions import Lines

_PRAGMA = lazy_regex(r"#\s*dmlint:\s*ignore(?:-file)?\s*\[(?:[^\]\n]*[\s,])?(\w*)")
_TABLE = lazy_regex(r"\s*\[+\s*([^\]]*?)\s*\]+\s*(?:#.*)?")
_KEY = lazy_regex(r"\s*([\w-]*)")
_NAMES = ("dmlint.toml", ".dmlint.toml")


def complete(lines: Lines, path: str, position: types.Position, pack: RulePack) -> list[types.CompletionItem]:
    """What fits at a place of a text."""
    offset = lines.offset(position)
    line = min(position.line, lines.text.count("\n"))
    start = offset - len(lines.text[:offset].rpartition("\n")[2])
    before = lines.text[start:offset]
    found = [match for match in _PRAGMA().finditer(before) if match.end() == len(before)]
    if found:
        items = [(rule.id, f"{rule.name}: {rule.title}") for rule in pack.rules]
        return _items(lines, offset - len(found[-1][1]), offset, items, types.CompletionItemKind.EnumMember)
    key = _KEY().fullmatch(before)
    if key is None or not _in_configuration(lines, path, line):
        return []
    return _items(lines, offset - len(key[1]), offset, _keys(), types.CompletionItemKind.Property)


def _in_configuration(lines: Lines, path: str, line: int) -> bool:
    """Whether a line stands in the table of the configuration itself."""
    name = path.rpartition("/")[2]
    above = lines.text.split("\n")[:line]
    table = next((match[1] for text in reversed(above) if (match := _TABLE().fullmatch(text))), "")
    return table == ("tool.dmlint" if name == "pyproject.toml" else "") and name in (*_NAMES, "pyproject.toml")


def _keys() -> list[tuple[str, str]]:
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    return [(key, entry.get("description", "")) for key, entry in schema["properties"].items()]


def _items(
    lines: Lines, start: int, end: int, found: Iterable[tuple[str, str]], kind: types.CompletionItemKind
) -> list[types.CompletionItem]:
    place = lines.range(start, end)
    return [
        types.CompletionItem(
            label=label, kind=kind, detail=detail, text_edit=types.TextEdit(range=place, new_text=label)
        )
        for label, detail in found
    ]
