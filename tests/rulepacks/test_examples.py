"""The examples of the shipped rules: in the bad ones is found what is marked, in the good ones nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import pytest

from dmlint.checks import load_rules
from dmlint.cli import run
from dmlint.reports.rule_pages import explain

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.rulepacks.packs import Example

PACK = load_rules()
RULES = PACK.rules
CONFIGURATION = "dmlint.toml"
BY_COMMENT = {rule.id for rule in RULES if f"ignore[{rule.id}]" in explain(rule, PACK).silencing}
"""The rules of which their pages say that a comment silences them."""
MARK = re.compile(r"( *)(\^+)(?: (DM\d{3}))?")

BAD = [pytest.param(rule.id, bad, id=f"{rule.id}-{n}") for rule in RULES for n, bad in enumerate(rule.bad, start=1)]
GOOD = [pytest.param(good, id=f"{rule.id}-{n}") for rule in RULES for n, good in enumerate(rule.good, start=1)]

Place = tuple[str, str, int, int, int]
"""A rule, a path, a line, and the columns in which a finding starts and ends."""


class Lint(Protocol):
    """Writes an example, with ``comment`` above each marked line, and gives the places of what is found there."""

    def __call__(self, example: Example, comment: str = "") -> Counter[Place]: ...


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lint:
    def find(example: Example, comment: str = "") -> Counter[Place]:
        monkeypatch.chdir(tmp_path)
        for name, text in example:
            (tmp_path / name).write_bytes(without_marks(text, comment).encode())
        configured = ["--config", CONFIGURATION] if CONFIGURATION in dict(example) else ["--isolated"]
        run(["check", *configured, "--output-format", "json"])
        found = json.loads(capsys.readouterr().out)["findings"]
        keys = ("rule", "path", "line", "column", "end_column")
        return Counter(tuple(entry[key] for key in keys) for entry in found)

    return find


def without_marks(text: str, comment: str = "") -> str:
    """The file itself."""
    lines = text.split("\n")
    marked = {number for number, mark in marks(text) if mark[3] is None}
    kept = [line for line in lines if not MARK.fullmatch(line)]
    return "\n".join(f"{comment}{line}" if n in marked else line for n, line in enumerate(kept, start=1))


def marks(text: str) -> list[tuple[int, re.Match[str]]]:
    """Each mark, and the number of the line above it in the file."""
    found: list[tuple[int, re.Match[str]]] = []
    for number, line in enumerate(text.split("\n")):
        mark = MARK.fullmatch(line)
        found += [(number - len(found), mark)] if mark else []
    return found


def expected(rule: str, example: Example) -> Counter[Place]:
    return Counter(
        (mark[3] or rule, name, number, mark.start(2) + 1, mark.end(2) + 1)
        for name, text in example
        for number, mark in marks(text)
    )


def test_each_rule_shows_what_is_bad_and_what_is_good() -> None:
    assert [rule.id for rule in RULES if not rule.bad] == []
    assert [rule.id for rule in RULES if not rule.good] == []


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_what_is_marked_is_found(rule: str, example: Example, lint: Lint) -> None:
    wanted = expected(rule, example)
    assert rule in {place[0] for place in wanted}
    assert lint(example) == wanted


@pytest.mark.parametrize("example", GOOD)
def test_nothing_is_found_in_what_is_good(example: Example, lint: Lint) -> None:
    assert not any(MARK.fullmatch(line) for _, text in example for line in text.split("\n"))
    assert lint(example) == Counter()


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_examples_are_small(rule: str, example: Example) -> None:
    assert sum(text.count("\n") for _, text in example) <= 10
    assert [line for _, text in example for line in text.split("\n") if len(line) > 80] == []


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_a_comment_takes_it_away_where_the_page_says_so(rule: str, example: Example, lint: Lint) -> None:
    before = {place[0] for place in expected(rule, example)}
    after = {place[0] for place in lint(example, f"# dmlint: ignore[{rule}] a reason\n")}
    assert (rule in after) == (rule not in BY_COMMENT)
    assert before - after <= {rule}
