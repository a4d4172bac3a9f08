"""Images that clusters run: by apptainer, singularity and enroot, and by what SLURM's commands and headers ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import BaseImage
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Span
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.shell.command import Command
    from dmlint.text.source import Source

_CONTAINERS = frozenset({"apptainer", "singularity", "enroot"})
_SLURM = frozenset({"srun", "sbatch", "salloc"})
_OPTION = "--container-image"
_SCHEME = lazy_regex(r"(?:docker|dockerd|oras)://")
_FILE = lazy_regex(r"[./~]|.*\.(?:sqsh|sif|squashfs)$")
_HEADER = lazy_regex(
    r"^#SBATCH[ \t]+(?:[^\n]*[ \t])?--container-image(?:=|[ \t]+)[\"']?(?P<image>[^\s\"']+)", re.MULTILINE
)


def read_cluster_images(command: Command, stage: str) -> tuple[BaseImage, ...]:
    """The image that a command fetches or runs; ``stage`` is the name of the stage that it belongs to."""
    words = command.words
    program = words[0].text.rpartition("/")[2] if words else ""
    if program in _CONTAINERS:
        verb = next((word.text for word in words[1:] if not word.text.startswith("-")), "")
        named = (word for word in words[1:] if _SCHEME().match(word.text))
        return tuple(_image(word.value, word.span, stage, f"{program} {verb}") for word in named)[:1]
    if program not in _SLURM:
        return ()
    for index, word in enumerate(words[1:], 1):
        option, equals, _ = word.text.partition("=")
        if option == _OPTION and equals:
            value = word.value.slice(len(_OPTION) + 1)
            return _of_slurm(value, value.span or word.span, stage, program)
        if option == _OPTION and index + 1 < len(words):
            return _of_slurm(words[index + 1].value, words[index + 1].span, stage, program)
    return ()


def read_headers(source: Source, stage: str) -> Iterator[BaseImage]:
    """The images that a batch script's own header asks for (``#SBATCH --container-image=…``)."""
    for match in _HEADER().finditer(source.text):
        span = source.span(*match.span("image"))
        yield from _of_slurm(Traced.of(span), span, stage, "#SBATCH")


def _of_slurm(value: Traced, written: Span, stage: str, program: str) -> tuple[BaseImage, ...]:
    """The image of pyxis, which takes files too."""
    if not value.pieces or _FILE().match(value.text):
        return ()
    return (_image(value, written, stage, f"{program} {_OPTION}"),)


def _image(value: Traced, written: Span, stage: str, role: str) -> BaseImage:
    """A reference without scheme and user, and with a slash for the ``#`` that enroot has behind the registry."""
    scheme = _SCHEME().match(value.text)
    if scheme:
        value = value.slice(scheme.end())
    registry, mark, _ = value.text.partition("#")
    if mark:
        user = registry.rfind("@") + 1
        after = value.slice(len(registry), len(registry) + 1).pieces[0]
        # Written nowhere, right behind the mark whose place it takes.
        slash = Traced((Piece("/", replace(after.span, start=after.span.end), after.via),))
        value = join((value.slice(user, len(registry)), slash, value.slice(len(registry) + 1)))
    pieces = [piece for piece in value.pieces if not piece.via]
    whole = len(pieces) == len(value.pieces) and bool(pieces)
    place = Span(written.source, pieces[0].span.start, pieces[-1].span.end) if whole else written
    return BaseImage(written=place, value=value, stage=stage, role=role)
