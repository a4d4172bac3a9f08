"""Dependencies as lines of a requirements file that cannot say anything but a requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import Dependency

_PLAIN = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9 ,.;:_+!*<>=~()\[\]'\"|-]*")
"""No line end, backslash, ``$``, ``#``, ``@``, slash: nothing that a requirements file expands, continues or opens."""

_LOCAL = lazy_regex(r"(==[^,+\s]+)\+[A-Za-z0-9._-]+")

_CREDENTIALS = lazy_regex(r"(?<=//)[^/@\s]+@")


def hide_credentials(text: str) -> str:
    """The text without the user and password of the addresses in it."""
    return _CREDENTIALS().sub("", text)


class LeftOutError(ValueError):
    """A dependency that cannot be asked for; the message says why."""


def write_line(dependency: Dependency) -> tuple[str, str | None]:
    """The dependency as a line, and what was changed for that; raises LeftOutError.

    What comes from an address is asked for by the version in its file's name, and a build of a version
    (``2.7.0+cu128``) as the version: an index has no such builds.
    """
    written = hide_credentials(dependency.span.text)
    if dependency.unresolved:
        raise LeftOutError(f"'{written}' depends on a variable that has no value here")
    if dependency.url is not None and not dependency.specifier:
        raise LeftOutError(f"'{written}' comes from an address: what it requires is not known")
    specifier = _LOCAL().sub(r"\1", dependency.specifier)
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    marker = f" ; {dependency.marker}" if dependency.marker else ""
    line = _check(f"{dependency.name}{extras}{specifier}{marker}")
    changed = dependency.url is not None or specifier != dependency.specifier
    return line, f"'{written}' is asked for as {dependency.name}{extras}{specifier}" if changed else None


def _check(line: str) -> str:
    try:
        Requirement(line)
    except InvalidRequirement:
        raise LeftOutError(f"'{line}' is no requirement of a Python package") from None
    if not _PLAIN().fullmatch(line):
        raise LeftOutError(f"'{line}' has characters that a requirements file gives a meaning")
    return line
