"""The quick way through lines with a requirement by name and nothing odd, as in long files nearly all are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.requirements_txt.requirement_lines import COMMENT
from dmlint.requirements.pep508 import dependency, read_plain
from dmlint.requirements.pip_location import ARCHIVE
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import Dependency, Role
    from dmlint.text.source import Source

_HASHES = lazy_regex(r"(?: +--hash[= ]sha(?:256|384|512):[0-9A-Za-z]+)+ *")


def read_plain_line(
    source: Source, stretches: list[tuple[int, int]], where: str, role: Role
) -> list[Dependency] | None:
    """What a logical line asks for (nothing, or one dependency), None for one that has to be read at leisure."""
    start, end = stretches[0]
    first = source.text[start:end]
    line = first if len(stretches) == 1 else "".join(source.text[a:b] for a, b in stretches)
    comment = COMMENT().search(line) if "#" in line else None
    if comment is not None:
        if "dmlint" in line:
            return None
        line = line[: comment.start()]
    options = line.find(" -")
    if options >= 0 and not _HASHES().fullmatch(line, options):
        return None
    bare = (line if options < 0 else line[:options]).strip()
    if not bare:
        return [] if options < 0 else None
    # What ends like a file is one for pip, though its name would do as a project's.
    parts = read_plain(bare) if not ARCHIVE().fullmatch(bare) else None
    at = first.find(bare) if parts else -1
    if parts is None or at < 0:
        return None
    return [dependency(parts, source.span(start + at, start + at + len(bare)), where, role)]
