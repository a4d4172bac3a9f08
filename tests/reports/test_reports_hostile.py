"""Names, messages and text of a file that mean something to what reads a report: they stay what they are."""

from __future__ import annotations

import json
import os
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from report_consumers import read_commands, read_gitlab, read_junit, read_markdown, read_rdjson
from report_samples import HOSTILE, PAGES, finding, hostile, report, view

from dmlint.facts import Edit, Finding, Severity
from dmlint.reports import REPORTERS
from dmlint.reports.terminal import visible

TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30), st.text("`|\\[]()<>@:%,=&\n\r \t.a", max_size=20))
"""Of a message."""
CONTENTS = TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())
"""Of a file, which is always text."""
NAMES = TEXTS.map(lambda text: text.replace("/", "").replace("\0", "").strip(".") or "x")
"""Of a file: whatever a system lets it be called."""


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Any finding."""
    content = draw(CONTENTS)
    made = finding(
        content,
        draw(st.sampled_from([content, content[:1], ""])),
        path=draw(NAMES),
        severity=draw(st.sampled_from(Severity)),
        message=draw(TEXTS),
        rule=draw(st.sampled_from(["DM101", "DM201", "DM901"])),
        environment=draw(st.none() | NAMES),
        notes=tuple(draw(st.lists(st.tuples(NAMES, CONTENTS, TEXTS), max_size=2))),
        advice=draw(TEXTS),
    )
    edit = Edit(span=made.span, replacement=draw(CONTENTS), safe=draw(st.booleans()))
    return replace(made, edit=draw(st.none() | st.just(edit)))


def written(name: str, found: list[Finding], docs: str | None = None) -> str:
    """A report as it arrives: what cannot be encoded is an escape."""
    text = "".join(f"{line}\n" for line in REPORTERS[name](report(*found), view(docs=docs)))
    return text.encode("utf-8", "backslashreplace").decode()


FOUND = st.lists(findings(), max_size=4)
EACH = [hostile(text) for text in HOSTILE if "/" not in text]
QUICK = settings(deadline=None, max_examples=50)


@QUICK
@given(FOUND)
@example(EACH)
def test_json_and_jsonl_say_what_is_so(found: list[Finding]) -> None:
    entries = json.loads(written("json", found))["findings"]
    assert [(entry["path"], entry["message"], entry["help"]) for entry in entries] == [
        (one.span.source.path, one.message, one.help) for one in found
    ]
    assert [json.loads(line) for line in written("jsonl", found).splitlines()] == entries


@QUICK
@given(FOUND)
@example(EACH)
def test_github_runs_no_command_but_its_own(found: list[Finding]) -> None:
    commands = read_commands(written("github", found))
    ordered = sorted(found, key=lambda one: one.severity.rank)
    assert [command.name for command in commands] == [one.severity.value for one in ordered]
    for command, one in zip(commands, ordered, strict=True):
        path = one.span.source.path.encode("utf-8", "backslashreplace").decode()
        assert command.properties["file"] == path
        assert command.properties["title"] == f"{one.rule} {one.name}"
        assert set(command.properties) - {"col", "endColumn"} == {"file", "line", "endLine", "title"}
        assert visible(one.message) in command.message.split("\n")[0]


@QUICK
@given(FOUND)
@example(EACH)
def test_gitlab_takes_any_finding(found: list[Finding]) -> None:
    paths = [entry["location"]["path"] for entry in read_gitlab(written("gitlab", found))]
    assert paths == [one.span.source.path.encode("utf-8", "backslashreplace").decode() for one in found]


@QUICK
@given(FOUND)
@example(EACH)
def test_rdjson_takes_any_finding(found: list[Finding]) -> None:
    entries = read_rdjson(written("rdjson", found, PAGES))
    assert [entry["message"].split("\n")[0] for entry in entries] == [visible(one.message) for one in found]
    texts = [[suggestion["text"] for suggestion in entry.get("suggestions", [])] for entry in entries]
    assert texts == [[one.edit.replacement] if one.edit else [] for one in found]


@QUICK
@given(FOUND)
@example(EACH)
def test_junit_takes_any_finding(found: list[Finding]) -> None:
    root = read_junit(written("junit", found))
    lines = [(failure.text or "").split("\n") for failure in root.iter("failure")]
    assert [entry[1] for entry in lines] == [visible(one.message) for one in found]


@QUICK
@given(FOUND)
@example(EACH)
def test_sarif_takes_any_finding(found: list[Finding]) -> None:
    results = json.loads(written("sarif", found))["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [unquote_to_bytes(place["artifactLocation"]["uri"]) for place in places] == [
        os.fsencode(one.span.source.path) for one in found
    ]
    for result, place in zip(results, places, strict=True):
        region = place["region"]
        assert (1, 1) <= (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
        assert "](" not in result["message"]["text"].replace("\\](", "")
        assert result["partialFingerprints"]["primaryLocationLineHash"].partition(":")[2].isdigit()


@QUICK
@given(FOUND)
@example(EACH)
def test_nothing_comes_alive_in_markdown(found: list[Finding]) -> None:
    tags, links, rows = read_markdown(written("markdown", found))
    assert tags <= {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "br"}
    assert links == []
    ordered = sorted(found, key=lambda one: one.severity.rank)
    assert [len(row) for row in rows[1:]] == [5] * len(found)
    for row, one in zip(rows[1:], ordered, strict=True):
        assert row[3].split("\n")[0] == visible(one.message)
        assert row[4] == visible(one.help)


@pytest.mark.parametrize("text", [text for text in HOSTILE if "/" in text])
def test_nothing_comes_alive_in_markdown_that_is_no_name(text: str) -> None:
    tags, links, rows = read_markdown(written("markdown", [finding(text, text, message=text, advice=text)]))
    assert (links, rows[1][3], rows[1][4]) == ([], visible(text), visible(text))
    assert "img" not in tags
