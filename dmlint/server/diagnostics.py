"""Findings as an editor shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lsprotocol import types

from dmlint.facts import Severity
from dmlint.reports.terminal import visible
from dmlint.rulepacks.packs import find_shipped_packs

if TYPE_CHECKING:
    from dmlint.facts import Finding
    from dmlint.rulepacks.packs import RulePack
    from dmlint.server.snapshot import Snapshot
    from dmlint.text.source import Span

NAME = "dmlint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTICE: types.DiagnosticSeverity.Information,
}
_UNNECESSARY = ("unused-pragma", "stale-waiver")


def diagnose_file(snapshot: Snapshot, path: str) -> list[types.Diagnostic]:
    """What is found in a file."""
    return [to_diagnostic(snapshot, finding) for finding in snapshot.findings.get(path, ())]


def report_all(snapshot: Snapshot) -> list[types.WorkspaceFullDocumentDiagnosticReport]:
    """What is found in each file in which there is anything."""
    versions = {path: text.version for path, text in snapshot.texts.items()}
    return [
        types.WorkspaceFullDocumentDiagnosticReport(
            uri=snapshot.uri(path), items=diagnose_file(snapshot, path), version=versions.get(path)
        )
        for path in snapshot.findings
    ]


def to_diagnostic(snapshot: Snapshot, finding: Finding) -> types.Diagnostic:
    """A finding with its rule's page, and with the places that explain it."""
    page = rule_page(snapshot, finding.rule)
    advice = f"\n{finding.help}" if finding.help else ""
    return types.Diagnostic(
        range=range_of(snapshot, finding.span),
        message=visible(finding.message) + visible_lines(advice),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(href=page) if page is not None else None,
        source=NAME,
        tags=[types.DiagnosticTag.Unnecessary] if _is_unnecessary(snapshot.pack, finding.rule) else None,
        related_information=[
            types.DiagnosticRelatedInformation(location=location_of(snapshot, note.span), message=visible(note.message))
            for note in finding.evidence
        ],
    )


def visible_lines(text: str) -> str:
    """Text of several lines without control characters."""
    return "\n".join(map(visible, text.split("\n")))


def range_of(snapshot: Snapshot, span: Span) -> types.Range:
    """Where a span is, as the editor counts."""
    return snapshot.lines(span.source).range(span.start, span.end)


def location_of(snapshot: Snapshot, span: Span) -> types.Location:
    """The same with its file."""
    return types.Location(uri=snapshot.uri(span.source.path), range=range_of(snapshot, span))


def rule_page(snapshot: Snapshot, rule: str) -> str | None:
    """The address of a rule's page: where the configuration says that there are pages, else the shipped one's."""
    address = snapshot.configuration.settings.docs_url
    if address is not None:
        return f"{address}/{quote(rule)}.md"
    page = find_shipped_packs()[0].parent / "docs" / f"{Path(rule).name}.md"
    return page.as_uri() if page.is_file() else None


def _is_unnecessary(pack: RulePack, rule: str) -> bool:
    """Whether what a rule finds might as well not be there."""
    return any(entry.id == rule and getattr(entry.check, "of", None) in _UNNECESSARY for entry in pack.rules)
