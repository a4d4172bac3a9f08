"""What checks look at: environments, the installs into them, the images under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dmlint.facts import BaseImage, Dependency, InstallStep, Inventory, Presence, Proposal, Severity
    from dmlint.facts.interpreter import Interpreter
    from dmlint.rulepacks.catalogue import Catalogue, Profile
    from dmlint.text.arms import Arm
    from dmlint.text.problems import Problem
    from dmlint.text.source import Note, Span


NUMPY = "numpy"
"""The package that all outcomes are about."""


class Environment(Struct, frozen=True, kw_only=True):
    """What dmlint gives a verdict on: a (stage, interpreter), or a group set of a manifest.

    ``id`` is None for a requirements file that is judged alone. ``python`` is what is known of its Python, as
    PEP 440 text. ``isaac_sim`` is the release of Isaac Sim in it, None if there is none or none is known.
    ``linux`` says that it can only be Linux. ``needs`` holds, by package, the range that its profile asks for;
    an entry None says that nobody can tell (another Python beside an Isaac Sim that needs NumPy 2).
    """

    id: str | None
    python: str | None = None
    isaac_sim: str | None = None
    linux: bool = False
    needs: Mapping[str, str | None] = field(default_factory=dict)
    floors: Mapping[str, str] = field(default_factory=dict)
    """By package, the lowest version that its profile asks for, where it is not the rule's."""


class Install(Struct, frozen=True, kw_only=True):
    """The requirements that one resolver run sees: a command's, or a manifest's.

    ``bounds`` are constraints and overrides. ``asked`` says that the requirements are really asked for: a
    constraints file that is judged alone asks for nothing. ``partial`` says that some of its bounds could not be
    read, ``unread`` what of its requirements could not, ``veiled`` that the base image may bound it unseen.
    ``projects`` are the names of projects that it installs. ``step`` is the command, None for a manifest.
    """

    environment: Environment
    requirements: tuple[Dependency, ...]
    bounds: tuple[Dependency, ...] = ()
    asked: bool = True
    partial: bool = False
    projects: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    """The Pythons that these projects are for, as PEP 440 text."""
    step: InstallStep | None = None
    unread: Problem | None = None
    veiled: bool = False

    @property
    def tool(self) -> str:
        """The installer's name, empty for a manifest."""
        return self.step.tool if self.step else ""

    @property
    def fetches(self) -> bool:
        """Whether it brings a project's files, and installs nothing."""
        return self.step is not None and self.step.fetches

    @property
    def arms(self) -> tuple[Arm, ...]:
        """In which of the ways that exclude each other it happens."""
        return self.step.arms if self.step else ()

    @property
    def conditional(self) -> bool:
        """Whether it may not happen although the build succeeds."""
        return self.step is not None and self.step.conditional

    def has(self, *flags: str) -> bool:
        """Whether its command has one of the flags."""
        return self.step is not None and any(flag in self.step.flags for flag in flags)


class Way(Struct, frozen=True, kw_only=True):
    """One way that a build can go, for one package.

    ``versions`` is the set that may be present, as PEP 440 text, None where the package is not there. ``mover`` is the
    requirement that brought it, ``because`` why; ``pin`` the last entry that held it within what the environment needs.
    ``arms`` are those of the commands that it came by, ``passed`` those that it went past.
    """

    versions: str | None
    because: tuple[Note, ...] = ()
    mover: Dependency | None = None
    pin: Dependency | None = None
    arms: tuple[Arm, ...] = ()
    passed: tuple[Arm, ...] = ()


class PackageState(Struct, frozen=True, kw_only=True):
    """What may be present of one package: every way that the build can go, and what cannot be told.

    ``unknown`` is the reason for which other ways may exist, None if there are none.
    """

    ways: tuple[Way, ...] = ()
    unknown: Note | None = None


class Conflict(Struct, frozen=True, kw_only=True):
    """A requirement that needs another NumPy in every release it admits, beside a bound in the same install."""

    dependency: Dependency
    need: str
    bound: Dependency


class Known(Struct, frozen=True, kw_only=True):
    """One thing that is known of an environment, and the literal that says so.

    ``value`` is a release number (``isaac_sim``, ``isaac_lab``, ``cuda``) or PEP 440 text (``python``, ``uv``).
    """

    value: str
    span: Span


