"""What is wrong, and what would be right: faults of a call, problems of an input, findings of a rule, edits."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dmlint.records import dataclass

if TYPE_CHECKING:
    from dmlint.model.source import Note, Span


class DmlintError(Exception):
    """A fault in the call, the configuration or a rule pack; the command line prints it and exits with 2."""


def cause_of(error: OSError) -> str:
    """What the system says of a fault, as the end of a sentence."""
    return (error.strerror or "unknown cause").lower()


class Severity(Enum):
    """How much a finding weighs, in GitHub's own words, weightiest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for the weightiest; a finding fails a run when its rank is at most that of ``--fail-on``."""
        return list(Severity).index(self)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A replacement of one span's text; ``safe`` ones change nothing but the fault."""

    span: Span
    replacement: str
    safe: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A requirement that comes to be there: ``interpreter`` is that of its install step, None in a manifest."""

    name: str
    specifier: str
    interpreter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The one right answer to a fault, before it is known how it is spelled where it belongs.

    ``spellings`` are texts to write in place of ``span``, the likeliest first. One is right if the file then says the
    same as before, but for this: the requirement at ``span`` asks for ``specifier`` (PEP 440 text; None where no
    requirement stands there), and ``addition`` is new.
    """

    span: Span
    spellings: tuple[str, ...]
    safe: bool = True
    specifier: str | None = None
    addition: Addition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a parser could not read, with place and cause; said, never skipped in silence.

    ``about`` is the text whose meaning stays open, by which is decided whether an unresolved reference matters
    to a rule.
    """

    kind: ProblemKind
    span: Span
    message: str
    about: str = ""
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says about one place."""

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    environment: str | None = None
    evidence: tuple[Note, ...] = ()
    edit: Edit | None = None
    help: str = ""
    proposal: Proposal | None = None
    """What ``edit`` is made of, once it is proven."""
