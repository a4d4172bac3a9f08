"""Records behave as the standard library's dataclasses do, of which they are declared to be."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, ClassVar

import pytest

from dmlint.text import records


class Point:
    """A point."""

    kind: ClassVar[str] = "point"
    x: int
    y: int = 2
    tags: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x")

    @property
    def total(self) -> int:
        return self.x + self.y


class Lone:
    """No fields."""

    kind: ClassVar[str] = "lone"


class Shown:
    """With a text of its own."""

    x: int

    def __repr__(self) -> str:
        return "shown"


PLAIN: dict[str, bool] = {}
FROZEN = {"frozen": True}
SLOTS = {"slots": True}
FACT = {"frozen": True, "slots": True, "kw_only": True}
ALONE = {"eq": False, "slots": True}
FLAGS = [
    pytest.param(flags, id=" ".join(flags) or "plain")
    for flags in (PLAIN, FROZEN, SLOTS, FACT, ALONE, {"frozen": True, "eq": False})
]


def standard(kind: type, flags: dict[str, bool]) -> Any:
    return dataclasses.dataclass(**flags)(twin(kind, dataclasses.field))


def record(kind: type, flags: dict[str, bool]) -> Any:
    return records.dataclass(**flags)(twin(kind, records.field))


def twin(kind: type, field: Any) -> Any:
    """The same class anew: decorators change what they are given."""
    space = {name: value for name, value in vars(kind).items() if name not in ("__dict__", "__weakref__")}
    factories = {name: value for name, value in space.items() if isinstance(value, dataclasses.Field)}
    return type(kind.__name__, (), space | {n: field(default_factory=v.default_factory) for n, v in factories.items()})


def outcome(call: Any, *values: object, **named: object) -> object:
    """What a call comes to, in a form that can be compared."""
    try:
        return repr(call(*values, **named))
    except (TypeError, ValueError, AttributeError) as error:
        return type(error).__name__


CALLS = [
    pytest.param((), {"x": 1}, id="defaults"),
    pytest.param((), {"x": 1, "y": 5, "tags": ["a"]}, id="all"),
    pytest.param((1,), {}, id="positional"),
    pytest.param((1, 2, [], 4), {}, id="too many"),
    pytest.param((), {}, id="missing"),
    pytest.param((1,), {"x": 1}, id="twice"),
    pytest.param((), {"x": 1, "z": 2}, id="unknown"),
    pytest.param((), {"x": -1}, id="refused by __post_init__"),
]


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize(("values", "named"), CALLS)
def test_made_alike(flags: dict[str, bool], values: tuple[object, ...], named: dict[str, object]) -> None:
    expected = outcome(standard(Point, flags), *values, **named)
    kind = record(Point, flags)
    assert [outcome(kind, *values, **named) for _ in range(20)] == [expected] * 20


@pytest.mark.parametrize("flags", FLAGS)
def test_a_default_is_made_anew_for_the_first_and_for_the_last(flags: dict[str, bool]) -> None:
    kind = record(Point, flags)
    made = [kind(x=number) for number in range(20)]
    assert len({id(entry.tags) for entry in made}) == 20
    assert [entry.x for entry in made] == list(range(20))


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize("kind", [Point, Lone, Shown])
def test_the_class_is_alike(flags: dict[str, bool], kind: type) -> None:
    ours, theirs = record(kind, flags), standard(kind, flags)
    for name in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__", "kind", "__slots__"):
        assert getattr(ours, name, None) == getattr(theirs, name, None)
    assert (ours.__match_args__, hasattr(ours, "x")) == (theirs.__match_args__, hasattr(theirs, "x"))
    assert [(entry.name, entry.type) for entry in dataclasses.fields(ours)] == [
        (entry.name, entry.type) for entry in dataclasses.fields(theirs)
    ]


@pytest.mark.parametrize("flags", FLAGS)
def test_compared_alike(flags: dict[str, bool]) -> None:
    answers = []
    for kind in (record(Point, flags), standard(Point, flags)):
        one, same, other = kind(x=1), kind(x=1), kind(x=2)
        answers.append((one == same, one == other, one != same, one == 1, one.total, one.tags is same.tags))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("flags", FLAGS)
def test_hashed_alike(flags: dict[str, bool]) -> None:
    ours, theirs = record(Shown, flags), standard(Shown, flags)
    assert (ours.__hash__ is None) == (theirs.__hash__ is None)
    pairs = [(kind(x=1), kind(x=1)) for kind in (ours, theirs)]
    same = [outcome(lambda one, other: hash(one) == hash(other), *pair) for pair in pairs]
    assert same[0] == same[1]
    assert repr(ours(x=1)) == "shown"


@pytest.mark.parametrize("flags", FLAGS)
def test_changed_alike(flags: dict[str, bool]) -> None:
    def changed(kind: Any) -> list[object]:
        made = kind(x=1)
        return [outcome(setattr, made, "x", 3), outcome(delattr, made, "x"), getattr(made, "x", None)]

    assert changed(record(Shown, flags)) == changed(standard(Shown, flags))


def test_a_record_without_fields() -> None:
    lone = record(Lone, FACT)
    assert (lone() == lone(), hash(lone()) == hash(lone()), repr(lone())) == (True, True, "Lone()")


def test_fields_are_told_of() -> None:
    kind = record(Point, FACT)
    assert [(entry.name, entry.type) for entry in records.fields(kind)] == [
        ("x", "int"),
        ("y", "int"),
        ("tags", "list[str]"),
    ]
    assert [entry.default is records.MISSING for entry in records.fields(kind)] == [True, False, True]
    assert [entry.default_factory is records.MISSING for entry in records.fields(kind(x=1))] == [True, True, False]
    assert [records.is_dataclass(thing) for thing in (kind, kind(x=1), Point, 1)] == [True, True, False, False]


def test_functions_of_dataclasses_take_records() -> None:
    point: Any = record(Point, FACT)(x=1, tags=["a"])
    assert dataclasses.is_dataclass(type(point))
    assert dataclasses.asdict(point) == {"x": 1, "y": 2, "tags": ["a"]}
    assert dataclasses.replace(point, x=4) == records.replace(point, x=4)
    assert (records.replace(point, x=4).x, records.replace(point, x=4).tags is point.tags) == (4, True)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot change field 'x' of Point"):
        point.x = 2
    with pytest.raises(AttributeError):
        point.new = 2


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """At the top of a module, where pickle finds it."""

    x: int


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda kept: pickle.loads(pickle.dumps(kept))])
def test_copied_and_pickled(copied: Any) -> None:
    kept = Kept(x=1)
    assert (copied(kept), copied(kept) is kept) == (kept, False)
