"""Dataclasses at a fraction of their price: a run defines two hundred, makes instances of half of them, and is over.

The standard library writes and compiles up to six methods for each class, in 0.3 to 0.4 ms. Here a method is compiled
when it is called, ``__init__`` when it is called often. What is written, and what a type checker sees, are the standard
library's own words; the functions of ``dataclasses`` take a record as one of theirs. A record has no base class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Text = tuple[str, dict[str, Any]]
    """A function from its parameters on, and the names that it knows."""


_FEW = 12
"""To fill an instance takes 3 microseconds, to compile what does it in 0.5 takes 45."""


class Factory:
    """Makes the default of a field anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, *, default_factory: Callable[[], Any]) -> None:
        self.make = default_factory


class Missing:
    """Stands for the default of a field that has none."""


class Field:
    """One field as ``fields`` tells of it: ``type`` is as it is written."""

    __slots__ = ("default", "default_factory", "name", "type")

    def __init__(self, name: str, type_: str, default: object) -> None:
        self.name = name
        self.type = type_
        self.default = Missing if isinstance(default, Factory) else default
        self.default_factory = default.make if isinstance(default, Factory) else Missing


class Shape:
    """The fields of a record, and how its methods are written."""

    __slots__ = ("defaults", "frozen", "kw_only", "names")

    def __init__(self, kind: type, *, frozen: bool, kw_only: bool) -> None:
        self.names = tuple(name for name, type_ in kind.__annotations__.items() if not type_.startswith("ClassVar"))
        self.defaults = {name: value for name, value in vars(kind).items() if name in self.names}
        self.frozen = frozen
        self.kw_only = kw_only

    def init(self, kind: type) -> Text:
        """``__init__``: a default is shared, or made where the argument is absent."""
        known: dict[str, Any] = {"put": object.__setattr__, "absent": Factory}
        # What sets a slot costs three quarters of what sets an attribute by its name.
        slots = {name: f"put_{name}" for name in self.names if self.frozen and "__slots__" in vars(kind)}
        known |= {put: getattr(kind, name).__set__ for name, put in slots.items()}
        parameters, lines = ["self", *(["*"] if self.kw_only and self.names else [])], []
        for name in self.names:
            default, value = self.defaults.get(name), name
            if isinstance(default, Factory):
                known[f"make_{name}"] = default.make
                parameters.append(f"{name}=absent")
                value = f"make_{name}() if {name} is absent else {name}"
            elif name in self.defaults:
                known[f"default_{name}"] = default
                parameters.append(f"{name}=default_{name}")
            else:
                parameters.append(name)
            if name in slots:
                lines.append(f"{slots[name]}(self, {value})")
            else:
                lines.append(f"put(self, {name!r}, {value})" if self.frozen else f"self.{name} = {value}")
        lines += ["self.__post_init__()"] if hasattr(kind, "__post_init__") else []
        return f"({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), known

    def fill(self, record: Any, values: tuple[Any, ...], named: dict[str, Any]) -> bool:
        """Do what ``__init__`` does; False where the arguments are wrong, of which it tells better."""
        given = dict(zip(self.names, values, strict=False)) | named
        if (values and self.kw_only) or len(given) < len(values) + len(named) or not given.keys() <= set(self.names):
            return False
        for name in self.names:
            if name not in given and name not in self.defaults:
                return False
            value = given[name] if name in given else self.defaults[name]
            object.__setattr__(record, name, value.make() if isinstance(value, Factory) else value)
        if hasattr(record, "__post_init__"):
            record.__post_init__()
        return True

    def equal(self, _kind: type) -> Text:
        """``__eq__``: only what is of the same class can be equal."""
        mine, theirs = self._values("self"), self._values("other")
        return (
            f"(self, other):\n return {mine} == {theirs} if other.__class__ is self.__class__ else NotImplemented",
            {},
        )

    def hash(self, _kind: type) -> Text:
        """``__hash__``, of all values."""
        return f"(self):\n return hash({self._values('self')})", {}

    def _values(self, record: str) -> str:
        return f"({''.join(f'{record}.{name}, ' for name in self.names)})"


