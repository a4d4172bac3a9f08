"""Checks of what is there in an environment that was looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.demands import tell_need
from dmlint.environments.model import Hit
from dmlint.requirements.markers import worlds
from dmlint.requirements.versions import Fit, admits, fit, read_specifiers
from dmlint.rulepacks.catalogue import recognize
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Inspection, Scene
    from dmlint.facts import Presence
    from dmlint.rulepacks.catalogue import Catalogue

_MOST_EVIDENCE = 4
_SHOWN = 160
"""Characters of an error that a message holds."""
_PLACED = {"shadowed": "comes later on sys.path", "kit": "is put on sys.path when Isaac Sim starts"}


def _placed(copy: Presence) -> str:
    return _PLACED.get(copy.use, "is there too")


def _exactly(entry: Presence) -> str:
    return f"==={entry.version}"


def _needed(inspection: Inspection, package: str, otherwise: str) -> str | None:
    """The range that an environment needs; None where nobody can tell, or nothing is needed."""
    return inspection.environment.needs.get(package, otherwise) or None


def _is_outside(entry: Presence, needed: str) -> bool:
    return bool(entry.version) and fit(_exactly(entry), needed) is not Fit.WITHIN


def _repair(catalogue: Catalogue, inspection: Inspection, package: str, write: str) -> str:
    """The guide's quick fix, spelled for the environment; what came with the wrong version goes back with it."""
    back = [
        f'"{entry.name}<{force.first}"'
        for entry in inspection.reading.packages
        for force in catalogue.forces
        if force.package == entry.name and force.first and force.needs
        if fit(_exactly(entry), f">={force.first}") is Fit.WITHIN
        if fit(force.needs.removeprefix(package), write) is Fit.OUTSIDE
    ]
    command = " ".join((inspection.reading.install, f'"{package}{write}"', *back))
    counts = inspection.numpy
    if counts is None or counts.replaceable:
        return command
    return f"{command} (after the copy in {counts.place} is gone: it comes before what pip installs)"


class InstalledOutside(Struct, frozen=True, kw_only=True):
    """Whether the version of NumPy that an environment has lies outside of what it needs.

    ``within`` is PEP 440 text: environments that need something else are another rule's. ``otherwise`` is what is asked
    for where no Isaac Sim says what is needed, empty for nothing. ``write`` is what the quick fix installs.
    """

    kind: ClassVar[str] = "installed-outside"
    words: ClassVar[tuple[str, ...]] = ("found", "place", "needs", "fix")
    package: str
    within: str
    write: str
    otherwise: str = ""

    def __post_init__(self) -> None:
        """Refuse data that cannot be meant."""
        read_specifiers(self.otherwise)
        if fit(self.write, self.within) is not Fit.WITHIN:
            raise ValueError(f"write '{self.write}' is not within '{self.within}'")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment, at the copy that is imported."""
        for inspection in scene.inspections:
            counts, needed = inspection.numpy, _needed(inspection, self.package, self.otherwise)
            if counts is None or needed is None or fit(needed, self.within) is not Fit.WITHIN:
                continue
            if _is_outside(counts, needed):
                yield Hit(
                    span=counts.span,
                    environment=inspection.environment.id,
                    evidence=tuple(self._explain(inspection, needed))[:_MOST_EVIDENCE],
                    values={
                        "found": f"NumPy {counts.version}",
                        "place": counts.place,
                        "needs": tell_need(inspection.environment, self.package, needed),
                        "fix": _repair(scene.catalogue, inspection, self.package, self.write),
                    },
                )

    def _explain(self, inspection: Inspection, needed: str) -> Iterator[Note]:
        """What asks for the wrong one, what breaks by it, and where the right one is."""
        for entry, need in inspection.needs:
            if fit(need, needed) is Fit.OUTSIDE:
                yield Note(span=entry.span, message=f"{entry.name} {entry.version} requires numpy{need}")
        for entry, need in inspection.needs:
            if fit(need, needed) is Fit.WITHIN:
                yield Note(span=entry.span, message=f"{entry.name} {entry.version} was made for numpy{need}")
        for copy in inspection.reading.copies:
            if copy.version and not _is_outside(copy, needed):
                yield Note(span=copy.span, message=f"this one {_placed(copy)}")


class InstalledBelow(Struct, frozen=True, kw_only=True):
    """Whether the NumPy that an environment has is older than it needs, on a Python that has newer ones.

    ``floor`` is a version; an environment's own profile may have another.
    """

    kind: ClassVar[str] = "installed-below"
    words: ClassVar[tuple[str, ...]] = ("found", "floor", "fix")
    package: str
    floor: str
    write: str

    def __post_init__(self) -> None:
        """Refuse what is no version or no range."""
        read_specifiers(f">={self.floor}")
        read_specifiers(self.write)

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment, at its copy; not where it needs another line at all."""
        first_on = scene.catalogue.package(self.package).first_on or ""
        for inspection in scene.inspections:
            counts, environment = inspection.numpy, inspection.environment
            floor = environment.floors.get(self.package, self.floor)
            pythons = {world.python for world in worlds(environment.python, linux=True)}
            needed = _needed(inspection, self.package, self.write)
            if counts is None or needed is None or fit(f"==={floor}", needed) is not Fit.WITHIN:
                continue
            low = bool(counts.version) and fit(_exactly(counts), f"<{floor}") is Fit.WITHIN
            if low and any(admits(first_on, python) for python in pythons):
                yield Hit(
                    span=counts.span,
                    environment=environment.id,
                    values={
                        "found": f"NumPy {counts.version}",
                        "floor": floor,
                        "fix": _repair(scene.catalogue, inspection, self.package, self.write),
                    },
                )


