"""The report as JSON, the contract for other programs: one object, or a line for each finding."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from dmlint.linting.verdicts import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View
    from dmlint.text.source import Source


def dump(value: object, indent: int | None = None) -> str:
    r"""The value as JSON in ASCII, on one line unless it is to be indented. ``##`` stands only in strings: as
    ``#\u0023`` it is a command to nobody (see ``terminal.inert``).
    """
    return json.dumps(value, indent=indent).replace("##", "#\\u0023")


VERSION = 1


def lines(report: Report, view: View) -> Iterator[str]:
    """One line; in ASCII, so that no terminal, locale or hostile name can spoil it. Of an environment that was looked
    into, the facts stand beside the findings.
    """
    findings = [entry(finding, view) for finding in report.findings]
    facts = {} if report.seen is None else {"facts": _facts(report.seen)}
    counts = {status.value: report.environments.get(status.value, 0) for status in Status}
    yield dump({"version": VERSION, "files": report.files, "environments": counts, "findings": findings, **facts})


def _facts(seen: Source) -> object:
    """What a reading says, in its own words."""
    from dmlint.syntax.toml import read_toml
    from dmlint.text.problems import Problem

    root = read_toml(seen)
    return None if isinstance(root, Problem) else root.value


def entry(finding: Finding, view: View) -> dict[str, object]:
    """One finding as the contract has it."""
    source = finding.span.source
    line, column = source.position(finding.span.start)
    end_line, end_column = source.position(finding.span.end)
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": view.path(source.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "environment": view.environment(finding),
        "environments": sorted(view.environment_id(name, finding) for name in finding.environments),
        "evidence": [
            {"path": view.path(note.span.source.path), "line": line, "column": column, "message": note.message}
            for note in finding.evidence
            for line, column in (note.span.source.position(note.span.start),)
        ],
        "fixable": finding.edit is not None,
        "help": finding.help,
    }


def jsonl_lines(report: Report, view: View) -> Iterator[str]:
    """A line for each finding, in ASCII; nothing where nothing is found."""
    return (dump(entry(finding, view)) for finding in report.findings)


def statistics_json(report: Report) -> list[str]:
    """How often each rule found something, the most frequent first, as one object."""
    counts = Counter((finding.rule, finding.name, finding.severity.value) for finding in report.findings)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    rows = [dict(zip(("rule", "name", "severity", "count"), (*key, count), strict=True)) for key, count in ordered]
    return [dump({"version": 1, "files": report.files, "statistics": rows})]
