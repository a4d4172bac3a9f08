"""A pin where an environment has none: a further step of its Dockerfile, or a further item in its manifest."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.model import CLONE
from dmlint.facts import Proposal
from dmlint.fixes.array_items import add_item
from dmlint.parsers import claim
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.environments.model import Outcome
    from dmlint.facts import Addition, InstallStep
    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.text.source import Source

# What another RUN understands too: no word that is relative to a folder, or held in a variable of this one alone.
_COMMAND = lazy_regex(r"((?:/[^\s'\";&|$]+|python3?)\s+-m\s+pip|(?:/[^\s'\";&|$]+/)?pip3?)\s+install(?=\s)")

_BY_PYTHON = " -m pip install"
_ELSEWHERE = ("--target", "--prefix", "--root")
"""Options that lead an install out of its interpreter's own packages."""


def add_pin(outcome: Outcome, addition: Addition, command: str) -> Proposal | None:
    """Pin a package after the last install into an environment, or in the array that its requirements stand in; None
    where that is not one clear place.

    A step is written as the last install is; where that depends on its surroundings, with ``command``, which installs
    into the environment by its name.
    """
    if not outcome.stage:
        forced = [entry for entry, _ in outcome.forced]
        entries = forced or [entry for install in outcome.installs for entry in install.requirements]
        return add_item(entries[0], addition) if entries else None
    steps = [entry.step for entry in outcome.installs if entry.step and entry.tool != CLONE and not entry.step.removes]
    return _add_step(steps[-1], addition, command) if steps and _is_dockerfile(steps[-1].span.source) else None


def _add_step(step: InstallStep, addition: Addition, command: str) -> Proposal | None:
    source = step.span.source
    instruction = _instruction_at(source, step.span.start)
    elsewhere = any(name in _ELSEWHERE for name, _ in step.options)
    if instruction is None or instruction.onbuild or instruction.name != "RUN" or elsewhere:
        return None
    own = _COMMAND().match(step.span.text)
    interpreter = step.interpreter
    if own is not None:
        command = f"{' '.join(own[1].split())} install"
    elif command.startswith("/") and command.endswith(_BY_PYTHON):
        interpreter = command.removesuffix(_BY_PYTHON)
    at = instruction.stop
    before = source.text[max(at - 2, 0) : at]
    end = "\r\n" if before == "\r\n" or (before[-1:] != "\n" and "\r\n" in source.text) else "\n"
    line = f'RUN {command} "{addition.name}{addition.specifier}"'
    return Proposal(
        span=source.span(at, at),
        spellings=(f"{line}{end}" if before.endswith("\n") else f"{end}{line}",),
        addition=replace(addition, interpreter=interpreter),
    )


def _is_dockerfile(source: Source) -> bool:
    claimed = claim(source.path)
    return claimed is not None and claimed.name == "Dockerfile"


def _instruction_at(source: Source, offset: int) -> Instruction | None:
    starts, found = _instructions(source)
    at = bisect_right(starts, offset) - 1
    return found[at] if at >= 0 and offset < found[at].stop else None


@lru_cache(maxsize=4)
def _instructions(source: Source) -> tuple[list[int], tuple[Instruction, ...]]:
    from dmlint.parsers.dockerfile.instructions import read_instructions

    found = read_instructions(source).all
    return [entry.span.start for entry in found], found
