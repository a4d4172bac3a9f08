"""The words of dmlint (see CONTRIBUTING) as frozen dataclasses: facts that parsers state and findings that
rules report.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from dmlint.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.traced import Traced


class DmlintError(Exception):
    """A fault in the call, the configuration or a rule pack; the command line prints it and exits with 2."""


LIVE = "env:"
"""What the path of a reading starts with that is in no file: what `dmlint env` has just seen."""


def is_live(path: str | None) -> bool:
    """Whether a path, an environment's id, or a pattern of either speaks of what is in no file of the repository."""
    return path is not None and path.startswith(LIVE)


class Severity(Enum):
    """How much a finding weighs, in GitHub's own words, weightiest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """0 for the weightiest; a finding fails a run when its rank is at most that of ``--fail-on``."""
        return list(Severity).index(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class Source:
    """One file, decoded once; two sources are equal only if they are the same object.

    ``path`` is POSIX and relative to the repository's root. ``text`` keeps line endings as they are and lacks
    the byte order mark, which ``encoding`` remembers. (No slots: ``line_starts`` is computed when it is first
    asked for.)
    """

    path: str
    text: str
    encoding: str = "utf-8"

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each line starts; only LF ends a line, as in every format that dmlint reads."""
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both from 1, the column in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The half-open range of characters ``start:end`` of this source."""
        return Span(self, start, end)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character offsets in one source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters of the range, as they are written."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line on which the range starts, from 1."""
        return self.source.position(self.start)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A further place that explains a finding, with a sentence about it."""

    span: Span
    message: str


class Role(Enum):
    """What a dependency does to an install."""

    REQUIREMENT = "requirement"
    CONSTRAINT = "constraint"
    OVERRIDE = "override"
    BUILD = "build"
    """For an isolated build environment: listed, never judged."""
    LOCKED = "locked"
    """One version that a lock file records: judged by what it is, not by what it asks for."""
    INSTALLED = "installed"
    """One version that is there in an environment: judged as what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReference:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallStep:
    """One command that changes an environment.

    ``span`` is the command as written. ``interpreter`` is which Python it installs into: ``pip`` for the one
    that a bare ``pip``, ``python -m pip`` or ``python3 -m pip`` means, else what is named
    (``/isaac-sim/python.sh``, ``isaaclab.sh -p``, ``python3.10``, ``conda:NAME``, a venv's folder). ``flags``
    are long option names without values, in order, without those that name files; ``options`` are the options
    that took a value. ``environ`` holds the variables in force that installers heed (``PIP_CONSTRAINT``,
    ``VIRTUAL_ENV``, ``PATH``, …), ``cwd`` the folder it runs in, None if unknown. ``removes`` says that the
    named packages are taken away (``pip uninstall``).
    """

    span: Span
    tool: str
    interpreter: str
    conditional: bool = False
    requirements: tuple[Dependency, ...] = ()
    references: tuple[FileReference, ...] = ()
    flags: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImage:
    """An image reference.

    ``written`` is the reference as it stands (``nvcr.io/nvidia/isaac-sim:${TAG}``), ``value`` what it expands
    to, character by character with its origins. ``stage`` is the name of the stage that it belongs to, or its
    number from 0. ``role`` is ``FROM``, ``COPY --from``, ``RUN --mount``, or the key of another format.
    """

    written: Span
    value: Traced
    stage: str
    role: str = "FROM"


