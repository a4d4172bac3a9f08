"""Checks of what a requirement admits, with the bounds of its own install."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from dmlint.checks.pythons import choose_pin, doubt_of, read_declared, served
from dmlint.environments.demands import describe, read_asks, read_evidence, tell_need
from dmlint.environments.model import Hit
from dmlint.fixes.bounds import bound, can_hold, command_of, rewrite
from dmlint.requirements.versions import Fit, admits, fit, lowest_written, read_specifiers, witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.environments.demands import Ask
    from dmlint.environments.model import Environment, Install, Scene
    from dmlint.facts import Dependency, Proposal
    from dmlint.rulepacks.catalogue import Package
    from dmlint.text.source import Span

_MOST_RANGES = 50
"""Ranges of one package in one install, beyond which no fix is looked for: each would be held against all others."""
_FAULTS = tuple(verdict.value for verdict in Fit if verdict is not Fit.WITHIN)


class Answer(NamedTuple):
    """What to write instead, what speaks against it, and what a fix makes of it."""

    write: str
    doubt: str
    proposal: Proposal | None


class RequirementWithin(Struct, frozen=True, kw_only=True):
    """Whether all that a requirement admits lies within a range, judged with the bounds of its own install.

    ``package`` is a normalized name, ``within`` PEP 440 text. ``fault`` narrows the check to one way of failing (see
    ``versions.Fit``); without it, each is reported. ``write`` is what a fix gives a requirement in place of a specifier
    that cannot be mended; without it nothing is fixed. Where it would shut out a declared Python, ``within`` is.
    """

    kind: ClassVar[str] = "requirement-within"
    words: ClassVar[tuple[str, ...]] = ("found", "witness", "needs", "package", "within", "write", "doubt")
    package: str
    within: str
    fault: str = ""
    write: str = ""

    def __post_init__(self) -> None:
        """Refuse data that cannot be meant."""
        read_specifiers(self.within)
        if self.write and fit(self.write, self.within) is not Fit.WITHIN:
            raise ValueError(f"write '{self.write}' is not within '{self.within}'")
        if self.fault and self.fault not in _FAULTS:
            raise ValueError(f"fault is one of {', '.join(_FAULTS)}, not '{self.fault}'")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each requirement at fault."""
        # What a lock records is reported as such, wherever it is installed.
        locked = [entry for entry in scene.locked if entry.name == self.package]
        recorded = {entry.span for entry in locked if fit(entry.specifier, self.within) is Fit.OUTSIDE}
        pythons = read_declared(scene, self.package)
        for install in scene.installs:
            if self._applies(install.environment):
                for ask in read_asks(install, self.package):
                    yield from (hit for hit in self._judge(scene, install, ask, pythons) if hit.span not in recorded)

    def _applies(self, environment: Environment) -> bool:
        """Where the environment's own profile asks for another range, or cannot be told, other rules speak."""
        needs = environment.needs.get(self.package, self.within)
        return needs is not None and fit(needs, self.within) is Fit.WITHIN

    def _judge(self, scene: Scene, install: Install, ask: Ask, pythons: Mapping[Span, frozenset[str]]) -> Iterator[Hit]:
        verdict = fit(ask.combined, self.within)
        if verdict is Fit.WITHIN or (self.fault and verdict.value != self.fault):
            return
        # What is not known could only narrow it further.
        certain = ask.decidable or verdict in (Fit.UNSATISFIABLE, Fit.OUTSIDE)
        if not certain or self._excused(scene, install, ask, verdict):
            return
        together = Counter(entry.specifier for entry in (*ask.judged, *ask.bounds))
        package = scene.catalogue.package(self.package)
        for dependency in self._culprits(ask, verdict):
            mine = pythons[dependency.span]
            pin = choose_pin(package, self.write, self.within, mine, install.requirements)
            proposal = self._propose(package, install, together, dependency, pin.write) if self.write else None
            if proposal is not None and (pin.doubt or doubt_of(package, proposal.specifier or "", mine)):
                proposal = replace(proposal, safe=False)
            yield self._hit(package, install, ask, dependency, Answer(pin.write, pin.doubt, proposal))

    def _excused(self, scene: Scene, install: Install, ask: Ask, verdict: Fit) -> bool:
        """Whether nothing outside the range can come of a requirement that is merely too wide."""
        if verdict not in (Fit.UNBOUNDED, Fit.LOOSE):
            return False
        if install.partial or (verdict is Fit.UNBOUNDED and not install.asked):
            return True
        # A distribution has one version of each of its packages; an open one says nothing about NumPy 2.
        if install.tool == "apt-get" and not ask.combined:
            return True
        first_on = scene.catalogue.package(self.package).first_on
        return first_on is not None and not any(admits(first_on, python) for python in ask.pythons)

    def _culprits(self, ask: Ask, verdict: Fit) -> tuple[Dependency, ...]:
        """The entries that fail by themselves as the whole does, else one that the others cannot meet."""
        entries = (*ask.judged, *ask.bounds)
        alike = tuple(entry for entry in entries if fit(entry.specifier, self.within) is verdict)
        if alike:
            return alike
        apart = tuple(entry for entry in entries if fit(entry.specifier, self.within) is Fit.OUTSIDE)
        return apart[:1] or ask.judged[-1:]

    def _hit(
        self,
        package: Package,
        install: Install,
        ask: Ask,
        dependency: Dependency,
        answer: Answer,
    ) -> Hit:
        within = install.environment.needs.get(self.package) or self.within
        return Hit(
            span=dependency.span,
            environment=install.environment.id,
            evidence=read_evidence(dependency, ask, install),
            values={
                "found": describe(dependency),
                "witness": witness(ask.combined, self.within, package.versions),
                "needs": tell_need(install.environment, self.package, self.within),
                "package": package.title,
                "within": within,
                "write": f"{self.package}{answer.write}",
                "doubt": answer.doubt,
            },
            proposal=answer.proposal,
        )

    def _propose(
        self, package: Package, install: Install, together: Counter[str], dependency: Dependency, write: str
    ) -> Proposal | None:
        """What to write instead, if with the rest of the install it then comes to something that exists.

        ``together`` counts all specifiers of the ask.
        """
        if len(together) > _MOST_RANGES:
            return None
        command = command_of(install.step)
        if fit(dependency.specifier, self.within) is Fit.OUTSIDE:
            proposal = rewrite(dependency, write, within=command)
        else:
            proposal = bound(dependency, self.within, write, within=command)
        rest = (text for text, count in together.items() if count > 1 or text != dependency.specifier)
        held = proposal is not None and can_hold([proposal.specifier or "", *rest], self.within, package.versions)
        return proposal if held else None


class FloorTooLow(Struct, frozen=True, kw_only=True):
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
