"""``docker-bake.hcl`` and ``docker-bake.json``: the builds that their targets ask for."""

from __future__ import annotations

from itertools import islice, product
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.facts import BuildRequest, Document
from dmlint.syntax.hcl import Block, HclFile, read_hcl
from dmlint.syntax.json import read_json
from dmlint.syntax.node import Node
from dmlint.text.problems import Problem
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmlint.text.source import Source

_DEEPEST = 16
_MOST = 256
"""How many builds the matrix of one target makes: more than any real file has."""
_REFERENCE = lazy_regex(r"\$\$\{|%%\{|\$\{[ \t]*([\w-]+(?:\.[\w-]+)*)[ \t]*\}|[$%]\{[^}]*\}?")
_NO_NAME = lazy_regex(r"[^\w.-]+")
_WHAT = ("context", "dockerfile", "dockerfile-inline", "target")
_TABLES = ("args", "contexts")


def parse(source: Source, over: Sequence[Source] = ()) -> Document:
    """Read a bake file; ``over`` are files that lie over it (``docker-bake.override.hcl``)."""
    found = _read(source)
    if isinstance(found, Problem):
        return Document(source=source, problems=(found,))
    blocks = list(found.blocks)
    for upper in over:
        further = _read(upper)
        blocks += () if isinstance(further, Problem) else further.blocks
    return Document(source=source, builds=tuple(_Targets(blocks, source).builds()), comments=found.comments)


def _read(source: Source) -> HclFile | Problem:
    if source.path.endswith(".hcl"):
        return read_hcl(source)
    root = read_json(source)
    return root if isinstance(root, Problem) else HclFile(blocks=tuple(_blocks(root)), comments=())


def _blocks(root: Node) -> Iterator[Block]:
    for kind, labelled in root.entries.items():
        for label, body in labelled.entries.items():
            yield Block(kind=kind, label=label, span=body.key or body.span, attributes=body.entries)


