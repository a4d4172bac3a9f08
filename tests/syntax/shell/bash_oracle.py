"""What bash runs of a script, what the reader of scripts says of it, and whether both agree."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from bash_scripts import PROGRAMS
from shell_scripts import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dmlint.syntax.shell.command import Command, Word

_STAND_IN = """#!/bin/sh
{ printf '%s\\0' "${0##*/}" "$@"; printf '\\001\\0'; } >> "$SAID"
"""
_REFUSALS = (b"syntax error", b"unexpected EOF", b"No such file or directory", b"bad substitution", b"ambiguous")


def plant(folder: Path) -> Path:
    """Stand-ins of the programs, which tell in a file what they are called with; the folder that they lie in."""
    programs = folder / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).write_text(_STAND_IN, encoding="utf-8")
        (programs / name).chmod(0o755)
    return programs


def heard(bash: str, script: str, programs: Path) -> list[list[str]] | None:
    """The commands that bash ran; None where it refused a part of the script, or a file to read from is not there."""
    said = programs.parent / "said"
    said.write_bytes(b"")
    work = programs.parent / "work"
    work.mkdir(exist_ok=True)
    ran = subprocess.run(
        [bash, "-c", script],
        cwd=work,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "SAID": str(said),
            "HOME": "/h",
            "LC_ALL": "C",
            "SHELLOPTS": "noglob",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    if any(reason in ran.stderr for reason in _REFUSALS):
        return None
    lines = said.read_bytes().decode("utf-8", "surrogateescape").split("\1\0")[:-1]
    return [line.split("\0")[:-1] for line in lines]


def read_commands(script: str) -> list[Command]:
    """The commands of the programs that the reader sees."""
    return [command for command in read(script, cwd="/w", HOME="/h").commands if command.words[0].text in PROGRAMS]


def agree(commands: Sequence[Command], ran: Sequence[Sequence[str]]) -> bool:
    """Whether what ran is what was read: each command that must run, in order, and what else ran is among those between
    of which it was said that they may not run (they stand once where a loop runs them often). Where a value stayed
    unknown, anything may stand, and also nothing.
    """
    pattern, between = "", list[str]()
    for command in commands:
        written = "".join(map(_pattern, command.words)) + "\1"
        if command.conditional:
            between.append(written)
        else:
            pattern += _any(between) + written
            between.clear()
    heard_text = "".join("".join(f"\0{word}" for word in words) + "\1" for words in ran)
    return re.fullmatch(pattern + _any(between), heard_text) is not None


def _any(patterns: Sequence[str]) -> str:
    return f"(?:{'|'.join(dict.fromkeys(patterns))})*" if patterns else ""


def _pattern(word: Word) -> str:
    parts = "".join(re.escape(piece.text) if piece.known else "[^\1]*" for piece in word.value.pieces)
    return f"(?:\0{parts})?" if all(not piece.known for piece in word.value.pieces) else f"\0{parts}"
