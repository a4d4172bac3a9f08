"""Builds that other files ask for: each Dockerfile read with the arguments that its services give it."""

from __future__ import annotations

from collections import Counter
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.environments.builds.image_files import Build
from dmlint.environments.builds.requested_dockerfiles import enter_contexts, name_of_build, read_inline
from dmlint.environments.builds.script_runs import expand_scripts
from dmlint.facts import Copy, Document
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from dmlint.discovery.repository import Repository
    from dmlint.environments.builds.script_starts import ScriptRuns
    from dmlint.facts import BuildRequest, Stage
    from dmlint.text.traced import Traced

_MOST = 200
"""How many environments the builds of one Dockerfile make; further ones count only where their arguments differ."""
_EXACT = (".yml", ".yaml", ".hcl", ".json")
"""The files whose paths count from their own folder, wherever the build is started."""
_WORD = lazy_regex(r"\w+")


class BuildJob(Struct, frozen=True, kw_only=True):
    """A document to be linked.

    ``service`` is the name of the build that asks for it, empty for none; ``context`` the folder of its context, None
    where it is not known. ``stages`` are the names of those that are built, None for all. ``tags`` are the names that
    the image gets, which is that of the stage ``target``, of the last one where that is None.
    """

    document: Document
    service: str = ""
    context: str | None = None
    stages: frozenset[str] | None = None
    target: str | None = None
    tags: tuple[str, ...] = ()


def plan_builds(documents: Sequence[Document], repository: Repository, readings: ScriptRuns) -> list[BuildJob]:
    """What is to be linked: each document once, but a Dockerfile for each build that asks for it.

    A Dockerfile that some build asks for stands for itself with the stages that no build reaches, and with those that
    no build reaches by the Dockerfile's own defaults, which ``docker build .`` takes, where these give an image.
    """
    planner = _Planner({document.source.path: document for document in documents}, repository, readings)
    for document in documents:
        for request in document.builds:
            planner.add(document, request)
    jobs: list[BuildJob] = []
    for document in documents:
        left = planner.left(document)
        jobs += [BuildJob(document=document, stages=left)] if left is None or left else []
    return [*jobs, *(replace(job, tags=planner.tags(job)) for job in planner.jobs)]


