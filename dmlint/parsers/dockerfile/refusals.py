"""What Docker's builder refuses to parse in a single instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.parsers.dockerfile.assignments import BadAssignmentError, read_env
from dmlint.parsers.dockerfile.instruction_words import NotStringsError, read_json, split_blanks, split_words
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmlint.parsers.dockerfile.instructions import Instruction

_KNOWN = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip
_NEEDS_ARGUMENTS = frozenset({"ADD", "ARG", "COPY", "ENV", "FROM", "LABEL", "ONBUILD", "SHELL", "USER", "WORKDIR"})
_NOT_TRIGGERED = frozenset({"FROM", "MAINTAINER", "ONBUILD"})


def find_refusal(instruction: Instruction, escape: str) -> Problem | None:
    """Why the builder refuses an instruction, None if it does not."""
    message = _reason(instruction, escape)
    if message is None:
        return None
    return Problem(kind=ProblemKind.UNREADABLE, span=instruction.span, message=message)


def _reason(instruction: Instruction, escape: str) -> str | None:
    name, arguments = instruction.name, instruction.arguments
    if name not in _KNOWN:
        return f"'{instruction.keyword}' is no Dockerfile instruction"
    if name in _NEEDS_ARGUMENTS and not arguments.pieces:
        return f"{name} needs an argument"
    if instruction.onbuild and name in _NOT_TRIGGERED:
        return f"{name} cannot stand behind ONBUILD"
    check = _CHECKS.get(name)
    return check(instruction, escape) if check else None


def _from_reason(instruction: Instruction, _escape: str) -> str | None:
    words = [word.text for word in split_blanks(instruction.arguments)]
    if len(words) == 1 or (len(words) == 3 and words[1].lower() == "as"):
        return None
    return "FROM takes an image, and then at most AS and a name"


def _env_reason(instruction: Instruction, escape: str) -> str | None:
    try:
        read_env(instruction, escape)
    except BadAssignmentError as error:
        return str(error)
    return None


def _arg_reason(instruction: Instruction, escape: str) -> str | None:
    if any(word.text.startswith("=") for word in split_words(instruction.arguments, escape)):
        return "an ARG name is blank: no spaces may stand around '='"
    return None


def _json_reason(instruction: Instruction, _escape: str) -> str | None:
    try:
        words = read_json(instruction.arguments)
    except NotStringsError:
        return f"the JSON array of {instruction.name} holds something else than strings"
    if words is None and instruction.name == "SHELL":
        return "SHELL takes a JSON array of strings"
    return None


_CHECKS: Mapping[str, Callable[[Instruction, str], str | None]] = {
    "ARG": _arg_reason,
    "ENV": _env_reason,
    "FROM": _from_reason,
    **dict.fromkeys(("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"), _json_reason),
}
