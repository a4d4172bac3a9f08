"""Dockerfiles: stages with their images, and what each instruction does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Document, InstallStep
from dmlint.parsers.dockerfile.instructions import read_instructions
from dmlint.parsers.dockerfile.stages import StageWalk
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.source import Source
    from dmlint.text.traced import Traced


def parse(source: Source, build_args: Mapping[str, Traced] | None = None) -> Document:
    """Read a Dockerfile; ``build_args`` are values from outside, which override the defaults of ARG."""
    instructions = read_instructions(source)
    walk = StageWalk(instructions, build_args or {})
    stages = tuple(stage.close() for stage in walk.stages)
    steps = tuple(action for stage in stages for action in stage.actions if isinstance(action, InstallStep))
    problems = [*instructions.problems, *walk.problems]
    if not instructions.all:
        message = "the file has no instructions"
        problems.append(Problem(kind=ProblemKind.UNREADABLE, span=source.span(0, 0), message=message))
    return Document(
        source=source,
        dependencies=tuple(entry for step in steps if not step.removes for entry in step.requirements),
        steps=steps,
        images=tuple(walk.images),
        stages=stages,
        problems=tuple(sorted(problems, key=lambda problem: problem.span.start)),
        comments=tuple(sorted((*instructions.comments, *walk.comments), key=lambda span: span.start)),
    )
