"""Which requirements hold together: PEP 508 markers, tried in every world that an environment may be."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from dmlint.requirements.versions import Fit, fit

PYTHONS = ("3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
"""The Pythons that robotics code is still met on."""
_OLDER = ("2.7", "3.5", "3.6")
"""Those of old distributions, which count only where nothing newer may be meant."""

_PLATFORMS = (
    ("linux", "Linux", "posix", "x86_64"),
    ("linux", "Linux", "posix", "aarch64"),
    ("darwin", "Darwin", "posix", "arm64"),
    ("darwin", "Darwin", "posix", "x86_64"),
    ("win32", "Windows", "nt", "AMD64"),
)


class World(Struct, frozen=True):
    """One Python on one platform: ``python`` is ``3.11``; ``platform`` an index into the known ones, 0 being
    Linux x86-64.
    """

    python: str
    platform: int


@lru_cache(maxsize=256)
def worlds(python: str | None, *, linux: bool) -> tuple[World, ...]:
    """All worlds that an environment may be, given what is known of its Python (PEP 440 text, None for nothing)."""
    pythons = _among(PYTHONS, python) or _among(_OLDER, python) or PYTHONS
    platforms = range(2) if linux else range(len(_PLATFORMS))
    return tuple(World(version, platform) for version in pythons for platform in platforms)


def _among(versions: tuple[str, ...], python: str | None) -> tuple[str, ...]:
    return tuple(version for version in versions if _may_be(version, python))


def _may_be(version: str, python: str | None) -> bool:
    if python is None:
        return True
    try:
        specifiers = SpecifierSet(python)
    except InvalidSpecifier:
        return True
    # Most are out of the question at once.
    if fit(python, f"=={version}.*") is Fit.OUTSIDE:
        return False
    # A bound may lie between the patch releases of one minor version (`>=3.10.12`).
    return any(specifiers.contains(f"{version}.{patch}") for patch in range(40))


@lru_cache(maxsize=65536)
def holds(marker: str | None, world: World) -> bool:
    """Whether a requirement with this marker is asked for in a world; one that cannot be told is taken to hold."""
    if marker is None:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    system, name, os_name, machine = _PLATFORMS[world.platform]
    try:
        return Marker(marker).evaluate(
            {
                "python_version": world.python,
                "python_full_version": f"{world.python}.9",
                "sys_platform": system,
                "platform_system": name,
                "os_name": os_name,
                "platform_machine": machine,
                "platform_release": "",
                "platform_version": "",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
                "implementation_version": f"{world.python}.9",
                "extra": "",
            }
        )
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True
