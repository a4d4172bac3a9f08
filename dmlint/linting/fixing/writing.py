"""Fixed files put in the place of the old ones: each whole or not at all, never over another's change."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from dmlint.discovery.decoding import encode
from dmlint.text.problems import DmlintError, cause_of

if TYPE_CHECKING:
    from dmlint.linting.fixing.rounds import Change


class FixError(DmlintError):
    """A fixed file that cannot be written."""


def write(change: Change) -> None:
    """Replace a file by its fixed text; mode and, where the system lets us, owner stay. A symbolic link stays one: what
    it leads to is replaced.

    Raises FixError, and leaves the file as it is, where it has changed since it was read or cannot be written.
    """
    path = change.before.path
    try:
        data = change.place.read_bytes()
        if encode(change.before, data) != data:
            raise FixError(f"{path}: it has changed since it was read, and is left as it is")
        _replace(change.place, fixed_bytes(change, data))
    except OSError as error:
        raise FixError(f"{path}: the fixed file cannot be written: {cause_of(error)}") from error


def fixed_bytes(change: Change, data: bytes) -> bytes:
    """The fixed text, written as ``data``, the file's own, is; FixError where its encoding lacks a character."""
    try:
        return encode(change.after, data)
    except UnicodeEncodeError as error:
        message = f"{change.after.path}: {change.after.encoding} has no {error.object[error.start]!r}"
        raise FixError(message) from error


def _replace(place: Path, data: bytes) -> None:
    status = place.stat()
    handle, name = mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".dmlint")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # Windows has no owners of this kind, and nobody but root gives files away.
        with suppress(AttributeError, PermissionError):
            os.chown(draft, status.st_uid, status.st_gid)
        draft.chmod(stat.S_IMODE(status.st_mode))
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
