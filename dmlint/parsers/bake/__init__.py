"""``docker-bake.hcl`` and ``docker-bake.json``: the builds that their targets ask for."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from dmlint.facts import BuildRequest, Document
from dmlint.syntax.hcl import Block, HclValue, read_hcl
from dmlint.syntax.hcl_tokens import read_comments
from dmlint.syntax.yaml import read_yaml
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmlint.syntax.yaml import YamlNode
    from dmlint.text.source import Source

_DEEPEST = 16
_REFERENCE = lazy_regex(r"\$\$\{|%%\{|\$\{[ \t]*(\w+)[ \t]*\}|[$%]\{[^}]*\}?")
_WHAT = ("context", "dockerfile", "dockerfile-inline", "target")


def parse(source: Source, over: Sequence[Source] = ()) -> Document:
    """Read a bake file; ``over`` are files that lie over it (``docker-bake.override.hcl``)."""
    found = _read(source)
    if isinstance(found, Problem):
        return Document(source=source, problems=(found,))
    blocks = list(found)
    for upper in over:
        further = _read(upper)
        blocks += () if isinstance(further, Problem) else further
    comments = read_comments(source) if source.path.endswith(".hcl") else ()
    return Document(source=source, builds=tuple(_Targets(blocks, source).builds()), comments=comments)


def _read(source: Source) -> tuple[Block, ...] | Problem:
    if source.path.endswith(".hcl"):
        return read_hcl(source)
    # JSON is YAML to the reader, which knows where each value stands.
    documents = read_yaml(source)
    if isinstance(documents, Problem):
        return documents
    return tuple(block for root in documents[:1] for block in _blocks(root))


def _blocks(root: YamlNode) -> Iterator[Block]:
    for kind, labelled in root.items():
        for label, body in labelled.items():
            attributes = {key.value or "": _value(node) for key, node in body.items()}
            yield Block(kind=kind.value or "", label=label.value or "", span=label.span, attributes=attributes)


def _value(node: YamlNode) -> HclValue:
    """A value, as deep as attributes go: a scalar, a list of them, a table of them."""
    return HclValue(
        span=node.span,
        text=node.traced() if node.value is not None else None,
        elements=tuple(HclValue(span=one.span, text=one.traced()) for one in node.elements()),
        entries={
            key.value or "": HclValue(span=one.span, text=one.traced() if one.value is not None else None)
            for key, one in node.items()
        },
    )


class _Targets:
    """The targets of a bake file, each with what it inherits."""

    def __init__(self, blocks: Sequence[Block], source: Source) -> None:
        self._folder = dirname(source.path)
        self._variables: dict[str, Traced] = {}
        self._targets: dict[str, dict[str, HclValue]] = {}
        self._labels: dict[str, Block] = {}
        for block in blocks:
            if block.kind == "variable" and "default" in block.attributes:
                default = block.attributes["default"].text
                if default is not None:
                    self._variables[block.label] = default
            elif block.kind == "":
                self._variables |= {name: value.text for name, value in block.attributes.items() if value.text}
            elif block.kind == "target":
                self._labels.setdefault(block.label, block)
                self._targets[block.label] = _over(self._targets.get(block.label, {}), block.attributes)

    def builds(self) -> Iterator[BuildRequest]:
        """One for each target that says what is built, or that no other inherits."""
        inherited = {name for attributes in self._targets.values() for name in self._parents(attributes)}
        for label, own in self._targets.items():
            if label not in inherited or any(name in own for name in _WHAT):
                yield self._build(label, self._inherit(label, 0))

    def _parents(self, attributes: Mapping[str, HclValue]) -> list[str]:
        listed = attributes.get("inherits")
        return [one.text.text for one in listed.elements if one.text is not None] if listed is not None else []

    def _inherit(self, label: str, depth: int) -> dict[str, HclValue]:
        own = self._targets.get(label, {})
        found: dict[str, HclValue] = {}
        for parent in self._parents(own)[:_DEEPEST] if depth < _DEEPEST else ():
            found = _over(found, self._inherit(parent, depth + 1))
        return _over(found, own)

    def _build(self, label: str, attributes: Mapping[str, HclValue]) -> BuildRequest:
        args = attributes["args"].entries if "args" in attributes else {}
        values = {name: self._expand(value) for name, value in args.items()}
        known = {name: value for name, value in values.items() if value is not None and not value.unresolved}
        tags = attributes["tags"].elements if "tags" in attributes else ()
        inline = self._expand(attributes.get("dockerfile-inline"))
        context = self._text(attributes.get("context"), ".")
        place = None if context is None or "://" in context else normpath(join(self._folder, context))
        dockerfile = self._text(attributes.get("dockerfile"), "Dockerfile")
        return BuildRequest(
            service=label,
            span=self._labels[label].span,
            context=place,
            dockerfile=None if inline or place is None or dockerfile is None else normpath(join(place, dockerfile)),
            inline=inline,
            target=self._text(attributes.get("target"), None),
            args=known,
            given=tuple(name for name in values if name not in known),
            tags=tuple(filter(None, (self._text(tag, None) for tag in tags))),
        )

    def _text(self, value: HclValue | None, default: str | None) -> str | None:
        if value is None:
            return default
        found = self._expand(value)
        return None if found is None or found.unresolved else found.text

    def _expand(self, value: HclValue | None) -> Traced | None:
        return None if value is None or value.text is None else self._through(value.text, 0)

    def _through(self, template: Traced, depth: int) -> Traced:
        """A template with the defaults of its variables in it; what else it refers to is not known."""
        pieces: list[Piece] = []
        at = 0
        for match in _REFERENCE().finditer(template.text):
            pieces += template.slice(at, match.start()).pieces
            part = template.slice(*match.span())
            at = match.end()
            value = self._variables.get(match[1] or "")
            written = part.span or part.pieces[0].span
            if match[0][:2] in ("$$", "%%"):
                pieces.append(Piece(match[0][1:], written))
            elif value is None or depth > _DEEPEST or len(pieces) > _DEEPEST:
                pieces.append(Piece(match[0], written, known=False))
            else:
                for piece in self._through(value, depth + 1).pieces:
                    pieces.append(Piece(piece.text, piece.span, (written, *piece.via), piece.known))
        pieces += template.slice(at).pieces
        return Traced(tuple(pieces))


def _over(below: Mapping[str, HclValue], above: Mapping[str, HclValue]) -> dict[str, HclValue]:
    """Attributes over others; ``args`` are merged by name."""
    merged = {**below, **above}
    if "args" in below and "args" in above:
        both = {**below["args"].entries, **above["args"].entries}
        merged["args"] = HclValue(span=above["args"].span, entries=both)
    return merged
