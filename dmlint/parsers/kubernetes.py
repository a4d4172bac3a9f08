"""Kubernetes and OSMO manifests, and the values of Helm charts: the images that they name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmlint.facts import BaseImage, Document
from dmlint.syntax.yaml import read_comments, read_yaml
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source

_MENTIONS = "isaac"
_OPEN, _CLOSE = "{{", "}}"
_IMAGE = lazy_regex(
    r"^[ \t]*(?:-[ \t]+)?image:[ \t]+(?P<quote>[\"']?)(?P<image>[\w./:@-]+)(?P=quote)[ \t]*(?:#[^\n]*)?\r?$",
    re.MULTILINE,
)
_COMMENT = lazy_regex(r"(?:^|(?<=[ \t]))#[^\r\n]*dmlint[^\r\n]*", re.MULTILINE)
_CONDA = lazy_regex(r"^(?:channels|dependencies):", re.MULTILINE)
_CLOUD_WORKFLOW = lazy_regex(r"^main:\s", re.MULTILINE)
_PIPELINE = lazy_regex(r"(?:.*/)?workflows?/", re.DOTALL)
_MANIFEST = lazy_regex(r"^(?:apiVersion|workflow|images):", re.MULTILINE)


def parse(source: Source) -> Document:
    """Read the images of a manifest that mentions Isaac; any other is not looked into.

    Charts keep templates among their manifests: of what stops being YAML by ``{{ … }}`` the images are read that are
    written out. Other YAML lies in such folders too: an environment of conda, a workflow of Google Cloud.
    """
    if len({match[0] for match in _CONDA().finditer(source.text)}) == 2:
        from dmlint.parsers import conda_environment

        return conda_environment.parse(source)
    if _MENTIONS not in source.text.lower() or _is_foreign(source):
        return Document(source=source)
    nodes = read_yaml(source)
    if isinstance(nodes, Problem):
        return _read_template(source) if _OPEN in source.text else Document(source=source, problems=(nodes,))
    images = [image for node in nodes for image in _find_images(node)]
    return Document(
        source=source,
        images=tuple(sorted(images, key=lambda image: image.written.start)),
        comments=read_comments(source, nodes),
    )


def _is_foreign(source: Source) -> bool:
    """Whether a file describes steps for another service than a cluster."""
    if _MANIFEST().search(source.text):
        return False
    return _CLOUD_WORKFLOW().search(source.text) is not None or _PIPELINE().match(source.path) is not None


def _read_template(source: Source) -> Document:
    text = source.text
    spans = [source.span(*match.span("image")) for match in _IMAGE().finditer(text)]
    comments = [
        source.span(match.start(), match.start() + len(match[0].rstrip())) for match in _COMMENT().finditer(text)
    ]
    return Document(
        source=source,
        images=tuple(BaseImage(written=span, value=Traced.of(span), stage="0", role="image") for span in spans),
        comments=tuple(comments),
    )


def _find_images(root: YamlNode) -> Iterator[BaseImage]:
    """The images of all containers and tasks, wherever they stand; each once, however often an alias repeats it."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node.place) in seen:
            continue
        seen.add(id(node.place))
        waiting += node.elements()
        for key, value in node.items():
            waiting.append(value)
            if key.value == "image":
                yield from _read_image(value, node)
            elif key.value == "images":
                yield from (image for entry in value.elements() for image in _read_override(entry))


def _read_image(value: YamlNode, container: YamlNode) -> Iterator[BaseImage]:
    """``image: REFERENCE``, or a chart's ``image: {registry, repository, tag}``."""
    name = container.get("name")
    stage = name.value if name is not None and name.value else "0"
    repository, tag, registry = value.get("repository"), value.get("tag"), value.get("registry")
    if value.value:
        yield BaseImage(written=value.span, value=_untemplated(value.traced()), stage=stage, role="image")
    elif repository is not None and repository.value:
        yield _joined(registry, repository, tag, stage)


def _read_override(entry: YamlNode) -> Iterator[BaseImage]:
    """An entry of kustomize's ``images``."""
    name, tag = entry.get("newName") or entry.get("name"), entry.get("newTag")
    if name is not None and name.value and tag is not None:
        yield _joined(None, name, tag, "0")


def _joined(registry: YamlNode | None, repository: YamlNode, tag: YamlNode | None, stage: str) -> BaseImage:
    parts = [repository.traced()]
    if registry is not None and registry.value:
        parts = [registry.traced(), _between("/", repository), *parts]
    versioned = tag if tag is not None and tag.value else None
    if versioned is not None:
        parts += [_between(":", versioned), versioned.traced()]
    written = (versioned or repository).span
    return BaseImage(written=written, value=_untemplated(join(parts)), stage=stage, role="image")


def _between(text: str, node: YamlNode) -> Traced:
    """A character that is written nowhere, right before a value."""
    return Traced((Piece(text, node.source.span(node.span.start, node.span.start)),))


def _untemplated(text: Traced) -> Traced:
    """Text whose ``{{ … }}`` are pieces that are not known."""
    parts: list[Traced] = []
    at, start = 0, text.text.find(_OPEN)
    while start >= 0:
        close = text.text.find(_CLOSE, start)
        end = close + len(_CLOSE) if close >= 0 else len(text)
        hidden = text.slice(start, end)
        unknown = Piece(hidden.text, hidden.span or hidden.pieces[0].span, known=False)
        parts += [text.slice(at, start), Traced((unknown,))]
        at, start = end, text.text.find(_OPEN, end)
    return join([*parts, text.slice(at)])