class ProblemKind(Enum):
    """What is wrong with an input, apart from what it asks for."""

    UNREADABLE = "unreadable"
    """A file or a requirement that is malformed: DM900."""
    UNRESOLVED = "unresolved"
    """A variable or an include that could not be followed: DM901, where the answer matters."""
    MISSING = "missing"
    """A requirements or constraints file that is not there: DM901, always."""
    BAD_PRAGMA = "bad-pragma"
    """A comment that speaks to dmlint and cannot be read: DM903."""
    UNUSED_PRAGMA = "unused-pragma"
    """A suppression that suppresses nothing: DM902."""
    STALE_WAIVER = "stale-waiver"
    """A waiver that is past its date or waives nothing: DM904."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A replacement of one span's text; ``safe`` ones change nothing but the fault."""

    span: Span
    replacement: str
    safe: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A requirement that comes to be there: ``interpreter`` is that of its install step, None in a manifest."""

    name: str
    specifier: str
    interpreter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The one right answer to a fault, before it is known how it is spelled where it belongs.

    ``spellings`` are texts to write in place of ``span``, the likeliest first. One is right if the file then says the
    same as before, but for this: the requirement at ``span`` asks for ``specifier`` (PEP 440 text; None where no
    requirement stands there), and ``addition`` is new.
    """

    span: Span
    spellings: tuple[str, ...]
    safe: bool = True
    specifier: str | None = None
    addition: Addition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a parser could not read, with place and cause; said, never skipped in silence.

    ``about`` is the text whose meaning stays open, by which is decided whether an unresolved reference matters
    to a rule.
    """

    kind: ProblemKind
    span: Span
    message: str
    about: str = ""
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """``COPY`` or ``ADD``, or a file that a build brings in by ``RUN --mount=type=bind``.

    ``sources`` are paths in the build context, or in ``origin`` (a stage's name or number, or an image);
    ``target`` is absolute where the working directory is known. None stands for what hangs on an unknown
    variable.
    """

    span: Span
    sources: tuple[str | None, ...]
    target: str | None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWrite:
    """A file that the build itself writes: ``printf 'numpy<2' > /c.txt``, ``COPY <<EOF /c.txt``; None for what
    is not known.
    """

    span: Span
    path: str | None
    content: Traced | None
    appends: bool = False
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """``rm``: files or folders taken away, as absolute paths or patterns; None for what is not known."""

    span: Span
    paths: tuple[str | None, ...]
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """``ln -s TARGET NAME``: another name for a folder or file, both absolute where known."""

    span: Span
    target: str | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunScript:
    """A shell script that is run from a file (``bash FILE``, ``./FILE.sh``, ``source FILE``); not yet looked up.

    ``path`` is absolute where the working directory is known, relative behind a folder that is not (``$HERE/x.sh``),
    and None where it hangs on an unknown variable in any other way.
    ``arguments`` are the script's ``$1 …``; ``environ``, ``cwd`` and ``within`` (the environment that a wrapper
    entered, ``conda:NAME``) hold when it starts. ``sourced`` says that the calling shell itself reads it.
    """

    span: Span
    path: str | None
    arguments: tuple[Traced, ...] = ()
    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
    within: str | None = None
    conditional: bool = False
    sourced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnvironment:
    """A virtual environment that is made, before anything is installed into it.

    ``interpreter`` is the name that a step which installs into it gives it. ``python`` is the interpreter that it is
    made of, named as a step names one (``python3.10``, ``pip`` for what a bare ``python`` means), None where that is
    not known; ``said`` is where it is said.
    """

    span: Span
    interpreter: str
    python: str | None
    said: Span
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTool:
    """A program that is fetched, or updated: ``curl -LsSf https://astral.sh/uv/0.7.2/install.sh | sh``.

    ``version`` is its release, None where the command does not say; ``said`` is where it is said.
    """

    span: Span
    name: str
    version: str | None
    said: Span
    conditional: bool = False


Action = InstallStep | Copy | FileWrite | Removal | Link | RunScript | NewEnvironment | NewTool
"""What happens to a stage, in the order it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One build stage of a Dockerfile, its actions in order.

    ``parent`` is the name (or number) of the earlier stage that it is FROM, else None; ``image`` is then None too.
    """

    name: str
    span: Span
    image: BaseImage | None = None
    parent: str | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """A build of an image that another file asks for: a compose service, a bake target, a ``docker build``.

    ``service`` is its name there. ``context`` and ``dockerfile`` are paths relative to the repository's root,
    the latter None for ``inline`` text; both None where they cannot be told. ``args`` are the values of its
    build arguments, each with its origin; ``given`` are names whose value comes from outside of the repository.
    ``tags`` are the names that it gives to the image, as far as they are known.
    """

    service: str
    span: Span
    context: str | None = None
    dockerfile: str | None = None
    inline: Traced | None = None
    target: str | None = None
    args: Mapping[str, Traced] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
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
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says about one place."""

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    environment: str | None = None
    evidence: tuple[Note, ...] = ()
    edit: Edit | None = None
    help: str = ""
    proposal: Proposal | None = None
    """What ``edit`` is made of, once it is proven."""
