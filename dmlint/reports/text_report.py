"""The report for people: each finding with its line and carets, or on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dmlint.facts import Severity
from dmlint.reports.summary import summary
from dmlint.reports.terminal import padded, snippet, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View
    from dmlint.text.source import Span


def concise_lines(report: Report, view: View) -> Iterator[str]:
    """The findings of a report, in its order, and nothing else."""
    for finding in report.findings:
        text = f"{view.place(finding.span)}: {finding.rule} {finding.severity.value}: {finding.message}"
        yield visible(text)


_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
_TRACKS = 20
"""How many broken environments have a line of their own."""
_NAMED = 4
"""How many environments one finding names."""
_BEFORE, _WITHIN, _AFTER = 60, 80, 40
"""How many characters of a long line are shown before, under and after the carets."""


def lines(report: Report, view: View) -> Iterator[str]:
    """What was seen in an environment, each finding with an empty line after it, then the summary."""
    if report.seen is not None and not view.quiet:
        yield from (visible(line) for line in (*report.seen.text.splitlines(), ""))
    for head, findings in _groups(report, view):
        if head:
            yield _paint(view, visible(head), bold=True)
            yield ""
        for finding in findings:
            yield from _finding(finding, view)
            yield ""
    if not view.quiet:
        yield from _broken(report, view)
        yield _paint(view, summary(report), bold=True)


def _groups(report: Report, view: View) -> Iterable[tuple[str, Sequence[Finding]]]:
    if view.group_by is None:
        return [("", report.findings)]
    from dmlint.reports.finding_groups import grouped

    return grouped(report, view.group_by, view)


def _broken(report: Report, view: View) -> Iterator[str]:
    """A line for each environment that a finding breaks: its track."""
    if report.seen is not None or all(finding.severity is not Severity.ERROR for finding in report.findings):
        return
    from dmlint.reports.matrix.selection import errors, read_chosen, short_names
    from dmlint.reports.matrix.track import track_line

    rows = [row for row in read_chosen(report, view) if errors(row)]
    names = [visible(name) for name in short_names(rows, view)]
    size = max(map(width, names), default=0)
    for row, name in [*zip(rows, names, strict=True)][:_TRACKS]:
        yield f"{_paint(view, padded(name, size), fg='red', bold=True)}  {track_line(row, view)}"
    if len(rows) > _TRACKS:
        yield f"and {len(rows) - _TRACKS} more broken environments: `dmlint matrix` prints them all"
    if rows:
        yield ""


def _finding(finding: Finding, view: View) -> Iterator[str]:
    color = _COLORS[finding.severity]
    place = _paint(view, visible(view.place(finding.span)), bold=True)
    severity = _paint(view, f"{finding.severity.value}[{finding.rule}]", fg=color, bold=True)
    yield f"{place}: {severity} {finding.name}: {visible(finding.message)}"
    margin = " " * len(str(finding.span.line))
    yield from _excerpt(finding.span, view, margin, color)
    if named := _environments(finding, view):
        word = "environment" if len(named) == 1 else "environments"
        yield f"{margin} = {_paint(view, word, bold=True)}: {', '.join(named)}"
    for note in finding.evidence:
        yield f"{margin} = {visible(view.place(note.span))}: {visible(note.message)}"
    if finding.help:
        yield f"{margin} = {_paint(view, 'help', fg='green', bold=True)}: {visible(finding.help)}"
    if (page := view.page(finding.rule)) is not None:
        yield f"{margin} = {_paint(view, 'why', bold=True)}: {page}"


def _environments(finding: Finding, view: View) -> list[str]:
    """The environments that a finding breaks, or the one that it is about; of many the first ones."""
    about = () if finding.environment is None else (finding.environment,)
    named = sorted({visible(view.environment_id(name, finding)) for name in finding.environments or about})
    more = len(named) - _NAMED
    return named if more <= 0 else [*named[:_NAMED], f"and {more} more"]


def _excerpt(span: Span, view: View, margin: str, color: str) -> Iterator[str]:
    """The line that the span starts on, cut around it where it is long, with carets below."""
    source = span.source
    starts, line = source.line_starts, span.line
    first = starts[line - 1]
    last = starts[line] - 1 if line < len(starts) else len(source.text)
    last -= source.text.endswith("\r", first, last)
    if first == last:
        return
    begin = min(span.start, last)
    end = max(begin, min(span.end, last, begin + _WITHIN))
    left = first if begin - first <= _BEFORE else begin - _BEFORE
    right = last if last - end <= _AFTER else end + _AFTER
    before = ("" if left == first else "…") + snippet(source.text[left:begin])
    under = snippet(source.text[begin:end])
    after = snippet(source.text[end:right]) + ("" if right == last else "…")
    bar = _paint(view, "|", fg="blue")
    carets = _paint(view, "^" * max(1, width(under)), fg=color, bold=True)
    yield f"{margin} {bar}"
    yield f"{_paint(view, str(line), fg='blue')} {bar} {before}{under}{after}"
    yield f"{margin} {bar} {' ' * width(before)}{carets}"


def _paint(view: View, text: str, *, fg: str | None = None, bold: bool = False) -> str:
    return click.style(text, fg=fg, bold=bold or None) if view.color else text
