"""A session with an editor: what is open counts, and whatever it is asked is answered of the newest edit."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import sys
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from small_tree import write_tree

from dmlint.server.language_server import Session
from server.client import ALL, Client
from server.open_project import ISAAC, PIP

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

SIM = f"ARG TAG=5.0.0\n{ISAAC}${{TAG}}\n"
COMPOSE = "services:\n  a:\n    build:\n      context: .\n      args:\n        TAG: ${SIM}\n"
WRONG = "FROM x\nRUN pip install numpy\n"


def play(scene: Callable[[Client], Awaitable[None]]) -> None:
    """Let an editor do something."""

    async def run() -> None:
        await scene(Client())

    asyncio.run(run())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "r é"
    write_tree(folder, {".dmlint.toml": "", "Dockerfile": SIM})
    return folder


def test_what_is_typed_is_judged_and_not_what_is_on_the_disk(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = root / "Dockerfile"
        client.open(path, WRONG)
        assert await client.codes(path) == ["DM101"]
        assert await client.pushed(path) == ["DM101"]
        place = {"start": {"line": 1, "character": 21}, "end": {"line": 1, "character": 21}}
        client.change(path, 2, {"range": place, "text": "<2"})
        assert await client.codes(path) == ["DM106"]
        client.change(path, 3, "FROM x\n", f"{SIM}\n")
        assert await client.pushed(path) == []
        assert client.named("textDocument/publishDiagnostics")[-1]["params"]["version"] == 3

    play(scene)


def test_an_edit_of_one_file_turns_another_red(root: Path) -> None:
    async def scene(client: Client) -> None:
        write_tree(root, {"compose.yml": COMPOSE, ".env": "SIM=5.0.0\n"})
        await client.start(root)
        client.open(root / ".env", "SIM=5.0.0\n")
        assert await client.pushed(root / "Dockerfile") == []
        client.change(root / ".env", 2, "SIM=5.1.0\n")
        assert await client.codes(root / ".env") == ["DM201"]
        client.change(root / ".env", 3, "SIM=latest\n")
        assert await client.pushed(root / ".env") == ["DM203"]
        client.open(root / "requirements.txt", "numpy\n")
        client.change(root / ".env", 4, "SIM=5.0.0\n")
        assert await client.pushed(root / ".env") == []

    play(scene)


def test_a_file_that_nobody_opened_is_spoken_of_as_soon_as_an_edit_changes_it(root: Path) -> None:
    async def scene(client: Client) -> None:
        files = {"Dockerfile": f"FROM x\nCOPY c.txt .\n{PIP} -c c.txt numpy\n", "c.txt": "numpy<2\n"}
        write_tree(root, files)
        await client.start(root, textDocument={"diagnostic": {}}, workspace={"diagnostics": {"refreshSupport": True}})
        client.open(root / "c.txt", files["c.txt"])
        assert await client.pushed(root / "Dockerfile") == []
        client.change(root / "c.txt", 2, "\n")
        assert await client.pushed(root / "Dockerfile") == ["DM101"]
        client.change(root / "c.txt", 3, "\n\n")
        assert await client.pushed(root / "Dockerfile") == ["DM101"]
        client.open(root / "Dockerfile", files["Dockerfile"])
        assert await client.pushed(root / "Dockerfile") == []
        assert await client.codes(root / "Dockerfile") == ["DM101"]
        before = len(client.named("workspace/diagnostic/refresh"))
        client.change(root / "c.txt", 4, "numpy<2\n")
        assert await client.codes(root / "Dockerfile") == []
        assert len(client.named("workspace/diagnostic/refresh")) == before + 1

    play(scene)


def test_hints_are_asked_for_again_where_the_editor_can(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root, workspace={"inlayHint": {"refreshSupport": True}})
        client.open(root / "requirements.txt", "numpy\n")
        client.open(root / "Dockerfile", f"FROM x\nCOPY . .\n{PIP} -r requirements.txt\n")
        await client.codes(root / "Dockerfile")
        client.change(root / "requirements.txt", 2, "numpy>=2\n")
        hints = await client.of(root / "Dockerfile", "inlayHint", range=ALL)
        assert [hint["label"] for hint in hints] == ["NumPy ≥2 ✗"]
        assert client.named("workspace/inlayHint/refresh")

    play(scene)


def test_everything_that_is_offered_is_answered(root: Path) -> None:
    async def scene(client: Client) -> None:
        offered = await client.start(root, window={"showDocument": {"support": True}})
        path = root / "Dockerfile"
        client.open(path, f"ARG TAG=5.1.0\n{ISAAC}${{TAG}}\n# dmlint: ignore[\n")
        place = {"line": 1, "character": 35}
        assert (await client.of(path, "hover", position=place))["contents"]["kind"] == "markdown"
        assert [entry["range"]["start"]["line"] for entry in await client.of(path, "definition", position=place)] == [0]
        items = await client.of(path, "completion", position={"line": 2, "character": 17})
        assert "DM101" in [item["label"] for item in items]
        made = await client.of(path, "codeAction", range=ALL, context={"diagnostics": []})
        assert {action["kind"] for action in made} == {"quickfix", "source.fixAll.dmlint"}
        lens = (await client.of(path, "codeLens"))[0]["command"]
        for _ in range(2):
            command = {"command": lens["command"], "arguments": lens["arguments"]}
            assert "isaac-sim" in await client.ask("workspace/executeCommand", command)
        shown = client.named("window/showDocument")[-1]["params"]["uri"]
        assert shown.endswith("/story.txt")
        assert offered["capabilities"]["positionEncoding"] == "utf-16"
        await client.ask("shutdown", None)
        assert client.session.ended

    play(scene)


def test_a_story_is_told_to_an_editor_that_shows_no_documents_too(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        client.open(root / "Dockerfile", WRONG)
        lens = (await client.of(root / "Dockerfile", "codeLens"))[0]["command"]
        command = {"command": lens["command"], "arguments": lens["arguments"]}
        assert "numpy" in await client.ask("workspace/executeCommand", command)
        command["arguments"] = [lens["arguments"][0], "nothing"]
        assert await client.ask("workspace/executeCommand", command) is None
        await client.ask("shutdown", None)

    play(scene)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_places_are_counted_as_the_editor_wants_them(root: Path, encoding: str) -> None:
    async def scene(client: Client) -> None:
        offered = await client.start(root, general={"positionEncodings": [encoding]})
        path = root / "requirements.txt"
        client.open(path, "# 😀\r\nnumpy # 😀\r\n")
        found = (await client.of(path, "diagnostic"))["items"]
        assert [entry["range"]["start"] for entry in found] == [{"line": 1, "character": 0}]
        assert offered["capabilities"]["positionEncoding"] == encoding

    play(scene)


def test_an_edit_may_cut_a_pair_in_two_and_mend_it(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = root / "requirements.txt"
        client.open(path, "numpy # 😀\n")
        half = {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 10}}
        client.change(path, 2, {"range": half, "text": ""})
        assert await client.codes(path) == ["DM101"]
        place = {"start": {"line": 0, "character": 9}, "end": {"line": 0, "character": 9}}
        client.change(path, 3, {"range": place, "text": "\ude00"})
        found = await client.of(path, "codeAction", range=ALL, context={"diagnostics": [], "only": ["source.fixAll"]})
        assert len(found) == 1

    play(scene)


def test_a_closed_document_is_what_is_on_the_disk(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = root / "Dockerfile"
        client.open(path, WRONG)
        assert await client.pushed(path) == ["DM101"]
        client.note("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        assert await client.pushed(path) == []
        client.note("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        assert await client.codes(path) == []

    play(scene)


def test_what_changes_on_the_disk_is_seen(root: Path) -> None:
    async def scene(client: Client) -> None:
        watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
        await client.start(root, workspace=watching)
        assert client.named("client/registerCapability")
        path = root / "Dockerfile"
        client.open(path, f"FROM x\nCOPY c.txt .\n{PIP} -c c.txt numpy\n")
        assert await client.codes(path) == ["DM901"]
        write_tree(root, {"c.txt": "numpy<2\n"})
        event = {"uri": (root / "c.txt").as_uri(), "type": 1}
        client.note("workspace/didChangeWatchedFiles", {"changes": [event]})
        assert await client.codes(path) == []
        (root / "c.txt").unlink()
        client.note("workspace/didChangeWatchedFiles", {"changes": [{**event, "type": 3}]})
        assert await client.codes(path) == ["DM901"]
        write_tree(root, {".dmlint.toml": 'ignore = ["DM1", "DM9"]'})
        client.note("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        assert await client.codes(path) == []
        git = {"uri": (root / ".git/index").as_uri(), "type": 1}
        client.note("workspace/didChangeWatchedFiles", {"changes": [git]})
        assert await client.codes(path) == []

    play(scene)


def test_a_text_that_was_never_saved_is_there_for_others(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = root / "Dockerfile"
        client.open(path, f"FROM x\nCOPY c.txt .\n{PIP} -c c.txt numpy\n")
        assert await client.codes(path) == ["DM901"]
        client.open(root / "c.txt", "numpy<2\n")
        assert await client.codes(path) == []
        client.note("textDocument/didClose", {"textDocument": {"uri": (root / "c.txt").as_uri()}})
        assert await client.codes(path) == ["DM901"]

    play(scene)


def test_a_wrong_configuration_is_said_and_what_was_known_stays(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = root / "Dockerfile"
        client.open(path, WRONG)
        assert await client.codes(path) == ["DM101"]
        write_tree(root, {".dmlint.toml": 'ignore = ["no"]'})
        client.note("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        assert await client.codes(path) == ["DM101"]
        said = client.named("window/showMessage")[-1]["params"]
        assert said["type"] == 1
        assert "ignore" in said["message"]

    play(scene)


def test_a_configuration_that_never_held_leaves_nothing_to_say(root: Path) -> None:
    async def scene(client: Client) -> None:
        write_tree(root, {".dmlint.toml": "nonsense = 1"})
        await client.start(root)
        client.open(root / "Dockerfile", WRONG)
        assert await client.codes(root / "Dockerfile") == []
        assert await client.pushed(root / "Dockerfile") == []

    play(scene)


def test_folders_join_and_leave(root: Path, tmp_path: Path) -> None:
    async def scene(client: Client) -> None:
        other = tmp_path.resolve() / "other"
        write_tree(other, {".dmlint.toml": "", "requirements.txt": "numpy\n"})
        await client.start(root)
        folder = {"uri": other.as_uri(), "name": "other"}
        client.note("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
        everything = await client.ask("workspace/diagnostic", {"previousResultIds": []})
        assert [entry["uri"] for entry in everything["items"]] == [(other / "requirements.txt").as_uri()]
        client.note("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
        everything = await client.ask("workspace/diagnostic", {"previousResultIds": []})
        assert everything["items"] == []

    play(scene)


def test_a_document_outside_of_all_folders_is_judged_in_its_own(root: Path, tmp_path: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = tmp_path.resolve() / "alone" / "requirements.txt"
        write_tree(path.parent, {"requirements.txt": ""})
        client.open(path, "numpy\n")
        assert await client.codes(path) == ["DM101"]
        assert await client.codes(root / "Dockerfile") == []

    play(scene)


@pytest.mark.parametrize("uri", ["untitled:one", "file:///a%00b", "git:/x/Dockerfile"])
def test_what_is_in_no_file_is_passed_over(root: Path, uri: str) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        document = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": WRONG}
        client.note("textDocument/didOpen", {"textDocument": document})
        client.note("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": ""}]})
        client.note("textDocument/didClose", {"textDocument": document})
        assert (await client.ask("textDocument/diagnostic", {"textDocument": document}))["items"] == []

    play(scene)


def test_a_newer_edit_wins(root: Path) -> None:
    async def scene(client: Client) -> None:
        await client.start(root)
        path = root / "Dockerfile"
        client.open(path, WRONG)
        for version in range(2, 40):
            client.change(path, version, f"{WRONG}# {version}\n")
            await asyncio.sleep(0.001)
        client.change(path, 40, SIM)
        assert await client.codes(path) == []
        versions = [note["params"]["version"] for note in client.named("textDocument/publishDiagnostics")]
        assert versions == sorted(versions)

    play(scene)


def frame(message: dict[str, Any]) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)


HELLO = {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}
BYE: list[dict[str, Any]] = [{"id": 2, "method": "shutdown"}, {"method": "exit"}]


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        pytest.param([HELLO, *BYE], 0, id="goodbye"),
        pytest.param([HELLO], 1, id="the editor is gone"),
        pytest.param([HELLO, BYE[1]], 1, id="no goodbye"),
    ],
)
def test_the_exit_code_says_whether_the_editor_said_goodbye(
    monkeypatch: pytest.MonkeyPatch, messages: list[dict[str, Any]], code: int
) -> None:
    said = io.TextIOWrapper(io.BytesIO(b"".join(map(frame, messages))))
    monkeypatch.setattr(sys, "stdin", said)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    assert Session().run(None) == code


def test_it_can_be_spoken_to_over_a_port_of_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    thread = Thread(target=Session().run, args=(port,), daemon=True)
    thread.start()
    editor = socket.socket()
    editor.settimeout(30)
    while editor.connect_ex(("127.0.0.1", port)):
        thread.join(0.1)
    with editor:
        editor.sendall(frame(HELLO))
        assert b"Content-Length" in editor.recv(100)
        editor.sendall(b"".join(map(frame, BYE)))
    thread.join(30)
    assert not thread.is_alive()
