"""Which diagnostics an editor is sent without asking: of what is open, and of what an edit has made wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from dmlint.parsers import claim
from dmlint.server.diagnostics import diagnose_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.server.snapshot import Snapshot

    Told = tuple[tuple[str, str, str], ...]


class Publisher:
    """What one project's documents were last said to have; ``pulled`` says that the editor asks for those that are
    open.
    """

    def __init__(self, *, pulled: bool) -> None:
        self._pulled = pulled
        self._first: dict[str, Told] | None = None
        self._sent: dict[str, list[types.Diagnostic]] = {}
        self._told: dict[str, Told] = {}

    def publish(self, snapshot: Snapshot) -> Iterator[types.PublishDiagnosticsParams]:
        """What is to be sent now. A file that nobody has opened is spoken of as soon as there is something else to say
        of it than at first.
        """
        now = {path: _tell(snapshot, path) for path in snapshot.findings}
        if self._first is None:
            self._first = now
        opened = {path for path in snapshot.texts if claim(path) is not None}
        broken = {path for path in {*now, *self._first} if now.get(path) != self._first.get(path)} - opened
        wanted = broken if self._pulled else opened | broken
        self._told = now
        for path in sorted({*wanted, *self._sent}):
            items = diagnose_file(snapshot, path) if path in wanted else []
            text = snapshot.texts.get(path)
            if text is not None or self._sent.get(path, []) != items:
                version = text.version if text is not None and path in wanted else None
                yield types.PublishDiagnosticsParams(uri=snapshot.uri(path), diagnostics=items, version=version)
            self._sent[path] = items
        self._sent = {path: items for path, items in self._sent.items() if items}

    def changed(self, snapshot: Snapshot) -> set[str]:
        """The open documents of which something else is to be said than when it was last published."""
        return {path for path in snapshot.texts if self._told.get(path, ()) != _tell(snapshot, path)}


def _tell(snapshot: Snapshot, path: str) -> Told:
    found = snapshot.findings.get(path, ())
    return tuple((finding.rule, finding.message, finding.span.text) for finding in found)
