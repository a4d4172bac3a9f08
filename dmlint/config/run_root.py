"""Where a run stands: the root of what it may read, and its configuration file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.config.config_table import ConfigError
from dmlint.discovery.repository import read_own
from dmlint.rulepacks.toml_tables import load_table
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PYPROJECT = "pyproject.toml"
_NAMES = (".dmlint.toml", "dmlint.toml", _PYPROJECT)


class ConfigurationFile(Struct, frozen=True, kw_only=True):
    """A configuration file and its keys; ``prefix`` stands before each of them (``tool.dmlint.``)."""

    path: Path
    values: Mapping[str, object]
    prefix: str = ""


class RunRoot(Struct, frozen=True, kw_only=True):
    """The root (absolute, without symbolic links), whether it is a git work tree, and the configuration, if any.

    ``sure`` says that the root is a project's, not just the folder that somebody happened to work in.
    """

    root: Path
    git: bool
    sure: bool
    configuration: ConfigurationFile | None


def locate(first: Path, cwd: Path, *, search: bool = True) -> RunRoot:
    """Find the root and, if asked to search for one, the configuration for a run whose first path is ``first``.

    The root is the git work tree that holds it, else the closest folder upward with a configuration, else the working
    directory, or, where that does not hold the path, the path's own folder. Raises ConfigError for a configuration file
    that cannot be read.
    """
    real = Path(os.path.realpath(cwd / first))
    start = real if real.is_dir() else real.parent
    work_tree = next((folder for folder in _upward(start) if os.path.lexists(folder / ".git")), None)
    folders = _upward(start, work_tree) if search else ()
    found = next((found for folder in folders if (found := _in_folder(folder))), None)
    _refuse_link(cwd / first, first)
    if found is not None:
        _require_inside(found.path, work_tree or found.path.parent)
    if work_tree is not None:
        return RunRoot(root=work_tree, git=True, sure=True, configuration=found)
    if found is not None:
        return RunRoot(root=found.path.parent, git=False, sure=True, configuration=found)
    here = Path(os.path.realpath(cwd))
    return RunRoot(root=here if start.is_relative_to(here) else start, git=False, sure=False, configuration=None)


def _require_inside(path: Path, root: Path) -> None:
    """Raise ConfigError for a configuration that is a link to a file outside of the root: nobody has named that."""
    if not Path(os.path.realpath(path)).is_relative_to(root):
        raise ConfigError(f"{path} is a symbolic link to a file outside of {root}; --config may name it")


def _refuse_link(path: Path, shown: Path) -> None:
    """Raise ConfigError for a link by which a repository leads out of itself: the run would be about another, in which
    fixes would be written.
    """
    if not path.is_symlink():
        return
    parent = Path(os.path.realpath(path.parent))
    holds = next((folder for folder in _upward(parent) if os.path.lexists(folder / ".git")), None)
    if holds is not None and not Path(os.path.realpath(path)).is_relative_to(holds):
        raise ConfigError(f"{shown} is a symbolic link out of {holds}; name the place that it leads to")


def read_named(path: Path) -> ConfigurationFile:
    """Read the file that ``--config`` names; raises ConfigError where it is not there or not a configuration."""
    values = load_table(path, ConfigError)
    if path.name != _PYPROJECT:
        return ConfigurationFile(path=path, values=values)
    return _section(path, values) or ConfigurationFile(path=path, values={})


def _upward(start: Path, last: Path | None = None) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if folder == last:
            return


def _in_folder(folder: Path) -> ConfigurationFile | None:
    """The configuration that stands in a folder, by the order of the names."""
    for name in _NAMES:
        path = folder / name
        # Of a link that leads nowhere, a pipe or a device, reading says what is wrong.
        if not os.path.lexists(path) or path.is_dir():
            continue
        if name != _PYPROJECT:
            return ConfigurationFile(path=path, values=load_table(path, ConfigError))
        if found := _in_pyproject(path):
            return found
    return None


def _in_pyproject(path: Path) -> ConfigurationFile | None:
    """``[tool.dmlint]``; a file that is not TOML is none: it is linted too, and that says it (DM900).

    Most files have no such table, and a look at the bytes spares them the parser.
    """
    try:
        if b"dmlint" not in read_own(path):
            return None
        values = load_table(path, ConfigError)
    except (DmlintError, OSError):
        return None
    return _section(path, values)


def _section(path: Path, values: Mapping[str, object]) -> ConfigurationFile | None:
    tool = values.get("tool")
    section = tool.get("dmlint") if isinstance(tool, dict) else None
    if section is None:
        return None
    if not isinstance(section, dict):
        raise ConfigError(f"{path}: tool.dmlint must be a table")
    return ConfigurationFile(path=path, values=section, prefix="tool.dmlint.")
