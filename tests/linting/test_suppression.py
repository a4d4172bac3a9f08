"""Comments that speak to dmlint: what each covers, which are refused, which are ignored."""

from __future__ import annotations

import re

import pytest

from dmlint.facts import Finding, Severity
from dmlint.linting.suppressions import Suppression, read_suppressions, report_unused, suppress
from dmlint.text.problems import ProblemKind
from dmlint.text.source import Source, Span

KNOWN = ("DM101", "DM102", "TEAM001")


def comments_of(source: Source) -> list[Span]:
    """The comments that mention dmlint, as a parser hands them over: from the hash to the end of the line."""
    return [source.span(*match.span()) for match in re.finditer(r"#[^\n]*dmlint[^\n]*", source.text)]


def read(text: str) -> tuple[list[Suppression], list[str]]:
    source = Source(path="Dockerfile", text=text)
    good, bad = read_suppressions(comments_of(source), KNOWN)
    assert {problem.kind for problem in bad} <= {ProblemKind.BAD_PRAGMA}
    return good, [problem.message.removeprefix("this comment suppresses nothing: ") for problem in bad]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param("# dmlint: ignore[DM101] reason", ["DM101"], id="with a reason"),
        pytest.param("# dmlint: ignore[DM101]", ["DM101"], id="without one"),
        pytest.param("#dmlint:ignore[DM101]", ["DM101"], id="without spaces"),
        pytest.param("#   dmlint:   ignore [DM101] reason", ["DM101"], id="with many spaces"),
        pytest.param("# dmlint: ignore[DM101, DM102] reason", ["DM101", "DM102"], id="two ids"),
        pytest.param("# dmlint: ignore[DM101,DM102]", ["DM101", "DM102"], id="two ids without a space"),
        pytest.param("# dmlint: ignore[ DM101 ,]", ["DM101"], id="a comma too many"),
        pytest.param("# dmlint: ignore[TEAM001] reason", ["TEAM001"], id="an id of a team's own"),
        pytest.param("# dmlint: ignore-file[DM101] reason", ["DM101"], id="file"),
        pytest.param("# see below # dmlint: ignore[DM101]", ["DM101"], id="behind another comment"),
        pytest.param("# dmlint: ignore[DM101] see #12", ["DM101"], id="a hash in the reason"),
        pytest.param("# dmlint: ignore[DM101]\r", ["DM101"], id="CRLF"),
    ],
)
def test_pragmas_that_are_read(text: str, rules: list[str]) -> None:
    good, bad = read(text)
    assert ([entry.rule for entry in good], bad) == (rules, [])
    assert [entry.span.text for entry in good] == rules


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("# dmlint: ignore", "it names no rule: write ignore[DM101] and a reason", id="no id"),
        pytest.param("# dmlint: ignore[]", "it names no rule: write ignore[DM101] and a reason", id="empty"),
        pytest.param("# dmlint: ignore[ , ]", "it names no rule: write ignore[DM101] and a reason", id="a comma"),
        pytest.param("# dmlint: ignore DM101", "it names no rule: write ignore[DM101] and a reason", id="no brackets"),
        pytest.param("# dmlint: ignore[DM101", "it names no rule: write ignore[DM101] and a reason", id="unclosed"),
        pytest.param(
            "# dmlint: ignore-file", "it names no rule: write ignore-file[DM101] and a reason", id="no file id"
        ),
        pytest.param("# dmlint: ignore[DM999] reason", "there is no rule DM999", id="unknown id"),
        pytest.param("# dmlint: ignore[dm101]", "there is no rule dm101", id="lower case"),
        pytest.param("# dmlint: ignore[numpy-unpinned]", "there is no rule numpy-unpinned", id="a name is no id"),
        pytest.param("# dmlint: ignore[DM1]", "there is no rule DM1", id="a prefix is no id"),
        pytest.param("# dmlint: ignore[DM101, DM999]", "there is no rule DM999", id="one of two unknown"),
        pytest.param("# dmlint: ignore[DM101]reason", "there is no space after ignore[DM101]", id="no space"),
        pytest.param("# dmlint: ignore[DM101]: x", "there is no space after ignore[DM101]", id="a colon"),
        pytest.param("# dmlint: ignored[DM101]", "'ignored' is neither ignore nor ignore-file", id="a slip"),
        pytest.param("# dmlint: disable[DM101]", "'disable' is neither ignore nor ignore-file", id="another verb"),
        pytest.param("# dmlint: Ignore[DM101]", "'Ignore' is neither ignore nor ignore-file", id="a capital"),
        pytest.param("# dmlint:", "'' is neither ignore nor ignore-file", id="nothing"),
    ],
)
def test_pragmas_that_are_refused(text: str, cause: str) -> None:
    assert read(text) == ([], [cause])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# dmlint is run by the hook", id="a mention"),
        pytest.param("# the hook runs dmlint: see CONTRIBUTING", id="a mention with a colon"),
        pytest.param("# noqa: DM101 dmlint", id="another tool's"),
        pytest.param("# https://example.org/dmlint#ignore", id="a link"),
    ],
)
def test_comments_that_are_none(text: str) -> None:
    assert read(text) == ([], [])


