"""What a call looks at: the files at its paths, or a text from standard input that stands for one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dmlint.cli.output import warn
from dmlint.linting import preparation
from dmlint.text.problems import DmlintError, cause_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.config import Configuration
    from dmlint.discovery import Discovery
    from dmlint.discovery.repository import Repository

_STANDARD_INPUT = Path("-")


class CallError(DmlintError):
    """Options that do not go together."""


class Asked(Struct, frozen=True, kw_only=True):
    """What a call asks of the configuration: ``settings`` by its keys, None for one that is not given."""

    paths: tuple[Path, ...]
    settings: Mapping[str, Any]
    config: Path | None
    isolated: bool
    policy: Path | None
    no_baseline: bool


class Scope(Struct, frozen=True, kw_only=True):
    """The ``paths``, or the one of the file that standard input holds the ``text`` of. ``quiet`` says that warnings are
    not welcome, nor how far a run is.
    """

    paths: tuple[Path, ...]
    text: bytes | None = None
    quiet: bool = False

    def files(self, configuration: Configuration) -> tuple[str, ...]:
        """The files to look at, relative to the root; says what it cannot look at, and when there is nothing."""
        found = self.discover(preparation.policed(configuration))
        warnings = (*found.warnings, *(() if found.files else ("there is no file here that dmlint reads",)))
        for warning in () if self.quiet else warnings:
            warn(warning)
        return found.files

    def discover(self, configuration: Configuration) -> Discovery:
        """The files below the paths that are not excluded."""
        from dmlint.discovery import discover

        return discover(configuration.tree, self.paths or (Path(),), Path.cwd(), stands_in=self.text is not None)

    def context(self, configuration: Configuration) -> tuple[str, ...]:
        """The other files of the project, of which nothing is reported; none where the paths name all of it."""
        from dmlint.discovery import surroundings

        whole = any(Path(os.path.realpath(path)) == configuration.root for path in self.paths or (Path(),))
        return () if whole else surroundings(configuration.tree)

    def overlaid(self, repository: Repository, files: tuple[str, ...]) -> Repository:
        """The tree, with the text in the place of the one file that it stands for, unless that is left out."""
        if self.text is None or not files:
            return repository
        return repository.overlay_bytes(files[0], self.text)


def read_scope(paths: tuple[Path, ...], stdin_filename: Path | None, *, quiet: bool) -> Scope:
    """What ``check`` looks at; reads standard input where ``-`` asks for it.

    Raises CallError for ``-`` beside other paths or without a file name, and for a file name without ``-``.
    """
    reads = _STANDARD_INPUT in paths
    if reads and len(paths) > 1:
        raise CallError("- is standard input, and goes with no other path")
    if reads and stdin_filename is None:
        raise CallError("- is standard input: --stdin-filename PATH says which file it is")
    if stdin_filename is None:
        return Scope(paths=paths, quiet=quiet)
    if not reads:
        raise CallError(f"--stdin-filename goes with the path -: dmlint --stdin-filename {stdin_filename} -")
    return Scope(paths=(stdin_filename,), text=read_standard_input(), quiet=quiet)


def read_standard_input() -> bytes:
    """All of standard input: what is too large to be looked at may have to be printed again."""
    if sys.stdin is None:
        raise CallError("standard input is closed")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise CallError(f"cannot read standard input: {cause_of(error)}") from error
