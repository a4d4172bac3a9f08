"""The literals that expressions of a Python module come down to, without running it."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.text.traced import Piece, Traced, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.syntax.python_text import Places


class Literals(Struct):
    """Looks up what is written: literals, sums of them, and names that the module binds once to such, and adds to."""

    tree: ast.Module
    places: Places
    calls: list[ast.Call] = field(default_factory=list)
    """All calls of the module, in the order in which ``ast`` walks."""
    _values: dict[str, list[ast.expr]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note what each name is bound to."""
        stores: Counter[str] = Counter()
        bound: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                stores[node.id] += 1
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    _bind(bound, target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                _bind(bound, node.target, node.value)
            elif isinstance(node, ast.Call):
                self.calls.append(node)
        added: dict[str, list[ast.expr]] = {}
        again: Counter[str] = Counter()
        for statement in _statements(self.tree.body):
            if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
                _bind(added, statement.target, statement.value)
                again[statement.target.id if isinstance(statement.target, ast.Name) else ""] += 1
            elif isinstance(statement, ast.Expr):
                _add(added, statement.value)
        # One that is bound twice, or again in a way that cannot be followed, is not known.
        self._values = {
            name: [*values, *added.get(name, ())]
            for name, values in bound.items()
            if len(values) == 1 and stores[name] == 1 + again[name]
        }

    def strings(self, expression: ast.expr) -> list[Traced]:
        """The strings of a literal, of the elements of a list, of sums of lists; what is computed is left out."""
        found = (self._text(node) for node in self._parts(expression))
        return [text for text in found if text is not None]

    def is_written(self, expression: ast.expr) -> bool:
        """Whether the strings of an expression are all that it comes to."""
        return all(self._text(node) is not None for node in self._parts(expression))

    def _text(self, node: ast.expr) -> Traced | None:
        """The text of a string, or of an f-string of names that are bound to such; None for what is computed."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.places.string(node, node.value)
        if not isinstance(node, ast.JoinedStr):
            return None
        whole, at = self.places.span(node), 0
        parts: list[Traced] = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                written = str(value.value)
                found = whole.text.find(written, at)
                at = max(found, at) + len(written)
                span = whole.source.span(whole.start + found, whole.start + at) if found >= 0 else whole
                parts.append(Traced((Piece(written, span),)))
                continue
            named = value.value if isinstance(value, ast.FormattedValue) and value.format_spec is None else None
            texts = [self._text(one) for one in self._parts(named)] if isinstance(named, ast.Name) else []
            text = texts[0] if len(texts) == 1 else None
            if text is None:
                return None
            parts.append(Traced(tuple(replace(piece, via=(whole, *piece.via)) for piece in text.pieces)))
        return join(parts)

    def items(self, expression: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        """The keys and values of a dictionary, as far as its keys are written."""
        for node in self._parts(expression):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, value
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
                yield from ((entry.arg, entry.value) for entry in node.keywords if entry.arg)

    def _parts(self, expression: ast.expr) -> Iterator[ast.expr]:
        """The expressions that a sum, a sequence or a name is made of, in order, each name followed once."""
        waiting, seen = [expression], set[str]()
        while waiting:
            node = waiting.pop()
            if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                waiting += reversed(node.elts)
            elif isinstance(node, ast.Starred):
                waiting.append(node.value)
            elif isinstance(node, ast.BinOp):
                # A sum of strings is one string, which is written nowhere.
                is_sum = isinstance(node.op, ast.Add) and not _is_text(node.left) and not _is_text(node.right)
                waiting += [node.right, node.left] if is_sum else []
                if not is_sum:
                    yield node
            elif isinstance(node, ast.Name) and (node.id in self._values or node.id in seen):
                waiting += reversed(self._values.get(node.id, []) if node.id not in seen else [])
                seen.add(node.id)
            else:
                yield node


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that a module runs, those under a condition among them."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _statements((*statement.body, *statement.orelse))


def _add(added: dict[str, list[ast.expr]], call: ast.expr) -> None:
    """``NAME.extend(VALUE)`` and ``NAME.append(VALUE)``."""
    match call:
        case ast.Call(func=ast.Attribute(value=target, attr="append" | "extend"), args=[value]):
            _bind(added, target, value)


def _bind(bound: dict[str, list[ast.expr]], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        bound.setdefault(target.id, []).append(value)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
