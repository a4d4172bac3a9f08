"""Readings as environments: what was found in one says which Isaac Sim it is, and so what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.identity.environment_names import Ground, assign, with_profile
from dmlint.environments.identity.image_facts import find_profile, read_install_facts
from dmlint.environments.identity.profiles import ISAAC_SIM, needs_of
from dmlint.environments.model import NUMPY, Environment, Inspection, Install, Known, Outcome, PackageState, Way
from dmlint.parsers.inventory import exactly
from dmlint.requirements.markers import holds, worlds
from dmlint.requirements.pep508 import read_plain
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.environments.model import ProfileAssignment
    from dmlint.facts import Document, Inventory, Presence
    from dmlint.rulepacks.catalogue import Catalogue

_LAB = "isaac-lab"
_MINOR = lazy_regex(r"(\d+\.\d+)")
_RELEASE = lazy_regex(r"\d+\.\d+\.\d+")


def link_reading(
    document: Document, reading: Inventory, catalogue: Catalogue, assignments: Sequence[ProfileAssignment] = ()
) -> tuple[Outcome, Inspection]:
    """The environment that a document's reading tells of: how it ended, and what is in it."""
    path, start = document.source.path, document.source.span(0, 0)
    packages = tuple(entry for entry in document.dependencies if entry.name != NUMPY)
    install = Install(environment=Environment(id=path), requirements=packages, asked=False)
    # A VERSION file has the last word.
    known = {**_read_packages(catalogue, install), **dict(_read_facts(reading))}
    simulator = known.get("isaac_sim")
    release = catalogue.release(ISAAC_SIM, simulator.value) if simulator is not None else None
    assigned = assign(catalogue, assignments, path, Ground(stage=f"{path}#", place=start))
    profile = assigned or find_profile(catalogue.profiles, [install])
    python = known.get("python")
    environment = Environment(
        id=path,
        python=python.value if python is not None else None,
        isaac_sim=release.version if release is not None else None,
        linux=reading.linux,
        needs=needs_of(release, own=True),
    )
    environment = with_profile(environment, profile)
    counts = next((copy for copy in reading.copies if copy.use in ("imported", "tried")), None)
    outcome = Outcome(
        environment=environment,
        states=_states(counts),
        own=release is not None or profile is not None,
        profile=profile,
        configured=assigned is not None,
        known=known,
        place=python.span if python is not None else start,
    )
    needs = tuple(_read_needs(reading, environment))
    own, installed = outcome.own, install.requirements
    return outcome, Inspection(
        environment=environment, reading=reading, numpy=counts, installed=installed, needs=needs, own=own
    )


def _read_facts(reading: Inventory) -> Iterator[tuple[str, Known]]:
    """What is known by the names and in the spellings that checks expect."""
    for name, pattern, known, shape in _FACTS:
        fact = reading.facts.get(name)
        match = pattern().match(fact.version) if fact is not None else None
        if fact is not None and match is not None:
            yield known, Known(value=shape.format(match[0]), span=fact.span)


_FACTS = (
    ("python", _MINOR, "python", "=={}.*"),
    ("isaac-sim", _RELEASE, "isaac_sim", "{}"),
    ("isaac-lab", _RELEASE, "isaac_lab", "{}"),
    ("cuda", _MINOR, "cuda", "{}"),
    ("uv", _RELEASE, "uv", "=={}"),
)


def _read_packages(catalogue: Catalogue, install: Install) -> dict[str, Known]:
    """What the installed packages say; the package of a checkout of Isaac Lab has a version of its own."""
    known = read_install_facts(catalogue, [install])
    lab = known.get("isaac_lab")
    if lab is not None and not any(entry.product == _LAB and entry.covers(lab.value) for entry in catalogue.releases):
        del known["isaac_lab"]
    return known


def _states(numpy: Presence | None) -> dict[str, PackageState]:
    if numpy is None or exactly(numpy.version) is None:
        return {}
    note = Note(span=numpy.span, message=f"NumPy {numpy.version} is in {numpy.place}")
    return {NUMPY: PackageState(ways=(Way(versions=exactly(numpy.version), because=(note,)),))}


def _read_needs(reading: Inventory, environment: Environment) -> Iterator[tuple[Presence, str]]:
    """Each installed package with what it requires of NumPy in this environment."""
    everywhere = worlds(environment.python, linux=environment.linux)
    for entry in reading.packages:
        for need in entry.needs:
            parts = read_plain(need)
            if parts is not None and parts.specifier and all(holds(parts.marker, world) for world in everywhere):
                yield entry, parts.specifier