class _Fields:
    """What the functions of ``dataclasses`` go by, made when one of them asks."""

    def __get__(self, _record: object, kind: Any) -> dict[str, Any]:
        import dataclasses

        shape: Shape = kind.__record__
        defaults = {
            name: dataclasses.field(default_factory=value.make) if isinstance(value, Factory) else value
            for name, value in shape.defaults.items()
        }
        plain: Any = type(kind.__name__, (), {"__annotations__": kind.__annotations__, **defaults})
        plain.__module__ = kind.__module__
        kind.__dataclass_fields__ = dataclasses.dataclass(init=False, repr=False, eq=False)(plain).__dataclass_fields__
        fields: dict[str, Any] = kind.__dataclass_fields__
        return fields


def _record(
    *, frozen: bool = False, slots: bool = False, eq: bool = True, kw_only: bool = False
) -> Callable[[type], type]:
    def decorate(kind: type) -> type:
        shape = Shape(kind, frozen=frozen, kw_only=kw_only)
        left_out = ("__dict__", "__weakref__", *shape.defaults)
        space: dict[str, Any] = {name: value for name, value in vars(kind).items() if name not in left_out}
        space |= {
            "__record__": shape,
            "__dataclass_fields__": _Fields(),
            "__match_args__": () if kw_only else shape.names,
            "__init__": _first_inits(shape),
        }
        space.setdefault("__repr__", _repr)
        if slots:
            space["__slots__"] = shape.names
        if eq:
            space["__eq__"] = _on_first_use("__eq__", shape.equal)
            space["__hash__"] = _on_first_use("__hash__", shape.hash) if frozen else None
        if frozen:
            space |= {"__setattr__": _refuse, "__delattr__": _refuse}
        if frozen and slots:
            space["__setstate__"] = _restore
        return type(kind)(kind.__name__, kind.__bases__, space)

    return decorate


def _first_inits(shape: Shape) -> Callable[..., None]:
    """The ``__init__`` of the first instances, which are filled one by one; most classes never have more."""
    compiled = _on_first_use("__init__", shape.init)
    left = _FEW

    def init(self: Any, *values: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0 or not shape.fill(self, values, named):
            compiled(self, *values, **named)

    return init


def _on_first_use(name: str, write: Callable[[type], Text]) -> Callable[..., Any]:
    """A method that puts the compiled one in its own place."""

    def method(self: Any, *values: Any, **named: Any) -> Any:
        kind = type(self)
        text, known = write(kind)
        exec(f"def {name}{text}", known)
        setattr(kind, name, known[name])
        return known[name](self, *values, **named)

    return method


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__record__.names)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: object, name: str, *_value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r} of {type(self).__name__}")


def _restore(self: object, state: tuple[None, dict[str, Any]]) -> None:
    """Fill a record that was pickled or copied."""
    for name, value in state[1].items():
        object.__setattr__(self, name, value)


def _fields(record: Any) -> tuple[Field, ...]:
    shape: Shape = record.__record__
    types = record.__annotations__
    return tuple(Field(name, types[name], shape.defaults.get(name, Missing)) for name in shape.names)


def _is_record(thing: object) -> bool:
    return hasattr(thing, "__record__")


def _replaced(record: Any, /, **changes: Any) -> Any:
    for name in record.__record__.names:
        if name not in changes:
            changes[name] = getattr(record, name)
    return type(record)(**changes)


if TYPE_CHECKING:
    from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
else:
    MISSING, dataclass, field, fields, is_dataclass, replace = Missing, _record, Factory, _fields, _is_record, _replaced

__all__ = ["MISSING", "dataclass", "field", "fields", "is_dataclass", "replace"]
