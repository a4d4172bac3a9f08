"""The settings in force, each with where it comes from."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from dmlint.config.settings import ID_KEYS, KEYS, Output

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dmlint.config.config_table import ConfigTable
    from dmlint.config.configuration import Configuration

_ADDED = (
    "extend-select",
    "extend-ignore",
    "extend-exclude",
    "severities",
    "per-file-ignores",
    "environments",
    "waivers",
)
"""Keys that add to what is below."""


def show(configuration: Configuration, environment: Collection[str]) -> Iterator[str]:
    """``key = value  # where from``, a line each; ``environment`` are the options that stand in variables."""
    yield f"# root: {configuration.root}"
    if configuration.policy is not None:
        yield f"# what {configuration.policy.path} says comes before all of this"
    for key in sorted(KEYS):
        if key != "extend":
            value = getattr(configuration.settings, key.replace("-", "_"))
            yield f"{key} = {json.dumps(_plain(value))}  # {_origin(key, configuration.tables, environment)}"


def _origin(key: str, tables: tuple[ConfigTable, ...], environment: Collection[str]) -> str:
    """The layers that a value is made of; a ``select`` takes away what stands below it."""
    starts = [index for index, table in enumerate(tables) if key in ID_KEYS and "select" in table.values]
    above = tables[starts[-1] :] if starts else tables
    named = [_name(key, table, environment) for table in above if key in table.values]
    chosen = named if key in _ADDED else named[-1:]
    return ", ".join(chosen) or (_name("select", above[0], environment) if starts else "default")


def _name(key: str, table: ConfigTable, environment: Collection[str]) -> str:
    if table.file.is_dir() and key in environment:
        return f"environment: DMLINT_{key.replace('-', '_').upper()}"
    return table.origin


def _plain(value: object) -> object:
    """A value as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, Output):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Struct):
        made = asdict(value)
        return {key: _plain(entry) for key, entry in made.items() if entry is not None and key not in _INTERNAL}
    return value if value is None or isinstance(value, (str, int)) else str(value)


_INTERNAL = ("file", "shown", "keys", "index")
"""What a waiver remembers of its own place."""
