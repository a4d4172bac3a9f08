"""The services of one compose file, as the fields that builds and images hang on, and how one lies over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.parsers.interpolation import interpolate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

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
