"""Runs the steps of an environment one after the other: what is installed after one is given to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement

from dmlint.environments.outcome.transfer import NUMPY
from dmlint.requirements.pep508 import normalize_name
from dmlint.resolve.plan import Manner, Request, UnsatisfiableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.resolve.plan import ReplayStep, Resolve, TargetPython

_MOST_ABSENT = 16
"""Each costs a run of the resolver."""


class Reached(Struct, frozen=True, kw_only=True):
    """What is installed after a step, versions by normalized name.

    ``failure`` says why the step changed nothing. ``absent`` are packages that it names and of which the index has no
    wheel: it is taken without them.
    """

    installed: Mapping[str, str]
    failure: str | None = None
    absent: tuple[str, ...] = ()


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
    try:
        found = _resolve(step, installed, target, resolve) if step.requirements else {}
    except UnsatisfiableError as error:
        kept = tuple(text for text in step.requirements if _name(text) != error.absent)
        if error.absent in (None, NUMPY) or kept == step.requirements or not patience:
            return Reached(installed=installed, failure=str(error))
        # Where such a package comes from is not known here, and what else is asked for is worth an answer.
        rest = take(replace(step, requirements=kept), installed, target, resolve, patience - 1)
        return replace(rest, absent=(str(error.absent), *rest.absent))
    return Reached(installed={**({} if step.exact else installed), **found})


def _name(requirement: str) -> str:
    return normalize_name(Requirement(requirement).name)


def _resolve(
    step: ReplayStep, installed: Mapping[str, str], target: TargetPython, resolve: Resolve
) -> Mapping[str, str]:
    held = installed if step.preferred is None else step.preferred
    if not held or step.fresh:
        return resolve(_request(step, target))
    named = [_name(text) for text in step.requirements]
    coming = [name for name in named if name not in held or name in step.upgrades]
    kept = tuple(f"{name}=={version}" for name, version in sorted(held.items()) if name not in step.upgrades)
    if step.manner is Manner.UV or not coming:
        return resolve(_request(step, target, kept))
    # pip takes a release for a named package first, and replaces what is installed where that needs it; a resolver that
    # is only told what to keep may step back to an older release of the named one instead.
    fresh = resolve(_request(step, target))
    pins = tuple(f"{name}=={fresh[name]}" for name in dict.fromkeys(coming) if name in fresh)
    return resolve(_request(step, target, kept, pins))


def _request(
    step: ReplayStep, target: TargetPython, preferred: tuple[str, ...] = (), pins: tuple[str, ...] = ()
) -> Request:
    return Request(
        target=target,
        requirements=_order(step),
        constraints=(*step.constraints, *pins),
        overrides=step.overrides,
        preferred=preferred,
        deps=step.deps,
        prereleases=step.prereleases,
    )


def _order(step: ReplayStep) -> tuple[str, ...]:
    """The requirements, NumPy last.

    pip lets go of a release of NumPy as soon as another package needs another one, wherever they stand; a resolver that
    decides in the order of the file keeps the first one that it took.
    """
    if step.manner is Manner.UV:
        return step.requirements
    return tuple(sorted(step.requirements, key=lambda text: _name(text) == NUMPY))
