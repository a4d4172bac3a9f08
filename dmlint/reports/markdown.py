"""The report as Markdown: for a page, a comment, and the summary of a job on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.reports.summary import counted, summary
from dmlint.reports.terminal import visible
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

_HEADING = "## dmlint"
_TABLE = ("| severity | rule | place | what | help |", "| --- | --- | --- | --- | --- |")
_RUN = lazy_regex("`+")
_PIPE = "&#124;"


def lines(report: Report, view: View) -> Iterator[str]:
    """A heading, the summary, and a row for each finding, errors first."""
    head, rows, tail = _parts(report, view)
    yield from (*head, *rows, *tail)


def fit(report: Report, view: View, size: int) -> list[str]:
    """The same in at most ``size`` bytes of UTF-8, cut after a row and saying so; nothing where not even that fits."""
    head, rows, tail = _parts(report, view)
    room = size - _bytes([*head, *tail])
    if room < 0:
        return []
    sizes = [_bytes([row]) for row in rows]
    if sum(sizes) <= room:
        return [*head, *rows, *tail]
    shown, left = 0, room - _bytes(_left_out(len(rows)))
    if left < 0:
        return []
    while sizes[shown] <= left:
        left -= sizes[shown]
        shown += 1
    return [*head, *rows[:shown], *_left_out(len(rows) - shown), *tail]


def _parts(report: Report, view: View) -> tuple[list[str], list[str], list[str]]:
    """What stands above the rows, the rows, and what stands below."""
    found = sorted(report.findings, key=lambda finding: finding.severity.rank)
    head = [_HEADING] if view.quiet else [_HEADING, "", summary(report)]
    if not found:
        return head, [], []
    tail = [] if view.docs else ["", "`dmlint explain RULE` tells why a rule exists."]
    return [*head, "", *_TABLE], [_row(finding, view) for finding in found], tail


def _left_out(count: int) -> list[str]:
    verb = "is" if count == 1 else "are"
    return ["", f"{counted(count, 'finding')} {verb} left out: the table would be too long."]


def _bytes(lines: list[str]) -> int:
    return sum(len(line.encode("utf-8", "backslashreplace")) + 1 for line in lines)


def _row(finding: Finding, view: View) -> str:
    page = view.page(finding.rule)
    rule = code(finding.rule) if page is None else f"[{code(finding.rule)}](<{page}>)"
    said = [code(finding.message)]
    said += [f"{code(view.place(note.span))} {code(note.message)}" for note in finding.evidence]
    environment = view.environment(finding)
    said += [] if environment is None else [f"in {code(environment)}"]
    cells = (
        finding.severity.value,
        f"{rule} {code(finding.name)}",
        code(view.place(finding.span)),
        "<br>".join(said),
        code(finding.help),
    )
    return f"| {' | '.join(cells)} |"


def code(text: str) -> str:
    """Text of a file as code in a cell of a table, where none of Markdown, HTML, links and mentions comes alive.

    A bar would end the cell even there, and a backslash before it may be the text's own: it stands between two pieces.
    """
    return _PIPE.join(map(_code, visible(text).split("|")))


def _code(text: str) -> str:
    if not text:
        return ""
    longest = max(map(len, _RUN().findall(text)), default=0)
    fence = "`" * (longest + 1)
    # One space at each end is taken away again; text of spaces alone stays as it is.
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
