"""The literals that expressions of a Python module come down to, without running it."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.syntax.python_text import Places
    from dmlint.text.traced import Traced


class Literals(Struct):
    """Looks up what is written: literals, sums of them, and names that the module binds once to such."""

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
        for statement in self.tree.body:
            if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
                _bind(added, statement.target, statement.value)
        # One that is bound twice, or again in a way that cannot be followed, is not known.
        self._values = {
            name: [*values, *added.get(name, ())]
            for name, values in bound.items()
            if len(values) == 1 and stores[name] == 1 + len(added.get(name, ()))
        }

    def strings(self, expression: ast.expr) -> list[Traced]:
        """The strings of a literal, of the elements of a list, of sums of lists; what is computed is left out."""
        return [
            self.places.string(node, node.value)
            for node in self._parts(expression)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]

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
            elif isinstance(node, ast.Name):
                waiting += reversed(self._values.get(node.id, []) if node.id not in seen else [])
                seen.add(node.id)
            else:
                yield node


def _bind(bound: dict[str, list[ast.expr]], target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        bound.setdefault(target.id, []).append(value)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
