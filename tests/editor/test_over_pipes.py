"""The real process, driven over its standard input and output."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "dmlint", "server"]
SIM = "ARG TAG=5.1.0\nFROM nvcr.io/nvidia/isaac-sim:${TAG} AS sim\nRUN pip install numpy\n# dmlint: ignore[\n"
ALL = types.Range(start=types.Position(0, 0), end=types.Position(999, 0))


async def start(lsp_client: LanguageClient, tmp_path: Path) -> Any:
    (tmp_path / ".dmlint.toml").touch()
    folder = types.WorkspaceFolder(uri=tmp_path.as_uri(), name="project")
    capabilities = types.ClientCapabilities(
        window=types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(support=True))
    )
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities, workspace_folders=[folder]))
    yield
    await lsp_client.shutdown_session()


client = pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))(start)


def document(path: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri=path.as_uri())


def open_text(client: LanguageClient, path: Path, text: str) -> None:
    item = types.TextDocumentItem(uri=path.as_uri(), language_id="text", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))


def change(client: LanguageClient, path: Path, version: int, text: str, range_: types.Range | None = None) -> None:
    edit: Any = types.TextDocumentContentChangeWholeDocument(text=text)
    if range_ is not None:
        edit = types.TextDocumentContentChangePartial(text=text, range=range_)
    named = types.VersionedTextDocumentIdentifier(uri=path.as_uri(), version=version)
    client.text_document_did_change(types.DidChangeTextDocumentParams(text_document=named, content_changes=[edit]))


async def codes(client: LanguageClient, path: Path) -> list[str]:
    params = types.DocumentDiagnosticParams(text_document=document(path))
    found: Any = await client.text_document_diagnostic_async(params)
    return sorted(entry.code for entry in found.items)


async def test_every_capability(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    open_text(client, path, SIM)
    assert await codes(client, path) == ["DM101", "DM201", "DM903"]
    assert sorted(str(entry.code) for entry in client.diagnostics[path.as_uri()]) == ["DM101", "DM201", "DM903"]
    whole = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous_result_ids=[]))
    assert [entry.uri for entry in whole.items] == [path.as_uri()]
    named, place = document(path), types.Position(1, 36)
    hover: Any = await client.text_document_hover_async(types.HoverParams(text_document=named, position=place))
    assert "the guide avoids it" in hover.contents.value
    hints: Any = await client.text_document_inlay_hint_async(types.InlayHintParams(text_document=named, range=ALL))
    assert [hint.label for hint in hints] == ["5.1.0", "NumPy any ✗"]
    leads: Any = await client.text_document_definition_async(
        types.DefinitionParams(text_document=named, position=place)
    )
    assert [lead.range.start.line for lead in leads] == [0]
    offered: Any = await client.text_document_completion_async(
        types.CompletionParams(text_document=named, position=types.Position(3, 17))
    )
    assert "DM201" in [item.label for item in offered]
    context = types.CodeActionContext(diagnostics=[])
    actions: Any = await client.text_document_code_action_async(
        types.CodeActionParams(text_document=named, range=ALL, context=context)
    )
    assert {action.kind for action in actions} == {"quickfix", "source.fixAll.dmlint"}
    lenses: Any = await client.text_document_code_lens_async(types.CodeLensParams(text_document=named))
    command = lenses[0].command
    told = await client.workspace_execute_command_async(
        types.ExecuteCommandParams(command=command.command, arguments=command.arguments)
    )
    assert "isaac-sim:5.1.0" in str(told)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("Dockerfile", "FROM \x00\x0c\u2028\r\r\nRUN pip install 'numpy\\\n", id="control characters"),
        pytest.param("Dockerfile", "FROM x\nRUN pip install numpy \\\n" * 300, id="many lines that continue"),
        pytest.param("requirements.txt", "numpy" + "[" * 5000, id="brackets"),
        pytest.param("requirements.txt", "\ufeffnumpy\r\n", id="a byte order mark"),
        pytest.param("pyproject.toml", "[a" + ".a" * 3000, id="a deep table"),
        pytest.param("compose.yml", "&a [*a, *a]\n" + "- " * 2000, id="aliases"),
        pytest.param("x.sh", "$(" * 400 + "pip install numpy", id="a shell in a shell"),
        pytest.param("requirements.txt", "numpy \ud83d\n", id="half of a character"),
    ],
)
async def test_no_text_ends_it(client: LanguageClient, tmp_path: Path, name: str, text: str) -> None:
    open_text(client, tmp_path / name, text)
    await codes(client, tmp_path / name)
    open_text(client, tmp_path / "a" / "Dockerfile", SIM)
    assert await codes(client, tmp_path / "a" / "Dockerfile") == ["DM101", "DM201", "DM903"]


async def test_an_edit_cuts_a_pair_in_two(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    open_text(client, path, "# 😀\r\nnumpy\r\n")
    change(client, path, 2, "", types.Range(start=types.Position(0, 3), end=types.Position(1, 0)))
    assert await codes(client, path) == []
    change(client, path, 3, "\ude00\r\n", types.Range(start=types.Position(0, 3), end=types.Position(0, 3)))
    assert await codes(client, path) == ["DM101"]


async def test_a_file_vanishes(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("numpy<2\n")
    path = tmp_path / "Dockerfile"
    open_text(client, path, "FROM x\nCOPY c.txt .\nRUN pip install -r c.txt\n")
    assert await codes(client, path) == []
    (tmp_path / "c.txt").unlink()
    event = types.FileEvent(uri=(tmp_path / "c.txt").as_uri(), type=types.FileChangeType.Deleted)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=[event]))
    assert await codes(client, path) == ["DM901"]
    (tmp_path / ".dmlint.toml").unlink()
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=[event]))
    assert await codes(client, path) == ["DM901"]


async def test_requests_are_answered_while_somebody_types(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    open_text(client, path, SIM)
    asked = []
    for version in range(2, 60):
        change(client, path, version, f"{SIM}# {version}\n")
        params = types.InlayHintParams(text_document=document(path), range=ALL)
        asked.append(client.text_document_inlay_hint_async(params))
    answers: list[Any] = await asyncio.gather(*asked)
    assert [[hint.label for hint in hints] for hints in answers] == [["5.1.0", "NumPy any ✗"]] * 58


def frame(**message: object) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)


HELLO = frame(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})
GOODBYE = frame(id=2, method="shutdown")
EXIT = frame(method="exit")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(HELLO + GOODBYE + EXIT, 0, id="goodbye and exit"),
        pytest.param(HELLO + EXIT, 1, id="exit without goodbye"),
        pytest.param(HELLO, 1, id="the editor is gone"),
        pytest.param(b"", 1, id="nothing was said"),
        pytest.param(b"no protocol\r\n\r\n", 1, id="another protocol"),
    ],
)
def test_the_exit_code(said: bytes, code: int) -> None:
    done = subprocess.run(COMMAND, input=said, cwd=HERE, capture_output=True, timeout=120, check=False)
    assert done.returncode == code, done.stderr.decode()
    assert done.stdout.count(b"Content-Length") == said.count(b'"id"')
