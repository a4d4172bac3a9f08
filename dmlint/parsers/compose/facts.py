"""What a service comes to: the image that it runs, and the build that it asks for."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from dmlint.facts import BaseImage, BuildRequest
from dmlint.parsers.compose.services import ARG, CONTEXT, TAG
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.parsers.compose.services import Service, ServiceField


def state_service(service: Service) -> tuple[tuple[BaseImage, ...], tuple[BuildRequest, ...]]:
    """The images and builds of a service; the ``image`` of one that is built is the name of its result."""
    image = service.fields.get("image")
    if any(name.startswith("build") for name in service.fields):
        return (), (_state_build(service),)
    if image is None or image.value is None or not image.value.text:
        return (), ()
    return (BaseImage(written=image.span, value=image.value, stage=service.name, role="image"),), ()


def _state_build(service: Service) -> BuildRequest:
    fields = service.fields
    context = _place(fields.get("build.context"), fields)
    inline = fields.get("build.dockerfile_inline")
    args = {name.removeprefix(ARG): entry for name, entry in fields.items() if name.startswith(ARG)}
    # What is only known outside of the repository may be anything: then the Dockerfile's own default is the best guess.
    known = {
        name: entry.value for name, entry in args.items() if entry.value is not None and not entry.value.unresolved
    }
    contexts = {name.removeprefix(CONTEXT): entry for name, entry in fields.items() if name.startswith(CONTEXT)}
    target = fields.get("build.target")
    return BuildRequest(
        service=service.name,
        span=service.span,
        context=context,
        dockerfile=None if inline is not None else _dockerfile(context, fields.get("build.dockerfile")),
        inline=inline.value if inline is not None else None,
        target=_text(target) if target is not None else None,
        args=known,
        given=tuple(name for name in args if name not in known),
        tags=tuple(filter(None, (_text(entry) for name, entry in fields.items() if name == "image" or _is_tag(name)))),
        contexts={name: value for name, entry in contexts.items() if (value := _context(entry)) is not None},
    )


def _context(entry: ServiceField) -> Traced | None:
    """A further context: a folder as a path from the root, anything else as it is written."""
    value = entry.value
    if value is None or value.unresolved or not value.pieces:
        return None
    if "://" in value.text or value.text.startswith(("service:", "git@")):
        return value
    span = value.span or value.pieces[0].span
    return Traced((Piece(normpath(join(entry.folder, value.text)), span),))


def _is_tag(name: str) -> bool:
    return name.startswith(TAG)


def _place(context: ServiceField | None, fields: Mapping[str, ServiceField]) -> str | None:
    """The build context as a path from the root; without one, the folder of the file."""
    if context is None:
        return next(entry.folder for name, entry in fields.items() if name.startswith("build")) or "."
    text = _text(context)
    if text is None or "://" in text or text.startswith("git@"):
        return None
    return normpath(join(context.folder, text))


def _dockerfile(context: str | None, field: ServiceField | None) -> str | None:
    name = "Dockerfile" if field is None else _text(field)
    return None if context is None or name is None else normpath(join(context, name))


def _text(field: ServiceField) -> str | None:
    return None if field.value is None or field.value.unresolved else field.value.text
