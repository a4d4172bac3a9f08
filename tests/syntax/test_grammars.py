from __future__ import annotations

import pytest
from tree_sitter import Language, Parser

from dmlint.syntax.grammars import load_grammar


@pytest.mark.parametrize(
    ("package", "loaded"),
    [
        pytest.param("tree_sitter_hcl", "tree_sitter_hcl._binding", id="the binding alone"),
        pytest.param("json", "json", id="a package without one"),
    ],
)
def test_what_is_loaded(package: str, loaded: str) -> None:
    assert load_grammar(package).__name__ == loaded


def test_the_binding_is_the_grammar() -> None:
    tree = Parser(Language(load_grammar("tree_sitter_hcl").language())).parse(b"a = 1")
    assert [child.type for child in tree.root_node.children] == ["body"]
