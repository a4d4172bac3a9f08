"""What cannot be done: faults of a call, and problems of an input with the places where they stand."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dmlint.text.source import Span


class DmlintError(Exception):
    """A fault in the call, the configuration or a rule pack; the command line prints it and exits with 2."""


def cause_of(error: OSError) -> str:
    """What the system says of a fault, as the end of a sentence."""
    return (error.strerror or "unknown cause").lower()


class ProblemKind(Enum):
    """What is wrong with an input, apart from what it asks for."""

    UNREADABLE = "unreadable"
    """A file or a requirement that is malformed: DM900."""
    UNRESOLVED = "unresolved"
    """A variable or an include that could not be followed: DM901, where the answer matters."""
    MISSING = "missing"
    """A requirements or constraints file that is not there: DM901, always."""
    BAD_PRAGMA = "bad-pragma"
    """A comment that speaks to dmlint and cannot be read: DM903."""
    UNUSED_PRAGMA = "unused-pragma"
    """A suppression that suppresses nothing: DM902."""
    STALE_WAIVER = "stale-waiver"
    """A waiver that is past its date or waives nothing: DM904."""


class Problem(Struct, frozen=True, kw_only=True):
    """Something a parser could not read, with place and cause; said, never skipped in silence.

    ``about`` is the text whose meaning stays open, by which is decided whether an unresolved reference matters
    to a rule. ``within`` is what ``span`` is a part of, where more is taken out than the part.
    """

    kind: ProblemKind
    span: Span
    message: str
    about: str = ""
    within: Span | None = None
