"""The Python of a base image, and whether the stages on it may have put another in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.environments.identity.image_facts import literal_of
from dmlint.environments.model import Known
from dmlint.facts import RunScript
from dmlint.facts.interpreter import BARE, Interpreter, InterpreterKind
from dmlint.rulepacks.product_images import read_image
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.facts import BaseImage, Document, Stage
    from dmlint.rulepacks.catalogue import Catalogue, ImagePython
    from dmlint.text.source import Source

_CONDA_BASE = Interpreter(InterpreterKind.CONDA, "base")
_COMMENT = lazy_regex(r"^[ \t]*#.*", re.MULTILINE)
_NUMBER = lazy_regex(r"\d+(?:\.\d+)+")
_NAMED = lazy_regex(r"(?<![A-Za-z])(?:python|pip|cp|py)[-=:]{0,2}([23]\.\d+)", re.IGNORECASE)
_MANAGERS = lazy_regex(r"conda|mamba|miniforge|pyenv|\basdf\b|\bmise\b|linuxbrew", re.IGNORECASE)
_FURTHER = lazy_regex(
    r"deadsnakes|python\.org/ftp|uv\s+python\s+install|python(?:\$|_?VER)|--from=\S*python", re.IGNORECASE
)
_CONDA_MADE = lazy_regex(r"(?:conda|mamba)\s+(?:env\s+)?(?:create|update)|python\s*[=<>~]+\s*\d|pyenv", re.IGNORECASE)


def find_image(catalogue: Catalogue, image: BaseImage | None) -> ImagePython | None:
    """The entry of a base image; None for one that no pack knows."""
    if image is None:
        return None
    repository = read_image(image).repository.lower()
    return next((entry for entry in catalogue.image_pythons if entry.stands_for(repository)), None)


def read_base_python(catalogue: Catalogue, image: BaseImage | None) -> Known | None:
    """The Python of a base image, and where that is said: the variable's value, else the whole reference."""
    entry, name = find_image(catalogue, image), read_image(image) if image is not None else None
    if image is None or entry is None or name is None or not name.known or (name.tag is None and name.digest):
        return None
    found = entry.read_tag(name.tag.text if name.tag is not None else "latest")
    if found is None:
        return None
    python, sign = found
    if name.tag is None:
        return Known(value=f"=={python}.*", span=image.written)
    start = max(name.tag.text.find(sign), 0)
    number = _NUMBER().search(name.tag.text, start)
    said = number.span() if number is not None else (start, start + len(sign))
    return Known(value=f"=={python}.*", span=literal_of(image, name.tag, said))


def read_own_pythons(
    catalogue: Catalogue,
    image: BaseImage | None,
    stage: Stage,
    document: Document,
    below: Mapping[Interpreter, Known | None],
) -> dict[Interpreter, Known | None]:
    """The Pythons, by interpreter, that a stage has from its image: from ``below`` where it goes on from another stage.

    Whatever is written in the stage may put another one in the place of a distribution's. What does so has no one
    form, so a mere mention of another Python is enough not to know it any more.
    """
    entry, known = find_image(catalogue, image), below.get(BARE, read_base_python(catalogue, image))
    if entry is None or known is None:
        return {BARE: None} if entry is not None else {}
    sure = not any(_is_replaced(_COMMENT().sub("", text), entry.kind, known.value) for text in _texts(stage, document))
    unread = entry.kind == "system" and any(isinstance(action, RunScript) for action in stage.actions)
    python = known if sure and not unread else None
    return {BARE: python, **({_CONDA_BASE: python} if entry.kind == "conda" else {})}


def _is_replaced(text: str, kind: str, python: str) -> bool:
    if kind == "conda":
        return _CONDA_MADE().search(text) is not None
    if _MANAGERS().search(text):
        return True
    others = (match[1] for match in _NAMED().finditer(text))
    return kind == "system" and (
        _FURTHER().search(text) is not None or any(f"=={number}.*" != python for number in others)
    )


def _texts(stage: Stage, document: Document) -> Iterator[str]:
    """All that is written of a stage: its instructions, and the scripts that it runs."""
    source = document.source
    later = [entry.span.start for entry in document.stages if entry.span.start > stage.span.start]
    yield source.text[stage.span.end : min(later, default=len(source.text))]
    scripts: dict[Source, None] = dict.fromkeys(action.span.source for action in stage.actions)
    yield from (script.text for script in scripts if script is not source)
