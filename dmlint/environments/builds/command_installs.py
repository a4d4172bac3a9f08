"""The installs of a stage's commands, with all that their files bring."""

from __future__ import annotations

from bisect import bisect_left
from fnmatch import fnmatchcase
from posixpath import join
from typing import TYPE_CHECKING

from dmlint.environments.identity.environment_names import BARE, name_environment
from dmlint.environments.model import Environment, Install
from dmlint.environments.requirement_files.conda_files import gather_conda
from dmlint.environments.requirement_files.included_files import (
    PYPROJECT,
    Bundle,
    missing,
    read_written,
    role_of,
    unread,
    unresolved,
)
from dmlint.facts import FileReference, FileWrite, InstallStep, ReferenceKind, Role
from dmlint.rulepacks.product_images import read_image
from dmlint.text.problems import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.environments.builds.image_files import Build
    from dmlint.environments.identity.environment_names import Ground
    from dmlint.environments.requirement_files.included_files import RequirementFiles
    from dmlint.facts import Stage
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.text.problems import Problem

_BY_VARIABLE = {
    "PIP_CONSTRAINT": ("pip", ReferenceKind.CONSTRAINTS),
    "PIP_REQUIREMENT": ("pip", ReferenceKind.REQUIREMENTS),
    "UV_CONSTRAINT": ("uv", ReferenceKind.CONSTRAINTS),
    "UV_OVERRIDE": ("uv", ReferenceKind.OVERRIDES),
}
"""Files that installers take from variables, several apart by white space."""

_YAML = (".yml", ".yaml")
_CONDA = ("conda", "mamba", "micromamba")
UNPLACED = Environment(id=None)
"""Stands in an install until its environment is known."""

_BOUNDS = (Role.CONSTRAINT, Role.OVERRIDE)


