"""The closed set of questions that rules ask; the one table of their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.checks.input_problems import InputProblem, UnresolvedReference
from dmlint.checks.installed import CopiesApart, ImportFails, InstalledBelow, InstalledOutside, NeedUnmet
from dmlint.checks.locked import LockedOutside
from dmlint.checks.missing_pin import PinElsewhere, PinMissing
from dmlint.checks.outcome import NeedsOther, PinOverridden, PinsDisagree, RangeDemanded
from dmlint.checks.profile import ProfileKept, ProfileWithout, PythonNeeded, ReleasesApart
from dmlint.checks.redirection import RequirementRedirected
from dmlint.checks.release import ReleaseOpen, ReleaseStatus
from dmlint.checks.requirement import FloorTooLow, RequirementWithin

if TYPE_CHECKING:
    from dmlint.rulepacks.load import Check


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
