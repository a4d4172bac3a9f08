"""All that a parser states about one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts.build_steps import BaseImage, BuildRequest, InstallStep, Stage
    from dmlint.facts.dependencies import Dependency, Group
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source, Span


class Presence(Struct, frozen=True, kw_only=True):
    """One thing that is there in an environment that was looked into.

    ``version`` is what it says of itself, ``span`` where that stands in the reading, ``place`` the folder, file or
    variable that says so. ``needs`` are requirements that an installed package has. Of several copies ``use`` says
    which an import gives: ``imported``, or ``tried`` where that fails; a ``shadowed`` one comes later, a ``kit`` one is
    put before or behind it when Isaac Sim starts. ``replaceable`` says that what pip installs comes in its place.
    """

    name: str
    version: str
    span: Span
    place: str = ""
    needs: tuple[str, ...] = ()
    use: str = ""
    replaceable: bool = False


class Inventory(Struct, frozen=True, kw_only=True):
    """What is in one environment that was looked into (``dmlint env``).

    ``interpreter`` is its Python as it is called, ``install`` the command that installs into it, ``linux`` whether it
    is one. ``facts`` are known by name: python, isaac-sim, isaac-lab, cuda, driver (the newest CUDA that it takes), uv.
    ``copies`` are all NumPys, the one that counts first. ``failure`` is what `import numpy` dies of, where it does.
    """

    interpreter: str
    install: str
    linux: bool
    facts: Mapping[str, Presence]
    copies: tuple[Presence, ...] = ()
    packages: tuple[Presence, ...] = ()
    failure: Span | None = None


class Document(Struct, frozen=True, kw_only=True):
    """All that one parser states about one source.

    ``dependencies`` lists every one that the file asks for, in ``steps`` and ``groups`` too, in the order they are
    written; ``comments`` are the comments that mention dmlint.
    """

    source: Source
    project: str | None = None
    """The name of the project that a manifest describes, PEP 503 normalized."""
    dependencies: tuple[Dependency, ...] = ()
    steps: tuple[InstallStep, ...] = ()
    images: tuple[BaseImage, ...] = ()
    groups: tuple[Group, ...] = ()
    stages: tuple[Stage, ...] = ()
    builds: tuple[BuildRequest, ...] = ()
    problems: tuple[Problem, ...] = ()
    comments: tuple[Span, ...] = ()
    computed: bool = False
    """Whether what its project requires is computed, and more of it than what is written."""
    reading: Inventory | None = None
