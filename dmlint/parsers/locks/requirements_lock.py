"""requirements.lock: a requirements file (of rye, pip-tools, uv) that records versions, as every other lock does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Role
from dmlint.parsers import requirements_txt
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import Document
    from dmlint.text.source import Source

_EXACT = lazy_regex(r"={2,3}[^*,]+")


def parse(source: Source) -> Document:
    """State what the file asks for, and what of it is one version alone as locked.

    Its group asks for all of it, as that of any requirements file: an install may use it.
    """
    read = requirements_txt.parse(source, role=Role.REQUIREMENT)
    locked = tuple(
        replace(entry, role=Role.LOCKED, where="requirements.lock") if _EXACT().fullmatch(entry.specifier) else entry
        for entry in read.dependencies
    )
    return replace(read, dependencies=locked)
