"""What a running script knows: variables, functions, folder; undone and merged where ways of running meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.syntax.shell.journal import Journal
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tree_sitter import Node

    from dmlint.syntax.shell.unit import ScriptUnit
    from dmlint.text.source import Span

NAMES = 1_000

ShellValue = Traced | tuple[Traced, ...]
"""A scalar, or the elements of an array."""


class Variable(Struct, frozen=True, kw_only=True):
    """A variable that was assigned: ``value`` is None if it is not known which value it has, ``present`` False
    after ``unset``. ``origin`` is where it was assigned, None for an empty value that came from outside.
    """

    value: ShellValue | None
    origin: Span | None
    exported: bool = False
    present: bool = True

    def same(self, other: Variable | None) -> bool:
        """Whether both say the same to a program, wherever it was written."""
        if other is None or (self.exported, self.present) != (other.exported, other.present):
            return False
        return self.value is not None and other.value is not None and _texts(self.value) == _texts(other.value)


class Assignment(NamedTuple):
    """``name=value``; ``value`` is None where this reader does not follow it (``A[1]=b``)."""

    name: str
    value: ShellValue | None
    appends: bool
    span: Span


def _texts(value: ShellValue) -> tuple[bool, tuple[str, ...]]:
    if isinstance(value, Traced):
        return False, (value.text,)
    return True, tuple(element.text for element in value)


class Function(Struct, frozen=True):
    """A function's body, to be read where it is called."""

    unit: ScriptUnit
    body: Node


class ShellPosition(Struct, frozen=True, kw_only=True):
    """Where the shell stands: folder, ``pushd`` stack, ``$1 …`` (None if not known), whether it ended (``exit`` or
    ``return``), and the environment that was activated, named as in ``Command.within``.
    """

    cwd: str | None = None
    pushed: tuple[str | None, ...] = ()
    arguments: tuple[Traced, ...] | None = None
    ended: str = ""
    within: str | None = None


class ShellChanges(Struct, frozen=True):
    """What one way of running changed."""

    variables: dict[str, Variable | None]
    functions: dict[str, Function | None]
    place: ShellPosition


class ShellState(Struct):
    """One shell process, as it goes on. (Not frozen: it is the state that the script's commands change.)"""

    variables: Journal[Variable]
    functions: Journal[Function] = field(default_factory=lambda: Journal({}))
    place: ShellPosition = field(default_factory=ShellPosition)
    export_all: bool = False
    locals: list[dict[str, Variable | None]] = field(default_factory=list)
    _environ: dict[str, Traced] | None = None

    @classmethod
    def start(cls, environ: Mapping[str, Traced], cwd: str | None, arguments: tuple[Traced, ...] | None) -> ShellState:
        """A fresh shell with these exported variables."""
        entries = {
            name: Variable(value=value, origin=value.pieces[0].span if value.pieces else None, exported=True)
            for name, value in environ.items()
        }
        return cls(Journal(entries), place=ShellPosition(cwd=cwd, arguments=arguments))

    def assign(self, name: str, variable: Variable) -> None:
        """Set a variable; it stays exported if it was. Beyond ``NAMES`` of them, more stay unknown."""
        old = self.variables.get(name)
        if old is None and len(self.variables) >= NAMES:
            return
        seen = old is not None and old.exported
        exported = variable.exported or self.export_all or seen
        self.variables.put(name, replace(variable, exported=exported and variable.present))
        if exported:
            self._environ = None

    def execute(self, assignment: Assignment, *, exported: bool = False) -> None:
        """``A=b``, ``A+=b`` and their arrays."""
        value = assignment.value
        if assignment.appends and value is not None:
            value = _appended(self.variables.get(assignment.name), value)
        self.assign(assignment.name, Variable(value=value, origin=assignment.span, exported=exported))

    def restore_variable(self, name: str, variable: Variable | None) -> None:
        """Give a name back what it held before."""
        self.variables.put(name, variable)
        self._environ = None

    def unexport(self, names: Iterable[str]) -> None:
        """``export -n``: programs no longer see these."""
        for name in names:
            variable = self.variables.get(name)
            if variable is not None:
                self.restore_variable(name, replace(variable, exported=False))

    @property
    def environ(self) -> Mapping[str, Traced]:
        """The variables that a program sees; one whose value is not known is a reference to itself."""
        if self._environ is None:
            self._environ = {
                name: exported_value(name, entry) for name, entry in self.variables.items() if entry.exported
            }
        return self._environ

    def mark(self) -> ShellPosition:
        """Begin a branch or a subshell; hand what is returned to ``restore``."""
        self.variables.mark()
        self.functions.mark()
        return self.place

    def restore(self, place: ShellPosition) -> ShellChanges:
        """Go back to where ``mark`` was called."""
        outcome = ShellChanges(self.variables.restore(), self.functions.restore(), self.place)
        self.place = place
        if outcome.variables:
            self._environ = None
        return outcome

    def unchanged(self) -> ShellChanges:
        """The way on which nothing happens."""
        return ShellChanges({}, {}, self.place)

    def merge(self, outcomes: list[ShellChanges]) -> None:
        """Go on from here with what holds whichever way was taken; a way that ended the shell does not count."""
        ways = [outcome for outcome in outcomes if not outcome.place.ended]
        if not ways:
            self.place = outcomes[0].place
            return
        names = dict.fromkeys(name for way in ways for name in way.variables)
        for name in names:
            before = self.variables.get(name)
            entries = [way.variables.get(name, before) for way in ways]
            first = entries[0]
            if first is not None and all(first.same(entry) for entry in entries):
                self.variables.put(name, first)
            else:
                known = [entry for entry in entries if entry is not None]
                exported = any(entry.exported for entry in known)
                self.variables.put(
                    name, Variable(value=None, origin=known[0].origin, exported=exported) if known else None
                )
        for way in ways:
            for name, function in way.functions.items():
                self.functions.put(name, function)
        if names:
            self._environ = None
        self.place = _merged([way.place for way in ways])


def exported_value(name: str, variable: Variable) -> Traced:
    """What a program finds under an exported name."""
    value = variable.value
    if value is None and variable.origin is not None:
        return Traced((Piece(f"${name}", variable.origin, (), known=False),))
    if isinstance(value, Traced):
        return value
    return value[0] if value else Traced()


def _appended(old: Variable | None, value: ShellValue) -> ShellValue | None:
    """The old value with the new one behind it; None if the old one is not known."""
    if old is None or old.value is None:
        return None
    if isinstance(value, Traced):
        return old.value + value if isinstance(old.value, Traced) else None
    return (old.value, *value) if isinstance(old.value, Traced) else old.value + value


def _merged(places: list[ShellPosition]) -> ShellPosition:
    first = places[0]
    return ShellPosition(
        cwd=first.cwd if all(place.cwd == first.cwd for place in places) else None,
        pushed=first.pushed if all(place.pushed == first.pushed for place in places) else (),
        arguments=first.arguments if all(place.arguments == first.arguments for place in places) else None,
        within=first.within if all(place.within == first.within for place in places) else None,
    )
