"""The statements among the nodes of a skeleton's tree, and how operators join them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from dmlint.syntax.shell.unit import ScriptUnit

COMPOUNDS = frozenset(
    {
        "if_statement",
        "while_statement",
        "for_statement",
        "case_statement",
        "compound_statement",
        "subshell",
        "function_definition",
    }
)
_JOINING = frozenset({"&&", "||", "|", "|&"})


class ChainStep(NamedTuple):
    """A statement and the operator before it, ``;`` for the first of a list."""

    operator: str
    node: Node


class Branch(NamedTuple):
    """One arm of an ``if``: its condition (None for ``else``) and its body."""

    condition: list[Node] | None
    body: list[Node]


def groups(unit: ScriptUnit, nodes: Sequence[Node]) -> Iterator[tuple[list[ChainStep], bool]]:
    """Lists of statements joined by ``&&``, ``||`` and pipes, and whether each runs in the background."""
    steps: list[ChainStep] = []
    operator = ""
    for node in _statements(unit, nodes):
        if node.type == ";":
            operator = unit.layout.operators.get(node.start_byte // 2, ";")
            if operator not in _JOINING and steps:
                yield steps, operator == "&"
                steps, operator = [], ""
            continue
        if operator not in _JOINING and steps:
            yield steps, False
            steps = []
        steps.append(ChainStep(operator if steps else ";", node))
        operator = ""
    if steps:
        yield steps, False


def _statements(unit: ScriptUnit, nodes: Sequence[Node]) -> Iterator[Node]:
    """Statements and separators in order; of what is not well-formed, the statements inside."""
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        simple = node.is_named and node.start_byte // 2 in unit.layout.commands and node.type != "ERROR"
        if simple or node.type in COMPOUNDS or node.type == ";":
            yield node
        elif node.is_named:
            waiting += reversed(node.children)


def pipelines(steps: Sequence[ChainStep]) -> Iterator[tuple[str, list[Node]]]:
    """The pipelines of a list, each with the ``&&`` or ``||`` before it."""
    operator = ";"
    stages: list[Node] = []
    for step in steps:
        if stages and step.operator not in {"|", "|&"}:
            yield operator, stages
            operator, stages = step.operator, []
        stages.append(step.node)
    yield operator, stages


def branches(node: Node) -> list[Branch]:
    """The arms of an ``if``, in order."""
    arms = [_arm(node.children)]
    arms += [_arm(child.children) for child in node.children if child.type in {"elif_clause", "else_clause"}]
    return arms


def _arm(children: Sequence[Node]) -> Branch:
    parts: dict[str, list[Node]] = {"condition": [], "body": []}
    part = "body" if children[0].type == "else" else "condition"
    for child in children:
        if child.type == "then":
            part = "body"
        elif child.type not in {"elif_clause", "else_clause"}:
            parts[part].append(child)
    return Branch(None if children[0].type == "else" else parts["condition"], parts["body"])


def loop_parts(node: Node) -> Branch:
    """Head and body of a ``for``, ``while`` or ``until``."""
    head = [child for child in node.children if child.type not in {"do_group", "compound_statement"}]
    body = [child for child in node.children if child.type in {"do_group", "compound_statement"}]
    return Branch(head, [inner for child in body for inner in child.children])


def case_items(unit: ScriptUnit, node: Node) -> list[tuple[bool, list[Node]]]:
    """The arms of a ``case``: whether each takes whatever is left (``*``), and its body."""
    items: list[tuple[bool, list[Node]]] = []
    for item in node.children:
        if item.type != "case_item":
            continue
        close = next((index for index, child in enumerate(item.children) if child.type == ")"), 0)
        start, end = item.start_byte // 2, item.children[close].start_byte // 2
        items.append((unit.passage.text[start:end].strip() == "*", item.children[close + 1 :]))
    return items
