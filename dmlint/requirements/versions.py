"""The only place that reasons about specifier sets: what a requirement admits, compared with what it should."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable


class Fit(Enum):
    """How the versions that a specifier set admits lie to the range that they should lie in."""

    WITHIN = "within"
    UNBOUNDED = "unbounded"
    """Some lie outside, and nothing in the set bounds or excludes any version from above."""
    LOOSE = "loose"
    """Some lie outside, though there is an upper bound or an exclusion."""
    OUTSIDE = "outside"
    """All lie outside."""
    UNSATISFIABLE = "unsatisfiable"
    """None is admitted at all."""


_NOTHING = "<1,>1"
_ARBITRARY = lazy_regex(r"===\s*([^,\s]+)")


@lru_cache(maxsize=4096)
def read_specifiers(text: str) -> SpecifierSet:
    """The specifier set for PEP 440 text.

    packaging has no set relations for arbitrary equality, so ``===X`` is read as ``==X``, which admits the same
    release; an X that is no PEP 440 version is the version of no release, and admits nothing.
    """
    return SpecifierSet(_ARBITRARY().sub(lambda match: _exactly(match[1]), text) if "===" in text else text)


def _exactly(version: str) -> str:
    try:
        return f"=={Version(version)}"
    except InvalidVersion:
        return _NOTHING


@lru_cache(maxsize=4096)
def fit(specifiers: str, within: str) -> Fit:
    """Compare what ``specifiers`` admits with ``within``, both comma-separated PEP 440 specifiers."""
    admitted, wanted = read_specifiers(specifiers), read_specifiers(within)
    if admitted.is_unsatisfiable():
        return Fit.UNSATISFIABLE
    if admitted.is_subset(wanted):
        return Fit.WITHIN
    if admitted.is_disjoint(wanted):
        return Fit.OUTSIDE
    return Fit.LOOSE if any(part.operator not in (">", ">=") for part in admitted) else Fit.UNBOUNDED


def contains(within: str, specifiers: str) -> bool:
    """Whether all releases that ``specifiers`` admits lie within a range.

    ``==1.26.*`` is taken for the line of releases that people mean by it: PEP 440 counts 1.26.dev0 among it, which lies
    below 1.26.
    """
    lines = [part for part in read_specifiers(specifiers) if part.operator == "==" and part.version.endswith(".*")]
    floors = [f">={part.version[:-2]}" for part in lines]
    return fit(intersect([specifiers, *floors]), within) is Fit.WITHIN


def check_facts(versions: Iterable[str], ranges: Iterable[str | None] = ()) -> None:
    """Raise ``ValueError`` for a text that is no version, or no PEP 440 specifiers; None stands for none."""
    for version in versions:
        Version(version)
    for specifiers in ranges:
        read_specifiers(specifiers or "")


def intersect(specifiers: Iterable[str]) -> str:
    """The specifiers that admit what all of the given ones admit."""
    return ",".join(dict.fromkeys(part for text in specifiers for part in text.split(",") if part))


_AS_WRITTEN = (">=", ">", "~=", "===", "==", "!=", "<", "<=")
_MANY = 16


def simplify(specifiers: str) -> str:
    """The same set as people write it: floors before bounds, and no part that the others imply.

    A set of very many parts is only put in order: nobody reads it.
    """
    parts = sorted(intersect(["".join(specifiers.split())]).split(","), key=_rank)
    for part in tuple(parts) if len(parts) <= _MANY else ():
        others = [other for other in parts if other != part]
        if others and fit(",".join(others), part) is Fit.WITHIN:
            parts = others
    return ",".join(parts)


def _rank(part: str) -> int:
    return next((rank for rank, operator in enumerate(_AS_WRITTEN) if part.startswith(operator)), 0)


def admits(specifiers: str, version: str) -> bool:
    """Whether a version, pre-release or not, is admitted."""
    return read_specifiers(specifiers).contains(version, prereleases=True)


def newest(specifiers: str, releases: Iterable[str]) -> str | None:
    """The newest of ``releases`` that is admitted, a pre-release only where nothing else is; None where nothing is."""
    return _newest(specifiers, tuple(releases))


@lru_cache(maxsize=4096)
def _newest(specifiers: str, releases: tuple[str, ...]) -> str | None:
    admitted = [version for version in map(Version, releases) if admits(specifiers, str(version))]
    return str(max(admitted, key=lambda version: (not version.is_prerelease, version))) if admitted else None


def witness(specifiers: str, within: str, releases: Iterable[str]) -> str:
    """A version that is admitted and should not be.

    The newest of the real ``releases`` where one serves, else one at or near a bound of either set; empty if none of
    these is.
    """
    return _witness(specifiers, within, tuple(releases))


@lru_cache(maxsize=4096)
def _witness(specifiers: str, within: str, releases: tuple[str, ...]) -> str:
    bounds = [part.version.removesuffix(".*") for part in [*read_specifiers(specifiers), *read_specifiers(within)]]
    beside = [f"{bound}.dev0" for bound in bounds if not Version(bound).is_devrelease]
    for candidates in (releases, bounds, beside, *zip(*map(_above, bounds), strict=True), ("0",)):
        found = newest(specifiers, [version for version in candidates if not admits(within, version)])
        if found:
            return found
    return ""


def _above(bound: str) -> tuple[str, str, str]:
    """The next versions after a bound, the closest first."""
    version = Version(bound)
    return f"{version.base_version}.1", f"{version.major}.{version.minor + 1}.0", f"{version.major + 1}.0.0"


def lowest_written(specifiers: str) -> str | None:
    """The floor or the exact version that is written, the highest if there are several; None for none.

    ``==1.*`` names no floor: it is the line of all releases of NumPy 1, as ``<2`` is.
    """
    parts = [part for part in read_specifiers(specifiers) if part.operator in (">=", ">", "==", "~=")]
    versions = [
        part.version.removesuffix(".*") for part in parts if part.version.count(".") > 1 or "*" not in part.version
    ]
    return max(versions, key=Version, default=None)
