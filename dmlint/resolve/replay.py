"""Runs the steps of an environment one after the other: what is installed after one is given to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement

from dmlint.environments.model import NUMPY
from dmlint.requirements.pep508 import normalize_name
from dmlint.resolve.plan import Request, UnsatisfiableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.resolve.plan import ReplayStep, Resolve, TargetPython

_MOST_ABSENT = 20
"""Each costs a run of the resolver."""


class Reached(Struct, frozen=True, kw_only=True):
    """What is installed after a step, versions by normalized name.

    ``failure`` says why the step changed nothing. ``absent`` are packages that it names and of which the index has no
    wheel: it is taken without them. ``tool``, ``instead`` and ``needs`` are those of its resolution.
    """

    installed: Mapping[str, str]
    failure: str | None = None
    absent: tuple[str, ...] = ()
    tool: str | None = None
    instead: str | None = None
    needs: tuple[tuple[str, str], ...] = ()


def replay(
    steps: Iterable[ReplayStep], start: Mapping[str, str], target: TargetPython, resolve: Resolve
) -> list[Reached]:
    """What is there after each step, of an environment that holds ``start`` at first.

    A step that cannot be resolved changes nothing; raises ResolverError where the resolver cannot work at all.
    """
    reached: list[Reached] = []
    installed = start
    for step in steps:
        found = take(step, installed, target, resolve)
        reached.append(found)
        installed = found.installed
    return reached


def take(
    step: ReplayStep, installed: Mapping[str, str], target: TargetPython, resolve: Resolve, patience: int = _MOST_ABSENT
) -> Reached:
    """What is there after one step, of which ``patience`` packages may be absent from the index."""
    if step.removes:
        return Reached(installed={name: held for name, held in installed.items() if name not in step.removes})
    if not step.requirements:
        return Reached(installed={} if step.exact else installed)
    held = installed if step.preferred is None else step.preferred
    request = Request(target=target, step=step.asked(step.requirements), held=tuple(sorted(held.items())))
    try:
        found = resolve(request)
    except UnsatisfiableError as error:
        kept = tuple(text for text in step.requirements if _name(text) != error.absent)
        if error.absent in (None, NUMPY) or kept == step.requirements or not patience:
            return Reached(installed=installed, failure=str(error))
        # Where such a package comes from is not known here, and what else is asked for is worth an answer.
        rest = take(replace(step, requirements=kept), installed, target, resolve, patience - 1)
        return replace(rest, absent=(str(error.absent), *rest.absent))
    return Reached(installed=found.installed, tool=found.tool, instead=found.instead, needs=found.needs)


def _name(requirement: str) -> str:
    return normalize_name(Requirement(requirement).name)
