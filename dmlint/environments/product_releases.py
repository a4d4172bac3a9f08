"""What says which release of a product is there: requirements, locks, and what is in an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.environments.demands import read_asks

if TYPE_CHECKING:
    from dmlint.environments.demands import Ask
    from dmlint.environments.model import Inspection, Install, Scene
    from dmlint.facts import Dependency, Presence
    from dmlint.rulepacks.catalogue import Catalogue, Product, Release


def read_product_asks(catalogue: Catalogue, product: str, install: Install) -> list[tuple[Dependency, Ask]]:
    """What an install asks of a product's packages, and of those that bring it: each dependency with its ask."""
    names = dict.fromkeys(entry.name for entry in install.requirements)
    found: list[tuple[Dependency, Ask]] = []
    for name in names:
        owner = catalogue.of_package(name)
        if owner is not None and product in (owner.name, owner.brings):
            asks = read_asks(install, name)
            found += [(entry, ask) for ask in asks for entry in ask.judged if _brings(owner, product, entry)]
    return found


def read_locked_releases(scene: Scene, product: str) -> list[tuple[Release, list[Dependency]]]:
    """The releases of a product that each lock records, with their entries: first what brings the others."""
    found: dict[tuple[str, Release], list[Dependency]] = {}
    for entry in scene.locked:
        owner = scene.catalogue.of_package(entry.name)
        if owner is not None and owner.name == product and entry.specifier:
            for release in scene.catalogue.admitted(entry.name, entry.specifier)[-1:]:
                found.setdefault((entry.span.source.path, release), []).append(entry)
    whole = scene.catalogue.product(product).packages
    return [
        (release, sorted(entries, key=lambda entry: entry.name not in whole)) for (_, release), entries in found.items()
    ]


def _brings(owner: Product, product: str, dependency: Dependency) -> bool:
    return owner.name == product or owner.extra in dependency.extras


def read_product_presences(catalogue: Catalogue, product: str, inspection: Inspection) -> list[Presence]:
    """What says it in an environment that was looked into: first what counts."""
    fact = inspection.reading.facts.get(product)
    owned = [entry for entry in inspection.reading.packages if _is_of(catalogue, product, entry.name)]
    whole = catalogue.product(product).packages
    return [*([fact] if fact is not None else []), *sorted(owned, key=lambda entry: entry.name not in whole)]


def _is_of(catalogue: Catalogue, product: str, package: str) -> bool:
    owner = catalogue.of_package(package)
    return owner is not None and owner.name == product
