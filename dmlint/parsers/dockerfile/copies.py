"""Files that COPY, ADD and ``RUN --mount`` bring in or write."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import Copy, FileWrite, InstallStep
from dmlint.facts.interpreter import BARE
from dmlint.installers.releases import find_archive
from dmlint.parsers.dockerfile.instructions import read_strings, split_blanks
from dmlint.parsers.dockerfile.logical_lines import read_marker
from dmlint.parsers.dockerfile.variable_expansion import expand
from dmlint.syntax.shell.command import Word
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Dependency
    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.parsers.dockerfile.logical_lines import Heredoc
    from dmlint.text.traced import Traced

_FIELD = lazy_regex(r"[^,]+")


def join_path(cwd: str | None, path: Traced) -> str | None:
    """A path, seen from a folder; as it is written where the folder is not known, None where the path is not.

    That it is a folder (a slash or a dot at its end) shows in a slash at its end.
    """
    if path.unresolved or not path.text:
        return None
    whole = posixpath.join(cwd or "", path.text)
    last = whole.rpartition("/")[2]
    normal = posixpath.normpath(whole)
    # POSIX keeps two leading slashes apart from one; nothing in an image does.
    normal = "/" + normal.lstrip("/") if normal.startswith("/") else normal
    return normal + "/" if last in ("", ".", "..") and not normal.endswith("/") else normal


class StageFolder(Struct, frozen=True, kw_only=True):
    """What holds where files are copied: variables, the file's escape character, folder (None if unknown)."""

    scope: Mapping[str, Traced | None]
    escape: str
    cwd: str | None

    def expand(self, word: Traced) -> Traced:
        """A word with its variables."""
        return expand(word, self.scope, self.escape)


def read_copy(
    instruction: Instruction, place: StageFolder, origin: str | None
) -> tuple[Copy | FileWrite | InstallStep, ...]:
    """What a COPY or ADD does; nothing where it lacks a target. ``origin`` is its ``--from``.

    An archive that is published under its release's name says which release this is.
    """
    strings = read_strings(instruction.arguments)
    words = split_blanks(instruction.arguments) if strings is None else strings
    if len(words) < 2:
        return ()
    target = join_path(place.cwd, place.expand(words[-1]))
    heredocs = list(reversed(instruction.heredocs))
    writes: list[FileWrite] = []
    archives: list[Dependency] = []
    sources: list[str | None] = []
    for word in words[:-1]:
        if heredocs and read_marker(word.text) is not None:
            writes.append(_write(instruction, word, heredocs.pop(), target, place))
        else:
            path = place.expand(word)
            sources.append(None if path.unresolved else path.text)
            archive = find_archive(Word(value=path, span=word.span or instruction.span), instruction.name)
            archives += [archive] if archive is not None else []
    copy = Copy(span=instruction.span, sources=tuple(sources), target=target, origin=origin)
    steps = [
        InstallStep(span=instruction.span, tool="archive", interpreter=BARE, requirements=(archive,))
        for archive in archives
    ]
    return (*([copy] if sources else []), *writes, *steps)


def _write(
    instruction: Instruction, word: Traced, heredoc: Heredoc, target: str | None, place: StageFolder
) -> FileWrite:
    content = heredoc.body
    if not heredoc.marker.literal:
        content = expand(content, place.scope, "\\", quotes=False)
    path = target + heredoc.marker.name if target is not None and target.endswith("/") else target
    return FileWrite(span=word.span or instruction.span, path=path, content=content)


def read_mount(flag: Traced, place: StageFolder, origin: str | None) -> Copy | None:
    """The files that ``RUN --mount=type=bind,…`` shows to a command, None for a mount of another type.

    ``flag`` is what follows ``--mount=``.
    """
    fields = split_fields(flag)
    kind = fields.get("type")
    target = fields.get("target") or fields.get("dst") or fields.get("destination")
    source = fields.get("source") or fields.get("src")
    if (kind is not None and kind.text != "bind") or target is None or flag.span is None:
        return None
    path = place.expand(source) if source is not None else None
    sources = ("/" if path is None else None if path.unresolved else path.text,)
    return Copy(span=flag.span, sources=sources, target=join_path(place.cwd, place.expand(target)), origin=origin)


def split_fields(flag: Traced) -> dict[str, Traced]:
    """``type=bind,from=base`` as a table; the names in lower case."""
    fields: dict[str, Traced] = {}
    for match in _FIELD().finditer(flag.text):
        name, _, _ = match[0].partition("=")
        fields[name.lower()] = flag.slice(min(match.start() + len(name) + 1, match.end()), match.end())
    return fields
