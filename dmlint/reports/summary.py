"""A report in words: the line that it ends with, and what the formats for programs say of a finding."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dmlint.facts import Severity
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(report: Report) -> str:
    """``Found 3 errors, 1 warning in 12 files; 2 fixable with --fix, 1 suppressed, 2 waived.`` or ``All clear: …``, and
    how many environments could not be judged.
    """
    counts = Counter(finding.severity for finding in report.findings)
    asides = [f"{count} {word}" for count, word in _asides(report) if count]
    aside = f"; {', '.join(asides)}" if asides else ""
    looked_at = counted(report.files, "file" if report.seen is None else "environment")
    remarks = "".join(f" {text}." for text in (*_unjudged(report), *report.renewals))
    if not report.findings:
        return f"{'Nothing found' if remarks else 'All clear'}: {looked_at} checked{aside}.{remarks}"
    found = ", ".join(counted(counts[severity], severity.value) for severity in Severity if counts[severity])
    return f"Found {found} in {looked_at}{aside}.{remarks}"


def _unjudged(report: Report) -> Iterator[str]:
    """How many environments could not be judged, where there are any."""
    unknown, every = report.environments.get("unknown", 0), sum(report.environments.values())
    if unknown:
        yield f"{unknown} of {counted(every, 'environment')} could not be judged"


def _asides(report: Report) -> Iterator[tuple[int, str]]:
    edits = [finding.edit for finding in report.findings if finding.edit is not None]
    safe = sum(edit.safe for edit in edits)
    yield report.fixed, "fixed"
    yield safe, "fixable with --fix"
    yield len(edits) - safe, "more with --unsafe-fixes" if safe else "fixable with --fix --unsafe-fixes"
    yield report.suppressed, "suppressed"
    yield report.waived, "waived"
    yield report.known, "known"
    yield report.paid, f"of the baseline paid off (`dmlint baseline` drops {'it' if report.paid == 1 else 'them'})"


def statistics(report: Report) -> list[str]:
    """A line for each rule that found something, the most frequent first: count, id, name."""
    counts = Counter((finding.rule, finding.name) for finding in report.findings)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    size = len(str(ordered[0][1])) if ordered else 0
    return [f"{count:>{size}}  {rule}  {name}" for (rule, name), count in ordered]


def words(finding: Finding, view: View) -> Iterator[str]:
    """The message, the evidence with its places, what to write instead, and what explains the rule: a line each."""
    yield visible(finding.message)
    for note in finding.evidence:
        yield visible(f"{view.place(note.span)}: {note.message}")
    if finding.help:
        yield visible(f"help: {finding.help}")
    yield f"why: {view.page(finding.rule) or explain(finding.rule)}"


def sentence(finding: Finding, view: View) -> str:
    """The same on one line, without the evidence."""
    advice = f"; {finding.help}" if finding.help else ""
    why = view.page(finding.rule) or explain(finding.rule)
    return f"{finding.rule}: {visible(finding.message + advice)} ({why})"


def explain(rule: str) -> str:
    """The command that explains a rule."""
    return f"dmlint explain {rule}"


def encodable(text: str) -> str:
    r"""The text with what UTF-8 has no bytes for, such as those of a file's name that is no text, as ``\udcff``."""
    return text.encode("utf-8", "backslashreplace").decode()
