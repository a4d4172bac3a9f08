"""A pin where an environment has none: a further step of its Dockerfile, or a further item in its manifest."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import Proposal
from dmlint.facts.interpreter import Interpreter, InterpreterKind
from dmlint.fixes.bounds import in_quotes
from dmlint.parsers import claim
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.environments.model import Outcome
    from dmlint.facts import Addition, Dependency, InstallStep
    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.syntax.toml import TomlNode
    from dmlint.text.source import Source, Span


_ALWAYS = "project.dependencies"
_NAMED = ("project.optional-dependencies.", "dependency-groups.")
"""The arrays that packaging standards define (PEP 621, PEP 735), as a dependency names its own."""


def add_item(beside: Dependency, addition: Addition) -> Proposal | None:
    """Add a requirement to the array that another one stands in, as its last item; None where that is no such array.

    It is safe among what a project always needs: which of several groups should hold a pin nobody can tell.
    """
    source = beside.span.source
    claimed = claim(source.path)
    path = _path(beside.where)
    if claimed is None or claimed.name != "pyproject.toml" or not path:
        return None
    root = _read(source)
    array = root.get(*path) if root is not None else None
    last = list(array.elements())[-1:] if array is not None else []
    if not last or last[0].place.start is None:
        return None
    start, end, text = _written(source.text, last[0].place.start, f"{addition.name}{addition.specifier}")
    return Proposal(span=source.span(start, end), spellings=(text,), safe=beside.where == _ALWAYS, addition=addition)


@lru_cache(maxsize=4)
def _read(source: Source) -> TomlNode | None:
    from dmlint.syntax.toml import read_toml

    root = read_toml(source)
    return None if isinstance(root, Problem) else root


def _path(where: str) -> list[str]:
    if where == _ALWAYS:
        return where.split(".")
    table = next((prefix for prefix in _NAMED if where.startswith(prefix)), None)
    return [*table.rstrip(".").split("."), where[len(table) :]] if table else []


def _written(text: str, last: int, requirement: str) -> tuple[int, int, str]:
    """Where a new item goes, and how it is written, given where the last one starts: on a line of its own if that has
    one, with a comma behind it if that has one.
    """
    from dmlint.syntax.toml_text import skip_blank, value_end

    quote = "'" if text[last] == "'" else '"'
    item, end = f"{quote}{requirement}{quote}", value_end(text, last)
    indent = text[text.rfind("\n", 0, last) + 1 : last]
    stop = text.find("\n", end)
    behind = text[end : stop if stop >= 0 else len(text)].rstrip("\r")
    comma = "," if text[skip_blank(text, end) :][:1] == "," else ""
    alone = behind.strip().removeprefix(comma).lstrip()
    if indent.strip() or stop < 0 or (alone and not alone.startswith("#")):
        return end, end, f", {item}"
    break_ = "\r\n" if text[stop - 1] == "\r" else "\n"
    kept = behind if comma else f",{behind}"
    return end, end + len(behind), f"{kept}{break_}{indent}{item}{comma}"


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
    steps = [entry.step for entry in outcome.installs if entry.step and not entry.fetches and not entry.step.removes]
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
    quoted = in_quotes(text, at)
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
        interpreter = Interpreter(InterpreterKind.PATH, command.removesuffix(_BY_PYTHON))
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