class Moment(Struct, frozen=True, kw_only=True):
    """One thing that happens to an environment, and the NumPy that may be there after it.

    ``what`` says it in words where the text of the span does not; ``install`` is what is installed or taken away.
    """

    span: Span
    numpy: PackageState
    what: str = ""
    install: Install | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """What becomes of one environment: the states after all its installs, and how it got there.

    ``stage`` is the environment's ``PATH#STAGE``, empty for a manifest. ``final`` says that no later stage goes
    on from here in the same interpreter. ``origin`` is where the environment's Isaac Sim comes from, None
    without one. ``own`` says that it is Isaac Sim's, Isaac Lab's or GR00T's own environment. ``named`` are all
    entries that speak of NumPy, in order; ``forced`` the requirements that brought NumPy 2 by themselves, ``caps`` the
    bounds on it that come from the metadata of what is installed.
    ``profile`` is what it must have beyond that, ``configured`` whether the configuration says so. ``known``
    are facts about it by name: isaac_sim, isaac_lab, python, cuda, uv. ``ships`` is what its image holds, as
    requirements. ``place`` is the stage's FROM, or where the manifest's own requirements start; ``trace`` is what
    happened in the stage, in order, empty for a manifest. ``base`` is the id that it has in the stage in which it
    begins, be that of another build; None for a manifest.
    """

    environment: Environment
    stage: str = ""
    service: str = ""
    """The build that another file asks for, with ``@`` before its name; empty for none."""
    installs: Sequence[Install] = ()
    states: Mapping[str, PackageState] = field(default_factory=dict)
    final: bool = True
    interpreter: Interpreter | None = None
    origin: Span | None = None
    own: bool = False
    profile: Profile | None = None
    configured: bool = False
    known: Mapping[str, Known] = field(default_factory=dict)
    named: Sequence[Dependency] = ()
    forced: Sequence[tuple[Dependency, str]] = ()
    caps: Sequence[Dependency] = ()
    conflicts: Sequence[Conflict] = ()
    ships: tuple[str, ...] = ()
    place: Span | None = None
    trace: Sequence[Moment] = ()
    base: str | None = None


class Inspection(Struct, frozen=True, kw_only=True):
    """An environment that was looked into, and what is there.

    ``numpy`` is the copy that an import gives, or tries to, None where there is none. ``installed`` are the packages
    as requirements that they alone meet; ``needs`` what they require of NumPy there, each with the package. ``own``
    says that it is Isaac Sim's, Isaac Lab's or GR00T's.
    """

    environment: Environment
    reading: Inventory
    numpy: Presence | None = None
    installed: tuple[Dependency, ...] = ()
    needs: tuple[tuple[Presence, str], ...] = ()
    own: bool = False


class ImageUse(Struct, frozen=True, kw_only=True):
    """An image reference and the id of the environment that it makes, if it makes one."""

    image: BaseImage
    environment: str | None = None


class ProfileAssignment(Struct, frozen=True, kw_only=True):
    """A profile that the configuration gives to environments; what is None does not matter.

    ``path``, ``image`` and ``environment`` are patterns (see ``wildcards``) of the file's path, the base image's
    reference and the environment's id; ``stage`` is a stage's name or number.
    """

    profile: str
    path: str | None = None
    stage: str | None = None
    image: str | None = None
    environment: str | None = None


class Scene(Struct, frozen=True, kw_only=True):
    """All that the checks are asked about, and the comments that mention dmlint in all files that were read.

    ``locked`` are the versions that lock files record: nothing asks for them. ``inspections`` are environments that
    were looked into. ``made`` are the names of images that builds make, and that others may stand on.
    """

    catalogue: Catalogue
    installs: tuple[Install, ...] = ()
    images: tuple[ImageUse, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    locked: tuple[Dependency, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    made: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    comments: tuple[Span, ...] = ()


class Hit(Struct, frozen=True, kw_only=True):
    """What a check found: a place, the words for the rule's message, and what explains it.

    ``severity`` is None for the rule's own.
    """

    span: Span
    values: Mapping[str, str]
    environment: str | None = None
    evidence: tuple[Note, ...] = ()
    severity: Severity | None = None
    proposal: Proposal | None = None
