"""What a shell script runs, as facts: commands, their words, their redirections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.text.arms import Arm
    from dmlint.text.problems import Problem
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced


class Word(Struct, frozen=True, kw_only=True):
    """One argument of a command.

    ``value`` is what the program receives, quotes removed and variables expanded; ``span`` is how it is
    written, without the quotes where one pair encloses all of it.
    """

    value: Traced
    span: Span

    @property
    def text(self) -> str:
        """What the program receives."""
        return self.value.text


class Redirection(Struct, frozen=True, kw_only=True):
    """``<2`` or ``> file``: ``operator`` (``<``, ``>``, ``>>``, ``2>``, ``>&`` …), target, and both as written
    in ``span``.

    ``follows`` is the index in ``Command.words`` of the word right before it, None where none is; ``attached``
    says that no white space stands between that word and the operator.
    """

    operator: str
    target: Traced
    span: Span
    follows: int | None = None
    attached: bool = False


class Command(Struct, frozen=True, kw_only=True):
    """One simple command that the script runs.

    ``words`` starts with the real program: wrappers (``sudo``, ``env A=b``, ``timeout 60`` …) are peeled off,
    while ``span`` is the whole command as written. ``within`` names the environment that a wrapper enters
    (``conda:NAME`` for ``conda run -n NAME``, ``poetry``, ``uv``). ``conditional`` says that it may not run
    although the script succeeds, ``arms`` in which of the ways that exclude each other it does. ``environ`` holds the
    variables in force, ``cwd`` the folder, None if unknown.
    ``stdin`` is the text of a here-document.
    """

    span: Span
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...] = ()
    conditional: bool = False
    arms: tuple[Arm, ...] = ()
    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
    stdin: Traced | None = None
    within: str | None = None


class Script(Struct, frozen=True, kw_only=True):
    """All that a script runs, in order, and the variables and folder that it leaves behind.

    ``comments`` are the comments that mention dmlint.
    """

    commands: tuple[Command, ...] = ()
    problems: tuple[Problem, ...] = ()
    comments: tuple[Span, ...] = ()
    environ: Mapping[str, Traced] = field(default_factory=dict)
    cwd: str | None = None
