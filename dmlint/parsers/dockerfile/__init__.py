"""Dockerfiles: stages with their images, and what each instruction does to them.

``logical_lines`` joins what belongs together, ``instructions`` takes it apart by dockerfile-parse, ``stages`` walks
through the instructions, ``refusals`` says what Docker's builder would not take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Document, InstallStep
from dmlint.parsers.dockerfile.instructions import read_instructions
from dmlint.parsers.dockerfile.refusals import BuilderPhase, Refusal, first_refusal
from dmlint.parsers.dockerfile.stages import StageWalk
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.source import Source
    from dmlint.text.traced import Traced


def parse(source: Source, build_args: Mapping[str, Traced] | None = None) -> Document:
    """Read a Dockerfile; ``build_args`` are values from outside, which override the defaults of ARG.

    Of what Docker's builder refuses only the first is told: what comes after it is often nonsense.
    """
    instructions = read_instructions(source)
    frontend = instructions.frontend
    if frontend is not None:
        message = f"the file is for another frontend, '{frontend.text}', whose instructions are not known"
        problem = Problem(kind=ProblemKind.MISSING, span=frontend, message=message)
        return Document(source=source, problems=(problem,), comments=instructions.comments)
    walk = StageWalk(instructions, build_args or {})
    stages = tuple(stage.close() for stage in walk.stages)
    steps = tuple(action for stage in stages for action in stage.actions if isinstance(action, InstallStep))
    refusals = [Refusal(BuilderPhase.READING, one.span, one.message) for one in instructions.problems] + walk.refusals
    if not instructions.all:
        refusals.append(Refusal(BuilderPhase.READING, source.span(0, 0), "the file has no instructions"))
    refusal = first_refusal(refusals)
    return Document(
        source=source,
        dependencies=tuple(entry for step in steps if not step.removes for entry in step.requirements),
        steps=steps,
        images=tuple(walk.images),
        stages=stages,
        problems=(refusal.problem,) if refusal else tuple(sorted(walk.problems, key=lambda one: one.span.start)),
        comments=tuple(sorted((*instructions.comments, *walk.comments), key=lambda span: span.start)),
    )
