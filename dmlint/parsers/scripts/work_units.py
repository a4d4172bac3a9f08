"""Units of work that a file describes beside a Dockerfile (a script, a job, a target), put together as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.facts import BaseImage, BuildRequest, Copy, Document, InstallStep, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.facts import Action
    from dmlint.parsers.scripts.script_facts import ScriptFacts
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source, Span

HERE = "."
"""The folder that a script outside of a build starts in: that of the repository, wherever that lies."""


def bring_checkout(span: Span) -> Copy:
    """The repository's own files, which lie where a script outside of a build starts."""
    return Copy(span=span, sources=(HERE,), target=HERE)


class WorkUnit(Struct, kw_only=True):
    """One environment in which commands run one after the other, while it is read."""

    name: str
    span: Span
    image: BaseImage | None = None
    parent: str | None = None
    actions: list[Action] = field(default_factory=list)

    def close(self) -> Stage:
        """The finished fact."""
        return Stage(name=self.name, span=self.span, image=self.image, parent=self.parent, actions=tuple(self.actions))


class Units(Struct, frozen=True, kw_only=True):
    """All that one file says, while it is read."""

    source: Source
    units: list[WorkUnit] = field(default_factory=list)
    images: list[BaseImage] = field(default_factory=list)
    builds: list[BuildRequest] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)

    def add(self, unit: WorkUnit, reading: ScriptFacts) -> None:
        """Let a unit do what a script does."""
        unit.actions += reading.actions
        self.images.extend(reading.images)
        self.builds.extend(reading.builds)
        self.problems.extend(reading.problems)
        self.comments.extend(reading.comments)

    def close(self) -> Document:
        """The finished facts; units in which nothing happens are left out, unless another goes on from them."""
        parents = {unit.parent for unit in self.units}
        stages = tuple(unit.close() for unit in self.units if unit.image or unit.name in parents or _acts(unit))
        steps = tuple(action for stage in stages for action in stage.actions if isinstance(action, InstallStep))
        return Document(
            source=self.source,
            dependencies=tuple(dependency for step in steps for dependency in step.requirements),
            steps=steps,
            images=tuple(dict.fromkeys(self.images)),
            stages=stages,
            builds=tuple({_identity(build): build for build in self.builds}.values()),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.span.start)),
            comments=tuple(in_order(self.comments)),
        )


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Spans of one file as they are written, each once."""
    return sorted(dict.fromkeys(spans), key=lambda span: span.start)


def _acts(unit: WorkUnit) -> bool:
    return any(not isinstance(action, Copy) for action in unit.actions)


def _identity(build: BuildRequest) -> tuple[object, ...]:
    """What tells builds apart: a function that is called twice asks for the same one again."""
    args = tuple((name, value.text) for name, value in build.args.items())
    return build.span, build.service, build.context, build.dockerfile, build.target, args