class InstallReader:
    """Reads the installs of one Dockerfile: what each command asks for, in its own words and in the files it names."""

    def __init__(self, build: Build, files: RequirementFiles, catalogue: Catalogue) -> None:
        self._build = build
        self._files = files
        self._catalogue = catalogue
        self._unread = _by_source(build.document.problems)

    def read(self, stage: Stage, at: int, ground: Ground) -> tuple[str, Install | None, Bundle]:
        """The name of the environment that a stage's action ``at`` installs into, the install, and what its
        files bring.

        Empty and None for an action that is no install.
        """
        action = stage.actions[at]
        if not isinstance(action, InstallStep):
            return "", None, Bundle()
        bundle = self._bundle(stage, at, action)
        entries = (*action.requirements, *bundle.dependencies)
        name = _name_of_file(action, bundle) or name_environment(action, ground.recognized)
        install = Install(
            environment=UNPLACED,
            requirements=tuple(entry for entry in entries if entry.role not in _BOUNDS),
            bounds=tuple(entry for entry in entries if entry.role in _BOUNDS),
            partial=bundle.undecided,
            projects=bundle.projects,
            pythons=bundle.pythons,
            step=action,
            unread=self._find_unread(action, bundle),
            veiled=name == BARE and self._is_veiled(ground),
        )
        return name, install, bundle

    def _is_veiled(self, ground: Ground) -> bool:
        """Whether the base image may hold constraints that nobody sees here: one that is not known, or known to
        do so.
        """
        if ground.image is None:
            return False
        repository = read_image(ground.image).repository
        patterns = (pattern for entry in self._catalogue.bound_images for pattern in entry.images)
        return bool(ground.image.value.unresolved) or any(fnmatchcase(repository, pattern) for pattern in patterns)

    def _find_unread(self, step: InstallStep, bundle: Bundle) -> Problem | None:
        """What of the step's requirements could not be read: an unknown word, a file that is not there."""
        starts, problems = self._unread.get(id(step.span.source), ((), ()))
        first = bisect_left(starts, step.span.start)
        inside = next((entry for entry in problems[first : first + 1] if entry.span.start < step.span.end), None)
        return inside or next(iter(bundle.problems), None)

    def _bundle(self, stage: Stage, at: int, step: InstallStep) -> Bundle:
        total = Bundle()
        for reference in (*step.references, *_from_variables(step)):
            role = role_of(reference)
            if step.cwd is None and not _is_image(stage) and _is_relative(reference):
                # Nobody knows the folder that the command runs in.
                total += Bundle(problems=(unresolved(reference),), undecided=role is not Role.REQUIREMENT)
            elif role is None:
                total += self._follow_project(stage, at, step, reference)
            elif step.tool in _CONDA:
                total += self._follow_conda(stage, at, step, reference)
            else:
                total += self._follow(stage, at, step, reference, role)
        return total

    def _follow_project(self, stage: Stage, at: int, step: InstallStep, reference: FileReference) -> Bundle:
        """A project that is itself installed: what its pyproject.toml asks for, where the build has one."""
        if reference.path is None or "://" in reference.path:
            return Bundle(problems=(unread(reference),))
        found = self._build.locate(stage, at, join(step.cwd or "", reference.path, PYPROJECT))
        if not isinstance(found, str):
            return Bundle(problems=(unread(reference),))
        return self._files.gather_project(found, reference, bounds=step.tool.startswith("uv"))

    def _follow_conda(self, stage: Stage, at: int, step: InstallStep, reference: FileReference) -> Bundle:
        """A file that conda is given, which has a grammar of its own."""
        if reference.path is None or "://" in reference.path:
            return Bundle(problems=(unresolved(reference) if reference.path is None else unread(reference),))
        found = self._build.locate(stage, at, join(step.cwd or "", reference.path))
        if found is None:
            return Bundle(problems=(missing(reference, image=_is_image(stage)),))
        return (
            gather_conda(found, reference, self._files)
            if isinstance(found, str)
            else Bundle(problems=(unread(reference),))
        )

    def _follow(self, stage: Stage, at: int, step: InstallStep, reference: FileReference, role: Role) -> Bundle:
        bounds = role is not Role.REQUIREMENT
        named = " ".join(entry.name for entry in step.requirements) if bounds else ""
        if reference.path is None:
            return Bundle(problems=(unresolved(reference, named),), undecided=bounds)
        if "://" in reference.path or reference.path.endswith(_YAML):
            # An address is not asked for.
            return Bundle(problems=(unread(reference, named),), undecided=bounds)
        found = self._build.locate(stage, at, join(step.cwd or "", reference.path))
        if isinstance(found, FileWrite):
            return read_written(found, role)
        if found is None:
            return Bundle(problems=(missing(reference, image=_is_image(stage)),), undecided=bounds)
        if found.endswith(PYPROJECT):
            return self._files.gather_project(found, reference, bounds=True)
        return self._files.gather(found, role)


def _is_relative(reference: FileReference) -> bool:
    """Whether a file is looked for in the folder that the command runs in."""
    return reference.path is not None and "://" not in reference.path and not reference.path.startswith(("/", "~"))


def _is_image(stage: Stage) -> bool:
    """Whether a stage is that of an image, which holds no more of the repository than is copied."""
    return stage.image is not None or stage.parent is not None


def _name_of_file(step: InstallStep, bundle: Bundle) -> str | None:
    """The environment that a step is for which names none but in its file."""
    unnamed = any(step.interpreter == f"conda:{reference.path}" for reference in step.references)
    return f"conda:{bundle.environment}" if unnamed and bundle.environment else None


def _by_source(problems: Iterable[Problem]) -> dict[int, tuple[tuple[int, ...], tuple[Problem, ...]]]:
    """What could not be followed, by the source that it stands in, in order, and where each starts."""
    found: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.kind is ProblemKind.UNRESOLVED:
            found.setdefault(id(problem.span.source), []).append(problem)
    ordered = {key: tuple(sorted(entries, key=lambda entry: entry.span.start)) for key, entries in found.items()}
    return {key: (tuple(entry.span.start for entry in entries), entries) for key, entries in ordered.items()}


def _from_variables(step: InstallStep) -> list[FileReference]:
    found: list[FileReference] = []
    for name, (tool, kind) in _BY_VARIABLE.items():
        value = step.environ.get(name)
        if value is None or not step.tool.startswith(tool) or not value.pieces:
            continue
        for path in value.text.split():
            known = None if value.unresolved else path
            found.append(FileReference(kind=kind, path=known, span=value.span or value.pieces[0].span))
    return found
