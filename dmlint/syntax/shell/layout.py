"""What stands where in a script: its commands, operators and keywords, and the skeleton of its structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

if TYPE_CHECKING:
    from dmlint.syntax.shell.scan import Delimiter


class Redirect(NamedTuple):
    """The parts of a redirection: its operator, where its target stands, and a here-document's body."""

    operator: str
    start: int
    end: int
    delimiter: Delimiter | None = None


class ShellToken(NamedTuple):
    """A word, a redirection, or a ``[[ … ]]`` or ``(( … ))`` as a whole (``test``)."""

    kind: str
    start: int
    end: int
    redirect: Redirect | None = None


class Loop(Struct):
    """The head of a ``for``: its variable, and its words, None where it runs over the arguments or counts."""

    name: str = ""
    words: list[ShellToken] | None = None
    counts: bool = False


class ScriptLayout(Struct, frozen=True):
    """What stands where in a script; keys are offsets. It is filled by one reader and only read after that.

    ``skeleton`` holds only keywords, brackets, separators, and ``xxx`` for a simple command: quotes, redirections,
    here-documents and comments, at which the grammar stumbles, are gone, and ``&&``, ``||`` and pipes are ``;``
    (``operators`` says which), so that the tree is no deeper than the script nests. It has two bytes for each
    character of the script, so that ``((`` of two subshells stand apart.
    """

    skeleton: bytearray
    commands: dict[int, list[ShellToken]] = field(default_factory=dict)
    operators: dict[int, str] = field(default_factory=dict)
    loops: dict[int, Loop] = field(default_factory=dict)
    bodies: dict[int, tuple[int, int]] = field(default_factory=dict)
    negated: set[int] = field(default_factory=set)
    comments: list[tuple[int, int]] = field(default_factory=list)
    faults: list[tuple[int, int]] = field(default_factory=list)
