"""Checks of what could not be read or followed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from dmlint.environments.model import Hit
from dmlint.fixes.pragmas import drop_id
from dmlint.text.problems import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Scene
    from dmlint.text.source import Span


class InputProblem(Struct, frozen=True, kw_only=True):
    """Whether the input itself has a problem of a kind: ``of`` is one of ``ProblemKind``."""

    kind: ClassVar[str] = "input-problem"
    words: ClassVar[tuple[str, ...]] = ("problem",)
    of: str

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist."""
        ProblemKind(self.of)

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each."""
        for problem in scene.problems:
            if problem.kind.value == self.of:
                proposal = drop_id(problem.span, problem.within) if problem.within else None
                yield Hit(span=problem.span, values={"problem": problem.message}, proposal=proposal)


class UnresolvedReference(Struct, frozen=True, kw_only=True):
    """Whether a reference could not be followed, where the answer matters.

    ``watched`` are words, any case: a reference matters if what depends on it mentions one. A file that is not
    there always does.
    """

    kind: ClassVar[str] = "unresolved-reference"
    words: ClassVar[tuple[str, ...]] = ("problem",)
    watched: tuple[str, ...]

    def run(self, scene: Scene) -> Iterator[Hit]:
        """Yield a hit for each."""
        matters = re.compile("|".join(re.escape(word) for word in self.watched), re.IGNORECASE)
        for problem in scene.problems:
            if problem.kind is ProblemKind.MISSING or (
                problem.kind is ProblemKind.UNRESOLVED and matters.search(problem.about)
            ):
                yield Hit(span=problem.span, values={"problem": problem.message})
        for install in scene.installs:
            for entry in (*install.requirements, *install.bounds):
                if entry.unresolved and matters.search(entry.name):
                    yield _open(entry.unresolved[0], f"'{entry.span.text}'", install.environment.id)
        for use in scene.images:
            references = use.image.value.unresolved
            if references and matters.search(use.image.written.text):
                yield _open(references[0], f"the image '{use.image.written.text}'", use.environment)


def _open(span: Span, what: str, environment: str | None) -> Hit:
    message = f"{what} depends on {span.text}, which has no value here"
    return Hit(span=span, environment=environment, values={"problem": message})
