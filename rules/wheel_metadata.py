"""What the METADATA of wheels requires, brought by pip: its own configuration says from which registry."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from dmlint.requirements.markers import World, holds
from dmlint.requirements.versions import intersect
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PLATFORMS = ("manylinux2014_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in range(17, 36)))
_WHEELS = ("--only-binary", ":all:", *(word for name in _PLATFORMS for word in ("--platform", name)))
_LINUX = 0
"""Linux x86-64, among the platforms of a World."""
_UNREACHED = ("Retrying (", "Could not fetch URL")


class RegistryError(DmlintError):
    """What could not be brought or read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The ``Requires-Dist`` of a release, and its ``Requires-Python`` (PEP 440 text, empty for any)."""

    requires: tuple[str, ...]
    python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Where releases come from.

    ``releases`` gives the final releases of a package that have a wheel for a Python (``3.11``), in any order, and
    ``metadata`` what one of them requires, given package, version and a Python that it has a wheel for.
    """

    releases: Callable[[str, str], tuple[str, ...]]
    metadata: Callable[[str, str, str], Metadata]


def read_requirements(lines: Iterable[str], python: str, extra: str = "") -> dict[str, str]:
    """What ``Requires-Dist`` asks for on a Python, with an extra if one is named: specifiers by normalized name, in the
    order of the names.
    """
    asked: dict[str, list[str]] = {}
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement as error:
            raise RegistryError(f"METADATA cannot be read: {error}") from None
        # No marker but that of an extra speaks of one.
        marker = str(requirement.marker or "").replace(f'extra == "{extra}"', 'python_version > "0"')
        if holds(marker or None, World(python, _LINUX)):
            asked.setdefault(canonicalize_name(requirement.name), []).append(str(requirement.specifier))
    return {name: intersect(asked[name]) for name in sorted(asked)}


@cache
def list_releases(package: str, python: str) -> tuple[str, ...]:
    """The final releases of a package that have a wheel for a Python, as pip sees them."""
    told = _run_pip("index", "versions", package, "--json", "--python-version", python)
    return tuple(json.loads(told[told.index("{") :])["versions"]) if told else ()


@cache
def read_metadata(package: str, version: str, python: str) -> Metadata:
    """The METADATA of a release, as pip reads it; nothing is installed."""
    # A registry may list a release for a Python that its METADATA refuses: that is for the reader to judge.
    options = ("--dry-run", "--no-deps", "--ignore-installed", "--ignore-requires-python", "--report", "-", "--quiet")
    told = _run_pip("install", f"{package}=={version}", *options, "--python-version", python)
    if not told:
        raise RegistryError(f"pip finds no wheel of {package} {version} for Python {python}")
    metadata = json.loads(told)["install"][0]["metadata"]
    return Metadata(requires=tuple(metadata.get("requires_dist", ())), python=metadata.get("requires_python", ""))


def _run_pip(*words: str) -> str:
    """What pip prints, nothing where it finds no release."""
    command = (sys.executable, "-m", "pip", *words, *_WHEELS, "--retries", "1", "--disable-pip-version-check")
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    # pip goes on with what else it has, and so could answer from a part of the registry.
    if any(word in run.stderr for word in _UNREACHED):
        raise RegistryError("pip does not reach the package registry: is there a network?")
    if run.returncode and "No matching distribution" not in run.stderr:
        raise RegistryError(f"'pip {words[0]}' fails (pip 25.1 or newer is needed): {run.stderr.strip()}")
    return "" if run.returncode else run.stdout


PIP = Registry(releases=list_releases, metadata=read_metadata)
