"""What fuzzing looks at can fail, and its log adds up."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from fuzz_log import Tally, add, read_tallies
from fuzz_mutation import LONGEST, Mutator
from fuzz_places import check_document
from fuzz_reports import CHECKS, check_reports
from fuzz_seeds import join_tree, split_tree

from dmlint.checks import load_rules
from dmlint.facts import Dependency, Document, Finding, Severity
from dmlint.linting.engine import Report
from dmlint.reports import REPORTERS
from dmlint.reports.view import View
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.text.source import Span

SOURCE = Source(path="requirements.txt", text="numpy<2\n# dmlint\n")
FINDING = Finding(
    rule="DM101", name="numpy-unpinned", severity=Severity.ERROR, message="NumPy 2 fits", span=SOURCE.span(0, 7)
)
REPORT = Report(findings=(FINDING,), files=1, pack=load_rules())
COMMAND = "::error file=requirements.txt,line=1,endLine=1,title=x::y"
ENTRY = {
    "path": "requirements.txt",
    "message": "NumPy 2 fits",
    "line": 1,
    "column": 1,
    "end_line": 1,
    "end_column": 8,
}
VIEW = View(root=Path("/a"), cwd=Path("/a"))


def document(span: Span, name: str = "numpy", specifier: str = "<2") -> Document:
    return Document(source=SOURCE, dependencies=(Dependency(name=name, span=span, specifier=specifier, where="here"),))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(document(SOURCE.span(0, 99)), id="beyond the end"),
        pytest.param(document(SOURCE.span(7, 0)), id="backward"),
        pytest.param(document(SOURCE.span(0, 0)), id="nowhere"),
        pytest.param(document(SOURCE.span(8, 16)), id="on another text"),
        pytest.param(document(Source(path="x", text="numpy<2").span(0, 7)), id="in another file"),
        pytest.param(document(SOURCE.span(0, 7), name="NumPy"), id="not normalized"),
        pytest.param(Document(source=SOURCE, comments=(SOURCE.span(0, 7),)), id="no comment to dmlint"),
        pytest.param(
            Document(
                source=SOURCE,
                problems=(Problem(kind=ProblemKind.UNREADABLE, span=SOURCE.span(0, 1), message=" "),),
            ),
            id="a problem without words",
        ),
    ],
)
def test_a_wrong_document_is_noticed(wrong: Document) -> None:
    check_document(document(SOURCE.span(0, 7)))
    with pytest.raises(AssertionError):
        check_document(wrong)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("text", "a\x1b[31m\n", id="an escape code"),
        pytest.param("github", "", id="an annotation is missing"),
        pytest.param("github", f"{COMMAND}\n  ::warning::y\n", id="a command that no finding gave"),
        pytest.param("github", f"{COMMAND}\n##[error]y\n", id="a command of the older grammar"),
        pytest.param("github", "::error file=x::y\n", id="an annotation without a line"),
        pytest.param("json", '{"version": 1, "files": 1, "findings": []}', id="a finding is missing"),
        pytest.param("jsonl", json.dumps({**ENTRY, "end_column": 9}), id="another place"),
        pytest.param("jsonl", json.dumps({**ENTRY, "path": "x"}), id="another file"),
        pytest.param("gitlab", "[]", id="an entry is missing"),
        pytest.param("junit", '<testsuites name="x" tests="0" failures="0" errors="0"/>', id="a failure is missing"),
        pytest.param("rdjson", '{"source": {"name": "dmlint"}, "diagnostics": []}', id="a diagnostic is missing"),
        pytest.param("markdown", "| a |\n| - |\n| <img src=x> |\n", id="an image"),
        pytest.param("sarif", '{"runs": [{"results": []}]}', id="a result is missing"),
    ],
)
def test_a_wrong_report_is_noticed(name: str, text: str) -> None:
    with pytest.raises(AssertionError):
        CHECKS[name](text, REPORT, VIEW)


def test_every_format_of_a_report_is_read_back() -> None:
    assert list(CHECKS) == list(REPORTERS)
    check_reports(REPORT, VIEW)


def test_mutation_is_the_same_for_the_same_number_and_never_too_long() -> None:
    mutator = Mutator(seeds=("FROM a\nRUN pip install numpy\n" * 300, "ARG X\n"))
    made = [mutator.make(Random(number)) for number in range(200)]
    assert made == [mutator.make(Random(number)) for number in range(200)]
    assert max(map(len, made)) <= LONGEST
    assert len(set(made)) > 150


def test_a_tree_is_spelled_as_one_text() -> None:
    files = {"Dockerfile": "FROM a\n", "a/requirements.txt": "numpy\n"}
    read = split_tree(join_tree(files) + "=== ../x\nmore\n", frozenset(files))
    assert read == {"Dockerfile": "FROM a\n\n", "a/requirements.txt": "numpy\n\nmore\n"}
    assert split_tree("no path\n", frozenset(files)) == {}


def test_a_log_adds_up_and_keeps_what_stands_around_it() -> None:
    empty = "# Log\n<!-- runs: written by run.py -->\n<!-- end of runs -->\n\n## Faults\n"
    first = Tally(target="shell", seconds=10, busy=8, executions=1000, faults=1, last="2026-01-01")
    other = Tally(target="link", seconds=5, busy=5, executions=50, faults=0, last="2026-01-01")
    again = Tally(target="shell", seconds=1, busy=1, executions=10, faults=0, last="2026-02-02")
    log = add(add(empty, [first, other]), [again])
    assert read_tallies(log) == {
        "shell": Tally(target="shell", seconds=11, busy=9, executions=1010, faults=1, last="2026-02-02"),
        "link": other,
    }
    assert "In all 16 seconds, 14 of them CPU, 1060 executions." in log
    assert log.startswith("# Log\n")
    assert log.endswith("\n## Faults\n")
