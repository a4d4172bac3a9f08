"""Ways of a build that exclude each other: what one arm installs is not there in the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.model import PackageState
from dmlint.environments.outcome.numpy_state import limit
from dmlint.text.arms import exclude

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmlint.environments.model import Install, Way
    from dmlint.text.arms import Arm


def split_arms(arms: Sequence[Arm], states: Mapping[str, PackageState]) -> Mapping[str, PackageState]:
    """The states in those ways in which something in ``arms`` may happen."""
    if not arms:
        return states
    return {
        name: replace(state, ways=tuple(way for way in state.ways if _meets(way, arms)))
        for name, state in states.items()
    }


def join_arms(
    install: Install, before: Mapping[str, PackageState], after: Mapping[str, PackageState]
) -> dict[str, PackageState]:
    """All that may be there after an install: ``after`` in the ways in which it happens, ``before`` in the others."""
    arms = install.arms
    if not install.conditional and not arms:
        return dict(after)
    joined = dict(after)
    for name, state in after.items():
        old = before.get(name, PackageState())
        if state == (split_arms(arms, {name: old})[name]):
            joined[name] = old
            continue
        left = [way if not _meets(way, arms) else _pass(way, arms) for way in old.ways]
        ways = [*(way for way in left if way is not None), *(_enter(way, arms) for way in state.ways)]
        joined[name] = limit(PackageState(ways=tuple(ways), unknown=state.unknown or old.unknown))
    return joined


def _meets(way: Way, arms: Sequence[Arm]) -> bool:
    """Whether something in ``arms`` may happen where this way was gone."""
    return not exclude(way.arms, arms) and not any(arm in way.passed for arm in arms)


def _enter(way: Way, arms: Sequence[Arm]) -> Way:
    return replace(way, arms=tuple(dict.fromkeys((*way.arms, *arms)))) if arms else way


def _pass(way: Way, arms: Sequence[Arm]) -> Way | None:
    """A way past the innermost of ``arms``, the last; None where it was taken, or all others were passed before."""
    if not arms:
        return way
    *outer, last = arms
    if last in way.arms:
        return None
    left = replace(way, passed=(*way.passed, last))
    passed = {arm.number for arm in left.passed if (arm.choice, arm.turn) == (last.choice, last.turn)}
    if not last.count or len(passed) < last.count:
        return left
    # Whoever came to the choice took one of its arms: so the choice itself was not come to.
    return _pass(left, outer) if outer else None
