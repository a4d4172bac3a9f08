"""HCL by its own grammar: the blocks, attributes, strings, lists and objects that bake files are written in."""

from __future__ import annotations

from itertools import pairwise
from time import process_time
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.syntax.grammars import first_error, load_parser
from dmlint.syntax.node import Node
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.traced import Piece, Traced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node as TreeNode

    from dmlint.text.source import Source, Span

_PATIENCE, _SLOW = 0.1, 2.5e-6
"""Seconds of CPU time for a text, and for each of its bytes: ten times what HCL takes."""
_CHUNK = 4096
DEEPEST = 30
"""How deep blocks and values may stand in each other."""
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_PART = lazy_regex(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^uU])|[^\\]+|\\")
_WIDE = lazy_regex(r"[^\x00-\x7f]")
_MISSING = {
    "identifier": "a name or a value",
    "quoted_template_end": "the end of a string",
    "heredoc_identifier": "the end of a here-document",
}
_ASIDE = ("body", "block_end", "comment")
_STRINGS = ("string_lit", "quoted_template")
_LITERALS = ("numeric_lit", "bool_lit")


class Block(Struct, frozen=True, kw_only=True):
    """``target "sim" { … }``: its kind, its label, where the label is written, its attributes."""

    kind: str
    label: str
    span: Span
    attributes: dict[str, Node] = field(default_factory=dict)


class HclFile(Struct, frozen=True, kw_only=True):
    """The blocks of a file, with attributes outside of blocks as one without kind, and the comments that mention
    dmlint.
    """

    blocks: tuple[Block, ...]
    comments: tuple[Span, ...]


class _RefusedError(ValueError):
    """What is wrong with a text, and at which node."""

    def __init__(self, node: TreeNode, message: str) -> None:
        super().__init__(message)
        self.node = node


def read_hcl(source: Source) -> HclFile | Problem:
    """What a file holds, or what is wrong with it."""
    reader = _Reader(source)
    try:
        return reader.read()
    except _RefusedError as error:
        at = min(error.node.start_byte, max(len(source.text.rstrip()) - 1, 0))
        span = source.span(at, min(at + 1, len(source.text)))
        return Problem(kind=ProblemKind.UNREADABLE, span=span, message=f"the file is not valid HCL: {error}")


