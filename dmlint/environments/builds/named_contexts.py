"""Named contexts of a build: what FROM and COPY --from mean where a compose file or a bake file gives the name."""

from __future__ import annotations

from posixpath import join, normpath, relpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import BaseImage, Copy
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Action, Document, Stage

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
        images=tuple(_place(image, images) for image in document.images),
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


def _place(image: BaseImage, images: Mapping[str, Traced]) -> BaseImage:
    value = images.get(image.value.text.removesuffix(_LATEST))
    if value is None or not value.pieces:
        return image
    return replace(image, written=value.span or value.pieces[0].span, value=value)


def _enter(stage: Stage, images: Mapping[str, Traced], folders: Mapping[str, str], context: str | None) -> Stage:
    actions = tuple(_copy_from_folder(action, folders, context) for action in stage.actions)
    return replace(stage, image=stage.image and _place(stage.image, images), actions=actions)


def _copy_from_folder(action: Action, folders: Mapping[str, str], context: str | None) -> Action:
    """A copy from a named folder as one from the build's own."""
    folder = folders.get(action.origin or "") if isinstance(action, Copy) else None
    if not isinstance(action, Copy) or folder is None or context is None:
        return action
    sources = [None if one is None else normpath(join(folder, one.lstrip("/"))) for one in action.sources]
    return replace(action, origin=None, sources=tuple(one and relpath(one, context) for one in sources))
