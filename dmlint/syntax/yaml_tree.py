"""The values of a YAML file as libyaml's events put them together, without recursion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST = 100
"""How deep values may stand in each other, aliases followed."""
NULL_TAG = "tag:yaml.org,2002:null"

_MOST_REPEATED = 100_000
"""How many values aliases may repeat: more than any real file does, and few enough to walk through."""
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TAGS = {
    "scalar": "tag:yaml.org,2002:str",
    "sequence": "tag:yaml.org,2002:seq",
    "mapping": "tag:yaml.org,2002:map",
}
_KINDS = {MappingStartEvent: "mapping", SequenceStartEvent: "sequence"}


class YamlPlace(Struct, eq=False):
    """One value as it is read: its characters, its anchor and tag included, and what stands in it.

    ``style`` is how a scalar is quoted (``'``, ``"``, ``|``, ``>``), empty for a plain one. ``children`` are a
    sequence's elements; of a mapping, keys and values in turns. ``size`` and ``height`` count what stands in it,
    aliases followed. ``merged`` is filled when it is first asked for.
    """

    kind: str
    tag: str
    start: int
    end: int
    text: str = ""
    style: str = ""
    children: Sequence[YamlPlace] = ()
    size: int = 1
    height: int = 1
    merged: dict[object, tuple[YamlPlace, YamlPlace]] | None = None


class RefusedError(ValueError):
    """Why a file is not read, and where."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


class Builder:
    """Puts libyaml's events together; each of its methods raises ``RefusedError``."""

    def __init__(self) -> None:
        self.documents: list[YamlPlace] = []
        self.closed = False
        self._open: list[tuple[YamlPlace, list[YamlPlace], str | None]] = []
        self._anchors: dict[str, YamlPlace | None] = {}
        self._repeated = 0
        self._handlers = {
            ScalarEvent: self._scalar,
            AliasEvent: self._alias,
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            DocumentStartEvent: self._document,
            StreamEndEvent: self._stop,
        }

    def take(self, event: Any) -> None:
        """The next event of the stream."""
        handle = self._handlers.get(type(event))
        if handle is not None:
            handle(event)

    def _document(self, _event: Any) -> None:
        self._anchors.clear()

    def _stop(self, _event: Any) -> None:
        self.closed = True

    def _start(self, event: Any) -> None:
        kind = _KINDS[type(event)]
        at = event.start_mark.index
        children: list[YamlPlace] = []
        self._open.append((YamlPlace(kind, _tag(event.tag, kind), at, at, children=children), children, event.anchor))
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if len(self._open) > DEEPEST:
            raise RefusedError(at, "values are nested too deeply")

    def _end(self, event: Any) -> None:
        place, _, anchor = self._open.pop()
        place.end = max(place.start, event.end_mark.index)
        self._close(place, anchor)

    def _scalar(self, event: Any) -> None:
        text, style, tag = event.value, event.style or "", event.tag
        tag = NULL_TAG if tag is None and not style and text in _NULL else _tag(tag, "scalar")
        self._close(YamlPlace("scalar", tag, event.start_mark.index, event.end_mark.index, text, style), event.anchor)

    def _alias(self, event: Any) -> None:
        at, name = event.start_mark.index, event.anchor
        if name not in self._anchors:
            raise RefusedError(at, f"the alias '*{name}' names nothing before it")
        place = self._anchors[name]
        if place is None:
            raise RefusedError(at, f"the alias '*{name}' stands inside of what it names")
        self._repeated += place.size
        if self._repeated > _MOST_REPEATED:
            raise RefusedError(at, "aliases repeat more values than can be looked through")
        self._attach(place, at)

    def _close(self, place: YamlPlace, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = place
        self._attach(place, place.start)

    def _attach(self, place: YamlPlace, at: int) -> None:
        if not self._open:
            self.documents.append(place)
            return
        outer, children, _ = self._open[-1]
        children.append(place)
        outer.size += place.size
        if place.height >= outer.height:
            outer.height = place.height + 1
            if len(self._open) + place.height > DEEPEST:
                raise RefusedError(at, "values are nested too deeply")


def _tag(written: str | None, kind: str) -> str:
    return _TAGS[kind] if written in (None, "!") else str(written)
