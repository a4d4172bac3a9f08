"""An editor in this process: it speaks the protocol with a session, message by message."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from dmlint.server.language_server import Session

if TYPE_CHECKING:
    from pathlib import Path

_BOUND = 60
ALL = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}


class Client:
    """Sends messages as an editor does, and keeps what it is sent."""

    def __init__(self) -> None:
        self.session = Session()
        self.told: list[dict[str, Any]] = []
        self._protocol = self.session.server.protocol
        self._protocol.set_writer(self, include_headers=False)
        self._waiting: dict[object, asyncio.Future[dict[str, Any]]] = {}

    def write(self, data: bytes) -> None:
        """What the session says, in whatever thread."""
        message = json.loads(data)
        if "method" in message:
            self.told.append(message)
        else:
            self._waiting.pop(message["id"]).set_result(message)

    def close(self) -> None:
        """The session has nothing more to say."""

    def note(self, method: str, params: object) -> None:
        """Tell the session something."""
        self._handle({"method": method, "params": params})

    async def ask(self, method: str, params: object) -> Any:
        """Ask the session something; what it answers."""
        number = f"n{len(self.told)}-{method}-{len(self._waiting)}"
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._handle({"id": number, "method": method, "params": params})
        message = await asyncio.wait_for(answer, _BOUND)
        assert "error" not in message, message
        return message["result"]

    def _handle(self, message: dict[str, Any]) -> None:
        self._protocol.handle_message(self._protocol.structure_message({"jsonrpc": "2.0", **message}))

    async def start(self, *folders: Path, **capabilities: object) -> dict[str, Any]:
        """Open folders; what the session can do."""
        named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        params = {"processId": None, "rootUri": None, "capabilities": capabilities, "workspaceFolders": named}
        answer: dict[str, Any] = await self.ask("initialize", params)
        self.note("initialized", {})
        return answer

    def open(self, path: Path, text: str, version: int = 1) -> None:
        """Open a document."""
        document = {"uri": path.as_uri(), "languageId": "text", "version": version, "text": text}
        self.note("textDocument/didOpen", {"textDocument": document})

    def change(self, path: Path, version: int, *changes: object) -> None:
        """Change a document; a text alone is all of it."""
        written = [{"text": change} if isinstance(change, str) else change for change in changes]
        document = {"uri": path.as_uri(), "version": version}
        self.note("textDocument/didChange", {"textDocument": document, "contentChanges": written})

    async def of(self, path: Path, method: str, **params: object) -> Any:
        """Ask something of a document."""
        return await self.ask(f"textDocument/{method}", {"textDocument": {"uri": path.as_uri()}, **params})

    async def codes(self, path: Path) -> list[str]:
        """The rules that find something in a document."""
        return [entry["code"] for entry in (await self.of(path, "diagnostic"))["items"]]

    async def pushed(self, path: Path) -> list[str]:
        """The same as it was last sent without being asked for."""
        await self.ask("workspace/diagnostic", {"previousResultIds": []})
        sent = [note["params"] for note in self.named("textDocument/publishDiagnostics")]
        mine = [entry["diagnostics"] for entry in sent if entry["uri"] == path.as_uri()]
        return [entry["code"] for entry in (mine[-1] if mine else [])]

    def named(self, method: str) -> list[dict[str, Any]]:
        """What the session has said by a name."""
        return [note for note in self.told if note["method"] == method]
