"""Checks of what an environment ends up with."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.demands import describe, read_use, tell_need
from dmlint.environments.model import Hit
from dmlint.facts import Role
from dmlint.fixes.bounds import hold_back
from dmlint.requirements.versions import Fit, contains, fit
from dmlint.text.arms import exclude
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Outcome, Scene, Way
    from dmlint.facts import Dependency
    from dmlint.text.arms import Arm


class PinOverridden(Struct, frozen=True, kw_only=True):
    """Whether a later step can move a package past the pin that an earlier one set."""

    kind: ClassVar[str] = "pin-overridden"
    words: ClassVar[tuple[str, ...]] = ("found", "cause", "pin", "needs")
    package: str
    within: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each requirement that moves the package."""
        for outcome in scene.outcomes:
            needs = outcome.environment.needs.get(self.package, self.within)
            if outcome.final and needs is not None:
                for way, mover, pin in self._past(outcome, needs):
                    yield Hit(
                        span=mover.span,
                        environment=outcome.environment.id,
                        evidence=(
                            Note(span=pin.span, message=f"{describe(pin)} is set here"),
                            *_uses(outcome, mover),
                            *(note for note in way.because[-3:] if note.span not in (mover.span, pin.span)),
                        ),
                        values={
                            "found": describe(mover),
                            "cause": way.because[-1].message if way.because else "",
                            "pin": describe(pin),
                            "needs": needs,
                        },
                        proposal=hold_back(outcome, mover, scene.catalogue.forces) if not mover.redirection else None,
                    )

    def _past(self, outcome: Outcome, needs: str) -> Iterator[tuple[Way, Dependency, Dependency]]:
        """The ways that lead outside, each with what moved it and the pin that held before."""
        state = outcome.states.get(self.package)
        for way in state.ways if state else ():
            # A requirement on the package itself is judged where it stands.
            if way.mover is None or way.pin is None or way.mover.name == self.package or way.versions is None:
                continue
            if fit(way.versions, needs) is not Fit.WITHIN:
                yield way, way.mover, way.pin


def _uses(outcome: Outcome, dependency: Dependency) -> tuple[Note, ...]:
    """The first command of an environment that installs a dependency from another file."""
    installs = (install for install in outcome.installs if any(entry is dependency for entry in install.requirements))
    return next((read_use(dependency, install) for install in installs), ())


class NeedsOther(Struct, frozen=True, kw_only=True):
    """Whether a requirement needs another range of a package in every release that it admits, against a bound
    beside it.
    """

    kind: ClassVar[str] = "needs-other"
    words: ClassVar[tuple[str, ...]] = ("found", "cause", "bound")
    package: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each."""
        for outcome in scene.outcomes:
            for conflict in outcome.conflicts:
                yield Hit(
                    span=conflict.dependency.span,
                    environment=outcome.environment.id,
                    evidence=(
                        Note(span=conflict.bound.span, message="this keeps it out in the same install"),
                        *_uses(outcome, conflict.dependency),
                    ),
                    values={
                        "found": describe(conflict.dependency),
                        "cause": conflict.need,
                        "bound": describe(conflict.bound),
                    },
                )


class PinsDisagree(Struct, frozen=True, kw_only=True):
    """Whether two places that feed one environment give ranges of which neither contains the other."""

    kind: ClassVar[str] = "pins-disagree"
    words: ClassVar[tuple[str, ...]] = ("found", "other")
    package: str
    within: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each range that disagrees with an earlier one."""
        for outcome in scene.outcomes:
            seen: dict[tuple[str, tuple[Arm, ...]], Dependency] = {}
            for entry, arms in self._pins(outcome):
                met = [(old, way) for (_, way), old in seen.items() if not exclude(way, arms)]
                earlier = next((old for old, _ in met if _disagree(old.specifier, entry.specifier)), None)
                repeated = any(old.specifier == entry.specifier for old, _ in met)
                if earlier is not None and entry.marker == earlier.marker and not repeated:
                    yield Hit(
                        span=entry.span,
                        environment=outcome.environment.id,
                        evidence=(Note(span=earlier.span, message=f"asks for {describe(earlier)}"),),
                        values={"found": describe(entry), "other": describe(earlier)},
                    )
                seen.setdefault((entry.specifier, arms), entry)

    def _pins(self, outcome: Outcome) -> Iterator[tuple[Dependency, tuple[Arm, ...]]]:
        """The entries that keep the package within its range, each with the ways in which it is installed."""
        for install in outcome.installs:
            for entry in (*install.requirements, *install.bounds):
                named = entry.name == self.package and entry.role is not Role.BUILD and entry.redirection is None
                if named and fit(entry.specifier, self.within) is Fit.WITHIN:
                    yield entry, install.arms


def _disagree(one: str, other: str) -> bool:
    return not contains(one, other) and not contains(other, one)


class RangeDemanded(Struct, frozen=True, kw_only=True):
    """Whether a range is demanded of a package in an environment whose profile needs another.

    ``range`` is PEP 440 text: a requirement all of which lies in it, where none of it meets the need, is at fault.
    """

    kind: ClassVar[str] = "range-demanded"
    words: ClassVar[tuple[str, ...]] = ("found", "needs")
    package: str
    range: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each entry that demands it."""
        for outcome in scene.outcomes:
            needs = outcome.environment.needs.get(self.package)
            if needs is None or fit(needs, self.range) is not Fit.OUTSIDE:
                continue
            for entry in (*outcome.named, *outcome.caps):
                if entry.specifier and entry.redirection is None and fit(entry.specifier, needs) is Fit.OUTSIDE:
                    yield Hit(
                        span=entry.span,
                        environment=outcome.environment.id,
                        values={
                            "found": describe(entry),
                            "needs": tell_need(outcome.environment, self.package, needs),
                        },
                    )
