"""``python -c "import pip; pip.main(['install', …])"``: an installer that is called from a line of Python."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dmlint.syntax.shell.command import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmlint.syntax.shell.command import Command
    from dmlint.text.traced import Traced

_LONGEST = 10_000


def called_pip(command: Command, start: int) -> Command | None:
    """The command of pip that a line of Python runs in its own interpreter (``-c CODE``), None where there is none."""
    code = _code(command.words, start)
    if code is None or "pip" not in code.text or len(code.text) > _LONGEST or not code.text.isascii():
        return None
    try:
        tree = ast.parse(code.text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            words = _arguments(code, node, node.args[0].elts)
            if words is not None:
                return replace(command, words=(command.words[0], *words), redirections=())
    return None


def _code(words: Sequence[Word], start: int) -> Traced | None:
    at = next((index for index in range(start, len(words) - 1) if words[index].text.endswith("c")), None)
    return words[at + 1].value if at is not None and all(map(_is_option, words[start : at + 1])) else None


def _is_option(word: Word) -> bool:
    """Whether a word is an option of Python's that takes no argument, or several in one."""
    return word.text.startswith("-") and not word.text.startswith("--") and len(word.text) <= len("-IBsSEuc")


def _arguments(code: Traced, call: ast.Call, elements: list[ast.expr]) -> list[Word] | None:
    """The words behind ``pip``: of ``main([…])``, or of ``[sys.executable, "-m", "pip", …]``."""
    strings = [element for element in elements if isinstance(element, ast.Constant) and isinstance(element.value, str)]
    texts = [str(element.value) for element in strings]
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if texts[:2] == ["-m", "pip"] and len(strings) == len(elements) - 1:
        strings = strings[2:]
    elif function not in ("main", "pipmain") or len(strings) != len(elements):
        return None
    starts = [0]
    for line in code.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found: list[Word] = []
    for element in strings:
        end = starts[(element.end_lineno or element.lineno) - 1] + (element.end_col_offset or 0)
        value = code.slice(starts[element.lineno - 1] + element.col_offset + 1, end - 1)
        if value.text != element.value or not value.pieces:
            return None
        found.append(Word(value=value, span=value.span or value.pieces[0].span))
    return found
