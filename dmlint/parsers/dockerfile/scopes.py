"""ARG and ENV: what they set as it is written, and which values are in force, as BuildKit has it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.parsers.dockerfile.instructions import split_words
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.parsers.dockerfile.instructions import Instruction

_OLD_FORM = lazy_regex(r"([^\t\v\f\r ]+)[\t\v\f\r ]+")


class NamedValue(Struct, frozen=True, kw_only=True):
    """``NAME=VALUE``."""

    name: Traced
    value: Traced


class BadAssignmentError(ValueError):
    """What BuildKit refuses, in its words."""


def read_arg(instruction: Instruction, escape: str) -> tuple[tuple[str, Traced | None], ...]:
    """The names that an ARG declares, each with its default, None without one; blank names are left out."""
    words = ((word, word.text.partition("=")) for word in split_words(instruction.arguments, escape))
    return tuple((name, word.slice(len(name) + 1) if equals else None) for word, (name, equals, _) in words if name)


def read_env(instruction: Instruction, escape: str) -> tuple[NamedValue, ...]:
    """The values that an ENV or a LABEL sets, in the form ``A=b C=d`` or the old ``A b c``.

    Raises :class:`BadAssignmentError`.
    """
    words = split_words(instruction.arguments, escape)
    if words and "=" not in words[0].text:
        text = instruction.arguments
        match = _OLD_FORM().match(text.text)
        if match is None:
            raise BadAssignmentError(f"{instruction.name} must have two arguments")
        return (NamedValue(name=text.slice(0, match.end(1)), value=text.slice(match.end())),)
    for word in words:
        if "=" not in word.text:
            raise BadAssignmentError(f"{instruction.name} takes NAME=VALUE, but '{word.text}' has no '='")
    return tuple(_divide(word) for word in words)


def _divide(word: Traced) -> NamedValue:
    at = word.text.index("=")
    return NamedValue(name=word.slice(0, at), value=word.slice(at + 1))


AUTOMATIC = frozenset(
    f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "ARCH", "OSVERSION", "VARIANT")
) | {"TARGETSTAGE"}
"""Arguments that the builder sets by itself (docs.docker.com/reference/dockerfile, "Automatic platform ARGs")."""

_MOST_EXPORTED = 200
"""How many variables a RUN is given: each RUN has a copy of its own, and what a Dockerfile sets may be ever more."""
_HIDDEN = Traced()
"""The value, inside a stage, of an ARG from before the first FROM that the stage does not declare again."""


class GlobalScope:
    """The arguments before the first FROM; they count in FROM, and elsewhere only where declared again."""

    def __init__(self, build_args: Mapping[str, Traced]) -> None:
        self.build_args = build_args
        self.values: dict[str, Traced | None] = dict.fromkeys(AUTOMATIC)
        self.declared: set[str] = set()

    def declare(self, name: str, default: Traced | None) -> None:
        """``ARG NAME``, or ``ARG NAME=DEFAULT`` with the default expanded."""
        self.declared.add(name)
        value = self.build_args.get(name, default)
        if value is not None:
            self.values[name] = value


class StageScope:
    """The variables inside one stage; a stage that is FROM another starts with all of that one's."""

    def __init__(self, outside: GlobalScope, parent: StageScope | None) -> None:
        self.outside = outside
        self.values: dict[str, Traced | None] = dict.fromkeys(outside.declared, _HIDDEN)
        self.env_names: set[str] = set()
        self.made: set[str] = set()
        if parent is not None:
            self.values.update(parent.values)
            self.env_names.update(parent.env_names)
            self.made.update(parent.made)
        self._environ: dict[str, Traced] | None = None

    def declare(self, name: str, default: Traced | None) -> None:
        """``ARG NAME``, or ``ARG NAME=DEFAULT`` with the default expanded; ENV of the same name prevails."""
        if name in self.env_names:
            return
        self._environ = None
        value = self.outside.build_args.get(name, default)
        if value is not None:
            self.values[name] = value
        elif name in self.outside.values:
            self.values[name] = self.outside.values[name]
        elif self.values.get(name) is _HIDDEN:
            del self.values[name]

    def set_env(self, name: str, value: Traced) -> None:
        """``ENV NAME=VALUE`` with the value expanded."""
        self._environ = None
        self.env_names.add(name)
        self.values[name] = value

    def make(self, folders: Iterable[str]) -> None:
        """Virtual environments are made there: while PATH names one, a RUN is in it as if it had been activated."""
        self._environ = None
        self.made.update(folders)

    @property
    def environ(self) -> Mapping[str, Traced]:
        """What a RUN has in its environment, as far as it is known; the same object until something changes.

        Of very many variables the later ones stay unknown to it.
        """
        if self._environ is None:
            known = ((name, value) for name, value in self.values.items() if value is not None)
            self._environ = dict(islice(known, _MOST_EXPORTED))
            self._activate(self._environ)
        return self._environ

    def _activate(self, environ: dict[str, Traced]) -> None:
        if not self.made or "PATH" not in environ or "VIRTUAL_ENV" in environ:
            return
        from dmlint.installers.interpreters import active_of

        folder = active_of(environ["PATH"], self.made)
        if folder is not None:
            environ["VIRTUAL_ENV"] = folder
