"""Dockerfiles as the file that asks for them has it: written inside of it, or with contexts that it names."""

from __future__ import annotations

from posixpath import join, normpath, relpath
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import BaseImage, Copy
from dmlint.text.source import Source, Span
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Action, Document, Stage

_T = TypeVar("_T")


def read_inline(text: Traced, args: Mapping[str, Traced], around: Source) -> Document | None:
    """A Dockerfile that stands in a value of the file ``around``; None for an empty one.

    What is written in the value keeps its place there; where characters come from elsewhere (a variable), that place.
    """
    if not text.pieces:
        return None
    from dmlint.parsers import dockerfile

    source = Source(path=around.path, text=text.text)
    document = _moved(dockerfile.parse(source, args), source, text)
    return replace(document, source=around)


def _moved(fact: _T, source: Source, text: Traced) -> _T:
    """The same fact, its spans of ``source`` taken to where the text is written; facts are nested a few deep only."""
    found: object = fact
    if isinstance(fact, Span):
        found = _place(fact, text) if fact.source is source else fact
    elif isinstance(fact, Traced):
        found = Traced(tuple(piece for part in fact.pieces for piece in _pieces(part, source, text)))
    elif isinstance(fact, tuple):
        found = tuple(_moved(entry, source, text) for entry in fact)
    elif isinstance(fact, dict):
        found = {key: _moved(value, source, text) for key, value in fact.items()}
    elif isinstance(fact, Struct) and not isinstance(fact, Source):
        values = {name: _moved(getattr(fact, name), source, text) for name in fact.__struct_fields__}
        found = type(fact)(**values)
    return found if isinstance(found, type(fact)) else fact


def _pieces(piece: Piece, source: Source, text: Traced) -> list[Piece]:
    """A piece as those that it is written in: a variable of the file around may stand in the middle of it."""
    via = tuple(_place(span, text) if span.source is source else span for span in piece.via)
    if piece.span.source is not source:
        return [replace(piece, via=via)]
    part = text.slice(piece.span.start, piece.span.end)
    if part.text != piece.text or not piece.known:
        return [replace(piece, span=_place(piece.span, text), via=via)]
    return [replace(one, via=(*via, *one.via)) for one in part.pieces]


def _place(span: Span, text: Traced) -> Span:
    part = text.slice(span.start, max(span.end, span.start + 1))
    if part.span is not None:
        whole = part.span
        return whole.source.span(whole.start, whole.end if span.end > span.start else whole.start)
    pieces = part.pieces or text.pieces[-1:]
    own = [piece for piece in pieces if not piece.via] or list(pieces)
    first, last = own[0].span, own[-1].span
    return first.source.span(first.start, max(first.end, last.end)) if last.source is first.source else first


_IMAGE = "docker-image://"
_BUILT = ("target:", "service:")
_LATEST = ":latest"


def name_of_build(path: str, service: str) -> str:
    """The name that a build of one file has for the other builds of it."""
    return f"{path}#{service}"


def enter_contexts(document: Document, asking: str, context: str | None, contexts: Mapping[str, Traced]) -> Document:
    """A Dockerfile with the images and folders that its names stand for; ``asking`` is the file that names them,
    ``context`` the build's own folder.
    """
    if not contexts:
        return document
    named = {name.removesuffix(_LATEST): value for name, value in contexts.items()}
    images = {name: found for name, value in named.items() if (found := _image(value, asking)) is not None}
    folders = {name: value.text for name, value in named.items() if name not in images and "://" not in value.text}
    return replace(
        document,
        images=tuple(_stand_for(image, images) for image in document.images),
        stages=tuple(_enter(stage, images, folders, context) for stage in document.stages),
    )


def _image(value: Traced, asking: str) -> Traced | None:
    """The image that a context is, None for a folder or an address."""
    if value.text.startswith(_IMAGE):
        return value.slice(len(_IMAGE))
    kind = next((kind for kind in _BUILT if value.text.startswith(kind)), None)
    if kind is None:
        return None
    name = name_of_build(asking, value.text.removeprefix(kind))
    return Traced((Piece(name, value.span or value.pieces[0].span, value.via),))


def _stand_for(image: BaseImage, images: Mapping[str, Traced]) -> BaseImage:
    value = images.get(image.value.text.removesuffix(_LATEST))
    if value is None or not value.pieces:
        return image
    return replace(image, written=value.span or value.pieces[0].span, value=value)


def _enter(stage: Stage, images: Mapping[str, Traced], folders: Mapping[str, str], context: str | None) -> Stage:
    actions = tuple(_copy_from_folder(action, folders, context) for action in stage.actions)
    return replace(stage, image=stage.image and _stand_for(stage.image, images), actions=actions)


def _copy_from_folder(action: Action, folders: Mapping[str, str], context: str | None) -> Action:
    """A copy from a named folder as one from the build's own."""
    folder = folders.get(action.origin or "") if isinstance(action, Copy) else None
    if not isinstance(action, Copy) or folder is None or context is None:
        return action
    sources = [None if one is None else normpath(join(folder, one.lstrip("/"))) for one in action.sources]
    return replace(action, origin=None, sources=tuple(one and relpath(one, context) for one in sources))
