"""The words of a replay: what one step asks of a resolver, for which Python, and what cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from dmlint.text.problems import DmlintError


class Manner(Enum):
    """Whose rule decides between what is installed and what is asked for."""

    PIP = "pip"
    """A package that is named and not there comes in its newest release, and what is installed gives way to it."""
    UV = "uv"
    """What is installed stays as long as some release of the others fits to it."""


class ReplayStep(Struct, frozen=True, kw_only=True):
    """One command that changes an environment, all in PEP 508 text that is safe to be a line of a file.

    ``removes`` and ``upgrades`` are normalized names: of what goes, and of what is replaced by the newest release that
    fits; ``fresh`` says that nothing of what is there is kept for its own sake. ``deps`` says that dependencies come
    along, ``exact`` that all else goes. ``preferred`` are versions by name that count instead of what is installed.
    """

    requirements: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    manner: Manner = Manner.PIP
    upgrades: tuple[str, ...] = ()
    fresh: bool = False
    deps: bool = True
    prereleases: bool = False
    exact: bool = False
    preferred: Mapping[str, str] | None = None


class TargetPython(Struct, frozen=True, kw_only=True):
    """What an environment runs on: ``3.11``, and the processor of a Linux (``x86_64``, ``aarch64``)."""

    python: str
    processor: str = "x86_64"


class Request(Struct, frozen=True, kw_only=True):
    """One run of a resolver. ``preferred`` are ``name==version`` that are kept wherever they fit."""

    target: TargetPython
    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    deps: bool = True
    prereleases: bool = False


Resolve = Callable[[Request], Mapping[str, str]]
"""Gives the versions by name that satisfy a request; raises UnsatisfiableError, or ResolverError."""


class UnsatisfiableError(Exception):
    """No set of releases satisfies a request; the message says why.

    ``absent`` is the normalized name of a package of which the index has no wheel, None where it is not that.
    """

    def __init__(self, message: str, absent: str | None = None) -> None:
        super().__init__(message)
        self.absent = absent


class ResolverError(DmlintError):
    """The resolver cannot do its work at all: it is not installed, or what it needs cannot be fetched in time."""
