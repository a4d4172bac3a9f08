"""The requirements and constraints files that installs point at, with all that they include."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Dependency, ReferenceKind, Role
from dmlint.requirements.pep508 import read_requirement
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dmlint.discovery.repository import Repository
    from dmlint.facts import Document, FileReference, FileWrite, Group
    from dmlint.text.source import Source

PYPROJECT = "pyproject.toml"
PROJECT_FILES = (PYPROJECT, "setup.cfg", "setup.py")
"""The files that say what a project requires, in the order in which setuptools reads them."""

_ROLES = {
    ReferenceKind.REQUIREMENTS: Role.REQUIREMENT,
    ReferenceKind.CONSTRAINTS: Role.CONSTRAINT,
    ReferenceKind.OVERRIDES: Role.OVERRIDE,
}
_BOUNDING = (ReferenceKind.CONSTRAINTS, ReferenceKind.OVERRIDES)
MOST_BROUGHT = 50_000
"""How many files and requirements includes may bring to all files of a run together. Real repositories bring some
hundreds; files that all include each other would bring the square of their number.
"""


class Bundle(Struct, frozen=True, kw_only=True):
    """What a set of files brings to an install.

    ``projects`` are the names of projects among them, ``pythons`` the Pythons that these are for, as PEP 440 text.
    ``used`` are the paths of requirements files and the groups of projects (``PATH[GROUP]``), ``problems`` what could
    not be followed; ``undecided`` says that bounds may be among that.
    """

    dependencies: tuple[Dependency, ...] = ()
    problems: tuple[Problem, ...] = ()
    used: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    undecided: bool = False
    folders: tuple[FileReference, ...] = ()
    """Projects that requirements files install (``-e FOLDER``), as seen from where the install runs."""
    environment: str = ""
    """What conda calls the environment that a file describes."""

    def __add__(self, other: Bundle) -> Bundle:
        """Both together."""
        return Bundle(
            dependencies=self.dependencies + other.dependencies,
            problems=self.problems + other.problems,
            used=self.used + other.used,
            projects=self.projects + other.projects,
            pythons=self.pythons + other.pythons,
            undecided=self.undecided or other.undecided,
            folders=self.folders + other.folders,
            environment=self.environment or other.environment,
        )


class RequirementFiles:
    """Reads requirements files, each parsed once, and follows what they include.

    ``documents`` are those that the run has parsed already, by path; files beyond them are read through ``repository``.
    """

    def __init__(
        self, repository: Repository, documents: Mapping[str, Document | Problem], most: int = MOST_BROUGHT
    ) -> None:
        self.repository = repository
        self.documents = dict(documents)
        self._left = most
        self._gathered: dict[tuple[str, Role], Bundle] = {}
        self._leads: dict[str, list[tuple[FileReference, str | Problem]]] = {}

    @property
    def exhausted(self) -> bool:
        """Whether so much was brought that includes are followed no more."""
        return self._left <= 0

    def gather(self, path: str, role: Role) -> Bundle:
        """All dependencies of a file and of those it includes, in the role that the first reference gives it.

        An include that cycles is followed once. ``path`` is relative to the root and exists.
        """
        if (path, role) not in self._gathered:
            self._gathered[path, role] = self._gather(path, role)
        return self._gathered[path, role]

    def _gather(self, path: str, role: Role) -> Bundle:
        dependencies: list[Dependency] = []
        problems: list[Problem] = []
        seen: set[tuple[str, Role]] = set()
        queue = [(path, role)]
        undecided = False
        folders: list[FileReference] = []
        while queue:
            current, as_role = queue.pop()
            if (current, as_role) in seen:
                continue
            seen.add((current, as_role))
            document = self.document(current)
            self._left -= 1
            if isinstance(document, Problem):
                problems.append(document)
                undecided = undecided or as_role is not Role.REQUIREMENT
                continue
            self._left -= len(document.dependencies)
            dependencies += [_in_role(entry, as_role) for entry in document.dependencies]
            problems += document.problems
            if as_role is Role.REQUIREMENT:
                folders += [entry for entry in _references(document) if entry.kind is ReferenceKind.PROJECT]
            for reference, found in self._followed(current, document):
                if isinstance(found, Problem):
                    problems.append(found)
                    undecided = undecided or reference.kind in _BOUNDING
                elif (further := (found, _nested(as_role, reference))) not in seen:
                    if self.exhausted:
                        problems.append(too_many(reference))
                        undecided = True
                    else:
                        queue.append(further)
        used = tuple(dict.fromkeys(name for name, _ in seen))
        return Bundle(
            dependencies=tuple(dependencies),
            problems=tuple(problems),
            used=used,
            folders=tuple(folders),
            undecided=undecided,
        )

    def gather_project(self, path: str, reference: FileReference, *, bounds: bool) -> Bundle:
        """What installing the project described at ``path`` asks for, with the extras and groups of the reference.

        ``bounds`` says that the installer follows the bounds in it, as uv does with its own table.
        """
        document = self.document(path)
        if isinstance(document, Problem):
            return Bundle(problems=(document,))
        problems = (computed(reference, path),) if document.computed else ()
        wanted = {"project", *reference.extras, *reference.groups, *(f"{extra} (extra)" for extra in reference.extras)}
        groups = [group for group in document.groups if group.name in wanted]
        entries = [entry for group in groups for entry in group.dependencies]
        kept = entries if bounds else [entry for entry in entries if entry.role is Role.REQUIREMENT]
        total = Bundle(
            dependencies=tuple(kept),
            problems=problems,
            used=tuple(f"{path}[{group.name}]" for group in groups),
            projects=(document.project,) if document.project else (),
            pythons=tuple(dict.fromkeys(group.python for group in groups if group.python)),
        )
        return total + self.gather_named(document, groups)

    def gather_named(self, document: Document, groups: Iterable[Group]) -> Bundle:
        """What the requirements files bring that groups name, as setuptools' ``dynamic`` does."""
        total = Bundle()
        for reference in (entry for group in groups for entry in group.references):
            role, found = role_of(reference), self.find(document.source.path, reference, document)
            if role is None or found is None:
                continue
            if isinstance(found, str):
                brought = self.gather(found, role)
                total += later(brought) if reference.later else brought
            else:
                total += Bundle(problems=(found,), undecided=role is not Role.REQUIREMENT)
        return total

    def find(self, base: str, reference: FileReference, document: Document) -> str | Problem | None:
        """The path that a reference in the document of ``base`` leads to; None for one that is no requirements file."""
        if reference.kind not in _ROLES:
            return None
        if reference.path is None or "://" in reference.path:
            bounded = document.dependencies if reference.kind in _BOUNDING else ()
            named = " ".join(dict.fromkeys(entry.name for entry in bounded))
            return unresolved(reference, named) if reference.path is None else unread(reference, named)
        path = self.repository.resolve(base, reference.path)
        return path if path is not None and self.repository.exists(path) else missing(reference)

    def find_included(self, documents: Iterable[Document]) -> frozenset[str]:
        """The paths of the files that some of the documents include."""
        leads = (found for document in documents for _, found in self._followed(document.source.path, document))
        return frozenset(path for path in leads if isinstance(path, str))

    def _followed(self, path: str, document: Document) -> list[tuple[FileReference, str | Problem]]:
        """What a document points at, last first, each with the path or the problem that this leads to."""
        if path not in self._leads:
            references = [reference for group in document.groups for reference in group.references]
            found = [(reference, self.find(path, reference, document)) for reference in reversed(references)]
            self._leads[path] = [(reference, lead) for reference, lead in found if lead is not None]
        return self._leads[path]

    def document(self, path: str, parse: Callable[[Source], Document] | None = None) -> Document | Problem:
        """What a file states, parsed but once: by ``parse``, without one as a requirements file or a project."""
        if path not in self.documents:
            source = self.repository.read(path)
            self.documents[path] = source if isinstance(source, Problem) else (parse or _parse)(source)
        return self.documents[path]


