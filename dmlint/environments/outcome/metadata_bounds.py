"""What the metadata of packages says of NumPy: which bound it, and of which nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.demands import read_asks
from dmlint.environments.identity.profiles import EVERYWHERE, ISAAC_SIM
from dmlint.environments.model import NUMPY
from dmlint.environments.product_releases import read_product_asks
from dmlint.facts import Dependency, Role
from dmlint.requirements.versions import Fit, fit
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Install
    from dmlint.rulepacks.catalogue import Catalogue


def read_caps(install: Install, catalogue: Catalogue) -> tuple[Dependency, ...]:
    """The bounds on NumPy that come with what is surely installed: one for each package that keeps it back in every
    release that is admitted.
    """
    found: dict[str, Dependency] = {}
    for name in dict.fromkeys(entry.name for entry in install.requirements):
        cap = catalogue.capping.get(name)
        for ask in read_asks(install, name, redirected=True) if cap is not None else ():
            if cap is not None and ask.decidable and cap.holds(ask.combined):
                found.setdefault(name, _bound(ask.judged[0], cap.needs.removeprefix(NUMPY)))
    for entry, ask in read_product_asks(catalogue, ISAAC_SIM, install):
        releases = catalogue.admitted(entry.name, ask.combined) if ask.decidable and ask.combined else []
        needs = {release.numpy for release in releases}
        need = needs.pop() if len(needs) == 1 else None
        if need is not None and fit(need, EVERYWHERE) is Fit.WITHIN:
            found.setdefault(entry.name, _bound(entry, need))
    return tuple(found.values())


def _bound(entry: Dependency, specifier: str) -> Dependency:
    return Dependency(
        name=NUMPY,
        span=entry.span,
        where=entry.name,
        specifier=specifier,
        marker=entry.marker,
        role=Role.METADATA,
        via=entry.via,
    )


def is_overridden(install: Install, package: str) -> bool:
    """Whether an override replaces everything that packages need of another."""
    return any(entry.name == package and entry.role is Role.OVERRIDE for entry in install.bounds)


def find_undecided(install: Install, catalogue: Catalogue) -> Note | None:
    """What of an install may bring any NumPy: something that was not read, a project whose requirements nobody knows
    here, an open Isaac Sim.
    """
    if install.unread is not None:
        return Note(span=install.unread.span, message=install.unread.message)
    return next(_read_undecided(install, catalogue), None)


def _read_undecided(install: Install, catalogue: Catalogue) -> Iterator[Note]:
    for entry in install.requirements:
        known = entry.name in catalogue.forcing or entry.name in catalogue.capping
        known = known or catalogue.of_package(entry.name) is not None
        if entry.url is not None and not (known and entry.specifier):
            yield Note(span=entry.span, message=f"what {entry.name} requires there is not known")
        elif entry.unresolved and known:
            yield Note(span=entry.span, message=f"which {entry.name} this is cannot be told")
    for entry, ask in read_product_asks(catalogue, ISAAC_SIM, install):
        needs = {release.numpy for release in catalogue.admitted(entry.name, ask.combined)}
        if ask.decidable and len(needs) > 1:
            yield Note(span=entry.span, message="which Isaac Sim this is cannot be told")
