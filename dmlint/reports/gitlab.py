"""The report that GitLab shows in a merge request: its Code Quality format, a subset of Code Climate's.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from dmlint.facts import Severity
from dmlint.linting.baseline import identify
from dmlint.reports.json_report import dump
from dmlint.reports.summary import encodable, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Fingerprint
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTICE: "info"}


def lines(report: Report, view: View) -> Iterator[str]:
    """One array in ASCII, an entry a line; paths are relative to the root, as GitLab wants them."""
    entries = [
        {
            "description": sentence(finding, view),
            "check_name": finding.rule,
            "fingerprint": _digest(known),
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": encodable(finding.span.source.path), "lines": {"begin": finding.span.line}},
        }
        for finding, known in identify(report.findings)
    ]
    yield "[" + ",\n ".join(map(dump, entries)) + "]"


def _digest(known: Fingerprint) -> str:
    """What GitLab knows a finding by: of the baseline's identity, so that no edit above it opens it anew."""
    return sha256("\0".join(map(str, known)).encode("utf-8", "surrogatepass")).hexdigest()
