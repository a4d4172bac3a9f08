"""Expressions are what ``re.compile`` gives, later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dmlint
from dmlint.text.regex import lazy_regex

WORD = lazy_regex(r"(?P<word>[a-z]+)", re.IGNORECASE)


@pytest.mark.parametrize("text", ["Word", "two words", "1", ""])
def test_answers_as_the_compiled_one(text: str) -> None:
    compiled = re.compile(r"(?P<word>[a-z]+)", re.IGNORECASE)
    for name in ("match", "search", "fullmatch"):
        ours, theirs = getattr(WORD(), name)(text), getattr(compiled, name)(text)
        assert (ours and ours.groupdict()) == (theirs and theirs.groupdict())
    assert (WORD().findall(text), WORD().sub("x", text)) == (compiled.findall(text), compiled.sub("x", text))


def test_compiled_when_first_used() -> None:
    wrong = lazy_regex("(")
    with pytest.raises(re.error, match="unterminated"):
        wrong()


def test_compiled_once() -> None:
    assert WORD() is WORD()


def test_no_module_compiles_when_it_is_imported() -> None:
    folder = Path(dmlint.__file__).parent
    sources = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    eager = re.compile(r"^\S.*\bre\.compile\(", re.MULTILINE)
    # The program that other interpreters are fed knows nothing of dmlint.
    assert [name for name, text in sources.items() if eager.search(text)] == ["probe/probe_script.py"]
