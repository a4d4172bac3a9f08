"""Compiled grammars of tree-sitter, and where in their trees a text is at fault."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from tree_sitter import Node as TreeNode


@cache
def load_parser(package: str) -> Parser:
    """The parser of a grammar: ``tree_sitter_hcl``."""
    return Parser(Language(load_grammar(package).language()))


def load_grammar(package: str) -> Any:
    """The compiled grammar in a package, without the package where that can be: it imports 3 ms of other things, for a
    query that nobody asks for here.
    """
    found = find_spec(package)
    binding = found and PathFinder.find_spec(f"{package}._binding", found.submodule_search_locations)
    if binding is None or binding.loader is None:
        return import_module(package)
    module = module_from_spec(binding)
    binding.loader.exec_module(module)
    return module


def first_error(root: TreeNode) -> TreeNode:
    """The first node that is not well-formed. (A query for them takes the square of a deep tree.)"""
    node = root
    while not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error)
    return node
