"""INI files with exact places, as configparser reads them; only for a text that it has taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Traced, join

if TYPE_CHECKING:
    from dmlint.text.source import Source, Span

_LINE = lazy_regex(r"[^\n]*")
_SECTION = lazy_regex(r"\[(?P<name>.+)\]")
_OPTION = lazy_regex(r"(?P<key>[^=:]*?)\s*[=:]\s*")


class IniOption(Struct, frozen=True, kw_only=True):
    """One option of a section: its key in lower case as configparser has it, and the lines of its value that are not
    empty, without blanks around them.
    """

    section: str
    key: str
    lines: list[Traced] = field(default_factory=list)

    @property
    def text(self) -> Traced:
        """All of the value."""
        return join(self.lines)


def read_options(source: Source) -> tuple[list[IniOption], tuple[Span, ...]]:
    """The options of all sections in order, and the comments that mention dmlint.

    A line that is indented deeper than its option's key goes on with its value; a comment stands on a line of its own.
    """
    options: list[IniOption] = []
    comments: list[Span] = []
    section, current, indent = "", None, 0
    for match in _LINE().finditer(source.text):
        line = Traced.of(source.span(*match.span())).strip()
        column = len(match[0]) - len(match[0].lstrip())
        span = line.span
        if span is None:
            continue
        if line.text[0] in "#;":
            comments += [span] if "dmlint" in line.text else []
        elif current is not None and column > indent:
            current.lines.append(line)
        else:
            header, option = _SECTION().match(line.text), _OPTION().match(line.text)
            current, indent = None, column
            if header:
                section = header["name"]
            elif option:
                value = line.slice(option.end())
                current = IniOption(section=section, key=option["key"].lower(), lines=[value] if value.text else [])
                options.append(current)
    return options, tuple(comments)


def find_stray(source: Source) -> int | None:
    """Where the first line ends that is no section, option, comment or part of a value; None where there is none."""
    within, indent = False, 0
    for match in _LINE().finditer(source.text):
        line = match[0].strip()
        column = len(match[0]) - len(match[0].lstrip())
        if not line or line[0] in "#;" or (within and column > indent):
            continue
        within, indent = not _SECTION().match(line), column
        if within and not _OPTION().match(line):
            return match.end()
    return None
