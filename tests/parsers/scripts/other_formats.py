"""What the parsers of scripts and of files with scripts in them state, told in short."""

from __future__ import annotations

from dmlint.facts import Copy, Document, InstallStep, RunScript
from dmlint.parsers import claim
from dmlint.text.source import Source


def read(path: str, text: str) -> Document:
    """What the parser that claims a path makes of a text."""
    claimed = claim(path)
    assert claimed is not None
    return claimed.parse(Source(path=path, text=text))


def show(path: str, text: str) -> list[str]:
    """``STAGE:INTERPRETER REQUIREMENT… FILE…`` for each install, ``?`` in front of one that may not happen."""
    return [
        f"{'?' * step.conditional}{stage.name}:{step.interpreter} " + " ".join(_asked(step))
        for stage in read(path, text).stages
        for step in stage.actions
        if isinstance(step, InstallStep)
    ]


def _asked(step: InstallStep) -> list[str]:
    files = [f"{reference.kind.value}={reference.path}" for reference in step.references]
    return [f"{entry.name}{entry.specifier}{'!' * bool(entry.redirection)}" for entry in step.requirements] + files


def images(path: str, text: str) -> list[str]:
    """``STAGE ROLE VALUE [WRITTEN]`` for each image; ``?`` behind one with an unknown part."""
    return [
        f"{image.stage} {image.role} {image.value.text}{'?' * bool(image.value.unresolved)} [{image.written.text}]"
        for image in read(path, text).images
    ]


def runs(path: str, text: str) -> list[RunScript]:
    """The scripts that are run from files."""
    return [action for stage in read(path, text).stages for action in stage.actions if isinstance(action, RunScript)]


def copies(path: str, text: str) -> list[tuple[tuple[str | None, ...], str | None, str | None]]:
    """What is brought in: sources, target, origin."""
    return [
        (action.sources, action.target, action.origin)
        for stage in read(path, text).stages
        for action in stage.actions
        if isinstance(action, Copy)
    ]
