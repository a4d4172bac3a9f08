"""The report that reviewdog reads, which makes suggestions of edits: its Diagnostic Format, one result.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmlint.facts import Severity
from dmlint.reports.byte_columns import ByteColumns
from dmlint.reports.finding_words import encodable, words
from dmlint.reports.json_text import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View
    from dmlint.text.source import Span

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTICE: "INFO"}
_UNSAFE = "the suggestion may change more than the fault"


def lines(report: Report, view: View) -> Iterator[str]:
    """One line in ASCII."""
    columns = {finding.span.source: ByteColumns(finding.span.source) for finding in report.findings}
    diagnostics = [_diagnostic(finding, columns[finding.span.source], view) for finding in report.findings]
    yield dump({"source": {"name": "dmlint"}, "diagnostics": diagnostics})


def _diagnostic(finding: Finding, columns: ByteColumns, view: View) -> dict[str, Any]:
    span, edit = finding.span, finding.edit
    url = view.page(finding.rule)
    said = list(words(finding, view))
    made: dict[str, Any] = {
        "location": {"path": encodable(view.path(span.source.path)), "range": _range(span, columns)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule} if url is None else {"value": finding.rule, "url": url},
    }
    # A suggestion has no path of its own: it belongs to the file of the diagnostic.
    if edit is not None and edit.span.source is span.source:
        made["suggestions"] = [{"range": _range(edit.span, columns), "text": edit.replacement}]
        said += [] if edit.safe else [_UNSAFE]
    return {"message": "\n".join(said), **made}


def _range(span: Span, columns: ByteColumns) -> dict[str, dict[str, int]]:
    """Start and end, exclusive; columns count bytes of UTF-8."""
    return {name: _position(columns, offset) for name, offset in (("start", span.start), ("end", span.end))}


def _position(columns: ByteColumns, offset: int) -> dict[str, int]:
    line, column = columns.position(offset)
    return {"line": line, "column": column}
