"""What says in an environment that was looked into which release of a product is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dmlint.catalogue import Catalogue
    from dmlint.environment import Inspection
    from dmlint.model import Presence


def read_product_presences(catalogue: Catalogue, product: str, inspection: Inspection) -> list[Presence]:
    """What says in an environment that was looked into which release of a product is there: first what counts."""
    fact = inspection.reading.facts.get(product)
    owned = [entry for entry in inspection.reading.packages if _is_of(catalogue, product, entry.name)]
    whole = catalogue.product(product).packages
    return [*([fact] if fact is not None else []), *sorted(owned, key=lambda entry: entry.name not in whole)]


def _is_of(catalogue: Catalogue, product: str, package: str) -> bool:
    owner = catalogue.of_package(package)
    return owner is not None and owner.name == product
