"""What becomes of a fixed file: a unified patch as ``git apply`` takes it, or the file itself, whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from dmlint.discovery.decoding import encode
from dmlint.discovery.repository import UnreadFileError, read_own
from dmlint.text.problems import DmlintError, cause_of
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.linting.fix_rounds import Change


_SPECIAL = lazy_regex(rb'[\x00-\x1f"\\\x7f-\xff]')
_NAMED = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}
_CUT = b"\n\\ No newline at end of file\n"


def show(change: Change, held: bytes | None = None) -> bytes:
    """The patch of one file, named relative to the root; ``held`` is what is in it, where that is not on the disk.

    Raises ``OSError`` where the file cannot be read any more.
    """
    like = read_own(change.place) if held is None else held
    old, new = _lines(encode(change.before, like)), _lines(encode(change.after, like))
    path = os.fsencode(change.before.path)
    one, other = _quote(b"a/" + path), _quote(b"b/" + path)
    # As git does it: where a name has white space, a tab says where it ends.
    end = b"\t\n" if b" " in path and not one.startswith(b'"') else b"\n"
    parts = [b"diff --git ", one, b" ", other, b"\n--- ", one, end, b"+++ ", other, end]
    return b"".join([*parts, *_hunks(old, new)])


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; only LF ends a line, a last one may have none."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _hunks(old: list[bytes], new: list[bytes]) -> Iterator[bytes]:
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield b"@@ -%b +%b @@\n" % (_range(first[1], last[2]), _range(first[3], last[4]))
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                yield from (_line(b" ", line) for line in old[start:end])
            else:
                yield from (_line(b"-", line) for line in old[start:end])
                yield from (_line(b"+", line) for line in new[new_start:new_end])


def _range(start: int, end: int) -> bytes:
    # An empty range is named by the line before it.
    return b"%d,%d" % (start + (end > start), end - start)


def _line(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + _CUT


def _quote(path: bytes) -> bytes:
    """A path as git writes it: in quotes, with escapes, where it has characters that need them."""
    if not _SPECIAL().search(path):
        return path
    return b'"%b"' % _SPECIAL().sub(lambda found: b"\\" + _NAMED.get(found[0][0], b"%03o" % found[0][0]), path)


class FixError(DmlintError):
    """A fixed file that cannot be written."""


def write(change: Change) -> str | None:
    """Replace a file by its fixed text; mode and, where the system lets us, owner and extended attributes stay. A
    symbolic link stays one: what it leads to is replaced. Gives what to warn of: other names that keep the text.

    Raises FixError, and leaves the file as it is, where it has changed since it was read or cannot be written.
    """
    path = change.before.path
    try:
        data = read_own(change.place)
        if encode(change.before, data) != data:
            raise FixError(f"{path}: it has changed since it was read, and is left as it is")
        others = change.place.stat().st_nlink - 1
        _replace(change.place, fixed_bytes(change, data))
    except UnreadFileError as error:
        raise FixError(f"{path}: it has changed since it was read: {error}") from error
    except OSError as error:
        raise FixError(f"{path}: the fixed file cannot be written: {cause_of(error)}") from error
    return f"{path}: its other names (hard links: {others}) keep the old text" if others > 0 else None


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
        with suppress(AttributeError, OSError):
            for attribute in os.listxattr(place):
                os.setxattr(draft, attribute, os.getxattr(place, attribute))
        # Windows has no owners of this kind, and nobody but root gives files away.
        with suppress(AttributeError, PermissionError):
            os.chown(draft, status.st_uid, status.st_gid)
        draft.chmod(stat.S_IMODE(status.st_mode))
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