class _Reader:
    """Turns the tree of a file into blocks."""

    def __init__(self, source: Source) -> None:
        self._source = source
        # With one byte for each character the tree counts as we do; its own scanner takes the square of the number of
        # blanks that are not ASCII.
        self._bytes = _WIDE().sub(lambda match: "x" if match[0].isalnum() else "\x01", source.text).encode()

    def read(self) -> HclFile:
        """The file, or a refusal at the first node that the grammar does not know."""
        root = self._parse()
        if root.has_error:
            raise self._refusal(first_error(root))
        comments = tuple(self._comments(root)) if "dmlint" in self._source.text else ()
        blocks = [block for body in _named(root, "body") for block in self._body(body)]
        return HclFile(blocks=tuple(blocks), comments=comments)

    def _parse(self) -> TreeNode:
        """The tree; of a text that takes many times as long as any that is HCL, that of its beginning: the grammar's
        recovery from faults takes the square of their number.
        """
        data, parser = self._bytes, load_parser("tree_sitter_hcl")
        deadline = process_time() + _PATIENCE + len(data) * _SLOW
        try:
            tree = parser.parse(
                lambda at, _: data[at : at + _CHUNK], progress_callback=lambda *_: process_time() > deadline
            )
        except ValueError:
            parser.reset()
            tree = parser.parse(data[:_CHUNK].rpartition(b"\n")[0] + b"\n}")
        return tree.root_node

    def _refusal(self, node: TreeNode) -> _RefusedError:
        """What is wrong at the first fault; one that the grammar could not pass is at the end of what it read."""
        if node.is_missing:
            return _RefusedError(node, f"{_MISSING.get(node.type, repr(node.type))} is missing here")
        last = node.children[-1] if node.children else node
        written = self._span(last).text.split("\n", 1)[0][:20]
        return _RefusedError(last, f"'{written}' is not expected here")

    def _comments(self, root: TreeNode) -> Iterator[Span]:
        waiting = [root]
        while waiting:
            node = waiting.pop()
            span = self._span(node)
            if node.type == "comment" and "dmlint" in span.text and not span.text.startswith("/*"):
                yield self._source.span(span.start, span.start + len(span.text.rstrip()))
            waiting.extend(reversed(node.children))

    def _body(self, body: TreeNode) -> Iterator[Block]:
        loose = self._attributes(body, 0)
        for node in _named(body, "block"):
            yield self._block(node)
        if loose:
            yield Block(kind="", label="", span=self._source.span(0, 0), attributes=loose)

    def _block(self, node: TreeNode) -> Block:
        names = _named(node, "identifier", "string_lit")
        label = self._span(names[-1])
        if names[-1].type == "string_lit":
            label = self._source.span(label.start + 1, label.end - 1)
        attributes = {key: value for body in _named(node, "body") for key, value in self._attributes(body, 0).items()}
        return Block(kind=self._span(names[0]).text, label=label.text, span=label, attributes=attributes)

    def _attributes(self, body: TreeNode, depth: int) -> dict[str, Node]:
        """The attributes of a body, and of the blocks in it nothing but that they are well-formed."""
        found: dict[str, Node] = {}
        line = -1
        for node in _named(body, "attribute", "block"):
            self._check_lines(node, line)
            line = node.end_point.row
            if depth > DEEPEST:
                raise _RefusedError(node, "blocks are nested too deeply")
            if node.type == "attribute":
                name = self._span(node.children[0])
                if name.text in found:
                    raise _RefusedError(node, f"'{name.text[:20]}' is set a second time")
                found[name.text] = self._value(node.children[-1], depth, name)
            for inner in _named(node, "body"):
                self._attributes(inner, depth + 1)
        return found

    def _check_lines(self, node: TreeNode, before: int) -> None:
        """Refuse what the grammar, which takes a line break for a blank, lets pass."""
        starts = [child.start_point.row for child in node.children if child.type not in _ASIDE]
        if starts[0] == before:
            raise _RefusedError(node, f"'{self._span(node.children[0]).text[:20]}' must start a line")
        if starts[-1] != starts[0]:
            raise _RefusedError(node, f"'{self._span(node.children[0]).text[:20]}' stands alone on its line")

    def _value(self, expression: TreeNode, depth: int, key: Span | None = None) -> Node:
        """An expression; one with an operator, a call or a condition comes to what is not known."""
        if depth > DEEPEST:
            raise _RefusedError(expression, "values are nested too deeply")
        span = self._span(expression)
        text: Traced | None = None
        elements: list[Node] = []
        entries: dict[str, Node] = {}
        inner = _only(expression)
        kind = inner.type if inner is not None else ""
        if inner is None and _is_reference(expression):
            text = Traced((Piece(f"${{{span.text}}}", span),))
        elif kind in _STRINGS:
            span = self._source.span(span.start + 1, span.end - 1)
            text = Traced(tuple(_unescape(span)))
        elif kind == "heredoc_template":
            text = self._heredoc(span)
        elif kind in _LITERALS:
            text = Traced.of(span)
        if inner is not None and kind in _STRINGS and _is_broken(inner):
            raise _RefusedError(expression, "a string must end on its line")
        if inner is not None and kind == "tuple":
            elements = [self._value(node, depth + 1) for node in _named(inner, "expression")]
        elif inner is not None and kind == "object":
            entries = dict(filter(None, (self._entry(node, depth) for node in _named(inner, "object_elem"))))
        return Node(span=span, key=key, text=text, elements=tuple(elements), entries=entries)

    def _entry(self, node: TreeNode, depth: int) -> tuple[str, Node] | None:
        """``KEY = VALUE`` or ``KEY: VALUE`` of an object; None for a key that is to be computed."""
        key, value = _named(node, "expression")[:2]
        name = self._span(key)
        if name.text.startswith('"'):
            name = self._source.span(name.start + 1, name.end - 1)
        found = self._value(value, depth + 1, name)
        return None if name.text.startswith("(") else (name.text, found)

    def _heredoc(self, span: Span) -> Traced:
        start = span.start + span.text.index("\n") + 1
        end = span.start + span.text.rfind("\n") + 1
        return Traced.of(self._source.span(start, max(start, end)))

    def _span(self, node: TreeNode) -> Span:
        return self._source.span(node.start_byte, node.end_byte)


def _named(node: TreeNode, *kinds: str) -> list[TreeNode]:
    return [child for child in node.named_children if child.type in kinds]


def _only(expression: TreeNode) -> TreeNode | None:
    """What an expression consists of, where that is a single literal, template or collection."""
    parts = [node for node in expression.named_children if node.type != "comment"]
    whole = len(parts) == 1 and parts[0].type in ("literal_value", "template_expr", "collection_value")
    return parts[0].named_children[0] if whole else None


def _is_reference(expression: TreeNode) -> bool:
    """Whether it is a name, with or without attributes: ``TAG``, ``target.sim.args``."""
    kinds = [node.type for node in expression.named_children]
    return kinds[:1] == ["variable_expr"] and set(kinds[1:]) <= {"get_attr"}


def _is_broken(string: TreeNode) -> bool:
    """Whether the characters of a string, other than those of its templates, stand on several lines."""
    parts = string.children
    rows = [(a.end_point.row, b.start_point.row) for a, b in pairwise(parts)]
    rows += [(one.start_point.row, one.end_point.row) for one in parts if one.type == "template_literal"]
    return any(first != last for first, last in rows)


def _unescape(span: Span) -> Iterator[Piece]:
    for match in _PART().finditer(span.text):
        raw = match[0]
        text = raw
        if raw[0] == "\\" and len(raw) > 1:
            text = chr(int(f"0x{raw[2:]}", 0) % 0x110000) if len(raw) > 2 else _ESCAPES.get(raw[1], raw[1])
        yield Piece(text, span.source.span(span.start + match.start(), span.start + match.end()))
