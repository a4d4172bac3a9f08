"""A bound for a package whose newer releases need another range of a watched one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.fixes.bounds import bound, command_of
from dmlint.requirements.versions import admits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.environments.model import Outcome
    from dmlint.facts import Dependency, Proposal
    from dmlint.rulepacks.catalogue import Force


def hold_back(outcome: Outcome, mover: Dependency, forces: Iterable[Force]) -> Proposal | None:
    """Keep a requirement below the first release that forces; None for one that forces through another package, or
    admits no release before.

    It is safe where no version was asked for: a floor may have its reason.
    """
    force = next((entry for entry in forces if entry.package == mover.name), None)
    if force is None or force.first is None or (force.last and not admits(mover.specifier, force.last)):
        return None
    step = next((install.step for install in outcome.installs if mover in install.requirements), None)
    proposal = bound(mover, f"<{force.first}", f"<{force.first}", within=command_of(step))
    return replace(proposal, safe=not mover.specifier) if proposal is not None else None
