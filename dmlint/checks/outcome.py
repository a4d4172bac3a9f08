"""Checks of what an environment ends up with."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dmlint.checks.asks import describe, read_asks, read_evidence, read_use
from dmlint.checks.pythons import declared_pythons, read_declared, served
from dmlint.edits.forcing import hold_back
from dmlint.edits.pin import add_pin
from dmlint.environment import CLONE, Hit
from dmlint.model import Addition, Note
from dmlint.records import dataclass
from dmlint.versions import Fit, admits, contains, fit, lowest_written, read_specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.catalogue import Package
    from dmlint.checks.asks import Ask
    from dmlint.environment import Install, Outcome, Scene, Way
    from dmlint.model import Dependency, Proposal, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PinMissing:
    """Whether an environment that must keep a package within a range never says so.

    That is one of Isaac Sim, Isaac Lab or GR00T into which something is installed, or any into which an install
    brings the package outside of ``within`` by what it requires. ``write`` is the specifier of the pin that a fix adds;
    without it nothing is fixed.
    """

    kind: ClassVar[str] = "pin-missing"
    words: ClassVar[tuple[str, ...]] = ("environment", "cause", "needs", "within", "how", "write")
    package: str
    within: str
    write: str = ""

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment."""
        for outcome in scene.outcomes:
            place = find_missing_pin(outcome, self.package, self.within)
            if place is not None:
                write = self._write(scene.catalogue.package(self.package), outcome)
                yield Hit(
                    span=place,
                    environment=outcome.environment.id,
                    evidence=self._evidence(outcome, place),
                    values={
                        "environment": outcome.environment.id or place.source.path,
                        "cause": _cause(outcome),
                        "needs": _needs(outcome, self.package, self.within),
                        "within": self.within,
                        "how": _how(outcome),
                        "write": f"{self.package}{write}",
                    },
                    proposal=self._propose(outcome, write) if self.write else None,
                )

    def _write(self, package: Package, outcome: Outcome) -> str:
        """The pin to add: without its floor where that would shut out a declared Python."""
        kept = self.write and served(package, self.write, declared_pythons(outcome.environment))
        return self.write if kept else self.within

    def _propose(self, outcome: Outcome, write: str) -> Proposal | None:
        command = f"{_installer(_name(outcome))} install"
        return add_pin(outcome, Addition(name=self.package, specifier=write), command)

    def _evidence(self, outcome: Outcome, place: Span) -> tuple[Note, ...]:
        forced = [Note(span=entry.span, message=why) for entry, why in outcome.forced]
        first = next((install.step.span for install in outcome.installs if install.step is not None), None)
        installs = [Note(span=first, message="this installs into it")] if first is not None and not forced else []
        return tuple(note for note in (*forced, *installs) if note.span != place)


def find_missing_pin(outcome: Outcome, package: str, within: str) -> Span | None:
    """Where the absence of a pin is reported; None where there is a pin, none is needed, or nobody can tell.

    At the source of the Isaac image's version, or, with no such image, at the first requirement that brings the
    package in: the one that forces it, that on Isaac Sim, or the first that may have it among what it brings.
    """
    needs = outcome.environment.needs.get(package, within)
    if not outcome.final or outcome.named or needs is None or fit(needs, within) is not Fit.WITHIN:
        return None
    if outcome.forced:
        return outcome.origin or outcome.forced[0][0].span
    installs = [install for install in outcome.installs if _may_move(install)]
    if not outcome.own or not installs or _is_undecided(outcome, package):
        return None
    simulator = outcome.known.get("isaac_sim")
    brought = [entry.span for install in installs for entry in install.requirements if entry.name not in _ALONE]
    return outcome.origin or (simulator.span if simulator else next(iter(brought), None))


def _is_undecided(outcome: Outcome, package: str) -> bool:
    """Whether something was not read that may name the package: a file, a project, a script.

    A requirement that forces it on some Pythons alone names it on none.
    """
    state = outcome.states.get(package)
    if state is None or state.unknown is None:
        return False
    spans = {entry.span for install in outcome.installs for entry in install.requirements}
    return state.unknown.span not in spans


_ALONE = ("pip", "setuptools", "wheel", "uv", "python")
"""Packages that come without others: installing them moves nothing else."""


def _may_move(install: Install) -> bool:
    """Whether an install may bring packages that it does not name; a ``git clone`` installs nothing."""
    alone = bool(install.requirements) and all(entry.name in _ALONE for entry in install.requirements)
    return install.tool != CLONE and (install.unread is not None or not alone)


def _uses(outcome: Outcome, dependency: Dependency) -> tuple[Note, ...]:
    """The first command of an environment that installs a dependency from another file."""
    installs = (install for install in outcome.installs if any(entry is dependency for entry in install.requirements))
    return next((read_use(dependency, install) for install in installs), ())


def _beside(one: Outcome, other: Outcome) -> bool:
    """Whether two environments lie in one stage of one build."""
    return one is not other and one.stage == other.stage != "" and one.service == other.service


def _how(outcome: Outcome) -> str:
    """How a pin is added: in a step after all others, or among a manifest's requirements."""
    if not outcome.stage:
        return "require it here too:"
    return f"after the other installs, add: RUN {_installer(_name(outcome))} install"