class _Targets:
    """The targets of a bake file, each with what it inherits."""

    def __init__(self, blocks: Sequence[Block], source: Source) -> None:
        self._folder = dirname(source.path)
        self._variables: dict[str, Traced] = {}
        self._targets: dict[str, dict[str, Node]] = {}
        self._labels: dict[str, Block] = {}
        for block in blocks:
            if block.kind == "variable" and "default" in block.attributes:
                self._set(block.label, block.attributes["default"])
            elif block.kind == "":
                for name, value in block.attributes.items():
                    self._set(name, value)
            elif block.kind == "target":
                self._labels.setdefault(block.label, block)
                self._targets[block.label] = _over(self._targets.get(block.label, {}), block.attributes)

    def _set(self, name: str, value: Node) -> None:
        if value.text is not None:
            self._variables[name] = value.text

    def builds(self) -> Iterator[BuildRequest]:
        """One for each target that says what is built, or that no other inherits; of one with a matrix, one for each
        of its combinations.
        """
        inherited = {name for attributes in self._targets.values() for name in self._parents(attributes)}
        for label, own in self._targets.items():
            if label not in inherited or any(name in own for name in _WHAT):
                attributes = self._inherit(label, 0)
                for name, values in self._combinations(label, attributes):
                    yield self._build(label, name, attributes, values)

    def _combinations(self, label: str, attributes: Mapping[str, Node]) -> Iterator[tuple[str, dict[str, Traced]]]:
        """The name and the values of each combination that a matrix makes, in its order."""
        axes = attributes["matrix"].entries if "matrix" in attributes else {}
        listed = ([(name, one) for one in axis.elements] for name, axis in axes.items())
        for chosen in islice(product(*listed), _MOST):
            values = dict(pair for name, one in chosen for pair in _flat(name, one))
            name = self._text(attributes.get("name"), "", values) if axes else label
            words = [one.string.text for _, one in chosen if one.text is not None]
            yield name or "-".join([label, *(_NO_NAME().sub("-", word) for word in words)]), values

    def _parents(self, attributes: Mapping[str, Node]) -> list[str]:
        listed = attributes.get("inherits")
        return [one.text.text for one in listed.elements if one.text is not None] if listed is not None else []

    def _inherit(self, label: str, depth: int) -> dict[str, Node]:
        own = self._targets.get(label, {})
        found: dict[str, Node] = {}
        for parent in self._parents(own)[:_DEEPEST] if depth < _DEEPEST else ():
            found = _over(found, self._inherit(parent, depth + 1))
        return _over(found, own)

    def _build(
        self, label: str, name: str, attributes: Mapping[str, Node], values: Mapping[str, Traced]
    ) -> BuildRequest:
        args = self._table(attributes.get("args"), values)
        known = {key: value for key, value in args.items() if value is not None and not value.unresolved}
        contexts = self._table(attributes.get("contexts"), values)
        tags = attributes["tags"].elements if "tags" in attributes else ()
        inline = self._expand(attributes.get("dockerfile-inline"), values)
        context = self._text(attributes.get("context"), ".", values)
        place = None if context is None or "://" in context else normpath(join(self._folder, context))
        dockerfile = self._text(attributes.get("dockerfile"), "Dockerfile", values)
        return BuildRequest(
            service=name,
            span=self._labels[label].span,
            context=place,
            dockerfile=None if inline or place is None or dockerfile is None else normpath(join(place, dockerfile)),
            inline=inline,
            target=self._text(attributes.get("target"), None, values),
            args=known,
            given=tuple(key for key in args if key not in known),
            tags=tuple(filter(None, (self._text(tag, None, values) for tag in tags))),
            contexts={key: self._context(value) for key, value in contexts.items() if value and not value.unresolved},
        )

    def _context(self, value: Traced) -> Traced:
        """A further context: a folder as a path from the root, anything else as it is written."""
        if not value.pieces or "://" in value.text or value.text.startswith("target:"):
            return value
        span = value.span or value.pieces[0].span
        return Traced((Piece(normpath(join(self._folder, value.text)), span),))

    def _table(self, table: Node | None, values: Mapping[str, Traced]) -> dict[str, Traced | None]:
        entries = table.entries if table is not None else {}
        return {name: self._expand(value, values) for name, value in entries.items()}

    def _text(self, value: Node | None, default: str | None, values: Mapping[str, Traced]) -> str | None:
        if value is None:
            return default
        found = self._expand(value, values)
        return None if found is None or found.unresolved else found.text

    def _expand(self, value: Node | None, values: Mapping[str, Traced]) -> Traced | None:
        return None if value is None or value.text is None else self._through(value.text, values, 0)

    def _through(self, template: Traced, values: Mapping[str, Traced], depth: int) -> Traced:
        """A template with the defaults of its variables in it; what else it refers to is not known."""
        pieces: list[Piece] = []
        at = 0
        for match in _REFERENCE().finditer(template.text):
            pieces += template.slice(at, match.start()).pieces
            part = template.slice(*match.span())
            at = match.end()
            value = self._refer(match[1] or "", values)
            written = part.span or part.pieces[0].span
            if match[0][:2] in ("$$", "%%"):
                pieces.append(Piece(match[0][1:], written))
            elif value is None or depth > _DEEPEST or len(pieces) > _DEEPEST:
                pieces.append(Piece(match[0], written, known=False))
            else:
                for piece in self._through(value, values, depth + 1).pieces:
                    pieces.append(Piece(piece.text, piece.span, (written, *piece.via), piece.known))
        pieces += template.slice(at).pieces
        return Traced(tuple(pieces))

    def _refer(self, name: str, values: Mapping[str, Traced]) -> Traced | None:
        """The value of ``TAG`` or ``item.tag``, or of another target's attribute: ``target.sim.dockerfile``."""
        if name in values or name in self._variables:
            return values.get(name) or self._variables.get(name)
        kind, _, rest = name.partition(".")
        label, *keys = rest.split(".")
        if kind != "target" or label not in self._targets:
            return None
        found = Node(span=self._labels[label].span, entries=self._inherit(label, 0)).get(*keys)
        return found.text if found is not None else None


def _flat(name: str, value: Node) -> Iterator[tuple[str, Traced]]:
    """The variables that one element of a matrix sets: itself, or those of its entries."""
    if value.text is not None:
        yield name, value.text
    for key, inner in value.entries.items():
        yield from _flat(f"{name}.{key}", inner)


def _over(below: Mapping[str, Node], above: Mapping[str, Node]) -> dict[str, Node]:
    """Attributes over others; tables like ``args`` are merged by name."""
    merged = {**below, **above}
    for name in _TABLES:
        if name in below and name in above:
            merged[name] = replace(above[name], entries={**below[name].entries, **above[name].entries})
    return merged