class _Planner(Struct, frozen=True):
    documents: Mapping[str, Document]
    repository: Repository
    readings: ScriptRuns
    jobs: list[BuildJob] = field(default_factory=list)
    _reached: dict[str, set[str]] = field(default_factory=dict)
    _by_default: dict[str, set[str]] = field(default_factory=dict)
    _contexts: dict[str, set[str]] = field(default_factory=dict)
    _parsed: dict[Hashable, Document] = field(default_factory=dict)
    _done: dict[Hashable, Hashable] = field(default_factory=dict)
    _kinds: set[Hashable] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)
    _tags: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)

    def add(self, asking: Document, request: BuildRequest) -> None:
        """Take up one request."""
        if request.inline is not None:
            found = read_inline(request.inline, request.args, request.span.source)
            if found is not None:
                document = enter_contexts(found, asking.source.path, request.context, request.contexts)
                job = BuildJob(
                    document=document, service=request.service, context=request.context, target=request.target
                )
                self._name(document.source.path, request.service, asking, request)
                self.jobs.append(job)
            return
        for path, context in _places(asking.source.path, request):
            if self.repository.exists(path):
                self._build(asking, request, path, context)
                return

    def tags(self, job: BuildJob) -> tuple[str, ...]:
        """All names that are given to what a job makes."""
        return tuple(self._tags.get((job.document.source.path, job.service), ()))

    def _name(self, path: str, service: str, asking: Document, request: BuildRequest) -> None:
        names = self._tags.setdefault((path, service), {})
        names.update(dict.fromkeys((*request.tags, name_of_build(asking.source.path, request.service))))

    def left(self, document: Document) -> frozenset[str] | None:
        """The stages of a document that stand for themselves; None for all of them, also where no build asks for it."""
        path = document.source.path
        if path not in self._reached:
            return None
        names = {stage.name for stage in document.stages}
        own = self._with_image(document) - self._by_default.get(path, set())
        return frozenset((names - self._reached[path]) | own)

    def _with_image(self, document: Document) -> set[str]:
        """The stages whose images the Dockerfile knows by itself, without a context that a build gives."""
        foreign = self._contexts.get(document.source.path, set())
        open_ones = {image.stage for image in document.images if image.value.unresolved or image.value.text in foreign}
        found: set[str] = set()
        for stage in document.stages:
            if stage.name not in open_ones and (stage.parent is None or stage.parent in found):
                found.add(stage.name)
        return found

    def _build(self, asking: Document, request: BuildRequest, path: str, context: str | None) -> None:
        source = self.repository.read(path)
        if not isinstance(source, Source):
            return
        key, parsed = self._parse(source, request.args)
        document = enter_contexts(parsed, asking.source.path, context, request.contexts)
        reached = reach(document, self.repository, request.target)
        stages = {stage.name for stage in document.stages} if reached is None else reached
        self._reached.setdefault(path, set()).update(stages)
        self._contexts.setdefault(path, set()).update(request.contexts)
        if document is self.documents.get(path):
            self._by_default.setdefault(path, set()).update(stages)
        service = request.service
        what = (key, _origins(request.contexts), request.target, context)
        if (path, service) in self._done and self._done[path, service] != what:
            service = f"{asking.source.path}:{service}"
        self._name(path, service, asking, request)
        if self._done.get((path, service)) == what:
            return
        self._counts[path] += 1
        if self._counts[path] <= _MOST or what not in self._kinds:
            self._kinds.add(what)
            self._done[path, service] = what
            job = BuildJob(document=document, service=service, context=context, stages=reached, target=request.target)
            self.jobs.append(job)

    def _parse(self, source: Source, args: Mapping[str, Traced]) -> tuple[Hashable, Document]:
        """The Dockerfile read with the arguments that it speaks of, once for each set of them."""
        if source.path not in self._words:
            self._words[source.path] = frozenset(_WORD().findall(source.text))
        heeded = {name: value for name, value in args.items() if name in self._words[source.path]}
        key = (source.path, _origins(heeded))
        if key not in self._parsed:
            known = self.documents.get(source.path)
            self._parsed[key] = known if known is not None and not heeded else self._read(source, heeded)
        return key, self._parsed[key]

    def _read(self, source: Source, args: Mapping[str, Traced]) -> Document:
        from dmlint.parsers import dockerfile

        return expand_scripts(dockerfile.parse(source, args), self.repository, self.readings).document


def _origins(values: Mapping[str, Traced]) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((name, _origin(value)) for name, value in values.items()))


def _origin(value: Traced) -> tuple[tuple[str, str, int], ...]:
    return tuple((piece.text, piece.span.source.path, piece.span.start) for piece in value.pieces)


def _places(asking: str, request: BuildRequest) -> Iterator[tuple[str, str | None]]:
    """Where the Dockerfile may be, each with the context then: as the paths say; for a script, which may be started
    anywhere, else as seen from its folder or one above it.
    """
    if request.dockerfile is None:
        return
    yield request.dockerfile, request.context
    if asking.endswith(_EXACT):
        return
    own = f"{dirname(asking)}/"
    folder = dirname(asking)
    while folder:
        yield _below(folder, request.dockerfile, "") or "", _below(folder, request.context, "")
        folder = dirname(folder)
        yield _below(folder, request.dockerfile, own) or "", _below(folder, request.context, own)


def _below(folder: str, path: str | None, prefix: str) -> str | None:
    return None if path is None else normpath(join(folder, f"{path}/".removeprefix(prefix)))


def reach(document: Document, repository: Repository, target: str | None) -> frozenset[str] | None:
    """The names of the stages that a build of ``target`` runs; None for all, as for a target that is not there."""
    build = Build(document, repository)
    first = build.stage(target) if target is not None else None
    if first is None:
        return None
    found: dict[str, None] = {}
    waiting: list[Stage | None] = [first]
    while waiting:
        stage = waiting.pop()
        if stage is None or stage.name in found:
            continue
        found[stage.name] = None
        origins = [action.origin for action in stage.actions if isinstance(action, Copy) and action.origin]
        waiting += [build.stage(name) for name in (stage.parent, *origins) if name is not None]
    return frozenset(found)
