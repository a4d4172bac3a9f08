"""What builds do: images, the actions of their stages, and who asks for a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts.dependencies import Dependency, FileReference
    from dmlint.facts.interpreter import Interpreter
    from dmlint.text.arms import Arm
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced


class BaseImage(Struct, frozen=True, kw_only=True):
    """An image reference.

    ``written`` is the reference as it stands (``nvcr.io/nvidia/isaac-sim:${TAG}``), ``value`` what it expands
    to, character by character with its origins. ``stage`` is the name of the stage that it belongs to, or its
    number from 0. ``role`` is ``FROM``, ``COPY --from``, ``RUN --mount``, or the key of another format.
    """

    written: Span
    value: Traced
    stage: str
    role: str = "FROM"


class InstallStep(Struct, frozen=True, kw_only=True):
    """One command that changes an environment.

    ``span`` is the command as written. ``interpreter`` is which Python it installs into, as far as the command says;
    ``program`` is what is run, a path or a name on PATH, from which links may lead elsewhere. ``flags``
    are long option names without values, in order, without those that name files; ``options`` are the options
    that took a value. ``environ`` holds the variables in force that installers heed (``PIP_CONSTRAINT``,
    ``VIRTUAL_ENV``, ``PATH``, …), ``cwd`` the folder it runs in, None if unknown. ``removes`` says that the
    named packages are taken away (``pip uninstall``).
    """

    span: Span
    tool: str
    interpreter: Interpreter
    program: str = ""
    conditional: bool = False
    arms: tuple[Arm, ...] = ()
    requirements: tuple[Dependency, ...] = ()
    references: tuple[FileReference, ...] = ()
    flags: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
    removes: bool = False

    @property
    def fetches(self) -> bool:
        """Whether it brings a project's files, and installs nothing."""
        return self.tool in ("git clone", "git checkout", "archive")


class Copy(Struct, frozen=True, kw_only=True):
    """``COPY`` or ``ADD``, or a file that a build brings in by ``RUN --mount=type=bind``.

    ``sources`` are paths in the build context, or in ``origin`` (a stage's name or number, or an image);
    ``target`` is absolute where the working directory is known. None stands for what depends on an unknown
    variable.
    """

    span: Span
    sources: tuple[str | None, ...]
    target: str | None
    origin: str | None = None


class FileWrite(Struct, frozen=True, kw_only=True):
    """A file that the build itself writes: ``printf 'numpy<2' > /c.txt``, ``COPY <<EOF /c.txt``; None for what
    is not known.
    """

    span: Span
    path: str | None
    content: Traced | None
    appends: bool = False
    conditional: bool = False
    arms: tuple[Arm, ...] = ()


class Removal(Struct, frozen=True, kw_only=True):
    """``rm``: files or folders taken away, as absolute paths or patterns; None for what is not known."""

    span: Span
    paths: tuple[str | None, ...]
    conditional: bool = False
    arms: tuple[Arm, ...] = ()


class Link(Struct, frozen=True, kw_only=True):
    """``ln -s TARGET NAME``: another name for a folder or file, both absolute where known.

    A target that begins with an unknown variable is as it is written (``${SIM}``); None is one that is not known at
    all.
    """

    span: Span
    target: str | None
    name: str | None


class RunScript(Struct, frozen=True, kw_only=True):
    """A shell script that is run from a file (``bash FILE``, ``./FILE.sh``, ``source FILE``); not yet looked up.

    ``path`` is absolute where the working directory is known, relative behind a folder that is not (``$HERE/x.sh``),
    and None where it depends on an unknown variable in any other way.
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
    arms: tuple[Arm, ...] = ()
    sourced: bool = False


class NewEnvironment(Struct, frozen=True, kw_only=True):
    """A virtual environment that is made, before anything is installed into it.

    ``interpreter`` is what a step which installs into it names. ``python`` is the interpreter that it is made of, None
    where that is not known; ``said`` is where it is said.
    """

    span: Span
    interpreter: Interpreter
    python: Interpreter | None
    said: Span
    conditional: bool = False
    arms: tuple[Arm, ...] = ()


class NewTool(Struct, frozen=True, kw_only=True):
    """A program that is fetched, or updated: ``curl -LsSf https://astral.sh/uv/0.7.2/install.sh | sh``.

    ``version`` is its release, None where the command does not say; ``said`` is where it is said.
    """

    span: Span
    name: str
    version: str | None
    said: Span
    conditional: bool = False
    arms: tuple[Arm, ...] = ()


class Checkout(Struct, frozen=True, kw_only=True):
    """``git checkout TAG`` in a folder, None for one not known; ``step`` is what it is in a clone of Isaac Lab."""

    span: Span
    folder: str | None
    step: InstallStep


Action = InstallStep | Checkout | Copy | FileWrite | Removal | Link | RunScript | NewEnvironment | NewTool
"""What happens to a stage, in the order it is written. ``conditional`` says that it may not happen although the build
succeeds, ``arms`` in which of the ways that exclude each other it does."""


class Stage(Struct, frozen=True, kw_only=True):
    """One build stage of a Dockerfile, its actions in order.

    ``parent`` is the name (or number) of the earlier stage that it is FROM, else None; ``image`` is then None too.
    """

    name: str
    span: Span
    image: BaseImage | None = None
    parent: str | None = None
    actions: tuple[Action, ...] = ()


class BuildRequest(Struct, frozen=True, kw_only=True):
    """A build of an image that another file asks for: a compose service, a bake target, a ``docker build``.

    ``service`` is its name there. ``context`` and ``dockerfile`` are paths relative to the repository's root,
    the latter None for ``inline`` text; both None where they cannot be told. ``args`` are the values of its
    build arguments, each with its origin; ``given`` are names whose value comes from outside of the repository.
    ``tags`` are the names that it gives to the image, as far as they are known. ``contexts`` are further contexts by
    the name that FROM and ``COPY --from`` call each by: a folder, ``docker-image://IMAGE``, ``target:NAME`` or
    ``service:NAME`` of the same file.
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
    contexts: Mapping[str, Traced] = field(default_factory=dict)