def _parse(source: Source) -> Document:
    """A file that something points at is a requirements file, whatever its name, unless it is a project's."""
    from dmlint.parsers import claim, requirements_txt

    claimed = claim(source.path) if source.path.rpartition("/")[2] in PROJECT_FILES else None
    return claimed.parse(source) if claimed is not None else requirements_txt.parse(source)


def _references(document: Document) -> Iterator[FileReference]:
    return (entry for group in document.groups for entry in group.references)


def later(bundle: Bundle) -> Bundle:
    """The same, installed when all else is."""
    return replace(bundle, dependencies=tuple(replace(entry, later=True) for entry in bundle.dependencies))


def _in_role(entry: Dependency, role: Role) -> Dependency:
    return entry if entry.role is role else replace(entry, role=role)


def _nested(role: Role, reference: FileReference) -> Role:
    """What a file included by ``-r`` does is what its includer does; ``-c`` only ever constrains."""
    return role if reference.kind is ReferenceKind.REQUIREMENTS else _ROLES[reference.kind]


def read_written(write: FileWrite, reference: FileReference, role: Role) -> Bundle:
    """The requirements in a file that the build itself writes, one a line; ``reference`` is what installs it.

    What a program puts into it is not known, nor what its lines include; constraints of that kind are mostly those of
    what is there (``pip freeze``).
    """
    content = write.content
    if content is None:
        known = role is not Role.REQUIREMENT
        return Bundle(undecided=True) if known else Bundle(problems=(_written_by_program(reference),))
    facts: list[Dependency | Problem] = []
    start = 0
    for line in content.text.split("\n"):
        text = content.slice(start, start + len(line)).strip()
        start += len(line) + 1
        if not text.text or text.text.startswith("#"):
            continue
        if text.text.startswith("-"):
            facts.append(unread(reference))
        else:
            written = text.span or text.pieces[0].span
            facts.append(read_requirement(text, written, where="a file that the build writes", role=role))
    problems = tuple(fact for fact in facts if isinstance(fact, Problem))
    entries = tuple(fact for fact in facts if isinstance(fact, Dependency))
    return Bundle(dependencies=entries, problems=problems, undecided=bool(problems) and role is not Role.REQUIREMENT)


