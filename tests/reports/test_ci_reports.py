"""What is printed for GitLab, Jenkins and reviewdog."""

from __future__ import annotations

import json
import time
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from report_consumers import read_gitlab, read_junit, read_rdjson
from report_samples import PAGES, ROOT, finding, report, view

from dmlint.facts import Edit, Severity
from dmlint.reports import REPORTERS
from dmlint.reports.rdjson import ByteColumns
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View


def printed(name: str, made: Report, seen: View | None = None) -> str:
    return "\n".join(REPORTERS[name](made, seen or view()))


def fingerprints(text: str, *parts: str) -> list[str]:
    """Of findings at these parts of a text, in their order."""
    source = Source(path="a/requirements.txt", text=text)
    found, at = [], 0
    for part in parts:
        at = text.index(part, at)
        found.append(replace(finding(), span=source.span(at, at + len(part))))
        at += len(part)
    return [entry["fingerprint"] for entry in read_gitlab(printed("gitlab", report(*found)))]


def test_gitlab() -> None:
    found = finding("\nnumpy\n", "numpy", path="docker/r.txt", advice="write numpy<2")
    (entry,) = read_gitlab(printed("gitlab", report(found), view(cwd=ROOT / "docker", docs=PAGES)))
    assert {key: value for key, value in entry.items() if key != "fingerprint"} == {
        "description": "DM101: NumPy 2 fits; write numpy<2 (https://example.org/rules/DM101.md)",
        "check_name": "DM101",
        "severity": "major",
        "location": {"path": "docker/r.txt", "lines": {"begin": 2}},
    }


@pytest.mark.parametrize(
    ("severity", "gitlab", "rdjson"),
    [(Severity.ERROR, "major", "ERROR"), (Severity.WARNING, "minor", "WARNING"), (Severity.NOTICE, "info", "INFO")],
)
def test_severities(severity: Severity, gitlab: str, rdjson: str) -> None:
    found = report(finding(severity=severity))
    assert read_gitlab(printed("gitlab", found))[0]["severity"] == gitlab
    assert read_rdjson(printed("rdjson", found))[0]["severity"] == rdjson
    (failure,) = read_junit(printed("junit", found)).iter("failure")
    assert failure.get("type") == severity.value


def test_gitlab_knows_a_finding_by_its_text_and_not_by_its_line() -> None:
    before = fingerprints("numpy\nnumpy>=2\nnumpy\n", "numpy", "numpy>=2", "numpy")
    after = fingerprints("# new\n\nnumpy\n# new\nnumpy # why\nnumpy>=2\n", "numpy", "numpy", "numpy>=2")
    assert len(set(before)) == 3
    assert after == [before[0], before[2], before[1]]


def test_gitlab_tells_rules_and_files_apart() -> None:
    found = [finding(), finding(rule="DM102"), finding(path="other.txt")]
    entries = read_gitlab(printed("gitlab", report(*found)))
    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_rdjson() -> None:
    text = "é😀 'numpy>=1' x\n"
    found = finding(text, "numpy>=1", path="docker/Dockerfile", notes=(("x.env", "v", "from here"),), advice="bound it")
    fixed = replace(found, edit=Edit(span=found.span, replacement="numpy<2"))
    (entry,) = read_rdjson(printed("rdjson", report(fixed), view(cwd=ROOT / "docker", docs=PAGES)))
    place = {"start": {"line": 1, "column": 9}, "end": {"line": 1, "column": 17}}
    assert entry == {
        "message": "NumPy 2 fits\n../x.env:1:1: from here\nhelp: bound it\nwhy: https://example.org/rules/DM101.md",
        "location": {"path": "Dockerfile", "range": place},
        "severity": "ERROR",
        "code": {"value": "DM101", "url": "https://example.org/rules/DM101.md"},
        "suggestions": [{"range": place, "text": "numpy<2"}],
    }
    # Columns count the bytes of UTF-8, as reviewdog says.
    assert text.encode()[8:16] == b"numpy>=1"


@settings(deadline=None)
@given(st.text("aé😀\r\n", max_size=40), st.data())
def test_columns_of_rdjson_are_bytes(text: str, data: st.DataObject) -> None:
    source = Source(path="a", text=text)
    columns = ByteColumns(source)
    for offset in data.draw(st.lists(st.integers(0, len(text)))):
        before = text[:offset].encode().split(b"\n")
        assert columns.position(offset) == (len(before), len(before[-1]) + 1)


@pytest.mark.parametrize("name", ["rdjson", "sarif", "gitlab"])
def test_many_findings_in_one_long_line_take_no_time(name: str) -> None:
    text = "numpy é" * 600_000
    one = finding(text, "numpy")
    many = [replace(one, span=one.span.source.span(at, at + 5)) for at in range(0, len(text), 700)]
    start = time.process_time()
    assert len(printed(name, report(*many))) > 6000 * 100
    assert time.process_time() - start < 5


def test_rdjson_suggests_what_belongs_to_the_same_file() -> None:
    one = finding("RUN pip install numpy\nRUN x\n", "numpy")
    source = one.span.source
    unsafe = replace(one, edit=Edit(span=source.span(22, 22), replacement="RUN y\n", safe=False))
    elsewhere = replace(one, edit=Edit(span=Source(path="b", text="x").span(0, 1), replacement="y"))
    entries = read_rdjson(printed("rdjson", report(unsafe, elsewhere)))
    point = {"line": 2, "column": 1}
    assert entries[0]["suggestions"] == [{"range": {"start": point, "end": point}, "text": "RUN y\n"}]
    assert entries[0]["message"].endswith("\nthe suggestion may change more than the fault")
    assert "suggestions" not in entries[1]
    assert entries[1]["message"] == "NumPy 2 fits\nwhy: dmlint explain DM101"
    assert entries[1]["code"] == {"value": "DM101"}


def test_junit() -> None:
    found = report(
        finding(path="a/x", advice="bound <it> & go", notes=(("b", "v", "from here"),)),
        finding("\n\tnumpy", "numpy", path="a/x", severity=Severity.NOTICE),
        finding(path="c"),
    )
    text = printed("junit", found, view(cwd=ROOT / "a"))
    root = read_junit(text)
    assert text.isascii()
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("x", "2"), ("../c", "1")]
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert cases == [
        ("x", "DM101 numpy-unpinned (1:1)"),
        ("x", "DM101 numpy-unpinned (2:2)"),
        ("../c", "DM101 numpy-unpinned (1:1)"),
    ]
    failure = next(root.iter("failure"))
    assert failure.get("message") == "DM101: NumPy 2 fits; bound <it> & go (dmlint explain DM101)"
    assert (failure.text or "").split("\n") == [
        "x:1:1", "NumPy 2 fits", "../b:1:1: from here", "help: bound <it> & go", "why: dmlint explain DM101",
    ]  # fmt: skip


def test_junit_is_read_by_a_library_for_it() -> None:
    suites = list(
        import_module("junitparser").JUnitXml.fromstring(
            printed("junit", report(finding(), finding(path="b"))).encode()
        )
    )
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in suites] == [
        ("requirements.txt", 1, 1, 0),
        ("b", 1, 1, 0),
    ]


def test_a_clean_run_gives_an_empty_report() -> None:
    clean = report(files=3)
    assert read_gitlab(printed("gitlab", clean)) == []
    assert read_rdjson(printed("rdjson", clean)) == []
    root = read_junit(printed("junit", clean))
    assert [case.get("name") for case in root.iter("testcase")] == ["dmlint"]
    assert json.loads(printed("json", clean))["findings"] == []
