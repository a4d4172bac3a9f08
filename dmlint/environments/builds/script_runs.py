"""Scripts that a build or another script runs, read in the place and with the variables that they are run with."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.environments.builds.image_files import Build, StageFiles
from dmlint.facts import FileWrite, InstallStep, RunScript
from dmlint.installers.relevance import is_shell_script
from dmlint.syntax.shell.start import Start
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dmlint.discovery.repository import Repository
    from dmlint.environments.builds.script_starts import ScriptRuns
    from dmlint.facts import Action, Document, Stage
    from dmlint.text.source import Span

DEPTH = 20
"""How deep scripts that run scripts are followed."""
MOST = 2_000
"""How many runs of scripts are followed in one file."""

_SHOWN = 200
_INSTALLS = lazy_regex(
    r"install|setup|deps|dependenc|requirement|bootstrap|provision|(?<![a-z])pip(?![a-z])", re.IGNORECASE
)
_OF_IMAGES = lazy_regex(r"/(?:isaac-sim|opt/(?:ros|nvidia|conda)|etc|usr|root/\.)\b")
"""Folders whose scripts come with an image or a program, and change no environment of Python's."""


class Expanded(Struct, frozen=True):
    """A document with its scripts' actions in their places.

    ``used`` are the paths of the scripts in the repository, ``comments`` what mentions dmlint in them.
    """

    document: Document
    used: tuple[str, ...] = ()
    comments: tuple[Span, ...] = ()


def place_scripts(
    documents: Iterable[Document], repository: Repository, readings: ScriptRuns
) -> tuple[list[Document], list[Span]]:
    """The documents with what their scripts do in its place, and the comments in these scripts that mention dmlint.

    Of a script that something runs, only the images and the builds that it names are left for itself.
    """
    by_path = {document.source.path: document for document in documents}
    # By name, whatever the order of the call: it shows in which starts of a script are told apart.
    expanded = {path: expand_scripts(by_path[path], repository, readings) for path in sorted(by_path)}
    elsewhere = _judged_elsewhere(expanded)
    placed = [
        replace(expanded[path].document, stages=(), problems=()) if path in elsewhere else expanded[path].document
        for path in by_path
    ]
    return placed, [comment for path in by_path for comment in expanded[path].comments]


def expand_scripts(document: Document, repository: Repository, readings: ScriptRuns) -> Expanded:
    """Put what scripts do in the place of the command that runs them, in each stage of a document.

    A script that is not in the repository stays as it is where its name says that it installs something; all others
    that cannot be found are dropped.
    """
    if not any(isinstance(action, RunScript) for stage in document.stages for action in stage.actions):
        return Expanded(document)
    return _Expander(document, repository, readings).expand()


