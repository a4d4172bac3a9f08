"""The report that reviewdog reads, which makes suggestions of edits: its Diagnostic Format, one result.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmlint.facts import Severity
from dmlint.reports.json_report import dump
from dmlint.reports.summary import encodable, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View
    from dmlint.text.source import Source, Span


class ByteColumns:
    """The positions of one source. It counts on from where it was asked last: in the order of the text, all of them
    together take time linear in it, however long a line is.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: dict[int, int] = {}
        self._offset = 0
        self._bytes = 0

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both from 1."""
        line, _ = self._source.position(offset)
        if line not in self._lines:
            self._lines[line] = self._count(self._source.line_starts[line - 1])
        return line, self._count(offset) - self._lines[line] + 1

    def _count(self, offset: int) -> int:
        """The bytes before an offset."""
        text, last = self._source.text, self._offset
        self._bytes += _size(text[last:offset]) - _size(text[offset:last])
        self._offset = offset
        return self._bytes


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


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
