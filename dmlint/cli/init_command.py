"""``dmlint init``: a first configuration."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dmlint.cli import options
from dmlint.cli.output import deliver_bytes, note
from dmlint.discovery.repository import UnreadFileError, read_own
from dmlint.text.problems import DmlintError, cause_of

_OWN = (".dmlint.toml", "dmlint.toml")
_PYPROJECT = Path("pyproject.toml")
_SETTINGS: tuple[tuple[str, str, str | list[str]], ...] = (
    ("fail-on", "The least severity that fails a run: error, warning or notice.", "error"),
    ("ignore", "Rules to leave out, by id or the start of one (`dmlint rules` lists them).", []),
    ("exclude", "Files to leave out, as .gitignore would name them.", []),
)


class InitError(DmlintError):
    """A configuration that cannot be added."""


@click.command(context_settings=options.SETTINGS)
def init() -> None:
    """Write a first configuration for the working directory.

    It goes into pyproject.toml, or into dmlint.toml where there is none. What is there already is never changed.
    """
    for name in _OWN:
        if os.path.lexists(name):
            raise InitError(f"{name} is there already")
    if _PYPROJECT.is_symlink():
        raise InitError(f"{_PYPROJECT} is a symbolic link; run this in the folder of the file itself")
    path = _PYPROJECT if _PYPROJECT.exists() else Path(_OWN[1])
    deliver_bytes(_extended(path) if path is _PYPROJECT else _table().encode(), path)
    note(f"Wrote {path}.")


def _table(*keys: str) -> str:
    """The settings as TOML, below a table of these keys."""
    import tomlkit

    document = tomlkit.document()
    table = tomlkit.table() if keys else document
    for key, comment, value in _SETTINGS:
        table.add(tomlkit.comment(comment))
        table.add(key, value)
    for key in reversed(keys):
        outer = document if key == keys[0] else tomlkit.table(is_super_table=True)
        outer.add(key, table)
        table = outer
    return tomlkit.dumps(document)


def _extended(path: Path) -> bytes:
    """The file with the table behind all that it holds, which stays as it is, byte for byte.

    Raises InitError where there is such a table, and where the file is not TOML or cannot take one.
    """
    from tomlkit.exceptions import TOMLKitError

    try:
        data = read_own(path)
        text = data.decode("utf-8-sig")
        if "dmlint" in _tools(text):
            raise InitError(f"{path} has a table tool.dmlint already")
        ending = "\r\n" if "\r\n" in text else "\n"
        gap = ending * (2 if text and not text.endswith("\n") else bool(text.strip()))
        added = gap + _table("tool", "dmlint").replace("\n", ending)
        _tools(text + added)
    except UnreadFileError as error:
        raise InitError(f"{path} is not read: {error}") from error
    except OSError as error:
        raise InitError(f"cannot read {path}: {cause_of(error)}") from error
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise InitError(f"{path} cannot take a table tool.dmlint: {error}") from error
    return data + added.encode()


def _tools(text: str) -> dict[str, object]:
    """The table of tools; tomlkit refuses a text that is not TOML."""
    import tomlkit

    found = tomlkit.parse(text).unwrap().get("tool", {})
    return found if isinstance(found, dict) else {}