def covered(text: str) -> list[int]:
    """The lines of the text that the one suppression in it covers."""
    (suppression,), bad = read(text)
    assert bad == []
    lines = suppression.lines
    assert lines is not None
    return list(lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("numpy # dmlint: ignore[DM101] x\nscipy\n", [1], id="trailing"),
        pytest.param("# dmlint: ignore[DM101] x\nnumpy\nscipy\n", [2], id="on a line of its own"),
        pytest.param("  # dmlint: ignore[DM101] x\r\nnumpy\r\nscipy\r\n", [2], id="indented, CRLF"),
        pytest.param("# dmlint: ignore[DM101] x\n\nnumpy\n", [2], id="an empty line is the next line"),
        pytest.param("# dmlint: ignore[DM101] x\n# pinned below\nnumpy\nscipy\n", [3], id="a remark in between"),
        pytest.param("# dmlint: ignore[DM101] x\nRUN a && \\\n  b && \\\n  c\nRUN d\n", [2, 3, 4], id="all of a RUN"),
        pytest.param("# dmlint: ignore[DM101] x\nRUN a && `\r\n  b\r\nRUN d\r\n", [2, 3], id="another escape"),
        pytest.param("# dmlint: ignore[DM101] x\nRUN a && \\\n# why\n  b\nRUN d\n", [2, 3, 4], id="a remark inside"),
        pytest.param("# dmlint: ignore[DM101] x\nRUN a && \\", [2], id="an end in the middle"),
        pytest.param(
            "RUN a && \\\n  # dmlint: ignore[DM101] x\n  b && \\\n  c\n", [3], id="inside: the next line alone"
        ),
        pytest.param("RUN a && \\\n  # why\n  # dmlint: ignore[DM101] x\n  b && \\\n  c\n", [4], id="inside, second"),
        pytest.param("# dmlint: ignore[DM101] x", [2], id="at the end of the file"),
    ],
)
def test_the_lines_that_a_suppression_covers(text: str, lines: list[int]) -> None:
    assert covered(text) == lines


def test_pragmas_one_after_the_other_speak_of_the_same_line() -> None:
    good, _ = read("# dmlint: ignore[DM101] x\n# dmlint: ignore[DM102] y\nnumpy\nscipy\n")
    assert [(entry.rule, entry.lines) for entry in good] == [("DM101", range(3, 4)), ("DM102", range(3, 4))]


def test_a_file_pragma_covers_all_lines() -> None:
    (suppression,), _ = read("numpy\n# dmlint: ignore-file[DM101] x\n")
    assert suppression.lines is None


def finding(source: Source, rule: str, line: int) -> Finding:
    start = source.line_starts[line - 1]
    place = source.span(start, start + 1)
    return Finding(rule=rule, name=rule.lower(), severity=Severity.ERROR, message="", span=place)


def test_suppress() -> None:
    source = Source(path="a.txt", text="numpy # dmlint: ignore[DM101] x\nnumpy\n# dmlint: ignore-file[DM102] y\n")
    other = Source(path="b.txt", text=source.text)
    suppressions, _ = read_suppressions(comments_of(source), KNOWN)
    hidden = [finding(source, "DM101", 1), finding(source, "DM102", 1), finding(source, "DM102", 3)]
    shown = [finding(source, "DM101", 2), finding(source, "TEAM001", 1), finding(other, "DM101", 1)]
    kept, used = suppress([*hidden, *shown], suppressions)
    assert kept == shown
    assert [entry.rule for entry in used] == ["DM101", "DM102"]
    assert report_unused(suppressions, used) == []


def test_each_id_is_unused_by_itself() -> None:
    source = Source(path="a.txt", text="numpy # dmlint: ignore[DM101, DM102] x\n")
    suppressions, _ = read_suppressions(comments_of(source), KNOWN)
    _, used = suppress([finding(source, "DM101", 1)], suppressions)
    (problem,) = report_unused(suppressions, used)
    assert (problem.kind, problem.span.text) == (ProblemKind.UNUSED_PRAGMA, "DM102")
    assert problem.message == "nothing here is reported by DM102"
