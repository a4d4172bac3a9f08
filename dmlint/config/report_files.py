"""Where reports go: formats, each to standard output or to a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dmlint.rulepacks.toml_tables import suggest

if TYPE_CHECKING:
    from dmlint.config.config_table import ConfigTable

OUTPUTS = "output-format"


class Output(NamedTuple):
    """A report: its format, and the absolute path of its file, None for standard output."""

    format: str
    file: Path | None = None

    def __str__(self) -> str:
        return self.format if self.file is None else f"{self.format}:{self.file}"


def read_outputs(table: ConfigTable, below: tuple[Output, ...]) -> tuple[Output, ...]:
    """``FORMAT`` or ``FORMAT:FILE``, or a list of such; those below where the table says nothing.

    Raises ConfigError for a format that there is not, for two that would share standard output or a file, and for a
    file of a configuration that is none of its repository's.
    """
    if OUTPUTS not in table.values:
        return below
    value = table.values[OUTPUTS]
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise table.wrong(OUTPUTS, "must be FORMAT or FORMAT:FILE, or a list of such")
    outputs = tuple(_read(table, text) for text in texts)
    _refuse_shared(table, outputs)
    return outputs


def _read(table: ConfigTable, text: str) -> Output:
    # A colon of the file's own, as in C:\report.sarif, comes later.
    name, colon, file = text.partition(":")
    if name not in table.formats:
        raise table.wrong(OUTPUTS, f"knows no '{name}', only {', '.join(table.formats)}{suggest(name, table.formats)}")
    if colon and not file.strip():
        raise table.wrong(OUTPUTS, f"'{text}' names no file behind its colon")
    return Output(name, table.directory / file) if colon else Output(name)


def _refuse_shared(table: ConfigTable, outputs: tuple[Output, ...]) -> None:
    """Two reports in one place would make neither readable."""
    taken: dict[str, str] = {}
    for output in outputs:
        place = "" if output.file is None else os.path.realpath(output.file)
        if place in taken:
            where = place or "standard output"
            raise table.wrong(
                OUTPUTS, f"sends both {taken[place]} and {output.format} to {where}; write FORMAT:FILE for one of them"
            )
        taken[place] = output.format


def confine(table: ConfigTable, root: Path) -> None:
    """Raise ConfigError for a report that a configuration file would have written outside of the root, or into git's
    own folder: whoever lints a repository has not thereby agreed to that.
    """
    for output in read_outputs(table, ()):
        if output.file is not None and not _is_own(Path(os.path.realpath(output.file)), Path(os.path.realpath(root))):
            raise table.wrong(
                OUTPUTS, f"names {output.file}: only the command line may name a file outside of {root}, or in .git"
            )


def _is_own(file: Path, root: Path) -> bool:
    return file.is_relative_to(root) and ".git" not in map(str.lower, file.relative_to(root).parts)
