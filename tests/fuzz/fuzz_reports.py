"""What must hold of each format of a report, whatever the findings say; read back as its readers read it."""

from __future__ import annotations

import json
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dmlint.reports import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

    Check = Callable[[str, Report, View], None]
    """Whether a text is a report, as its readers take it."""

# The readers are those of the tests of the reports, wherever fuzzing is started.
sys.path.append(str(Path(__file__).parents[1] / "reports"))
_READERS = import_module("report_consumers")
_TAGS = frozenset(("h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "br"))


def check_reports(report: Report, view: View) -> None:
    """Print a report in each format that there is, and read it back."""
    for name, lines in REPORTERS.items():
        # As it is written: what cannot be encoded is an escape.
        text = "".join(f"{line}\n" for line in lines(report, view)).encode("utf-8", "backslashreplace").decode()
        CHECKS[name](text, report, view)


def _is_for_people(text: str, report: Report, view: View) -> None:
    """Lines hold nothing that a terminal would obey."""
    for line in text.split("\n"):
        assert (click.unstyle(line) if view.color else line).isprintable(), repr(line)


def _is_json(text: str, report: Report, view: View) -> None:
    found = json.loads(text)
    assert list(found) == ["version", "files", "environments", "findings"]
    _are_entries(found["findings"], report, view)


def _is_jsonl(text: str, report: Report, view: View) -> None:
    _are_entries([json.loads(line) for line in text.split("\n") if line], report, view)


def _are_entries(entries: list[dict[str, Any]], report: Report, view: View) -> None:
    """Each finding, where it stands."""
    assert len(entries) == len(report.findings)
    for entry, finding in zip(entries, report.findings, strict=True):
        start = _offset(finding, entry["line"], entry["column"])
        assert (start, _offset(finding, entry["end_line"], entry["end_column"])) == _place(finding)
        assert (entry["path"], entry["message"]) == (view.path(finding.span.source.path), finding.message)


def _are_commands(text: str, report: Report, view: View) -> None:
    commands = _READERS.read_commands(text)
    assert [command.name for command in commands] == sorted(
        (finding.severity.value for finding in report.findings), key=["error", "warning", "notice"].index
    )
    assert all(set(command.properties) >= {"file", "line", "endLine", "title"} for command in commands)
    assert all(len(command.message) < 4096 for command in commands)


def _is_gitlab(text: str, report: Report, view: View) -> None:
    found = _READERS.read_gitlab(text)
    assert len(found) == len(report.findings)
    prints = {entry["fingerprint"] for entry in found}
    assert len(prints) == len({_identity(finding) for finding in report.findings})


def _is_junit(text: str, report: Report, view: View) -> None:
    assert len(list(_READERS.read_junit(text).iter("failure"))) == len(report.findings)


def _is_rdjson(text: str, report: Report, view: View) -> None:
    assert len(_READERS.read_rdjson(text)) == len(report.findings)


def _is_page(text: str, report: Report, view: View) -> None:
    """It is well-formed as HTML, holds no script, and has a policy that lets none run."""
    page = HTMLParser()
    page.feed(text)
    page.close()
    assert "default-src 'none'" in text
    assert "<script" not in text.lower()


def _is_markdown(text: str, report: Report, view: View) -> None:
    tags, links, rows = _READERS.read_markdown(text)
    assert tags <= _TAGS
    assert links == []
    assert [len(row) for row in rows[1:]] == [5] * len(report.findings)


def _is_sarif(text: str, report: Report, view: View) -> None:
    results = json.loads(text)["runs"][0]["results"]
    assert len(results) == len(report.findings)
    for result, finding in zip(results, report.findings, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        start = _offset(finding, region["startLine"], region["startColumn"])
        assert (start, _offset(finding, region["endLine"], region["endColumn"])) == _place(finding)


def _offset(finding: Finding, line: int, column: int) -> int:
    return finding.span.source.line_starts[line - 1] + column - 1


def _place(finding: Finding) -> tuple[int, int]:
    return finding.span.start, finding.span.end


def _identity(finding: Finding) -> tuple[object, ...]:
    return (finding.rule, finding.span.source.path, *_place(finding))


CHECKS: dict[str, Check] = {
    "text": _is_for_people,
    "concise": _is_for_people,
    "json": _is_json,
    "jsonl": _is_jsonl,
    "github": _are_commands,
    "gitlab": _is_gitlab,
    "junit": _is_junit,
    "html": _is_page,
    "markdown": _is_markdown,
    "rdjson": _is_rdjson,
    "sarif": _is_sarif,
}