def _name(outcome: Outcome) -> str:
    return (outcome.environment.id or "").removeprefix(f"{outcome.stage}:").partition("@")[0]


def _installer(name: str) -> str:
    """The command that installs into an environment, by its name."""
    kind, _, rest = name.partition(":")
    if kind == "conda":
        return f"conda run -n {rest} pip"
    if name.startswith("/"):
        return f"{name} -m pip" if name.rpartition("/")[2].startswith("python") else f"{name}/bin/pip"
    return f"{name} -m pip" if name.startswith("python") else "pip"


def _cause(outcome: Outcome) -> str:
    return outcome.forced[0][1] if outcome.forced else "whatever is installed here may move it"


def _needs(outcome: Outcome, package: str, within: str) -> str:
    release = outcome.environment.isaac_sim
    return f"Isaac Sim {release} needs {package}{within}" if release else f"the guide asks for {package}{within}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinOverridden:
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
                        proposal=hold_back(outcome, mover, scene.catalogue.forces),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PinElsewhere:
    """Whether an environment lacks a pin which another interpreter of the same stage has."""

    kind: ClassVar[str] = "pin-elsewhere"
    words: ClassVar[tuple[str, ...]] = ("found", "here", "there")
    package: str
    within: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such pin."""
        for outcome in scene.outcomes:
            if outcome.own and find_missing_pin(outcome, self.package, self.within) is not None:
                for other in scene.outcomes:
                    if _beside(other, outcome):
                        yield from self._pins(outcome, other)

    def _pins(self, outcome: Outcome, other: Outcome) -> Iterator[Hit]:
        for entry in other.named:
            if entry.redirection is None and fit(entry.specifier, self.within) is Fit.WITHIN:
                yield Hit(
                    span=entry.span,
                    environment=other.environment.id,
                    values={
                        "found": describe(entry),
                        "here": other.environment.id or "",
                        "there": outcome.environment.id or "",
                    },
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsOther:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PinsDisagree:
    """Whether two places that feed one environment give ranges of which neither contains the other."""

    kind: ClassVar[str] = "pins-disagree"
    words: ClassVar[tuple[str, ...]] = ("found", "other")
    package: str
    within: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each range that disagrees with an earlier one."""
        for outcome in scene.outcomes:
            seen: dict[str, Dependency] = {}
            for entry in outcome.named:
                if entry.redirection is not None or fit(entry.specifier, self.within) is not Fit.WITHIN:
                    continue
                earlier = next((old for old in seen.values() if _disagree(old.specifier, entry.specifier)), None)
                if earlier is not None and entry.marker == earlier.marker and entry.specifier not in seen:
                    yield Hit(
                        span=entry.span,
                        environment=outcome.environment.id,
                        evidence=(Note(span=earlier.span, message=f"asks for {describe(earlier)}"),),
                        values={"found": describe(entry), "other": describe(earlier)},
                    )
                seen.setdefault(entry.specifier, entry)


def _disagree(one: str, other: str) -> bool:
    return not contains(one, other) and not contains(other, one)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorTooLow:
    """Whether a written floor or exact version lies below the one that the environment needs.

    ``floor`` is a version; an environment's own profile may have another. Nothing is said where ``first_on`` of
    the package excludes the environment's Pythons, nor where another bound of the same install is high enough, nor of
    an entry that serves a declared Python for which no release reaches the floor.
    """

    kind: ClassVar[str] = "floor-too-low"
    words: ClassVar[tuple[str, ...]] = ("found", "floor")
    package: str
    floor: str

    def __post_init__(self) -> None:
        """Refuse what is no version."""
        read_specifiers(f">={self.floor}")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each entry with such a floor."""
        package = scene.catalogue.package(self.package)
        pythons = read_declared(scene, self.package)
        for install in scene.installs:
            floor = install.environment.floors.get(self.package, self.floor)
            for ask in read_asks(install, self.package):
                usable = package.first_on is None or any(admits(package.first_on, python) for python in ask.pythons)
                high = fit(ask.combined, f">={floor}") in (Fit.WITHIN, Fit.UNSATISFIABLE)
                if ask.decidable and usable and not high:
                    for entry in self._low(ask, floor):
                        # An older one is all that some declared Python has.
                        if served(package, f">={floor}", pythons[entry.span]):
                            yield _too_low(entry, install, ask, floor)

    def _low(self, ask: Ask, floor: str) -> Iterator[Dependency]:
        for entry in (*ask.judged, *ask.bounds):
            lowest = lowest_written(entry.specifier)
            if lowest is not None and not admits(f">={floor}", lowest):
                yield entry


def _too_low(entry: Dependency, install: Install, ask: Ask, floor: str) -> Hit:
    return Hit(
        span=entry.span,
        environment=install.environment.id,
        evidence=read_evidence(entry, ask, install),
        values={"found": describe(entry), "floor": floor},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeDemanded:
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
            for entry in outcome.named:
                if entry.specifier and entry.redirection is None and fit(entry.specifier, needs) is Fit.OUTSIDE:
                    yield Hit(
                        span=entry.span,
                        environment=outcome.environment.id,
                        values={
                            "found": describe(entry),
                            "needs": f"Isaac Sim {outcome.environment.isaac_sim} needs {self.package}{needs}",
                        },
                    )
