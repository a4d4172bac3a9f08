"""The closed set of questions that rules ask; the one table of their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from dmlint.checks.installed import CopiesApart, ImportFails, InstalledBelow, InstalledOutside, NeedUnmet
from dmlint.checks.locked import LockedOutside
from dmlint.checks.missing_pin import PinElsewhere, PinMissing
from dmlint.checks.outcome import NeedsOther, PinOverridden, PinsDisagree, RangeDemanded
from dmlint.checks.problems import InputProblem, UnresolvedReference
from dmlint.checks.profile import ProfileKept, ProfileWithout, PythonNeeded, ReleasesApart
from dmlint.checks.redirection import RequirementRedirected
from dmlint.checks.release import ReleaseOpen, ReleaseStatus
from dmlint.checks.requirement import FloorTooLow, RequirementWithin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environment import Hit, Scene


class Check(Protocol):
    """A question with its data: a frozen dataclass whose fields are the keys of a rule's ``check`` table."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    kind: ClassVar[str]
    words: ClassVar[tuple[str, ...]]
    """What a rule's message and help may mention in braces."""

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield what it finds."""
        ...


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
