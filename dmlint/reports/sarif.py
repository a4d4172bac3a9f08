"""The report as SARIF 2.1.0, for GitHub's code scanning and for viewers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dmlint.reports.json_text import dump
from dmlint.reports.line_hash import hash_lines
from dmlint.reports.sarif_rules import LEVELS, driver
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dmlint.facts import Edit, Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View
    from dmlint.text.source import Source, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_SAFE = "Change the fault and nothing else."
_UNSAFE = "Change the fault, and maybe more than that."


def lines(report: Report, view: View) -> Iterator[str]:
    """One line in ASCII. Paths are relative to the root, as code scanning wants them."""
    numbers = {rule.id: number for number, rule in enumerate(report.pack.rules if report.pack else ())}
    hashes = _hashes(report.findings)
    run = {
        "tool": {"driver": driver(report.pack, view)},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": finding.rule,
                "ruleIndex": numbers[finding.rule],
                **_result(finding, hashes[finding.span.source]),
            }
            for finding in report.findings
        ],
    }
    yield dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(finding: Finding, hashes: dict[int, str]) -> dict[str, Any]:
    related = [
        {"id": number, **_location(note.span), "message": {"text": _text(note.message)}}
        for number, note in enumerate(finding.evidence, start=1)
    ]
    advice = f" Help: {finding.help}." if finding.help else ""
    return {
        "level": LEVELS[finding.severity],
        "message": {"text": _text(f"{finding.message}.{advice}")},
        "locations": [_location(finding.span)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"primaryLocationLineHash": hashes[finding.span.line]},
        **({} if finding.edit is None else {"fixes": [_fix(finding.edit)]}),
        **({} if finding.environment is None else {"properties": {"environment": visible(finding.environment)}}),
    }


def _text(text: str) -> str:
    r"""A message, in which ``[words](address)`` would be a link: a backslash keeps it text."""
    return visible(text).replace("](", "\\](")


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(span.source), "region": _region(span)}}


def _artifact(source: Source) -> dict[str, str]:
    """The file as a relative address, byte by byte where its name is no text."""
    return {"uri": quote(os.fsencode(source.path)), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, int]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(edit: Edit) -> dict[str, Any]:
    replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.replacement}}
    change = {"artifactLocation": _artifact(edit.span.source), "replacements": [replacement]}
    return {"description": {"text": _SAFE if edit.safe else _UNSAFE}, "artifactChanges": [change]}


def _hashes(findings: Iterable[Finding]) -> dict[Source, dict[int, str]]:
    """The fingerprints of the lines that findings start on, by file.

    They are of the text as code scanning reads it, which is UTF-8 and keeps a byte order mark.
    """
    wanted: dict[Source, set[int]] = {}
    for finding in findings:
        wanted.setdefault(finding.span.source, set()).add(finding.span.line)
    return {source: hash_lines(_MARKS.get(source.encoding, "") + source.text, of) for source, of in wanted.items()}


_MARKS = {"utf-8-sig": "\ufeff"}
