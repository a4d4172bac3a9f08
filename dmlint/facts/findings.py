"""What a rule says of one place, and what would be right there."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from dmlint.facts.interpreter import Interpreter
    from dmlint.text.source import Note, Span


class Severity(Enum):
    """How much a finding weighs, in GitHub's own words, weightiest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for the weightiest; a finding fails a run when its rank is at most that of ``--fail-on``."""
        return list(Severity).index(self)


class Edit(Struct, frozen=True, kw_only=True):
    """A replacement of one span's text; ``safe`` ones change nothing but the fault."""

    span: Span
    replacement: str
    safe: bool = True


class Addition(Struct, frozen=True, kw_only=True):
    """A requirement that comes to be there: ``interpreter`` is that of its own install step, None where it has none.

    ``beside`` are requirements that are asked for once more in that step, as names and specifiers.
    """

    name: str
    specifier: str
    interpreter: Interpreter | None = None
    beside: tuple[tuple[str, str], ...] = ()


class Proposal(Struct, frozen=True, kw_only=True):
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


class Finding(Struct, frozen=True, kw_only=True):
    """What a rule says about one place."""

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    environment: str | None = None
    environments: tuple[str, ...] = ()
    """The ids of all environments that it breaks, sorted."""
    evidence: tuple[Note, ...] = ()
    edit: Edit | None = None
    help: str = ""
    proposal: Proposal | None = None
    """What ``edit`` is made of, once it is proven."""


class Fingerprint(NamedTuple):
    """What a finding is known by: ``path`` is relative to the root, ``text`` what it points at, ``occurrence`` the
    number, from 1, among those of the same rule and text in the file.
    """

    path: str
    rule: str
    text: str
    occurrence: int
