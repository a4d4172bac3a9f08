"""The installs of a stage's commands, with all that their files bring."""

from __future__ import annotations

from bisect import bisect_left
from fnmatch import fnmatchcase
from posixpath import basename, join, normpath
from typing import TYPE_CHECKING

from dmlint.environments.identity.environment_names import name_environment
from dmlint.environments.model import Environment, Install
from dmlint.environments.requirement_files.conda_files import gather_conda
from dmlint.environments.requirement_files.included_files import (
    PROJECT_FILES,
    PYPROJECT,
    Bundle,
    missing,
    read_written,
    role_of,
    unread,
    unresolved,
)
from dmlint.facts import Checkout, FileReference, FileWrite, InstallStep, ReferenceKind, Role
from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.rulepacks.product_images import read_image
from dmlint.text.problems import ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmlint.environments.builds.image_files import Build
    from dmlint.environments.identity.environment_names import Ground
    from dmlint.environments.requirement_files.included_files import RequirementFiles
    from dmlint.facts import Action, Stage
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

_EACH = "/*"
_CD = lazy_regex(r"\b(?:cd|pushd)\s+[\"']?([^\s;&|\"']+)")
_BOUNDS = (Role.CONSTRAINT, Role.OVERRIDE)


class InstallReader:
    """Reads the installs of one Dockerfile: what each command asks for, in its own words and in the files it names."""

    def __init__(self, build: Build, files: RequirementFiles, catalogue: Catalogue) -> None:
        self._build = build
        self._files = files
        self._catalogue = catalogue
        self._unread = _by_source(build.document.problems)

    def read(self, stage: Stage, at: int, ground: Ground) -> tuple[Interpreter, Install | None, Bundle]:
        """The name of the environment that a stage's action ``at`` installs into, the install, and what its
        files bring.

        The bare one and None for an action that is no install.
        """
        action = stage.actions[at]
        if isinstance(action, Checkout) and _is_of_clone(action, stage.actions[:at]):
            action = action.step
        if isinstance(action, InstallStep) and action.tool == "archive" and _is_known(action, stage.actions[:at]):
            return BARE, None, Bundle()
        if not isinstance(action, InstallStep):
            return BARE, None, Bundle()
        bundle = self._bundle(stage, at, action)
        entries = (*action.requirements, *bundle.dependencies)
        name = _name_of_file(action, bundle) or name_environment(action)
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
            if role is None and "--no-deps" in step.flags:
                # Without its dependencies a project brings nothing but itself.
                total += Bundle(projects=self._follow_project(stage, at, step, reference).projects)
            elif step.cwd is None and not _is_image(stage) and _is_relative(reference):
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
        folder = join(step.cwd or "", reference.path)
        if reference.path.endswith(_EACH):
            below = self._build.locate(stage, at, folder.removesuffix(_EACH))
            files = self._files.repository
            folders = [f"{below}/{name}" for name in files.names(below)] if isinstance(below, str) else []
            places = [[path for name in PROJECT_FILES if files.exists(path := f"{one}/{name}")] for one in folders]
        else:
            located = [self._build.locate(stage, at, join(folder, name)) for name in PROJECT_FILES]
            places = [[path for path in located if isinstance(path, str)]]
        if not any(places):
            return Bundle(problems=(unread(reference),))
        return sum((self._gather_project(paths, step, reference) for paths in places), Bundle())

    def _gather_project(self, paths: Sequence[str], step: InstallStep, reference: FileReference) -> Bundle:
        """What the files of one project ask for together: what pyproject.toml says leaves no room for the others."""
        total = Bundle()
        for path in paths:
            total += self._files.gather_project(path, reference, bounds=step.tool.startswith("uv"))
            if total.dependencies:
                break
        return total

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
            return read_written(found, reference, role)
        if found is None:
            return Bundle(problems=(missing(reference, image=_is_image(stage)),), undecided=bounds)
        if found.endswith(PYPROJECT):
            return self._files.gather_project(found, reference, bounds=True)
        total = self._files.gather(found, role)
        for folder in total.folders if "--no-deps" not in step.flags else ():
            total += self._follow_project(stage, at, step, folder)
        return total


def _is_relative(reference: FileReference) -> bool:
    """Whether a file is looked for in the folder that the command runs in."""
    return reference.path is not None and "://" not in reference.path and not reference.path.startswith(("/", "~"))


def _is_image(stage: Stage) -> bool:
    """Whether a stage is that of an image, which holds no more of the repository than is copied."""
    return stage.image is not None or stage.parent is not None


def _is_of_clone(checkout: Checkout, before: Iterable[Action]) -> bool:
    """Whether the folder of a checkout is one into which Isaac Lab was cloned; where no folder is known, the last
    ``cd`` in the text must lead there.
    """
    clones = [entry for entry in before if isinstance(entry, InstallStep) and entry.tool == "git clone"]
    clone = next((entry for entry in reversed(clones) if entry.requirements[0].name == "isaaclab"), None)
    if clone is None or clone.cwd is None:
        return False
    if checkout.folder is not None:
        return normpath(checkout.folder) == normpath(clone.cwd)
    source = checkout.span.source
    moves = _CD().findall(source.text, clone.span.end, checkout.span.start) if clone.span.source is source else []
    return bool(moves) and basename(moves[-1].rstrip("/")) == basename(clone.cwd)


def _is_known(archive: InstallStep, before: Iterable[Action]) -> bool:
    """Whether the same archive was spoken of already, as where it is fetched and then unpacked."""
    said = {entry.name + entry.specifier for entry in archive.requirements}
    steps = (entry for entry in before if isinstance(entry, InstallStep) and entry.tool == "archive")
    return any(said <= {entry.name + entry.specifier for entry in step.requirements} for step in steps)


def _name_of_file(step: InstallStep, bundle: Bundle) -> Interpreter | None:
    """The environment that a step is for which names none but in its file."""
    named = step.interpreter
    unnamed = named.kind is InterpreterKind.CONDA and any(named.name == entry.path for entry in step.references)
    return Interpreter(InterpreterKind.CONDA, bundle.environment) if unnamed and bundle.environment else None


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
