"""The services of a compose file: the fields that builds and images hang on, how one lies over another, and what each
comes to.
"""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.facts import BaseImage, BuildRequest
from dmlint.parsers.interpolation import interpolate
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Span


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


_RESET, _OVERRIDE = "!reset", "!override"
_BUILD = ("context", "dockerfile", "dockerfile_inline", "target")
ARG = "build.args."
TAG = "build.tags."
CONTEXT = "build.additional_contexts."


class ServiceField(Struct, frozen=True, kw_only=True):
    """One value of a service: None where it is to come from the environment; ``span`` is where it is written,
    ``folder`` that of the file, from which paths count.
    """

    value: Traced | None
    span: Span
    folder: str


class Service(Struct, frozen=True, kw_only=True):
    """What a service says, by dotted names (``image``, ``build.context``, ``build.args.NAME``).

    ``cleared`` are the names, each with all below it, that what this one lies over loses. ``extends`` is the service
    that it starts from, with the file that holds it, None for the same file.
    """

    name: str
    span: Span
    fields: Mapping[str, ServiceField] = field(default_factory=dict)
    cleared: tuple[str, ...] = ()
    extends: tuple[str, str | None] | None = None

    def over(self, below: Service) -> Service:
        """The same, merged with the one it lies over as compose merges them."""
        kept = {
            name: entry
            for name, entry in below.fields.items()
            if not any(name == cleared or name.startswith(f"{cleared}.") for cleared in self.cleared)
        }
        return replace(self, fields={**kept, **self.fields})


def read_services(root: YamlNode, folder: str, variables: Mapping[str, Traced]) -> dict[str, Service]:
    """The services of a file whose top is ``root``, by name."""
    services = root.get("services")
    found: dict[str, Service] = {}
    for key, node in services.items() if services is not None else ():
        if key.value:
            reader = _Reader(folder, variables)
            reader.read(node)
            found[key.value] = Service(
                name=key.value,
                span=key.span,
                fields=reader.fields,
                cleared=tuple(reader.cleared),
                extends=_read_extends(node, variables),
            )
    return found


def _read_extends(service: YamlNode, variables: Mapping[str, Traced]) -> tuple[str, str | None] | None:
    node = service.get("extends")
    if node is None:
        return None
    if node.value:
        return node.value, None
    name, file = node.get("service"), node.get("file")
    if name is None or not name.value:
        return None
    path = interpolate(file.traced(), variables).text if file is not None else ""
    return name.value, path or None


class _Reader:
    """Flattens one service."""

    def __init__(self, folder: str, variables: Mapping[str, Traced]) -> None:
        self.fields: dict[str, ServiceField] = {}
        self.cleared: list[str] = []
        self._folder = folder
        self._variables = variables

    def read(self, service: YamlNode) -> None:
        """Everything of a service that matters."""
        self._scalar("image", service.get("image"))
        build = service.get("build")
        if build is None or self._clears("build", build):
            return
        if build.kind != "mapping":
            self._scalar("build.context", build)
            return
        self._set("build", None, build.span)
        for name in _BUILD:
            self._scalar(f"build.{name}", build.get(name))
        tags = build.get("tags")
        if tags is not None and not self._clears("build.tags", tags):
            for number, element in enumerate(tags.elements()):
                self._set(f"{TAG}{number}", element.traced() if element.value is not None else None, element.span)
        for prefix in (ARG, CONTEXT):
            table = build.get(prefix.split(".")[1])
            if table is not None and not self._clears(prefix[:-1], table):
                for name, value, span in _read_pairs(table):
                    self._set(prefix + name, value, span)

    def _clears(self, name: str, node: YamlNode) -> bool:
        """Note a ``!reset`` or ``!override``; whether there is nothing else to read."""
        if node.tag in (_RESET, _OVERRIDE):
            self.cleared.append(name)
        return node.tag == _RESET

    def _scalar(self, name: str, node: YamlNode | None) -> None:
        if node is not None and not self._clears(name, node) and node.value is not None:
            self._set(name, node.traced(), node.span)

    def _set(self, name: str, value: Traced | None, span: Span) -> None:
        found = interpolate(value, self._variables) if value is not None else None
        if value is None and name.startswith(ARG):
            found = self._variables.get(name.removeprefix(ARG))
        self.fields[name] = ServiceField(value=found, span=span, folder=self._folder)


def _read_pairs(args: YamlNode) -> Iterator[tuple[str, Traced | None, Span]]:
    """Names with values, as a mapping or as a list of ``NAME=VALUE``; None for those without a value."""
    for key, value in args.items():
        if key.value and value.kind == "scalar":
            yield key.value, value.traced() if value.value is not None else None, value.span
    for element in args.elements():
        name, equals, _ = (element.value or "").partition("=")
        if name:
            yield name, element.traced().slice(len(name) + 1) if equals else None, element.span
