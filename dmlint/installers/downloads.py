"""What ``curl`` and its like fetch: uv, by its own installer, and the archives of releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import NewTool
from dmlint.installers.command_line import read_options, read_subcommand
from dmlint.installers.effects import NOTHING, Effects, Invocation
from dmlint.installers.releases import read_archives
from dmlint.installers.uv_options import UV_TOOL
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.installers.command_line import GivenOption
    from dmlint.syntax.shell.command import Command
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_ADDRESS = lazy_regex(
    r"https?://(?:[\w.-]+/)*?(?:astral\.sh/uv|(?:astral-sh|github)/uv/releases(?:/latest)?/download)/"
    r"(?:(?P<version>\d+\.\d+\.\d+)/)?(?:install\.sh|uv-)"
)
_VERSION = lazy_regex(r"\d+\.\d+\.\d+")
_LONGEST = 1000


def read_download(invocation: Invocation) -> Effects:
    """``curl`` and ``wget`` of uv's installer or archive, or of a release's archive."""
    command = invocation.command
    for word in command.words[invocation.start :]:
        found = find_uv(word.value)
        if found is not None:
            version, said = found
            return _new_uv(command, version, said or word.span)
    return read_archives(invocation)


def find_uv(address: Traced) -> tuple[str | None, Span | None] | None:
    """The release of uv that an address is of (None for the latest, or an unknown one), and the value alone where it
    came through a variable; None for an address of something else.
    """
    match = _ADDRESS().match(address.text[:_LONGEST])
    if match is None:
        unknown = address.unresolved and ("astral.sh/uv/" in address.text or "astral-sh/uv/releases/" in address.text)
        return (None, None) if unknown else None
    if match["version"] is None:
        return None, None
    version = address.slice(match.start("version"), match.end("version"))
    return match["version"], version.span if version.via else None


def read_uv_self(invocation: Invocation, start: int, before: tuple[GivenOption, ...]) -> Effects:
    """``uv self update [VERSION]``."""
    command = invocation.command
    subcommand = read_subcommand(command.words, start, UV_TOOL)
    if subcommand is None or subcommand[0] != "update":
        return NOTHING
    operands = read_options(command.words, subcommand[1], UV_TOOL, before=before).operands
    word = operands[0].word if operands else None
    version = word.text if word is not None and _VERSION().fullmatch(word.text) else None
    via = word.value.span if word is not None and word.value.via else None
    said = via or (word.span if word is not None else command.span)
    return _new_uv(command, version, said)


def _new_uv(command: Command, version: str | None, said: Span) -> Effects:
    made = NewTool(
        span=command.span, name="uv", version=version, said=said, conditional=command.conditional, arms=command.arms
    )
    return Effects(actions=(made,))
