"""What is asked for: dependencies, the files that hold more of them, and the groups they come in."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dmlint.text.source import Span


class Role(Enum):
    """What a dependency does to an install."""

    REQUIREMENT = "requirement"
    CONSTRAINT = "constraint"
    OVERRIDE = "override"
    METADATA = "metadata"
    """A bound that a package's own metadata states: ``name`` is what it bounds, ``where`` the package."""
    BUILD = "build"
    """For an isolated build environment: listed, never judged."""
    LOCKED = "locked"
    """One version that a lock file records: judged by what it is, not by what it asks for."""
    INSTALLED = "installed"
    """One version that is there in an environment: judged as what it is."""


class Dependency(Struct, frozen=True, kw_only=True):
    """A PEP 508 requirement found somewhere.

    ``name`` is PEP 503 normalized. ``specifier`` is PEP 440 (converted where the format has a grammar of its
    own), comma separated, empty for none. ``span`` is the exact text; for a value that came through a variable,
    that value alone, and ``via`` then holds the references it came through, outermost first. ``unresolved`` are
    references inside the requirement whose value is not known: the specifier then cannot be judged.
    ``redirection`` is the word with its redirection where the shell takes the specifier as one (``pip install
    numpy>=1.26``); ``specifier`` is then what the shell passes on: none. ``later`` says that it is installed when all
    else of its manifest is, as pip's part of a conda environment file.
    """

    name: str
    span: Span
    where: str
    specifier: str = ""
    extras: tuple[str, ...] = ()
    marker: str | None = None
    url: str | None = None
    role: Role = Role.REQUIREMENT
    via: tuple[Span, ...] = ()
    unresolved: tuple[Span, ...] = ()
    redirection: Span | None = None
    later: bool = False


class ReferenceKind(Enum):
    """What a file that something points at is read as."""

    REQUIREMENTS = "requirements"
    CONSTRAINTS = "constraints"
    OVERRIDES = "overrides"
    PROJECT = "project"
    """A folder (or archive) that is itself installed; ``extras`` says with which extras."""


class FileReference(Struct, frozen=True, kw_only=True):
    """A file or folder that a step or a manifest points at, as written; not yet looked up.

    ``path`` is the expanded text and is None where a variable in it is not known. ``later`` is that of what it brings.
    """

    kind: ReferenceKind
    path: str | None
    span: Span
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    editable: bool = False
    later: bool = False


class Group(Struct, frozen=True, kw_only=True):
    """A set of dependencies of a manifest that are installed by one name.

    ``name`` is ``project`` for the dependencies that always come, else the extra's or group's. ``along`` names
    the groups of the same manifest that are always installed together with it. ``python`` is the specifier of
    the Pythons it is for.
    """

    name: str
    dependencies: tuple[Dependency, ...] = ()
    references: tuple[FileReference, ...] = ()
    along: tuple[str, ...] = ()
    python: str | None = None
    python_span: Span | None = None
