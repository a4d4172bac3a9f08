"""The arrays of tables in a configuration: environments with their profiles, and waivers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.environments.model import ProfileAssignment
from dmlint.environments.wildcards import fits
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.config.config_table import ConfigTable
    from dmlint.facts import Finding

ENVIRONMENTS, WAIVERS = "environments", "waivers"
_NAMES = ("path", "stage", "image", "environment")
_PLACES = ("environment", "path")
_DAY = lazy_regex(r"\d{4}-\d\d-\d\d")


class Waiver(Struct, frozen=True, kw_only=True):
    """One entry of ``waivers``: what ``rule`` finds in an environment (a pattern of its id), in a file (a pattern of
    its path), or in both where both are given.

    ``until`` is the last day that it holds, None for ever. ``file`` is the configuration file, ``shown`` its path
    relative to the root, ``keys`` lead to its array of waivers, in which this one has the number ``index``.
    """

    rule: str
    reason: str
    environment: str | None = None
    path: str | None = None
    until: date | None = None
    file: Path
    shown: str
    keys: tuple[str, ...]
    index: int

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of a finding, whatever day it is."""
        return (
            self.rule == finding.rule
            and fits(self.path, finding.span.source.path)
            and fits(self.environment, finding.environment)
        )

    def holds(self, today: date | None) -> bool:
        """Whether it is not past its date; None for a day on which all hold."""
        return self.until is None or today is None or today <= self.until


def read_assignments(table: ConfigTable) -> tuple[ProfileAssignment, ...]:
    """The profiles that ``[[environments]]`` gives; raises ConfigError for an entry that is wrong."""
    return tuple(_read_assignment(entry) for entry in table.entries(ENVIRONMENTS))


def read_waivers(table: ConfigTable) -> tuple[Waiver, ...]:
    """The findings that ``[[waivers]]`` takes away; raises ConfigError for an entry that is wrong."""
    return tuple(_read_waiver(entry, index) for index, entry in enumerate(table.entries(WAIVERS)))


def _read_assignment(entry: ConfigTable) -> ProfileAssignment:
    entry.refuse_others(("profile", *_NAMES))
    _require_one(entry, _NAMES)
    return ProfileAssignment(
        profile=entry.needed_text("profile"),
        path=entry.place("path"),
        stage=entry.text("stage"),
        image=entry.text("image"),
        environment=entry.place("environment"),
    )


def _read_waiver(entry: ConfigTable, index: int) -> Waiver:
    entry.refuse_others(("rule", *_PLACES, "reason", "until"))
    _require_one(entry, _PLACES)
    return Waiver(
        rule=entry.needed_text("rule"),
        reason=entry.needed_text("reason"),
        environment=entry.place("environment"),
        path=entry.place("path"),
        until=_read_day(entry, "until"),
        file=entry.file,
        shown=entry.shown,
        keys=(*entry.section, WAIVERS),
        index=index,
    )


def _require_one(entry: ConfigTable, keys: tuple[str, ...]) -> None:
    if not any(key in entry.values for key in keys):
        raise entry.wrong(keys[0], f"is missing: an entry has at least one of {', '.join(keys)}")


def _read_day(entry: ConfigTable, key: str) -> date | None:
    """A TOML date, or the same as a string."""
    value = entry.values.get(key)
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) and _DAY().fullmatch(value) else "")
    except ValueError:
        raise entry.wrong(key, "must be a date, such as 2027-03-31") from None
