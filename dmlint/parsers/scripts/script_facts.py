"""What a shell script does outside of a Dockerfile: installs, images that it runs, builds that it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.installers.relevance import DOCKER, MATTERS
from dmlint.parsers.cluster_command import read_cluster_images
from dmlint.parsers.docker_command import read_docker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.facts import Action, BaseImage, BuildRequest
    from dmlint.syntax.shell.command import Script, Word
    from dmlint.syntax.shell.start import Start
    from dmlint.text.problems import Problem
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced


class ScriptFacts(Struct, frozen=True, kw_only=True):
    """What one script does, what of it could not be read, and its comments that mention dmlint."""

    actions: tuple[Action, ...] = ()
    images: tuple[BaseImage, ...] = ()
    builds: tuple[BuildRequest, ...] = ()
    problems: tuple[Problem, ...] = ()
    comments: tuple[Span, ...] = ()


def read_text(text: Traced, start: Start, where: str, stage: str = "0") -> ScriptFacts:
    """Read a script, given what holds when it starts; ``where`` says what it is (``script``, ``recipe``).

    ``stage`` is the name of the stage that it belongs to.
    One that can change nothing of what is watched is not looked into.
    """
    lower = text.text.lower()
    if not (MATTERS().search(lower) or DOCKER().search(lower)):
        return ScriptFacts()
    from dmlint.installers.activation import HABITS
    from dmlint.syntax.shell.run import run_script

    return _state(run_script(text, replace(start, habits=HABITS)), where, stage)


def read_argv(words: Sequence[Word], span: Span, start: Start, where: str, stage: str = "0") -> ScriptFacts:
    """The same for a command line that no shell expands; ``span`` is all of it."""
    from dmlint.installers.activation import HABITS
    from dmlint.syntax.shell.run import read_words

    return _state(read_words(tuple(words), span, replace(start, habits=HABITS)), where, stage)


def _state(script: Script, where: str, stage: str) -> ScriptFacts:
    from dmlint.installers import read_actions

    asked = [read_docker(command, stage) for command in script.commands]
    readings = [read_actions(command, where) for command in script.commands]
    return ScriptFacts(
        actions=tuple(action for reading in readings for action in reading.actions),
        images=(
            *(image for _, images in asked for image in images),
            *(image for command in script.commands for image in read_cluster_images(command, stage)),
        ),
        builds=tuple(build for builds, _ in asked for build in builds),
        problems=(*script.problems, *(problem for reading in readings for problem in reading.problems)),
        comments=script.comments,
    )
