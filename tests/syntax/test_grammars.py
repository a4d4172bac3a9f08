from __future__ import annotations

import pytest
from tree_sitter import Language, Parser

from dmlint.syntax.grammars import load_grammar


@pytest.mark.parametrize(
    ("package", "loaded"),
    [
        pytest.param("tree_sitter_bash", "tree_sitter_bash._binding", id="the binding alone"),
        pytest.param("json", "json", id="a package without one"),
    ],
)
def test_what_is_loaded(package: str, loaded: str) -> None:
    assert load_grammar(package).__name__ == loaded


def test_the_binding_is_the_grammar() -> None:
    tree = Parser(Language(load_grammar("tree_sitter_bash").language())).parse(b"pip install numpy")
    assert [child.type for child in tree.root_node.children] == ["command"]