class _Expander:
    def __init__(self, document: Document, repository: Repository, readings: ScriptRuns) -> None:
        self._document = document
        self._repository = repository
        self._readings = readings
        self._build = Build(document, repository)
        self._used: dict[str, None] = {}
        self._problems: list[Problem] = []
        self._comments: list[Span] = []
        self._runs = 0
        self._files = StageFiles()
        self._circles: set[str] = set()
        self._ran: set[tuple[str, tuple[Traced, ...]]] = set()

    def expand(self) -> Expanded:
        stages = tuple(self._expand_stage(stage) for stage in self._document.stages)
        steps = tuple(action for stage in stages for action in stage.actions if isinstance(action, InstallStep))
        document = replace(
            self._document, stages=stages, steps=steps, problems=(*self._document.problems, *self._problems)
        )
        return Expanded(document, tuple(self._used), tuple(self._comments))

    def _expand_stage(self, stage: Stage) -> Stage:
        done: list[Action] = []
        self._files = StageFiles()
        self._follow(stage, stage.actions, done, (self._document.source.path,))
        return replace(stage, actions=tuple(done))

    def _follow(self, stage: Stage, actions: Iterable[Action], done: list[Action], trail: tuple[str, ...]) -> None:
        """Append actions to ``done``, each script's in its place; ``trail`` are the scripts around them."""
        for action in actions:
            if isinstance(action, RunScript):
                self._run(stage, action, done, trail)
            else:
                self._files.add(len(done), action)
                done.append(action)

    def _run(self, stage: Stage, run: RunScript, done: list[Action], trail: tuple[str, ...]) -> None:
        found = self._find(stage, len(done), run, trail[1:])
        if isinstance(found, str):
            self._leave(run, done, found)
        elif self._runs >= MOST or len(trail) > DEPTH:
            self._leave(run, done, "too many scripts run scripts")
        elif found.path in trail:
            self._circles.update(trail[trail.index(found.path) :])
        elif (found.path, run.arguments) not in self._ran or found.path not in self._circles:
            self._read(stage, run, found, done, trail)

    def _read(self, stage: Stage, run: RunScript, found: _File, done: list[Action], trail: tuple[str, ...]) -> None:
        """Do what a script does. Of scripts that run each other in circles each does so once: it has done its work."""
        self._ran.add((found.path, run.arguments))
        if is_shell_script(found.text.text):
            self._runs += 1
            self._used[found.path] = None
            start = Start(
                environ=run.environ,
                cwd=run.cwd,
                arguments=run.arguments,
                within=run.within,
                conditional=run.conditional,
                arms=run.arms,
                path=run.path if run.cwd is not None else None,
                sourced=run.sourced,
            )
            reading = self._readings.read(found.text, start)
            self._problems += reading.problems
            self._comments += reading.comments
            self._follow(stage, reading.actions, done, (*trail, found.path))

    def _find(self, stage: Stage, before: int, run: RunScript, trail: tuple[str, ...]) -> _File | str:
        """The script's text, else why there is none; ``trail`` are the scripts around it.

        What a script runs from a folder that is not known mostly lies beside it (``cd "$(dirname "$0")"``).
        """
        if run.path is None:
            return "its path depends on a variable that has no value here"
        found = self._build.locate(stage, before, run.path, self._files)
        if isinstance(found, FileWrite) and found.content is not None:
            return _File(run.path, found.content)
        if found is None and trail:
            found = normpath(join(dirname(trail[-1]), run.path))
        source = self._repository.read(found) if isinstance(found, str) else None
        if source is None or isinstance(source, Problem):
            return "it is not in the repository"
        return _File(source.path, Traced.of(source.span(0, len(source.text))))

    def _leave(self, run: RunScript, done: list[Action], cause: str) -> None:
        if may_install(run):
            written = " ".join(run.span.text[:_SHOWN].split())
            message = f"the script that '{written}' runs is not read: {cause}"
            self._problems.append(
                Problem(kind=ProblemKind.UNRESOLVED, span=run.span, message=message, about=run.path or written)
            )
            done.append(run)


class _File(Struct, frozen=True):
    path: str
    text: Traced


def may_install(run: RunScript) -> bool:
    """Whether a script that nobody has read may well install something, by its name."""
    path = run.path or run.span.text
    named = path.rpartition("/")[2] if run.path else path
    return not run.sourced and _INSTALLS().search(named) is not None and _OF_IMAGES().match(path) is None


def _judged_elsewhere(expanded: Mapping[str, Expanded]) -> frozenset[str]:
    """The paths of scripts that are judged in what runs them, and not alone.

    Of scripts that only run each other in a circle, the first is judged alone.
    """
    own = {path: [name for name in entry.used if name != path] for path, entry in expanded.items()}
    run = {name for used in own.values() for name in used}
    reached = {name for path, used in own.items() if path not in run for name in used}
    elsewhere: set[str] = set()
    for path in sorted(run & own.keys()):
        if path in reached:
            elsewhere.add(path)
        else:
            reached.update(own[path])
    return frozenset(elsewhere)
