"""Folders as values: the paths of a script that runs in a repository of which nobody knows where it lies."""

from __future__ import annotations

import posixpath

from msgspec.structs import replace

from dmlint.text.traced import Traced

ROOT = "\ue001"
"""Stands in values for the absolute path of the folder that relative working directories are seen from."""

_LONGEST = 4_096


def show(cwd: str) -> str:
    """A working directory as a program prints it."""
    if cwd.startswith("/"):
        return cwd
    return ROOT if cwd == "." else f"{ROOT}/{cwd}"


def enter(cwd: str | None, target: str) -> str | None:
    """The folder that ``cd`` goes to; None if it is not known."""
    if target[:1] in {"", "-", "~"} or len(cwd or "") + len(target) > _LONGEST:
        return None
    if target.startswith(ROOT):
        return posixpath.normpath(target[1:].lstrip("/") or ".")
    if cwd is None and not target.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(cwd or "/", target))
    return "/" + path.lstrip("/") if path.startswith("/") else path


def localize(value: Traced, cwd: str | None) -> Traced:
    """A value as a program takes it that runs in ``cwd``: paths of the repository are seen from there."""
    if ROOT not in value.text:
        return value
    base = "." if cwd is None or cwd.startswith("/") else posixpath.relpath(".", cwd)
    up = "" if base == "." else f"{base}/"
    return Traced(
        tuple(
            replace(piece, text=piece.text.replace(f"{ROOT}/", up).replace(ROOT, base)) if ROOT in piece.text else piece
            for piece in value.pieces
        )
    )
