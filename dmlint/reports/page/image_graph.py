"""What is built of what: images, stages and the services that ask for them, joined by FROM, COPY --from and builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.facts import Copy, Document

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from dmlint.facts import BuildRequest, Stage
    from dmlint.text.source import Span


class ImageNode(Struct, frozen=True, kw_only=True):
    """An ``image`` from elsewhere, a ``stage``, or a ``service`` that asks for a build; ``place`` says where."""

    key: str
    kind: str
    label: str
    place: Span


class ImageEdge(Struct, frozen=True):
    """One node that comes of another, and by which word: ``FROM``, ``COPY``, ``build``."""

    start: str
    end: str
    word: str


class ImageGraph(Struct, kw_only=True):
    """Nodes by their keys, and edges between them."""

    nodes: dict[str, ImageNode] = field(default_factory=dict)
    edges: dict[ImageEdge, None] = field(default_factory=dict)

    def parts(self) -> list[ImageGraph]:
        """What hangs together, each by itself; what stands alone is left out."""
        home = {key: key for key in self.nodes}

        def root(key: str) -> str:
            while home[key] != key:
                key = home[key]
            return key

        for edge in self.edges:
            home[root(edge.start)] = root(edge.end)
        found: dict[str, ImageGraph] = {}
        for key, node in self.nodes.items():
            found.setdefault(root(key), ImageGraph()).nodes[key] = node
        for edge in self.edges:
            found[root(edge.start)].edges[edge] = None
        return [part for part in found.values() if part.edges]

    def layers(self) -> list[list[str]]:
        """The keys from what comes first to what comes last: each behind all that it is made of."""
        depth = dict.fromkeys(self.nodes, 0)
        # As often as there are nodes at most: files may go round in a circle.
        for _ in self.nodes:
            for edge in self.edges:
                depth[edge.end] = max(depth[edge.end], min(depth[edge.start] + 1, len(self.nodes)))
        found: dict[int, list[str]] = {}
        for key, at in depth.items():
            found.setdefault(at, []).append(key)
        return [found[at] for at in sorted(found)]


def read_graph(documents: Iterable[object], shown: Collection[str]) -> ImageGraph:
    """The graph of the Dockerfiles that are shown, by path, and of what asks for their stages."""
    graph = ImageGraph()
    whole = [entry for entry in documents if isinstance(entry, Document)]
    built = {entry.source.path: entry for entry in whole if entry.stages and entry.source.path in shown}
    makers = {}
    for document in whole:
        for request in document.builds:
            if request.dockerfile in built:
                makers.update(dict.fromkeys(request.tags, _add_service(graph, document, request, built)))
    for document in built.values():
        for stage in document.stages:
            _add_stage(graph, document, stage, makers)
    return graph


def _add_service(graph: ImageGraph, asking: Document, request: BuildRequest, built: dict[str, Document]) -> str:
    document = built[request.dockerfile or ""]
    names = [stage.name for stage in document.stages]
    target = request.target if request.target in names else names[-1]
    key = f"{asking.source.path}@{request.service}"
    graph.nodes[key] = ImageNode(key=key, kind="service", label=request.service, place=request.span)
    graph.edges[ImageEdge(f"{document.source.path}#{target}", key, "build")] = None
    return key


def _add_stage(graph: ImageGraph, document: Document, stage: Stage, makers: dict[str, str]) -> None:
    path = document.source.path
    key = f"{path}#{stage.name}"
    number = stage.name.isdigit()
    label = path.rpartition("/")[2] if number else stage.name
    graph.nodes[key] = ImageNode(key=key, kind="stage", label=label, place=stage.span)
    for start, word in _origins(graph, document, stage, makers):
        graph.edges[ImageEdge(start, key, word)] = None


def _origins(graph: ImageGraph, document: Document, stage: Stage, makers: dict[str, str]) -> Iterator[tuple[str, str]]:
    path = document.source.path
    names = {entry.name for entry in document.stages}
    if stage.parent is not None:
        yield f"{path}#{stage.parent}", "FROM"
    for image in document.images:
        if image.stage == stage.name:
            word = "FROM" if image is stage.image else "COPY"
            yield makers.get(image.value.text) or _add_image(graph, image.value.text, image.written), word
    for action in stage.actions:
        if isinstance(action, Copy) and action.origin in names:
            yield f"{path}#{action.origin}", "COPY"


def _add_image(graph: ImageGraph, reference: str, place: Span) -> str:
    key = f"image:{reference}"
    graph.nodes.setdefault(key, ImageNode(key=key, kind="image", label=reference, place=place))
    return key
