"""What a running script knows: variables, functions, folder; undone and merged where ways of running meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.syntax.shell.journal import Journal
from dmlint.text.arms import exclude
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.syntax.shell.program import Definition
    from dmlint.text.arms import Arm
    from dmlint.text.source import Span

NAMES = 1_000
WAYS = 100
"""How many values of one variable are told apart that several ways of running leave."""
LONGEST = 1_000_000
"""How long a value may be, where an element or a piece of another origin counts as thirty characters."""

ShellValue = Traced | tuple[Traced, ...]
"""A scalar, or the elements of an array."""


class Variable(Struct, frozen=True, kw_only=True):
    """A variable that was assigned: ``value`` is None if it is not known which value it has, ``present`` False
    after ``unset``. ``origin`` is where it was assigned, None for an empty value that came from outside. ``ways`` are
    the variables that the arms of a choice left, where they differ.
    """

    value: ShellValue | None
    origin: Span | None
    exported: bool = False
    present: bool = True
    ways: tuple[tuple[tuple[Arm, ...], Variable], ...] = ()

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


def _size(value: ShellValue) -> int:
    elements = (value,) if isinstance(value, Traced) else value
    return sum(len(element) + 30 * (len(element.pieces) + 1) for element in elements)


def _texts(value: ShellValue) -> tuple[bool, tuple[str, ...]]:
    if isinstance(value, Traced):
        return False, (value.text,)
    return True, tuple(element.text for element in value)


class ShellPosition(Struct, frozen=True, kw_only=True):
    """Where the shell stands: folder, ``pushd`` stack, ``$1 …`` (None if not known), how it ended (``exit``,
    ``return``, or ``break`` and ``continue`` of so many ``loops``) and whether it ``succeeded``, and the environment
    that was activated, named as in ``Command.within``.
    """

    cwd: str | None = None
    pushed: tuple[str | None, ...] = ()
    arguments: tuple[Traced, ...] | None = None
    ended: str = ""
    succeeded: bool | None = None
    loops: int = 0
    within: str | None = None


class ShellChanges(Struct, frozen=True):
    """What one way of running changed; ``arms`` are those that lead to it, None where it may be taken with others."""

    variables: dict[str, Variable | None]
    functions: dict[str, Definition | None]
    place: ShellPosition
    arms: tuple[Arm, ...] | None = None


class CallFrame(NamedTuple):
    """A function that runs: how many marks and arms there were when it was called, and how it may have returned."""

    depth: int
    arms: int
    returned: list[ShellChanges]


class ShellState(Struct):
    """One shell process, as it goes on. (Not frozen: it is the state that the script's commands change.)

    ``name`` is ``$0``. ``arms`` are those in which the shell stands, ``past`` those that it left for good since another
    ended it. ``parted`` says that some variable has several ways. ``option`` is where ``getopts`` stands.
    """

    variables: Journal[Variable]
    functions: Journal[Definition] = field(default_factory=lambda: Journal({}))
    place: ShellPosition = field(default_factory=ShellPosition)
    name: Traced | None = None
    export_all: bool = False
    locals: list[dict[str, Variable | None]] = field(default_factory=list)
    calls: list[CallFrame] = field(default_factory=list)
    aliases: dict[str, Traced] = field(default_factory=dict)
    traps: list[Traced] = field(default_factory=list)
    arms: tuple[Arm, ...] = ()
    past: tuple[Arm, ...] = ()
    parted: bool = False
    looping: int = 0
    option: tuple[int, int] = (0, 1)
    _environ: dict[str, Traced] | None = None

    @classmethod
    def start(cls, environ: Mapping[str, Traced], cwd: str | None, arguments: tuple[Traced, ...] | None) -> ShellState:
        """A fresh shell with these exported variables."""
        entries = {
            name: Variable(value=value, origin=value.pieces[0].span if value.pieces else None, exported=True)
            for name, value in environ.items()
        }
        return cls(Journal(entries), place=ShellPosition(cwd=cwd, arguments=arguments))

    def look(self, name: str) -> Variable | None:
        """The variable of that name in the arms in which the shell stands."""
        variable = self.variables.get(name)
        if variable is None or not variable.ways:
            return variable
        possible = self.possible(variable)
        return possible[0][1] if len(possible) == 1 else replace(variable, ways=())

    def possible(self, variable: Variable) -> list[tuple[tuple[Arm, ...], Variable]]:
        """The ways of a variable that the arms do not exclude in which the shell stands."""
        here = self.arms + self.past
        return [way for way in variable.ways if not exclude(way[0], here)]

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

    def execute(self, assignment: Assignment, *, exported: bool = False) -> bool:
        """``A=b``, ``A+=b`` and their arrays; False where the value is too large to be kept."""
        value = assignment.value
        if assignment.appends and value is not None:
            value = _appended(self.look(assignment.name), value)
        large = value is not None and _size(value) > LONGEST
        kept = None if large else value
        self.assign(assignment.name, Variable(value=kept, origin=assignment.span, exported=exported))
        return not large

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

    def apply(self, changes: ShellChanges) -> None:
        """Go on with what was done on trial."""
        for name, variable in changes.variables.items():
            self.variables.put(name, variable)
            self._environ = None
        for name, function in changes.functions.items():
            self.functions.put(name, function)
        self.place = changes.place

    def merge(self, outcomes: list[ShellChanges]) -> None:
        """Go on from here with what holds whichever way was taken; a way that ended the shell does not count."""
        ways = [outcome for outcome in outcomes if not outcome.place.ended]
        if not ways:
            self.place = outcomes[0].place
            return
        for name in dict.fromkeys(name for way in ways for name in way.variables):
            self.variables.put(name, self._joined(name, ways))
            self._environ = None
        for way in ways:
            for name, function in way.functions.items():
                self.functions.put(name, function)
        self.place = _merged([way.place for way in ways])

    def _joined(self, name: str, ways: list[ShellChanges]) -> Variable | None:
        """What a variable holds after several ways."""
        before = self.variables.get(name)
        entries = [way.variables.get(name, before) for way in ways]
        first = entries[0]
        if len(ways) == 1 or (first is not None and not first.ways and all(first.same(entry) for entry in entries)):
            return first
        known = [entry for entry in entries if entry is not None]
        if not known:
            return None
        exported = any(entry.exported for entry in known)
        parted: list[tuple[tuple[Arm, ...], Variable]] = []
        for way, entry in zip(ways, entries, strict=True):
            if way.arms is None:
                return Variable(value=None, origin=known[0].origin, exported=exported)
            one = entry or Variable(value=None, origin=known[0].origin)
            parted += [((*way.arms, *arms), each) for arms, each in one.ways] or [(way.arms, one)]
        if len(parted) > WAYS or all(one.value is None for _, one in parted):
            parted = []
        self.parted = self.parted or bool(parted)
        return Variable(value=None, origin=known[0].origin, exported=exported, ways=tuple(parted))


def counted(arguments: tuple[Traced, ...]) -> tuple[Traced, ...] | None:
    """Arguments, None where an unknown ``$@`` among them may stand for any number."""
    several = any(not p.known and ("@" in p.text or "*" in p.text) for value in arguments for p in value.pieces)
    return None if several else arguments


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
    if all(place == first for place in places):
        return first
    return ShellPosition(
        cwd=first.cwd if all(place.cwd == first.cwd for place in places) else None,
        pushed=first.pushed if all(place.pushed == first.pushed for place in places) else (),
        arguments=first.arguments if all(place.arguments == first.arguments for place in places) else None,
        within=first.within if all(place.within == first.within for place in places) else None,
    )
