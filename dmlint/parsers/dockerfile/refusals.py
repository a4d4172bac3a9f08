"""What Docker's builder refuses: the first fault, as it reads a file, takes its instructions and expands words."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.parsers.dockerfile.instructions import NotStringsError, read_json, split_blanks, split_words
from dmlint.parsers.dockerfile.scopes import BadAssignmentError, read_env
from dmlint.parsers.dockerfile.variable_expansion import is_malformed
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dmlint.parsers.dockerfile.instructions import Instruction
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_FLAGS: Mapping[str, frozenset[str]] = {
    "ADD": frozenset({"chmod", "checksum", "chown", "exclude", "keep-git-dir", "link", "unpack"}),
    "COPY": frozenset({"chmod", "chown", "exclude", "from", "link", "parents"}),
    "FROM": frozenset({"platform"}),
    "HEALTHCHECK": frozenset({"interval", "retries", "start-interval", "start-period", "timeout"}),
    "RUN": frozenset({"device", "mount", "network", "security"}),
}
"""The flags of each instruction; those that are not here take none."""
_SWITCHES = frozenset({"keep-git-dir", "link", "parents", "unpack"})
_KNOWN = frozenset(
    {
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    }
)  # fmt: skip
_MAY_BE_EMPTY = frozenset({"CMD", "ENTRYPOINT", "RUN"})
_NOT_TRIGGERED = frozenset({"FROM", "MAINTAINER", "ONBUILD"})
_EXPANDED = frozenset({"EXPOSE", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"})
_STAGE_NAME = lazy_regex(r"[a-z][a-z0-9_.-]*")


class BuilderPhase(IntEnum):
    """When the builder meets a fault; the first one ends the build."""

    READING = 0
    TAKING = 1
    EXPANDING = 2


class Refusal(Struct, frozen=True):
    """Why the builder refuses a file, and where it says so."""

    moment: BuilderPhase
    span: Span
    message: str

    @property
    def problem(self) -> Problem:
        """The same as a problem of the file."""
        return Problem(kind=ProblemKind.UNREADABLE, span=self.span, message=self.message)


def first_refusal(refusals: Iterable[Refusal]) -> Refusal | None:
    """The one that the builder tells, None of none."""
    return min(refusals, key=lambda one: (one.moment, one.span.start), default=None)


def find_refusal(instruction: Instruction, escape: str) -> Refusal | None:
    """Why the builder refuses an instruction, None if it does not."""
    for moment, reason in (
        (BuilderPhase.READING, _unread),
        (BuilderPhase.TAKING, _untaken),
        (BuilderPhase.EXPANDING, _unexpanded),
    ):
        message = reason(instruction, escape)
        if message is not None:
            return Refusal(moment, instruction.span, message)
    return None


def _unread(instruction: Instruction, escape: str) -> str | None:
    if instruction.name in ("ENV", "LABEL") and instruction.arguments.pieces:
        try:
            read_env(instruction, escape)
        except BadAssignmentError as error:
            return str(error)
    if instruction.name in _TAKES_JSON:
        try:
            read_json(instruction.arguments)
        except NotStringsError:
            return f"the JSON array of {instruction.name} holds something else than strings"
    return None


def _untaken(instruction: Instruction, escape: str) -> str | None:
    name = instruction.name
    if name not in _KNOWN:
        return f"'{instruction.keyword}' is no Dockerfile instruction"
    if instruction.onbuild and name in _NOT_TRIGGERED:
        return f"{name} cannot stand behind ONBUILD"
    if name not in _MAY_BE_EMPTY and not instruction.arguments.pieces:
        return f"{name} needs an argument"
    for flag in instruction.flags:
        message = _flag_reason(name, flag.text)
        if message is not None:
            return message
    check = _CHECKS.get(name)
    return check(instruction, escape) if check else None


def _flag_reason(name: str, flag: str) -> str | None:
    key, equals, value = flag.removeprefix("--").partition("=")
    if key not in _FLAGS.get(name, ()):
        return f"{name} has no flag --{key}"
    if key in _SWITCHES:
        return None if value.lower() in ("", "true", "false") else f"--{key} is true or false"
    return None if equals else f"--{key} needs a value"


def _from_reason(instruction: Instruction, _escape: str) -> str | None:
    words = [word.text for word in split_blanks(instruction.arguments)]
    if len(words) != 1 and not (len(words) == 3 and words[1].lower() == "as"):
        return "FROM takes an image, and then at most AS and a name"
    if len(words) == 3 and not _STAGE_NAME().fullmatch(words[2].lower()):
        return f"'{words[2]}' is no name of a stage: a letter, then letters, digits, '-', '_' and '.'"
    return None


def _arg_reason(instruction: Instruction, escape: str) -> str | None:
    names = [word.text for word in split_words(instruction.arguments, escape)]
    return _blank_name(instruction) if any(name.startswith("=") for name in names) else None


def _env_reason(instruction: Instruction, escape: str) -> str | None:
    found = read_env(instruction, escape)
    return _blank_name(instruction) if any(not one.name.pieces for one in found) else None


def _blank_name(instruction: Instruction) -> str:
    article = "a" if instruction.name == "LABEL" else "an"
    return f"{article} {instruction.name} name is blank: no spaces may stand around '='"


def _copy_reason(instruction: Instruction, _escape: str) -> str | None:
    if len(_words(instruction)) < 2:
        return f"{instruction.name} needs a source and a destination"
    return None


def _shell_reason(instruction: Instruction, _escape: str) -> str | None:
    return None if read_json(instruction.arguments) else "SHELL takes a JSON array of strings"


def _healthcheck_reason(instruction: Instruction, _escape: str) -> str | None:
    kind, *rest = [word.text for word in split_blanks(instruction.arguments)]
    if kind.upper() not in ("NONE", "CMD"):
        return f"HEALTHCHECK takes CMD or NONE, not '{kind}'"
    if kind.upper() == "NONE":
        return "HEALTHCHECK NONE takes nothing more" if rest else None
    return None if rest else "HEALTHCHECK CMD needs a command"


def _unexpanded(instruction: Instruction, escape: str) -> str | None:
    for word in _expanded(instruction, escape):
        if is_malformed(word, escape):
            return f"'{word.text}' cannot be expanded: a quote or a brace is not closed, or stands for nothing"
    return None


def _expanded(instruction: Instruction, escape: str) -> Iterator[Traced]:
    """The words in which the builder puts values for variables."""
    name = instruction.name
    if name in ("ADD", "COPY", "FROM"):
        yield from instruction.flags
    if name == "FROM":
        yield split_blanks(instruction.arguments)[0]
    elif name in ("ADD", "COPY"):
        yield from (word for word in _words(instruction) if not word.text.startswith("<<"))
    elif name == "ARG":
        yield from split_words(instruction.arguments, escape)
    elif name in ("ENV", "LABEL"):
        for one in read_env(instruction, escape):
            yield from (one.name, one.value)
    elif name in _EXPANDED and not instruction.arguments.text.startswith("["):
        yield instruction.arguments


def _words(instruction: Instruction) -> tuple[Traced, ...]:
    strings = read_json(instruction.arguments)
    return split_blanks(instruction.arguments) if strings is None else strings


_TAKES_JSON = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
_CHECKS: Mapping[str, Callable[[Instruction, str], str | None]] = {
    "ADD": _copy_reason,
    "ARG": _arg_reason,
    "COPY": _copy_reason,
    "ENV": _env_reason,
    "FROM": _from_reason,
    "HEALTHCHECK": _healthcheck_reason,
    "LABEL": _env_reason,
    "SHELL": _shell_reason,
}
