"""The protocol: what the editor tells and asks, and when it is answered."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from dmlint import __version__
from dmlint.server import actions, completions, hints, hovers, references
from dmlint.server.analysis import Analysis
from dmlint.server.diagnostics import NAME, diagnose_file, location_of, report_all
from dmlint.server.positions import Lines, readable
from dmlint.server.publishing import Publisher
from dmlint.server.snapshot import OpenText, Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.server.snapshot import Snapshot

Answer = TypeVar("Answer")
HOST = "127.0.0.1"
_EVERYTHING = "**/*"
_NO_PATH = Path()


class Session:
    """One editor: the documents that it has open, and the projects that they belong to."""

    def __init__(self) -> None:
        self.server = LanguageServer(NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.ended = False
        self._analyses: list[Analysis] = []
        self._texts: dict[str, str] = {}
        self._stories: TemporaryDirectory[str] | None = None
        self._register()

    def run(self, port: int | None) -> int:
        """Speak over standard input and output, or to the first that connects to a port of this machine. The exit code
        is 0 where the editor said goodbye.
        """
        if port is None:
            self.server.start_io()
        else:
            # It is how pygls ends, but over standard input and output keeps to itself.
            with suppress(SystemExit):
                self.server.start_tcp(HOST, port)
        return 0 if self.ended else 1

    def _register(self) -> None:
        features = self.server.protocol.fm
        # The texts are kept here: other line ends than the protocol's would count where pygls keeps them.
        features.add_builtin_feature(types.TEXT_DOCUMENT_DID_OPEN, self.opened)
        features.add_builtin_feature(types.TEXT_DOCUMENT_DID_CHANGE, self.changed)
        features.add_builtin_feature(types.TEXT_DOCUMENT_DID_CLOSE, self.closed)
        offered: list[tuple[str, Any, Any]] = [
            (types.INITIALIZED, self.initialized, None),
            (types.SHUTDOWN, self.shut_down, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self.saved, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self.watched, None),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self.folders_changed, None),
            (types.TEXT_DOCUMENT_DIAGNOSTIC, self.diagnostics, _DIAGNOSTICS),
            (types.WORKSPACE_DIAGNOSTIC, self.workspace_diagnostics, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self.code_actions, _ACTIONS),
            (types.TEXT_DOCUMENT_HOVER, self.hover, None),
            (types.TEXT_DOCUMENT_INLAY_HINT, self.inlay_hints, None),
            (types.TEXT_DOCUMENT_CODE_LENS, self.code_lenses, None),
            (types.TEXT_DOCUMENT_DEFINITION, self.definition, None),
            (types.TEXT_DOCUMENT_COMPLETION, self.completion, _COMPLETIONS),
        ]
        for name, handler, options in offered:
            # Unlike a method, a partial one can be given the attributes that pygls gives it.
            self.server.feature(name, options)(partial(handler))
        self.server.command(hints.STORY)(partial(self.story))

    # What the editor tells

    def initialized(self, _params: types.InitializedParams) -> None:
        """The editor is ready: its folders are judged, and its files are watched."""
        for folder in self.server.workspace.folders.values():
            self._add(_path(folder.uri)).ask()
        watching = self._can("workspace", "did_change_watched_files", "dynamic_registration")
        if watching:
            watcher = types.FileSystemWatcher(glob_pattern=_EVERYTHING)
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers=[watcher])
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration(id=method, method=method, register_options=options)
            self.server.client_register_capability(types.RegistrationParams(registrations=[registration]))

    def shut_down(self, _params: None) -> None:
        """The editor says goodbye."""
        self.ended = True
        if self._stories is not None:
            self._stories.cleanup()

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is open."""
        document = params.text_document
        self._edit(document.uri, document.version, document.text)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document is edited."""
        document = params.text_document
        text = self._texts.get(document.uri, "")
        for change in params.content_changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = Lines(text, self._encoding).changed(change.range, change.text)
            else:
                text = change.text
        self._edit(document.uri, document.version, text)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document is closed: what is on the disk counts again."""
        uri = params.text_document.uri
        path = _path(uri)
        analysis = self._of(path)
        if self._texts.pop(uri, None) is not None and analysis is not None:
            analysis.edit(path, None)

    def saved(self, _params: types.DidSaveTextDocumentParams) -> None:
        """A document is written: whoever watches no files learns so that others may have changed."""
        self._refresh(self._analyses, come_or_gone=False)

    def watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files have changed on the disk."""
        changes = [change for change in params.changes if "/.git/" not in change.uri]
        paths = [_path(change.uri) for change in changes]
        touched = [entry for entry in self._analyses if any(entry.project.holds(path) for path in paths)]
        self._refresh(touched, come_or_gone=any(change.type != types.FileChangeType.Changed for change in changes))

    def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Folders have joined the workspace or left it."""
        gone = {_path(folder.uri) for folder in params.event.removed}
        self._analyses = [entry for entry in self._analyses if entry.project.folder not in gone or entry.texts]
        for folder in params.event.added:
            self._add(_path(folder.uri)).ask()

    # What the editor asks

    async def diagnostics(self, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        """What is found in a document."""
        found = await self._answer(params.text_document.uri, lambda known, path, _: diagnose_file(known, path))
        return types.RelatedFullDocumentDiagnosticReport(items=found or [])

    async def workspace_diagnostics(self, _params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        """What is found in all files."""
        known = [await analysis.settled() for analysis in self._analyses]
        items = [report for snapshot in known if snapshot is not None for report in report_all(snapshot)]
        return types.WorkspaceDiagnosticReport(items=items)

    async def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """What may be done in a range."""

        def find(known: Snapshot, path: str, lines: Lines) -> list[types.CodeAction]:
            start, end = lines.offset(params.range.start), lines.offset(params.range.end)
            return actions.code_actions(known, path, start, end, params.context.only)

        return await self._answer(params.text_document.uri, find)

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What is known of a place."""

        def find(known: Snapshot, path: str, lines: Lines) -> types.Hover | None:
            return hovers.hover(known, path, lines.offset(params.position))

        return await self._answer(params.text_document.uri, find)

    async def inlay_hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """What is shown in a range."""

        def find(known: Snapshot, path: str, lines: Lines) -> list[types.InlayHint]:
            return hints.inlay_hints(known, path, lines.offset(params.range.start), lines.offset(params.range.end))

        return await self._answer(params.text_document.uri, find)

    async def code_lenses(self, params: types.CodeLensParams) -> list[types.CodeLens] | None:
        """The verdicts of a document."""
        return await self._answer(params.text_document.uri, lambda known, path, _: hints.code_lenses(known, path))

    async def definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        """Where the value of what stands at a place is written."""

        def find(known: Snapshot, path: str, lines: Lines) -> list[types.Location]:
            found = references.find_definitions(known, path, lines.offset(params.position))
            return [location_of(known, span) for span in found]

        return await self._answer(params.text_document.uri, find)

    async def completion(self, params: types.CompletionParams) -> list[types.CompletionItem] | None:
        """What may be written at a place."""

        def find(known: Snapshot, path: str, lines: Lines) -> list[types.CompletionItem]:
            return completions.complete(lines, path, params.position, known.pack)

        return await self._answer(params.text_document.uri, find)

    async def story(self, uri: str, identifier: str) -> str | None:
        """How an environment came to its NumPy, shown where the editor can show a text."""
        told = await self._answer(uri, lambda known, _path, _lines: hints.tell_story(known, identifier))
        if told is not None and self._can("window", "show_document", "support"):
            if self._stories is None:
                self._stories = TemporaryDirectory(prefix="dmlint-")
            page = Path(self._stories.name, "story.txt")
            page.write_text(told, encoding="utf-8", errors="backslashreplace")
            self.server.window_show_document(types.ShowDocumentParams(uri=page.as_uri(), take_focus=True))
        return told

    # How it is answered

    def _can(self, *names: str) -> bool:
        """Whether the editor has a capability."""
        found: object = self.server.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return bool(found)

    @property
    def _encoding(self) -> str:
        return str(types.PositionEncodingKind(self.server.workspace.position_encoding).value)

    def _of(self, path: Path) -> Analysis | None:
        """The closest project that a file belongs to."""
        holding = [entry for entry in self._analyses if entry.project.holds(path)]
        return max(holding, key=lambda entry: len(entry.project.folder.parts), default=None)

    def _add(self, folder: Path) -> Analysis:
        publisher = Publisher(pulled=self._can("text_document", "diagnostic"))
        analysis = Analysis(
            Project(folder), self._encoding, lambda known, edited: self._tell(publisher, known, edited), self._refuse
        )
        self._analyses.append(analysis)
        return analysis

    def _edit(self, uri: str, version: int, text: str) -> None:
        path = _path(uri)
        if path == _NO_PATH:
            return
        self._texts[uri] = text
        analysis = self._of(path) or self._add(path.parent)
        analysis.edit(path, OpenText(uri=uri, version=version, text=readable(text)))

    def _refresh(self, touched: list[Analysis], *, come_or_gone: bool) -> None:
        for analysis in touched:
            analysis.project.refresh(come_or_gone=come_or_gone)
            analysis.ask()

    def _tell(self, publisher: Publisher, known: Snapshot, edited: frozenset[Path]) -> None:
        """Send what is new, and say that it is worth to ask again for other documents than the edited one."""
        others = {known.root / path for path in publisher.changed(known)} - edited
        for params in publisher.publish(known):
            self.server.text_document_publish_diagnostics(params)
        if others and self._can("workspace", "diagnostics", "refresh_support"):
            self.server.workspace_diagnostic_refresh(None)
        if len(known.texts) > 1 and self._can("workspace", "inlay_hint", "refresh_support"):
            self.server.workspace_inlay_hint_refresh(None)

    def _refuse(self, message: str) -> None:
        self.server.window_show_message(types.ShowMessageParams(type=types.MessageType.Error, message=message))

    async def _answer(self, uri: str, find: Callable[[Snapshot, str, Lines], Answer]) -> Answer | None:
        """What ``find`` makes of all that is known once every edit so far is judged, in a thread of its own."""
        path = _path(uri)
        analysis = self._of(path)
        known = await analysis.settled() if analysis is not None and uri in self._texts else None
        if known is None:
            return None
        relative = path.relative_to(known.root).as_posix()
        source = known.source(relative)
        return await asyncio.to_thread(find, known, relative, known.lines(source)) if source is not None else None


def _path(uri: str) -> Path:
    """The file that the editor means, its folder without symbolic links; no path for what is in no file."""
    written = to_fs_path(uri) if uri.startswith("file:") else None
    if not written or "\0" in written:
        return _NO_PATH
    named = Path(written)
    return Path(os.path.realpath(named.parent)) / named.name


_DIAGNOSTICS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier=NAME)
_ACTIONS = types.CodeActionOptions(code_action_kinds=list(actions.KINDS))
_COMPLETIONS = types.CompletionOptions(trigger_characters=["[", ","])
