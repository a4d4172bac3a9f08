"""The report as workflow commands, which GitHub shows as annotations on the pull request.

Escaping and limits are those of the runner (actions/runner: ActionCommand.cs, ExecutionContext.cs).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dmlint.reports.summary import counted, summary, words
from dmlint.reports.terminal import visible
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

SHOWN = 10
"""How many annotations of each severity the runner keeps for a step."""
LONGEST = 4095
"""How many characters of a message are sent; the runner cuts at 4,096."""
_CUT_ESCAPE = lazy_regex(r"%[0-9A-F]?\Z")


def lines(report: Report, view: View) -> Iterator[str]:
    """The commands, errors first, then a summary in plain words that holds nothing of any linted file."""
    for finding in sorted(report.findings, key=lambda finding: finding.severity.rank):
        yield _command(finding, view)
    counts = Counter(finding.severity for finding in report.findings)
    hidden = sum(max(0, count - SHOWN) for count in counts.values())
    if hidden:
        verb = "is" if hidden == 1 else "are"
        yield (
            f"{counted(hidden, 'finding')} above {verb} not annotated: "
            f"GitHub shows {SHOWN} annotations of each severity per step."
        )
    if not view.quiet:
        yield summary(report)


def _command(finding: Finding, view: View) -> str:
    """One annotation; its file is relative to the root, as GitHub wants it wherever the job runs.

    The runner takes columns only on one line, and what is exclusive in the end column is exclusive here too.
    """
    source = finding.span.source
    line, column = source.position(finding.span.start)
    end_line, end_column = source.position(finding.span.end)
    properties = {"file": source.path, "line": str(line), "endLine": str(end_line)}
    if line == end_line:
        properties |= {"col": str(column), "endColumn": str(end_column)}
    properties["title"] = f"{finding.rule} {finding.name}"
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    # The log does not show properties: the text repeats the place and the id.
    text = visible(f"{view.place(finding.span)}: {finding.rule} ") + "\n".join(words(finding, view))
    return f"::{finding.severity.value} {listed}::{_message(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _message(text: str) -> str:
    escaped = _escaped(text)
    if len(escaped) <= LONGEST:
        return escaped
    return _CUT_ESCAPE().sub("", escaped[: LONGEST - 1]) + "…"


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
