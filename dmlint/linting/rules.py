"""The rules in force: those of the packs, asking the questions of ``dmlint.checks``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.checks import KINDS
from dmlint.rulepacks.load import load_packs

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.rulepacks.load import RulePack


def load_rules(extra: tuple[Path, ...] = (), *, anew: bool = False) -> RulePack:
    """The shipped rules and those of further packs; RulePackError for a pack that cannot be used.

    The shipped ones were checked when they were prepared; ``anew`` reads and checks them all the same.
    """
    return load_packs(KINDS, extra, anew=anew)
