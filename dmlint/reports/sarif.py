"""The report as SARIF 2.1.0, for GitHub's code scanning and for viewers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dmlint import __version__
from dmlint.facts import Severity
from dmlint.reports.json_report import dump
from dmlint.reports.rule_pages import EXPLANATIONS, explain
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from dmlint.facts import Edit, Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View
    from dmlint.rulepacks.packs import Rule, RulePack
    from dmlint.text.source import Source, Span


LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "recommendation"}
_TAGS = ["dependencies", "reliability"]
_LONGEST = 1024
"""How many characters of a description GitHub takes."""


def driver(pack: RulePack | None, view: View) -> dict[str, Any]:
    """The tool, with all of its rules in their order; an address stands where there are pages, and is left out else."""
    return {
        "name": "dmlint",
        "semanticVersion": __version__,
        **({} if view.docs is None else {"informationUri": view.docs}),
        "rules": [] if pack is None else [_rule(rule, pack, view) for rule in pack.rules],
    }


def _rule(rule: Rule, pack: RulePack, view: View) -> dict[str, Any]:
    address, page = view.page(rule.id), explain(rule, pack)
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": _cut(_ended(rule.title))},
        "fullDescription": {"text": _cut(_ended(" ".join(rule.why.split())))},
        "help": {shape: "\n".join(EXPLANATIONS[shape](page)) for shape in ("text", "markdown")},
        **({} if address is None else {"helpUri": address}),
        "defaultConfiguration": {"level": LEVELS[rule.level]},
        "properties": {"tags": _TAGS, "precision": "high", "problem.severity": _PROBLEMS[rule.level]},
    }


def _ended(text: str) -> str:
    """The text as a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_WINDOW = 100
_BASE = 37
_MODULUS = 1 << 64
_END = "\uffff"
_WIDTH = 2
"""Bytes of a unit."""
_BLANK = str.maketrans("", "", " \t")


def hash_lines(text: str, wanted: Collection[int]) -> dict[int, str]:
    """``HASH:OCCURRENCE`` of the wanted lines, by their numbers from 1; here CR alone ends a line too.

    Lines are told apart by the units themselves: of two that differ and yet have one hash, each is a first occurrence.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANK)
    units = _encoded(kept + _END) + bytes(_WIDTH * _WINDOW)
    windows = {number: window for number, window in _windows(kept, units) if number in wanted}
    seen = dict.fromkeys(windows.values(), 0)
    hashes: dict[int, str] = {}
    for number, window in _windows(kept, units):
        if window in seen:
            seen[window] += 1
        if number in windows:
            hashes[number] = f"{_value(window):x}:{seen[window]}"
    return hashes


def _windows(kept: str, units: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line's number, and the units that its hash is of."""
    start = 0
    for number, line in enumerate(kept.split("\n"), start=1):
        yield number, units[start : start + _WIDTH * _WINDOW]
        start += len(_encoded(line)) + _WIDTH


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _value(window: bytes) -> int:
    value = 0
    for at in range(0, len(window), _WIDTH):
        value = (value * _BASE + int.from_bytes(window[at : at + _WIDTH], "little")) % _MODULUS
    return value


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
