"""What an install asks of the resolver, and what of it cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.environments.model import NUMPY
from dmlint.facts import Role
from dmlint.requirements.markers import World, holds
from dmlint.resolve.isaac_packages import write_product
from dmlint.resolve.plan import ReplayStep
from dmlint.resolve.resolver_lines import LeftOutError, write_line
from dmlint.resolve.resolver_options import CHANGING, PIP, PROJECT, UV, read_addresses, read_options, read_unheeded
from dmlint.rulepacks.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dmlint.environments.model import Install
    from dmlint.facts import Dependency
    from dmlint.resolve.plan import TargetPython

_CONDA = ("conda", "mamba", "micromamba", "pixi")
_PROCESSORS = ("x86_64", "aarch64")
_MANIFEST, _LOCK = "pyproject.toml", "uv.lock"


class Records(Struct, frozen=True, kw_only=True):
    """What the repository says beside its installs: ``locks`` are the versions that lock files record, ``projects`` the
    names of the projects that manifests describe, both by the file's path. ``catalogue`` knows what the packages of
    products need that indexes hold no wheels of.
    """

    locks: Mapping[str, Sequence[Dependency]] = field(default_factory=dict)
    projects: Mapping[str, str] = field(default_factory=dict)
    catalogue: Catalogue = field(default_factory=Catalogue)


class Translation(Struct, frozen=True, kw_only=True):
    """A step as a resolver takes it; None for one of a tool whose installs are not replayed.

    ``missing`` are sentences about what is left out of it, ``notes`` about what is otherwise not as written.
    """

    step: ReplayStep | None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def translate(install: Install, target: TargetPython, records: Records) -> Translation:
    """The step for an install."""
    if install.tool not in (*PIP, *UV, *PROJECT):
        return translate_other(install, install.tool)
    if install.step is not None and install.step.removes:
        return Translation(step=ReplayStep(removes=tuple(entry.name for entry in install.requirements)))
    asked = _write(_foreign(install.requirements, records), records)
    constraints = _write((entry for entry in install.bounds if entry.role is Role.CONSTRAINT), Records())
    overrides = _write((entry for entry in install.bounds if entry.role is Role.OVERRIDE), Records())
    step = replace(
        read_options(install),
        requirements=asked.lines,
        constraints=constraints.lines,
        overrides=overrides.lines,
    )
    locked = _find_lock(install, records.locks)
    unread = (install.unread.message,) if install.unread is not None else ()
    return Translation(
        step=_heed(step, install, locked, target) if locked else step,
        missing=(*asked.missing, *constraints.missing, *overrides.missing, *unread, *read_unheeded(install)),
        notes=(
            *(*asked.notes, *constraints.notes, *overrides.notes),
            *(f"resolved on your own index, not on {address}" for address in read_addresses(install)),
            *((f"with the versions of {locked[0].span.source.path}",) if locked else ()),
        ),
    )


def translate_other(install: Install, tool: str) -> Translation:
    """The step of another installer: of conda's packages NumPy has the same name and releases elsewhere."""
    named = [entry for entry in install.requirements if entry.name == NUMPY and tool in _CONDA]
    asked = _write(named, Records())
    missing = (*asked.missing, f"what {tool} installs is not replayed{', but for NumPy' if asked.lines else ''}")
    if not asked.lines:
        return Translation(step=None, missing=missing)
    removes = install.step is not None and install.step.removes
    return Translation(
        step=ReplayStep(removes=(NUMPY,)) if removes else ReplayStep(requirements=asked.lines), missing=missing
    )


class _Written(Struct, frozen=True, kw_only=True):
    """Dependencies as lines, what is left out of them, and what was changed."""

    lines: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def _foreign(entries: Iterable[Dependency], records: Records) -> Iterator[Dependency]:
    """The requirements but for those by which a project names its own extras."""
    return (entry for entry in entries if entry.name != records.projects.get(entry.span.source.path))


def _write(entries: Iterable[Dependency], records: Records) -> _Written:
    """Nothing is asked of an index that is a project of the repository itself: what is there by its name is another."""
    projects = set(records.projects.values())
    lines: list[str] = []
    missing: list[str] = []
    notes: list[str] = []
    for entry in entries:
        if entry.name in projects:
            missing.append(f"'{entry.name}' is a project of this repository")
            continue
        try:
            line, note = write_product(entry, records.catalogue) or write_line(entry)
        except LeftOutError as error:
            missing.append(str(error))
            continue
        lines.append(line)
        notes += [note] if note is not None else []
    return _Written(lines=tuple(lines), missing=tuple(missing), notes=tuple(notes))


def _find_lock(install: Install, locks: Mapping[str, Sequence[Dependency]]) -> Sequence[Dependency]:
    """The lock file beside the project that uv installs, or that a manifest describes."""
    if install.tool in (*UV, "pip", "pipx"):
        return ()
    paths = dict.fromkeys(entry.span.source.path for entry in install.requirements)
    beside = (path.removesuffix(_MANIFEST) + _LOCK for path in paths if path.endswith(_MANIFEST))
    return next((locks[path] for path in beside if path in locks), ())


def _heed(step: ReplayStep, install: Install, locked: Sequence[Dependency], target: TargetPython) -> ReplayStep:
    """The step with what a lock records for this Python: ``uv add`` goes on from it, all else installs just that."""
    world = World(target.python, _PROCESSORS.index(target.processor))
    held = (replace(entry, marker=None) for entry in locked if holds(entry.marker, world))
    lines = _write(held, Records()).lines
    if install.tool in CHANGING:
        return replace(step, fresh=False, preferred=dict(line.split("==", 1) for line in lines))
    return replace(step, constraints=(*step.constraints, *lines))
