"""Packages of Isaac Sim, which indexes hold no wheels of: what they need is asked for in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.demands import describe
from dmlint.environments.identity.profiles import ISAAC_SIM
from dmlint.environments.model import NUMPY
from dmlint.resolve.resolver_lines import LeftOutError, write_line

if TYPE_CHECKING:
    from dmlint.facts import Dependency
    from dmlint.rulepacks.catalogue import Catalogue


def write_product(dependency: Dependency, catalogue: Catalogue) -> tuple[str, str] | None:
    """A line for what stands for a product's package, and a sentence about it; None for any other package.

    Raises LeftOutError where it cannot be told which NumPy it needs.
    """
    product = catalogue.of_package(dependency.name)
    if product is None:
        return None
    asked = describe(dependency)
    if product.name == ISAAC_SIM:
        needs = {release.numpy for release in catalogue.admitted(dependency.name, dependency.specifier)}
        need = needs.pop() if len(needs) == 1 else None
        if need is None:
            raise LeftOutError(f"'{asked}' has no wheels on indexes, and which NumPy it needs cannot be told")
        line, _ = write_line(replace(dependency, name=NUMPY, extras=(), specifier=need, url=None))
        return line, f"'{asked}' has no wheels on indexes: numpy{need}, which it needs, stands for it"
    if product.extra is None or product.extra not in dependency.extras:
        return None
    kept = tuple(extra for extra in dependency.extras if extra != product.extra)
    line, _ = write_line(replace(dependency, extras=kept))
    return line, f"'{asked}' is asked for without Isaac Sim, which has no wheels on indexes"
