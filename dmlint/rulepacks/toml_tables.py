"""TOML files of dmlint's own (rule packs, configuration): read whole, and made into structs, with clear errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import NODEFAULT

from dmlint.discovery.repository import UnreadFileError, read_own
from dmlint.text.problems import cause_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmlint.text.problems import DmlintError

T = TypeVar("T")


def load_table(path: Path, error: type[DmlintError]) -> dict[str, Any]:
    """The top table of a TOML file; raises ``error``, with path and cause, where it cannot be read."""
    import tomli

    try:
        return tomli.loads(read_own(path).decode("utf-8-sig"))
    except OSError as cause:
        raise error(f"{path}: {cause_of(cause)}") from None
    except UnreadFileError as cause:
        raise error(f"{path}: {cause}") from None
    except (ValueError, RecursionError) as cause:
        raise error(f"{path}: this is not valid TOML: {cause}") from None


def suggest(word: str, known: Iterable[str]) -> str:
    """`` (did you mean 'select'?)`` for a word close to a known one, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def check_keys(table: dict[str, Any], known: tuple[str, ...], place: str, error: type[DmlintError]) -> None:
    """Raise ``error`` for a key that is none of those known."""
    for key in table:
        if key not in known:
            raise error(f"{place}: unknown key '{key}'{suggest(key, known)}")


_SHAPES = {
    "str": "a string",
    "str | None": "a string",
    "tuple[str, ...]": "an array of strings",
    "tuple[Example, ...]": "an array of tables of file names and texts",
    "bool": "true or false",
    "Check": "a table",
}


def build(kind: type[T], table: dict[str, Any], place: str, error: type[DmlintError]) -> T:
    """Make a struct of a table whose keys are its fields; each fault raises ``error`` with its place."""
    struct: Any = kind
    names, given = struct.__struct_fields__, struct.__struct_defaults__
    # The defaults are those of the last fields.
    defaults = (*[NODEFAULT] * (len(names) - len(given)), *given)
    check_keys(table, names, place, error)
    for key, default in zip(names, defaults, strict=True):
        if key in table:
            shape = _SHAPES[struct.__annotations__[key]]
            if shape != "a table" and shape != _shape(table[key]):
                raise error(f"{place}: '{key}' is {shape}")
        elif default is NODEFAULT:
            raise error(f"{place}: '{key}' is missing")
    try:
        return make(kind, table)
    except ValueError as cause:
        raise error(f"{place}: {cause}") from None


def make(kind: type[T], table: dict[str, Any]) -> T:
    """Make a struct of a table that is known to be right."""
    return kind(**{key: _freeze(value) for key, value in table.items()})


def _shape(value: object) -> str:
    if isinstance(value, str):
        return "a string"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "an array of strings"
    if isinstance(value, list) and all(isinstance(item, dict) and _is_example(item) for item in value):
        return "an array of tables of file names and texts"
    return "something else"


def _is_example(table: dict[str, object]) -> bool:
    return bool(table) and all(isinstance(text, str) for text in table.values())


def _freeze(value: object) -> object:
    """A value of a pack as one that cannot be changed."""
    if not isinstance(value, list):
        return value
    return tuple(tuple(item.items()) if isinstance(item, dict) else item for item in value)
