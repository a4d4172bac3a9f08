"""When a project is judged: after each edit, and again from the start where a newer one comes meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dmlint.server.snapshot import OpenText, Project, Snapshot


class _SupersededError(DmlintError):
    """A judgement that nobody waits for any more."""


class Analysis:
    """Keeps what is known of a project up to date; for the thread of the event loop.

    ``tell`` is handed each snapshot with the paths that were edited for it, ``refuse`` what is wrong with the
    configuration: what was known before then stays.
    """

    def __init__(
        self,
        project: Project,
        encoding: str,
        tell: Callable[[Snapshot, frozenset[Path]], None],
        refuse: Callable[[str], None],
    ) -> None:
        self.project = project
        self.texts: dict[Path, OpenText] = {}
        self._encoding = encoding
        self._tell = tell
        self._refuse = refuse
        self._snapshot: Snapshot | None = None
        self._edited: set[Path] = set()
        self._wanted = 0
        self._running: asyncio.Task[None] | None = None

    def edit(self, path: Path, text: OpenText | None) -> None:
        """A document is as it says now, or is closed."""
        if text is None:
            self.texts.pop(path, None)
        else:
            self.texts[path] = text
        self._edited.add(path)
        self.ask()

    def ask(self) -> None:
        """Judge again; what is being judged is given up."""
        self._wanted += 1
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._run())

    async def settled(self) -> Snapshot | None:
        """What is known once all that was edited so far is judged; None where the configuration never held."""
        while self._running is not None and not self._running.done():
            await asyncio.shield(self._running)
        return self._snapshot

    async def _run(self) -> None:
        done = -1
        while done != self._wanted:
            done, edited = self._wanted, frozenset(self._edited)
            try:
                snapshot = await asyncio.to_thread(self._judge, dict(self.texts), done)
            except _SupersededError:
                continue
            except DmlintError as error:
                self._refuse(str(error))
            else:
                self._snapshot = snapshot
                self._edited -= edited
                self._tell(snapshot, edited)

    def _judge(self, texts: dict[Path, OpenText], wanted: int) -> Snapshot:
        def watch(_doing: str, _done: int, _total: int) -> None:
            if self._wanted != wanted:
                raise _SupersededError

        return self.project.judge(texts, self._encoding, watch)
