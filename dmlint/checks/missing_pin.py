"""Checks of environments that never say which range of a package they must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from dmlint.checks.pythons import RightPin, choose_pin, declared_pythons
from dmlint.environments.demands import describe, tell_need
from dmlint.environments.model import Hit
from dmlint.facts import Addition
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.fixes.pins import add_pin
from dmlint.requirements.versions import Fit, fit
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Install, Outcome, Scene
    from dmlint.facts import Proposal
    from dmlint.rulepacks.catalogue import Package
    from dmlint.text.source import Span


class PinMissing(Struct, frozen=True, kw_only=True):
    """Whether an environment that must keep a package within a range never says so.

    That is one of Isaac Sim, Isaac Lab or GR00T into which something is installed, or any into which an install
    brings the package outside of ``within`` by what it requires. ``write`` is the specifier of the pin that a fix adds;
    without it nothing is fixed.
    """

    kind: ClassVar[str] = "pin-missing"
    words: ClassVar[tuple[str, ...]] = ("environment", "cause", "needs", "within", "how", "write", "doubt")
    package: str
    within: str
    write: str = ""

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment."""
        for outcome in scene.outcomes:
            place = find_missing_pin(outcome, self.package, self.within)
            if place is not None:
                pin = self._choose(scene.catalogue.package(self.package), outcome)
                yield Hit(
                    span=place,
                    environment=outcome.environment.id,
                    evidence=self._evidence(outcome, place),
                    values={
                        "environment": outcome.environment.id or place.source.path,
                        "cause": _cause(outcome),
                        "needs": tell_need(outcome.environment, self.package, self.within),
                        "within": self.within,
                        "how": _how(outcome),
                        "write": f"{self.package}{pin.write}",
                        "doubt": pin.doubt,
                    },
                    proposal=self._propose(outcome, pin) if self.write else None,
                )

    def _choose(self, package: Package, outcome: Outcome) -> RightPin:
        beside = [entry for install in outcome.installs for entry in install.requirements]
        return choose_pin(package, self.write, self.within, declared_pythons(outcome.environment), beside)

    def _propose(self, outcome: Outcome, pin: RightPin) -> Proposal | None:
        command = f"{_installer(outcome.interpreter)} install"
        proposal = add_pin(outcome, Addition(name=self.package, specifier=pin.write), command)
        return replace(proposal, safe=proposal.safe and not pin.doubt) if proposal is not None else None

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
    spoken_of = outcome.named or (outcome.caps and not _is_moved(outcome, package, within))
    if not outcome.final or spoken_of or needs is None or fit(needs, within) is not Fit.WITHIN:
        return None
    if outcome.forced:
        return outcome.origin or outcome.forced[0][0].span
    installs = [install for install in outcome.installs if _may_move(install)]
    if not outcome.own or not installs or _is_undecided(outcome, package):
        return None
    simulator = outcome.known.get("isaac_sim")
    brought = [entry.span for install in installs for entry in install.requirements if entry.name not in _ALONE]
    return outcome.origin or (simulator.span if simulator else next(iter(brought), None))


def _is_moved(outcome: Outcome, package: str, within: str) -> bool:
    """Whether something brings the package from outside of the range where nothing kept it back before."""
    state = outcome.states.get(package)
    return any(
        way.pin is None and way.mover is not None and fit(way.versions, within) is not Fit.WITHIN
        for way in (state.ways if state is not None else ())
        if way.versions is not None
    )


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
    never = install.fetches or install.has("--no-deps")
    return not never and (install.unread is not None or not alone)


def _how(outcome: Outcome) -> str:
    """How a pin is added: in one install with what needs it, in a step after all others, or among a manifest's own."""
    if not outcome.stage:
        return "require it here too:"
    installer = _installer(outcome.interpreter)
    if outcome.forced:
        names = " ".join(dict.fromkeys(entry.name for entry, _ in outcome.forced))
        return f"ask for both in one install: {installer} install {names}"
    return f"after the other installs, add: RUN {installer} install"


def _installer(interpreter: Interpreter | None) -> str:
    """The command that installs into an environment."""
    if interpreter is None:
        return "pip"
    name = interpreter.name
    if interpreter.kind is InterpreterKind.CONDA:
        return f"conda run {'-p' if '/' in name else '-n'} {name} pip"
    if name.startswith("/"):
        return f"{name} -m pip" if name.rpartition("/")[2].startswith("python") else f"{name}/bin/pip"
    return f"{name} -m pip" if name.startswith("python") else "pip"


def _cause(outcome: Outcome) -> str:
    return outcome.forced[0][1] if outcome.forced else "whatever is installed here may move it"


class PinElsewhere(Struct, frozen=True, kw_only=True):
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


def _beside(one: Outcome, other: Outcome) -> bool:
    """Whether two environments lie in one stage of one build."""
    return one is not other and one.stage == other.stage != "" and one.service == other.service