class ImportFails(Struct, frozen=True, kw_only=True):
    """Whether an import of NumPy fails in an environment that has one, or must have one."""

    kind: ClassVar[str] = "import-fails"
    words: ClassVar[tuple[str, ...]] = ("error", "cause", "fix")
    package: str
    within: str
    write: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment, at what the import dies of."""
        for inspection in scene.inspections:
            failure, copies = inspection.reading.failure, inspection.reading.copies
            python = inspection.reading.facts.get("python")
            if failure is not None:
                span, error = failure, failure.text
            elif inspection.own and not copies and python is not None:
                span, error = python.span, f"there is no {self.package}"
            else:
                continue
            needed = _needed(inspection, self.package, self.within) or self.within
            write = self.write if fit(self.write, needed) is Fit.WITHIN else needed
            known = next((entry.cause for entry in recognize(error, scene.catalogue.signatures)), "")
            yield Hit(
                span=span,
                environment=inspection.environment.id,
                evidence=tuple(Note(span=copy.span, message=f"NumPy in {copy.place}") for copy in copies[:1]),
                values={
                    "error": error if len(error) <= _SHOWN else f"{error[: _SHOWN - 1]}…",
                    "cause": f"; {known}" if known else "",
                    "fix": _repair(scene.catalogue, inspection, self.package, write),
                },
            )


def _sound(scene: Scene, package: str, within: str) -> Iterator[tuple[Inspection, Presence, str]]:
    """The environments whose NumPy is what they need, with that NumPy and the range; other rules are about the rest."""
    for inspection in scene.inspections:
        counts, needed = inspection.numpy, _needed(inspection, package, within)
        if counts is not None and needed is not None and counts.version and not _is_outside(counts, needed):
            yield inspection, counts, needed


class CopiesApart(Struct, frozen=True, kw_only=True):
    """Whether a copy of NumPy that an environment must not import lies behind the one that it imports."""

    kind: ClassVar[str] = "copies-apart"
    words: ClassVar[tuple[str, ...]] = ("found", "place", "where", "imported", "needs")
    package: str
    within: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such copy."""
        for inspection, counts, needed in _sound(scene, self.package, self.within):
            for copy in inspection.reading.copies:
                if copy is not counts and _is_outside(copy, needed):
                    yield Hit(
                        span=copy.span,
                        environment=inspection.environment.id,
                        evidence=(Note(span=counts.span, message="this one is imported"),),
                        values={
                            "found": f"NumPy {copy.version}",
                            "place": copy.place,
                            "where": _placed(copy),
                            "imported": f"NumPy {counts.version}",
                            "needs": tell_need(inspection.environment, self.package, needed),
                        },
                    )


class NeedUnmet(Struct, frozen=True, kw_only=True):
    """Whether an installed package requires none of the NumPys that its environment needs."""

    kind: ClassVar[str] = "need-unmet"
    words: ClassVar[tuple[str, ...]] = ("found", "requires", "numpy", "needs", "fix")
    package: str
    within: str
    write: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such package; where NumPy itself is wrong, that is another rule's."""
        for inspection, counts, needed in _sound(scene, self.package, self.within):
            write = self.write if fit(self.write, needed) is Fit.WITHIN else needed
            for entry, need in inspection.needs:
                if fit(need, needed) is Fit.OUTSIDE:
                    yield Hit(
                        span=entry.span,
                        environment=inspection.environment.id,
                        evidence=(Note(span=counts.span, message="this one is imported"),),
                        values={
                            "found": f"{entry.name} {entry.version}",
                            "requires": f"{self.package}{need}",
                            "numpy": f"NumPy {counts.version}",
                            "needs": tell_need(inspection.environment, self.package, needed),
                            "fix": _repair(scene.catalogue, inspection, self.package, write),
                        },
                    )
