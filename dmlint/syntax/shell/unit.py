"""One script with its structure: the tree-sitter tree of its skeleton, and its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.syntax.grammars import first_error, load_parser
from dmlint.syntax.shell.lexer import lay_out
from dmlint.text.problems import Problem, ProblemKind

if TYPE_CHECKING:
    from tree_sitter import Node

    from dmlint.syntax.shell.layout import ScriptLayout
    from dmlint.syntax.shell.passage import Passage
    from dmlint.text.source import Span

_ABOUT = 2_000


class ScriptUnit(Struct, frozen=True):
    """A script as it was read: offsets in ``layout`` and ``root`` are those of ``passage``."""

    passage: Passage
    layout: ScriptLayout
    root: Node
    fault: tuple[int, int] | None

    @property
    def problem(self) -> Problem | None:
        """What the script's first fault keeps from being read."""
        if self.fault is None:
            return None
        return Problem(
            kind=ProblemKind.UNRESOLVED,
            span=line_of(self.passage, *self.fault),
            message="the shell script cannot be read from here: it is not well-formed",
            about=self.passage.traced.text[:_ABOUT],
        )

    @property
    def comments(self) -> tuple[Span, ...]:
        """The comments that mention dmlint."""
        return tuple(self.passage.written(*place) for place in self.layout.comments)


def read_unit(passage: Passage) -> ScriptUnit:
    """The structure of a script; whatever it holds, this does not raise and takes linear time."""
    layout = lay_out(passage.text)
    root = load_parser("tree_sitter_bash").parse(bytes(layout.skeleton)).root_node
    # What the lexer stumbled over says more exactly where the fault is than what the tree makes of it.
    fault = min(layout.faults, default=None)
    if fault is None and root.has_error:
        fault = place(first_error(root))
    return ScriptUnit(passage, layout, root, fault)


def place(node: Node) -> tuple[int, int]:
    """Where a node of the skeleton stands in the script."""
    return node.start_byte // 2, (node.end_byte + 1) // 2


def line_of(passage: Passage, start: int, end: int) -> Span:
    """Where ``start:end`` is written, as far as its first line that holds anything."""
    text = passage.text
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    stop = text.find("\n", first, end)
    return passage.written(first, end if stop < 0 else stop)