def _written_by_program(reference: FileReference) -> Problem:
    """A file of which nobody knows here what is in it."""
    message = f"a program writes '{reference.path}' while the image is built: what it asks for is not judged"
    return Problem(kind=ProblemKind.MISSING, span=reference.span, message=message)


def role_of(reference: FileReference) -> Role | None:
    """The role of what a reference brings; None for one that is no requirements file."""
    return _ROLES.get(reference.kind)


def missing(reference: FileReference, *, image: bool = False) -> Problem:
    """A file that is not there: in the repository, or in an ``image``, to which a build must bring it."""
    where = "that this build brings from the repository" if image else "in the repository"
    message = f"there is no file '{reference.path}' {where}: what it asks for is not judged"
    return Problem(kind=ProblemKind.MISSING, span=reference.span, message=message)


def too_many(reference: FileReference) -> Problem:
    """A file that is not followed, because includes have brought too much by then."""
    message = f"'{reference.path}' is not followed: the files of this repository include each other too often"
    return Problem(kind=ProblemKind.MISSING, span=reference.span, message=message)


def computed(reference: FileReference, path: str) -> Problem:
    """A project whose requirements are computed when it is built."""
    message = f"what '{path}' requires is computed: it is not judged"
    return Problem(kind=ProblemKind.UNRESOLVED, span=reference.span, message=message)


def unresolved(reference: FileReference, about: str = "") -> Problem:
    """A file whose name depends on an unknown variable; ``about`` are the names of what it may bound."""
    message = f"the file '{reference.span.text}' depends on a variable that has no value here"
    subject = f"{reference.span.text} {about}"
    return Problem(kind=ProblemKind.UNRESOLVED, span=reference.span, message=message, about=subject)


def unread(reference: FileReference, about: str = "") -> Problem:
    """Something whose requirements nobody reads here; it matters to a rule by ``about``, the names of what it
    may bound.
    """
    message = f"what '{reference.span.text}' asks for is not known: no verdict is given on what it may bound"
    return Problem(kind=ProblemKind.UNRESOLVED, span=reference.span, message=message, about=about)
