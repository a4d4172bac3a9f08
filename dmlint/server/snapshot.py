"""A folder of the workspace: what it is configured to, the texts that are open in it, and what is known of it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.config import Call, configure
from dmlint.discovery import discover, surroundings
from dmlint.linting import preparation
from dmlint.linting.engine import judge, tell
from dmlint.linting.memory import Memory
from dmlint.linting.observation import Case
from dmlint.parsers import claim
from dmlint.reports import REPORTERS
from dmlint.server.positions import Lines
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.config import Configuration
    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement
    from dmlint.rulepacks.packs import RulePack


class OpenText(Struct, frozen=True, kw_only=True):
    """A document as it is in the editor: by the name that the editor has for it, and in the version that it says."""

    uri: str
    version: int
    text: str


class Snapshot(Struct, frozen=True, eq=False, kw_only=True):
    """What is known of a project while these texts are open, by path relative to its root."""

    root: Path
    encoding: str
    texts: Mapping[str, OpenText]
    repository: Repository
    case: Case
    configuration: Configuration
    judgement: Judgement
    memory: Memory
    lock: Lock
    findings: Mapping[str, tuple[Finding, ...]]
    _lines: dict[int, Lines] = field(default_factory=dict)

    @property
    def pack(self) -> RulePack:
        """The rules in force."""
        return self.case.pack

    def source(self, path: str) -> Source | None:
        """What a file says; None for one that cannot be read."""
        found = self.repository.read(path)
        return found if isinstance(found, Source) else None

    def lines(self, source: Source) -> Lines:
        """The lines of a source, as the editor counts them."""
        found = self._lines.get(id(source))
        if found is None or found.text is not source.text:
            found = self._lines[id(source)] = Lines(source.text, self.encoding)
        return found

    def uri(self, path: str) -> str:
        """What the editor calls a file."""
        text = self.texts.get(path)
        return text.uri if text is not None else (self.root / path).as_uri()

    def again(self, repository: Repository) -> Judgement:
        """The judgement of the tree with other texts."""
        with self.lock:
            return judge(repository, self.case, memory=self.memory)


class Project:
    """One folder: ``judge`` says what is found while some texts are open. ``root`` is that of its repository, once it
    is judged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.root = self.folder
        self._stale = False
        self._memory = Memory()
        self._lock = Lock()
        self._shape: object = None
        self._around: tuple[str, ...] | None = None
        self._sources: dict[str, Source] = {}
        self._setup: tuple[Configuration, RulePack, Repository] | None = None

    def refresh(self, *, come_or_gone: bool) -> None:
        """Look again at the configuration and the files before the next judgement; ``come_or_gone`` says that there are
        others than before.
        """
        self._around = None
        self._stale = True
        if come_or_gone:
            self._shape = None

    def holds(self, path: Path) -> bool:
        """Whether a file belongs to it."""
        return path.is_relative_to(self.root)

    def judge(self, opened: Mapping[Path, OpenText], encoding: str, progress: Progress) -> Snapshot:
        """What is found now, while texts are open, by absolute path. Raises DmlintError for what is wrong with the
        configuration.
        """
        with self._lock:
            configuration, pack, tree = self._prepare()
            texts = {path.relative_to(self.root).as_posix(): text for path, text in opened.items() if self.holds(path)}
            repository = tree.overlay(self._overlaid(texts, tree))
            files = self._find(texts, configuration)
            # Which files there are is asked so often that the memory does not ask again.
            shape = (files, frozenset(path for path in texts if not tree.exists(path)))
            if shape != self._shape:
                self._memory.forget()
                self._shape = shape
            case = Case(files=files, settings=replace(configuration.settings, today=date.today()), pack=pack)
            judgement = judge(repository, case, progress, self._memory)
        found: dict[str, list[Finding]] = {}
        for finding in tell(judgement):
            found.setdefault(finding.span.source.path, []).append(finding)
        return Snapshot(
            root=self.root,
            encoding=encoding,
            texts=texts,
            repository=repository,
            case=case,
            configuration=configuration,
            judgement=judgement,
            memory=self._memory,
            lock=self._lock,
            findings={path: tuple(entries) for path, entries in found.items()},
        )

    def _prepare(self) -> tuple[Configuration, RulePack, Repository]:
        """Configuration, rules and tree: those from before, as far as they still hold."""
        if self._setup is not None and not self._stale:
            return self._setup
        call = Call(
            first=self.folder,
            cwd=self.folder,
            options={},
            formats=tuple(REPORTERS),
            named=None,
            isolated=False,
            policy=None,
        )
        configuration = preparation.with_known(configure(call))
        known = self._setup[0].settings if self._setup is not None else None
        if self._setup is None or configuration.settings != known or configuration.settings.extend_rules:
            pack, tree = preparation.known_rules(configuration), preparation.open_tree(configuration)
            self.root = configuration.root
            self._memory = Memory()
        else:
            pack, tree = self._setup[1], self._setup[2].refreshed()
        self._setup, self._stale = (configuration, pack, tree), False
        return self._setup

    def _overlaid(self, texts: Mapping[str, OpenText], tree: Repository) -> dict[str, Source]:
        """The open texts that are not what is on the disk; one that says the same as before is the same source."""
        before, self._sources = self._sources, {}
        for path, text in texts.items():
            known = tree.read(path) if tree.exists(path) else None
            if not (isinstance(known, Source) and known.text == text.text):
                old = before.get(path)
                same = old is not None and old.text == text.text
                self._sources[path] = old if old is not None and same else Source(path=path, text=text.text)
        return self._sources

    def _find(self, texts: Mapping[str, OpenText], configuration: Configuration) -> tuple[str, ...]:
        """All files of the project that dmlint reads, and those that are open, whatever is excluded."""
        if self._around is None:
            self._around = surroundings(configuration.tree)
        around = set(self._around)
        further = [self.root / path for path in texts if path not in around and claim(path) is not None]
        opened = tuple(path for path in further if not path.is_dir())
        found = discover(configuration.tree, opened, self.root, stands_in=True).files if opened else ()
        return tuple(sorted({*around, *found}))
