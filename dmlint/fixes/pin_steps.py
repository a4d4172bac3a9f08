"""A pin where an environment has none: a further step of its Dockerfile, or a further item in its manifest."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.environments.model import CLONE
from dmlint.facts import Proposal
from dmlint.fixes.array_items import add_item
from dmlint.fixes.spelling import quote
from dmlint.parsers import claim
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.environments.model import Outcome
    from dmlint.facts import Addition, Dependency, InstallStep
    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.text.source import Source, Span

# What another RUN understands too: no word that is relative to a folder, or held in a variable of this one alone.
_COMMAND = lazy_regex(r"((?:/[^\s'\";&|$]+|python3?)\s+-m\s+pip|(?:/[^\s'\";&|$]+/)?pip3?)\s+install(?=\s)")

_BY_PYTHON = " -m pip install"
_ELSEWHERE = ("--target", "--prefix", "--root")
"""Options that lead an install out of its interpreter's own packages."""


def add_pin(outcome: Outcome, addition: Addition, command: str) -> Proposal | None:
    """Pin a package after the last install into an environment, or in the array that its requirements stand in; None
    where that is not one clear place.

    A step is written as the last install is; where that depends on its surroundings, with ``command``, which installs
    into the environment by its name. A pin alone would leave behind what forced the package out of its range: it is
    asked for in one install with the pin, that of its own where that is the last one.
    """
    if not outcome.stage:
        entries = [entry for entry, _ in outcome.forced] or [
            entry for install in outcome.installs for entry in install.requirements
        ]
        return add_item(entries[0], addition) if entries else None
    steps = [entry.step for entry in outcome.installs if entry.step and entry.tool != CLONE and not entry.step.removes]
    if not steps or not _is_dockerfile(steps[-1].span.source):
        return None
    forced = tuple(dict.fromkeys(entry for entry, _ in outcome.forced))
    if forced and all(_lies_in(entry.span, steps[-1].span) for entry in forced):
        return _add_word(forced[-1], addition)
    return _add_step(steps[-1], replace(addition, beside=_ask_again(forced)), command)


def _lies_in(span: Span, outer: Span) -> bool:
    return span.source is outer.source and outer.start <= span.start and span.end <= outer.end


def _ask_again(forced: Iterable[Dependency]) -> tuple[tuple[str, str], ...]:
    """What is asked for once more, so that the resolver takes a release that goes with the pin."""
    return tuple((entry.name, entry.specifier) for entry in forced if entry.url is None and not entry.unresolved)


def _add_word(behind: Dependency, addition: Addition) -> Proposal:
    """One more requirement in a command, behind another one."""
    source, end = behind.span.source, behind.span.end
    around = source.text[behind.span.start - 1 : behind.span.start]
    end += around in ("'", '"') and source.text[end : end + 1] == around
    at = source.span(end, end)
    text = f"{addition.name}{addition.specifier}"
    quoted = quote(text, at)
    return Proposal(span=at, spellings=(*(f" {word}" for word in quoted), f', "{text}"'), addition=addition)


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
    asked = ((addition.name, addition.specifier), *addition.beside)
    words = " ".join(f'"{name}{specifier}"' if specifier else name for name, specifier in asked)
    line = f"RUN {command} {words}"
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
