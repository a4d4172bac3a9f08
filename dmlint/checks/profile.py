"""Checks of what an environment is made of, against what its Isaac Sim or its profile needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.model import Hit
from dmlint.facts import ReferenceKind
from dmlint.fixes.bounds import command_of
from dmlint.fixes.recommended_release import repin
from dmlint.requirements.markers import worlds
from dmlint.requirements.versions import Fit, fit
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Install, Known, Outcome, Scene
    from dmlint.facts import FileReference, Proposal
    from dmlint.rulepacks.catalogue import Catalogue, Profile

_MADE = ("uv", "cuda")


class ReleasesApart(Struct, frozen=True, kw_only=True):
    """Whether a product and the one that it is made for are there in releases that do not belong together."""

    kind: ClassVar[str] = "releases-apart"
    words: ClassVar[tuple[str, ...]] = ("found", "wanted", "other")
    product: str

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment, at the literal of the product's release."""
        for outcome in scene.outcomes:
            mine, other = outcome.known.get("isaac_lab"), outcome.known.get("isaac_sim")
            if mine is None or other is None or mine.span == other.span:
                continue
            wanted = scene.catalogue.release(self.product, mine.value).brings
            if wanted is not None and not _same_line(wanted, other.value):
                yield Hit(
                    span=mine.span,
                    environment=outcome.environment.id,
                    evidence=(Note(span=other.span, message=f"brings Isaac Sim {other.value}"),),
                    values={"found": mine.value, "wanted": wanted, "other": other.value},
                    proposal=self._propose(scene.catalogue, outcome, mine, other),
                )

    def _propose(self, catalogue: Catalogue, outcome: Outcome, mine: Known, other: Known) -> Proposal | None:
        """The product's release that is made for the other one, where that one is right itself."""
        brought = catalogue.product(self.product).brings or ""
        if catalogue.release(brought, other.value).status != "recommended":
            return None
        asked = ((entry, one) for one in outcome.installs for entry in one.requirements if entry.span == mine.span)
        entry, install = next(asked, (None, None))
        if entry is None or install is None:
            return None
        return repin(catalogue, entry, brought, within=command_of(install.step))


def _same_line(wanted: str, found: str) -> bool:
    """Whether a release is the wanted one, or of the wanted line (``6.*``)."""
    return found == wanted or (wanted.endswith(".*") and found.startswith(wanted[:-1])) or found.endswith(".*")


class PythonNeeded(Struct, frozen=True, kw_only=True):
    """Whether an environment's Python is one that its Isaac Sim, or its profile, cannot run on."""

    kind: ClassVar[str] = "python-needed"
    words: ClassVar[tuple[str, ...]] = ("found", "needs")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment, at the literal that says which Python."""
        for outcome in scene.outcomes:
            python = outcome.known.get("python")
            for needed, why in _read_needs(scene.catalogue, outcome):
                if python is not None and not _meet(python.value, needed):
                    yield Hit(
                        span=python.span,
                        environment=outcome.environment.id,
                        evidence=_evidence(outcome.known.get("isaac_sim"), python),
                        values={"found": python.value, "needs": f"{why} needs Python {needed}"},
                    )
                    break


def _read_needs(catalogue: Catalogue, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The Pythons that the environment needs, each with what needs it; Isaac Sim's word comes first."""
    release = outcome.environment.isaac_sim
    if release is not None:
        needed = catalogue.release("isaac-sim", release).python
        if needed is not None:
            yield needed, f"Isaac Sim {release}"
    elif outcome.profile is not None and outcome.profile.python is not None and _is_installed(outcome, outcome.profile):
        yield outcome.profile.python, outcome.profile.title


def _is_installed(outcome: Outcome, profile: Profile) -> bool:
    """Whether what the profile is for runs on this Python; what a stage merely clones may run on another."""
    if outcome.configured or not outcome.stage:
        return True
    return any(
        not set(profile.packages).isdisjoint(entry.name for entry in install.requirements)
        or not set(profile.projects).isdisjoint(install.projects)
        or (install.unread is not None and any(entry.kind is ReferenceKind.PROJECT for entry in _references(install)))
        for install in outcome.installs
        if not install.fetches
    )


def _references(install: Install) -> tuple[FileReference, ...]:
    return install.step.references if install.step is not None else ()


def _meet(python: str, needed: str) -> bool:
    mine = {world.python for world in worlds(python, linux=True)}
    return any(world.python in mine for world in worlds(needed, linux=True))


def _evidence(other: Known | None, mine: Known) -> tuple[Note, ...]:
    if other is None or other.span == mine.span:
        return ()
    return (Note(span=other.span, message=f"brings Isaac Sim {other.value}"),)


class ProfileKept(Struct, frozen=True, kw_only=True):
    """Whether a fact about an environment (``uv``, ``cuda``) is what its profile needs."""

    kind: ClassVar[str] = "profile-kept"
    words: ClassVar[tuple[str, ...]] = ("found", "needs")
    fact: str

    def __post_init__(self) -> None:
        """Refuse a fact that profiles do not speak of."""
        if self.fact not in _MADE:
            raise ValueError(f"fact is one of {', '.join(_MADE)}, not '{self.fact}'")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each environment where it is not."""
        for outcome in scene.outcomes:
            profile, known = outcome.profile, outcome.known.get(self.fact)
            if profile is None or known is None or outcome.environment.isaac_sim is not None:
                continue
            needed = profile.uv if self.fact == "uv" else profile.cuda
            if needed is not None and not self._kept(known.value, needed):
                yield Hit(
                    span=known.span,
                    environment=outcome.environment.id,
                    values={"found": known.value, "needs": f"{profile.title} needs {self.fact} {needed}"},
                )

    def _kept(self, found: str, needed: str) -> bool:
        return found == needed if self.fact == "cuda" else fit(found, needed) is not Fit.OUTSIDE


class ProfileWithout(Struct, frozen=True, kw_only=True):
    """Whether an environment holds a product that its profile does without."""

    kind: ClassVar[str] = "profile-without"
    words: ClassVar[tuple[str, ...]] = ("found", "environment", "needs")

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each such environment that the configuration names."""
        for outcome in scene.outcomes:
            profile, known = outcome.profile, outcome.known.get("isaac_sim")
            if profile is None or known is None or not outcome.configured or profile.without is None:
                continue
            yield Hit(
                span=known.span,
                environment=outcome.environment.id,
                values={
                    "found": known.value,
                    "environment": outcome.environment.id or "",
                    "needs": f"{profile.title} does without it",
                },
            )
