"""The closed set of questions that rules ask: the table of their kinds, and the rules of the packs that ask them.

Read first ``requirement`` (what one requirement admits), ``missing_pin`` and ``numpy_outcomes`` (what an environment
ends with); the others stand alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.checks.input_problems import InputProblem, UnresolvedReference
from dmlint.checks.installed import CopiesApart, ImportFails, InstalledBelow, InstalledOutside, NeedUnmet
from dmlint.checks.locked import LockedOutside
from dmlint.checks.missing_pin import PinElsewhere, PinMissing
from dmlint.checks.numpy_outcomes import NeedsOther, PinOverridden, PinsDisagree, RangeDemanded
from dmlint.checks.profile import ProfileKept, ProfileWithout, PythonNeeded, ReleasesApart
from dmlint.checks.redirection import RequirementRedirected
from dmlint.checks.release import ReleaseOpen, ReleaseStatus
from dmlint.checks.requirement import FloorTooLow, RequirementWithin
from dmlint.rulepacks.packs import load_packs

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.rulepacks.packs import Check, RulePack


KINDS: dict[str, type[Check]] = {
    kind.kind: kind
    for kind in (
        RequirementWithin,
        RequirementRedirected,
        PinMissing,
        PinOverridden,
        PinElsewhere,
        NeedsOther,
        LockedOutside,
        InstalledOutside,
        InstalledBelow,
        ImportFails,
        CopiesApart,
        NeedUnmet,
        PinsDisagree,
        FloorTooLow,
        RangeDemanded,
        ReleasesApart,
        PythonNeeded,
        ProfileKept,
        ProfileWithout,
        ReleaseStatus,
        ReleaseOpen,
        InputProblem,
        UnresolvedReference,
    )
}


def load_rules(extra: tuple[Path, ...] = (), *, anew: bool = False) -> RulePack:
    """The shipped rules and those of further packs; RulePackError for a pack that cannot be used.

    The shipped ones were checked when they were prepared; ``anew`` reads and checks them all the same.
    """
    return load_packs(KINDS, extra, anew=anew)
