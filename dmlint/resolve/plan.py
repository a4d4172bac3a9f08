"""The words of a replay: what one step asks of a resolver, for which Python, and what cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from dmlint.text.problems import DmlintError


class Manner(Enum):
    """Which tool decides between what is installed and what is asked for."""

    PIP = "pip"
    UV = "uv"


class AskedStep(Struct, frozen=True, kw_only=True):
    """What one command asks of its resolver, all in PEP 508 text that is safe to be a line of a file.

    ``upgrades`` are normalized names of what is replaced by the newest release that fits; ``fresh`` says that nothing
    of what is there is kept for its own sake. ``deps`` says that dependencies come along, ``exact`` that all else goes.
    """

    requirements: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    manner: Manner = Manner.UV
    upgrades: tuple[str, ...] = ()
    fresh: bool = False
    deps: bool = True
    prereleases: bool = False
    exact: bool = False


class ReplayStep(AskedStep, frozen=True, kw_only=True):
    """One command that changes an environment.

    ``removes`` are normalized names of what goes. ``preferred`` are versions by name that count instead of what is
    installed.
    """

    removes: tuple[str, ...] = ()
    preferred: Mapping[str, str] | None = None

    def asked(self, requirements: tuple[str, ...]) -> AskedStep:
        """What the command asks of its resolver, with these requirements."""
        return AskedStep(
            requirements=requirements,
            constraints=self.constraints,
            overrides=self.overrides,
            manner=self.manner,
            upgrades=self.upgrades,
            fresh=self.fresh,
            deps=self.deps,
            prereleases=self.prereleases,
            exact=self.exact,
        )


class TargetPython(Struct, frozen=True, kw_only=True):
    """What an environment runs on: ``3.11``, and the processor of a Linux (``x86_64``, ``aarch64``)."""

    python: str
    processor: str = "x86_64"


class Request(Struct, frozen=True, kw_only=True):
    """One run of a resolver, in an environment that holds ``held``, names and versions."""

    target: TargetPython
    step: AskedStep
    held: tuple[tuple[str, str], ...] = ()


class Resolution(Struct, frozen=True, kw_only=True):
    """What is there after a step: versions by normalized name.

    ``tool`` is what resolved it, with its version; ``instead`` says why that is not the tool of the step itself.
    ``needs`` are what of it requires a NumPy, each as the package and what it requires.
    """

    installed: Mapping[str, str]
    tool: str
    instead: str | None = None
    needs: tuple[tuple[str, str], ...] = ()


Resolve = Callable[[Request], Resolution]
"""Takes one step; raises UnsatisfiableError, or ResolverError."""


class UnsatisfiableError(Exception):
    """No set of releases satisfies a request; the message says why.

    ``absent`` is the normalized name of a package of which the index has no wheel, None where it is not that.
    """

    def __init__(self, message: str, absent: str | None = None) -> None:
        super().__init__(message)
        self.absent = absent


class ResolverError(DmlintError):
    """The resolver cannot do its work at all: it is not installed, or what it needs cannot be fetched in time."""
