"""Which uv the commands of a stage run."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.environments.identity.image_facts import literal_of
from dmlint.environments.model import Known
from dmlint.facts import Copy, InstallStep, NewTool
from dmlint.installers.downloads import find_uv
from dmlint.rulepacks.product_images import read_image
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dmlint.facts import BaseImage, Stage

_RELEASE = lazy_regex(r"v?(\d+\.\d+(?:\.\d+)?)(?![\d.])")
_OWN = ("--target", "--prefix", "--root")
"""Options that lead an install to where no command is looked up."""


class UvReader(Struct, frozen=True):
    """Follows uv through the stages of a file: ``stage`` finds one by its name or number, ``images`` are those that
    a stage names.
    """

    stage: Callable[[str], Stage | None]
    images: Callable[[str], Iterable[BaseImage]]
    _found: dict[str, Known | None] = field(default_factory=dict)

    def read(self, stage: Stage, found: Known | None) -> Known | None:
        """The uv after all actions of a stage that goes on from one with the uv ``found``; None where it is not known,
        or the latest at the time of the build.
        """
        if stage.image is not None:
            found = _of_images([stage.image]) or found
        for action in stage.actions:
            if isinstance(action, (NewTool, InstallStep)) and action.conditional and found is not None:
                # Mostly it is done only where there is none.
                continue
            if isinstance(action, NewTool):
                found = Known(value=f"=={action.version}", span=action.said) if action.version else None
            elif isinstance(action, Copy):
                found = self._copied(stage, action) or found
            elif isinstance(action, InstallStep):
                found = _installed(action, found)
        self._found[stage.name] = found
        return found

    def _copied(self, stage: Stage, copy: Copy) -> Known | None:
        if copy.origin is None:
            return next((known for source in copy.sources if source for known in _added(copy, source)), None)
        origin = self.stage(copy.origin)
        if origin is None:
            return _of_images(image for image in self.images(stage.name) if image.value.text == copy.origin)
        brings = any(source is not None and basename(source) in ("uv", "uvx") for source in copy.sources)
        return self._found.get(origin.name) if brings else None


def _of_images(images: Iterable[BaseImage]) -> Known | None:
    """The uv that ``COPY --from=ghcr.io/astral-sh/uv:0.7.2`` brings; a tag ``0.7`` is the last of its line."""
    for image in images:
        name = read_image(image)
        match = _RELEASE().match(name.tag.text) if name.tag is not None else None
        if name.component == "uv" and name.tag is not None and match is not None and name.known:
            line = "" if match[1].count(".") == 2 else ".*"
            return Known(value=f"=={match[1]}{line}", span=literal_of(image, name.tag, (match.start(1), match.end())))
    return None


def _added(copy: Copy, address: str) -> Iterable[Known]:
    """The uv whose installer ADD fetches."""
    at = copy.span.text.find(address)
    said = copy.span.source.span(copy.span.start + at, copy.span.start + at + len(address)) if at >= 0 else copy.span
    found = find_uv(Traced.of(said)) if at >= 0 else None
    return [Known(value=f"=={found[0]}", span=said)] if found is not None and found[0] else []


def _installed(step: InstallStep, before: Known | None) -> Known | None:
    """The uv after a step: the one that it asks for by a version, any where it asks for one without."""
    asked = [entry for entry in step.requirements if entry.name == "uv"]
    if not asked or step.removes or any(name in _OWN for name, _ in step.options):
        return before
    last = asked[-1]
    return Known(value=last.specifier, span=last.span) if last.specifier and not last.unresolved else None
