"""Checks of the versions that lock files record."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.model import Hit
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.versions import Fit, fit, read_specifiers
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.environments.model import Environment, Scene
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Catalogue, Release
    from dmlint.text.source import Span

_MOST_EVIDENCE = 4


class LockedOutside(Struct, frozen=True, kw_only=True):
    """Whether a lock file records a version of a package that lies outside of a range.

    ``package`` is a normalized name, ``within`` PEP 440 text. It is right to do so where what the same lock records
    beside it needs such a version, or every environment that is made from it.
    """

    kind: ClassVar[str] = "locked-outside"
    words: ClassVar[tuple[str, ...]] = ("found", "lock", "needs", "package", "within")
    package: str
    within: str

    def __post_init__(self) -> None:
        """Refuse what is no range."""
        read_specifiers(self.within)

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield one hit for each version in a lock, at the first entry that has it."""
        locks: dict[str, list[Dependency]] = {}
        for entry in scene.locked:
            locks.setdefault(entry.span.source.path, []).append(entry)
        made = _environments(scene, self.package)
        for entries in locks.values():
            yield from self._judge(scene, entries, made)

    def _judge(self, scene: Scene, lock: list[Dependency], made: dict[Span, list[Environment]]) -> Iterator[Hit]:
        versions: dict[str, list[Dependency]] = {}
        for entry in lock:
            if entry.name == self.package and fit(entry.specifier, self.within) is Fit.OUTSIDE:
                versions.setdefault(entry.specifier, []).append(entry)
        beside = _needing(scene.catalogue, lock, self.package) if versions else []
        for same in versions.values():
            wrong = [entry for entry in same if not self._is_right(entry, beside, made.get(entry.span, []))]
            if wrong:
                yield self._hit(scene, wrong, beside)

    def _is_right(self, entry: Dependency, beside: list[tuple[Dependency, str, str]], made: list[Environment]) -> bool:
        """Whether the version is needed by what is locked for the same worlds, or wherever the lock is installed."""
        if made and all(
            fit(environment.needs.get(self.package) or "", self.within) is Fit.OUTSIDE for environment in made
        ):
            return True
        others = [other for other, need, _ in beside if fit(need, self.within) is Fit.OUTSIDE]
        alike = [world for world in worlds(None, linux=False) if holds(entry.marker, world)]
        return bool(others and alike) and all(any(holds(other.marker, world) for other in others) for world in alike)

    def _hit(self, scene: Scene, wrong: Sequence[Dependency], beside: list[tuple[Dependency, str, str]]) -> Hit:
        first = wrong[0]
        package = scene.catalogue.package(self.package)
        needing = next(((other, why) for other, need, why in beside if fit(need, self.within) is Fit.WITHIN), None)
        again = [Note(span=other.span, message="recorded here too") for other in wrong[1:_MOST_EVIDENCE]]
        return Hit(
            span=first.span,
            evidence=(*([Note(span=needing[0].span, message=needing[1])] if needing else []), *again),
            values={
                "found": f"{package.title} {first.specifier.lstrip('=')}",
                "lock": first.span.source.path.rpartition("/")[2],
                "needs": needing[1] if needing else f"the guide asks for {self.package}{self.within}",
                "package": package.title,
                "within": self.within,
            },
        )


def _environments(scene: Scene, package: str) -> dict[Span, list[Environment]]:
    """The environments that an entry on the package is installed into, by the entry's place."""
    made: dict[Span, list[Environment]] = {}
    for install in scene.installs:
        for entry in (*install.requirements, *install.bounds):
            if entry.name == package:
                made.setdefault(entry.span, []).append(install.environment)
    return made


def _needing(catalogue: Catalogue, lock: Sequence[Dependency], package: str) -> list[tuple[Dependency, str, str]]:
    """The entries of a lock that are a release which needs a range of the package: the range, and a sentence."""
    found: list[tuple[Dependency, str, str]] = []
    for entry in lock:
        product = catalogue.of_package(entry.name)
        release = _one(catalogue.admitted(entry.name, entry.specifier)) if product and not product.brings else None
        need = release.numpy if release is not None and package == "numpy" else None
        if product is not None and release is not None and need is not None:
            found.append((entry, need, f"{product.title} {release.version} needs {package}{need}"))
    return found


def _one(releases: Sequence[Release]) -> Release | None:
    return releases[0] if len(releases) == 1 else None
