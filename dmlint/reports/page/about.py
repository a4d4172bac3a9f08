"""What was looked at, when, and by which rules: the head of the page."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from zlib import crc32

from msgspec import Struct

from dmlint import __version__
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from dmlint.reports.view import View
    from dmlint.rulepacks.packs import RulePack


class About(Struct, frozen=True, kw_only=True):
    """The repository's name and commit (empty where git knows none), the date, and who looked at it by which rules."""

    repository: str
    commit: str
    date: str
    dmlint: str
    rules: str


def read_about(view: View, pack: RulePack | None) -> About:
    """The head of a page of now; of the moment that SOURCE_DATE_EPOCH names, where a build has to be the same again."""
    from dmlint.discovery.git import head

    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(told), timezone.utc) if told.isdecimal() else datetime.now(timezone.utc)
    rules = () if pack is None else pack.rules
    return About(
        repository=visible(view.root.name) or "/",
        commit=visible(head(view.root) or ""),
        date=moment.strftime("%Y-%m-%d %H:%M UTC"),
        dmlint=__version__,
        # What the rules say, so that two pages of other rules can be told apart.
        rules=f"{len(rules)} rules, edition {crc32(repr(rules).encode()):08x}",
    )
