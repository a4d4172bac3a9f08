from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.facts import Finding, Fingerprint, Severity
from dmlint.linting.baseline import LONGEST, BaselineError, divide, dump, identify, load
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = {"path": "a.txt", "rule": "DM101", "text": "numpy", "occurrence": 1}


def found(source: Source, *places: tuple[int, int], rule: str = "DM101") -> list[Finding]:
    return [
        Finding(rule=rule, name="x", severity=Severity.ERROR, message="m", span=source.span(start, end))
        for start, end in places
    ]


def test_an_entry_is_rule_path_text_and_number() -> None:
    source = Source(path="a.txt", text="numpy numpy")
    findings = [*found(source, (0, 5), (0, 5), (6, 11)), *found(source, (6, 11), rule="DM102")]
    assert [entry for _, entry in identify(findings)] == [
        Fingerprint("a.txt", "DM101", "numpy", 1),
        Fingerprint("a.txt", "DM101", "numpy", 1),
        Fingerprint("a.txt", "DM101", "numpy", 2),
        Fingerprint("a.txt", "DM102", "numpy", 1),
    ]


def test_the_rest_of_the_file_does_not_matter() -> None:
    before, after = Source(path="a.txt", text="numpy"), Source(path="a.txt", text="# one\n\n  numpy # two")
    known = [entry for _, entry in identify(found(before, (0, 5)))]
    divided = divide(found(after, (9, 14)), known)
    assert (divided.new, len(divided.known), divided.met) == ((), 1, frozenset(known))


def test_one_more_is_new() -> None:
    source = Source(path="a.txt", text="numpy numpy")
    divided = divide(found(source, (0, 5), (6, 11)), [Fingerprint("a.txt", "DM101", "numpy", 1)])
    assert [finding.span.start for finding in divided.new] == [6]


def test_long_texts_stand_as_digests() -> None:
    text = "x" * (LONGEST + 1)
    one, other = (Source(path="a.txt", text=text + last) for last in "ab")
    entries = [identify(found(source, (0, len(source.text))))[0][1] for source in (one, other)]
    assert entries[0] != entries[1]
    assert all(len(entry.text) < LONGEST for entry in entries)


def test_an_entry_is_a_line(tmp_path: Path) -> None:
    entries = [
        Fingerprint("b", "DM101", "ü\n", 1),
        Fingerprint("a", "DM102", "", 2),
        Fingerprint("a", "DM101", "x", 10),
    ]
    data = dump([*entries, entries[0]])
    assert data.decode("ascii").splitlines() == [
        '{"version": 1, "findings": [',
        '{"path": "a", "rule": "DM101", "text": "x", "occurrence": 10},',
        '{"path": "a", "rule": "DM102", "text": "", "occurrence": 2},',
        r'{"path": "b", "rule": "DM101", "text": "\u00fc\n", "occurrence": 1}',
        "]}",
    ]
    (tmp_path / "b.json").write_bytes(data)
    assert load(tmp_path / "b.json") == frozenset(entries)


TEXTS = st.text(max_size=20)


@given(st.frozensets(st.builds(Fingerprint, TEXTS, TEXTS, TEXTS, st.integers(min_value=1)), max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, entries: frozenset[Fingerprint]) -> None:
    path = tmp_path_factory.mktemp("baseline") / "b.json"
    path.write_bytes(dump(entries))
    assert load(path) == entries


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{\n x", "line 2, column 2: Expecting property name enclosed in double quotes", id="no-json"),
        pytest.param("<<<<<<< HEAD", "line 1, column 1: Expecting value", id="merge-conflict"),
        pytest.param("[]", "it holds no object", id="list"),
        pytest.param("{}", "'version' is null, and this dmlint reads 1", id="empty"),
        pytest.param('{"version": 2, "findings": []}', "'version' is 2, and this dmlint reads 1", id="later"),
        pytest.param('{"version": true, "findings": []}', "'version' is true, and", id="no-number"),
        pytest.param('{"version": 1, "finding": []}', "unknown key 'finding' (did you mean 'findings'?)", id="key"),
        pytest.param('{"version": 1}', "'findings' is no list", id="no-findings"),
        pytest.param('{"version": 1, "findings": [1]}', "findings[0]: it is no object", id="no-entry"),
        pytest.param(
            json.dumps({"version": 1, "findings": [ENTRY, {**ENTRY, "line": 1}]}),
            "findings[1]: unknown key 'line'",
            id="line",
        ),
        pytest.param(
            json.dumps({"version": 1, "findings": [{**ENTRY, "rule": 1}]}),
            "findings[0]: 'rule' must be a string",
            id="no-string",
        ),
        pytest.param(
            json.dumps({"version": 1, "findings": [{**ENTRY, "occurrence": 0}]}),
            "findings[0]: 'occurrence' must be a number from 1 on",
            id="zero",
        ),
        pytest.param(
            json.dumps({"version": 1, "findings": [{**ENTRY, "occurrence": True}]}),
            "findings[0]: 'occurrence' must be a number from 1 on",
            id="truth",
        ),
        pytest.param("[" * 100_000, "recursion", id="deep"),
    ],
)
def test_what_is_no_baseline_is_said(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: this is no baseline: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(None, "no such file or directory", id="missing"),
        pytest.param(b"\xff", "can't decode byte 0xff", id="no-text"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes | None, message: str) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(data or b"")
    with pytest.raises(BaselineError, match=message):
        load(path if data else tmp_path / "nowhere.json")
