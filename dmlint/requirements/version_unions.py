"""Unions of version ranges as one PEP 440 specifier set, for grammars that have an "or"."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.specifiers import Specifier

_MOST_EXCLUSIONS = 64


def union_of(sets: Sequence[SpecifierSet]) -> SpecifierSet | None:
    """One specifier set that admits the same releases as all of the given ones together; None where PEP 440 cannot
    say it.

    The ends of the union are exact. A gap in it is spelled by exclusions (``!=2.0.*``) and is exact for releases
    and their post-releases; a pre-release of the version that follows the gap is let in.
    """
    if len(sets) == 1:
        return sets[0]
    whole = sets[0].to_range()
    for other in sets[1:]:
        whole = whole.union(other.to_range())
    exact = whole.to_specifier_set()
    if exact is not None:
        return exact
    intervals = [_interval(one) for one in sets]
    known = sorted((one for one in intervals if one), key=lambda one: one[0])
    if len(known) < len(sets):
        return None
    return _hull(list(_merged(known)))


def _hull(intervals: list[tuple[Version, Version | None]]) -> SpecifierSet | None:
    clauses = [f">={intervals[0][0]}"] if intervals[0][0] > Version("0.dev0") else []
    clauses += [f"<{intervals[-1][1]}"] if intervals[-1][1] else []
    for (_, end), (start, _) in pairwise(intervals):
        excluded = _excluded(end, start) if end else None
        if excluded is None or len(clauses) + len(excluded) > _MOST_EXCLUSIONS:
            return None
        clauses += excluded
    return SpecifierSet(",".join(clauses))


def _merged(intervals: list[tuple[Version, Version | None]]) -> Iterator[tuple[Version, Version | None]]:
    """The same versions in disjoint intervals, in order."""
    start, end = intervals[0]
    for next_start, next_end in intervals[1:]:
        if end is not None and next_start > end:
            yield start, end
            start, end = next_start, next_end
        elif end is not None:
            end = None if next_end is None else max(end, next_end)
    yield start, end


def _interval(specifiers: SpecifierSet) -> tuple[Version, Version | None] | None:
    """Where a set starts (included) and ends (excluded, None for never), if it is one such interval of releases."""
    start, end = Version("0.dev0"), None
    for specifier in specifiers:
        version = Version(specifier.version.removesuffix(".*"))
        stop = _stop(specifier, version)
        if stop is None and specifier.operator != ">=":
            return None
        if specifier.operator != "<":
            start = max(start, version)
        end = stop if end is None or (stop is not None and stop < end) else end
    return start, end


def _stop(specifier: Specifier, version: Version) -> Version | None:
    """The first release that a specifier keeps out; None if it keeps out none, or is not of that kind."""
    if specifier.operator == "<":
        return version
    if specifier.operator == "~=":
        return next_release(version, version.release[:-1])
    return (
        next_release(version, version.release)
        if specifier.version.endswith(".*") and specifier.operator == "=="
        else None
    )


def next_release(version: Version, release: Sequence[int]) -> Version:
    """The version after all that start with ``release``, in the epoch of ``version``."""
    epoch = f"{version.epoch}!" if version.epoch else ""
    return Version(epoch + ".".join(map(str, (*release[:-1], release[-1] + 1))))


def _excluded(start: Version, end: Version) -> list[str] | None:
    """Wildcard exclusions of all releases from ``start`` up to and without ``end``; None where there are none or
    too many.
    """
    if start.epoch != end.epoch or start.public != start.base_version or end.public != end.base_version:
        return None
    pairs: list[tuple[int, int]] = list(zip_longest(start.release, end.release, fillvalue=0))
    common = next(index for index, (low, high) in enumerate(pairs) if low != high)
    if any(low for low, _ in pairs[common + 1 :]):
        return None
    excluded: list[str] = []
    prefix = [str(high) for _, high in pairs]
    for index in range(common, len(pairs)):
        low, high = pairs[index]
        if high - low > _MOST_EXCLUSIONS:
            return None
        excluded += [f"!={'.'.join([*prefix[:index], str(number)])}.*" for number in range(low, high)]
    return excluded
