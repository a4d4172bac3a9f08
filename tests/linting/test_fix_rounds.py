"""Which edits are made, in what order, and which are not: with judges that find what a case needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fix_trees import judge

from dmlint.discovery.repository import Repository
from dmlint.facts import Edit, Finding, Severity
from dmlint.linting.engine import Report
from dmlint.linting.fix_rounds import ROUNDS, fix
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Found = Callable[[str], list[tuple[str, int, int, str]]]


def finding(source: Source, message: str, start: int, end: int, replacement: str) -> Finding:
    span = source.span(start, end)
    return Finding(
        rule="T1",
        name="test",
        severity=Severity.ERROR,
        message=message,
        span=span,
        edit=Edit(span=span, replacement=replacement),
    )


def judging(found: Found, path: str = "a.txt") -> Callable[[Repository], Report]:
    """A judge of one file; ``found`` gives message, range and replacement for its text."""

    def judge_text(repository: Repository) -> Report:
        source = repository.read(path)
        assert isinstance(source, Source)
        return Report(findings=tuple(finding(source, *entry) for entry in found(source.text)), files=1)

    return judge_text


def each(letter: str, by: str) -> Found:
    """Each letter is a finding that another letter mends."""
    return lambda text: [(f"{letter} at {at}", at, at + 1, by) for at, there in enumerate(text) if there == letter]


@pytest.mark.parametrize(
    ("text", "found", "after", "fixed"),
    [
        pytest.param("a-a-a", each("a", "b"), "b-b-b", 3, id="all at once"),
        pytest.param("a-a", each("a", "a"), "a-a", 0, id="an edit that does not help"),
        pytest.param("a", lambda text: [("long", 0, 1, "aa")] * len(text), "a", 0, id="an edit that does harm"),
        pytest.param(
            "a-c",
            lambda text: [*each("a", "b")(text), *each("c", "cc")(text)],
            "b-c",
            1,
            id="one of two does harm",
        ),
        pytest.param(
            "ab",
            lambda text: [("both", 0, 2, "cb"), ("second", 1, 2, "d")] * (text == "ab") + each("b", "d")(text[2:]),
            "cb",
            1,
            id="two that overlap",
        ),
        pytest.param(
            "x",
            lambda text: [(f"{len(text)}", len(text), len(text), "x")],
            "x" * (ROUNDS + 1),
            ROUNDS,
            id="without end",
        ),
    ],
)
def test_rounds(tmp_path: Path, text: str, found: Found, after: str, fixed: int) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    outcome = fix(Repository(tmp_path), judging(found))
    assert "".join(change.after.text for change in outcome.changes) == after * (after != text)
    assert outcome.report.fixed == fixed


def test_a_file_that_is_not_there_is_not_fixed(tmp_path: Path) -> None:
    source = Source(path="gone.txt", text="numpy")
    outcome = fix(Repository(tmp_path), lambda _: Report(findings=(finding(source, "open", 0, 5, "x"),), files=1))
    assert (outcome.changes, len(outcome.report.findings)) == ((), 1)


def test_a_file_with_two_names_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    (tmp_path / "dev-requirements.txt").symlink_to("requirements.txt")
    outcome = fix(Repository(tmp_path), judge)
    assert [change.after.text for change in outcome.changes] == ["numpy>=1.26.0,<2.0.0\n"]
    assert (outcome.report.fixed, outcome.report.findings) == (1, ())


def test_the_tree_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    repository = Repository(tmp_path)
    fix(repository, judge)
    assert (tmp_path / "requirements.txt").read_text(encoding="utf-8") == "numpy\n"
    assert len(judge(repository).findings) == 1
