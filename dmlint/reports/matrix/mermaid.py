"""The environments as a flowchart that GitHub and GitLab draw on a page."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from dmlint.environments.outcome.steps import StepKind, say_state
from dmlint.linting.verdicts import Status
from dmlint.reports.matrix.selection import errors, read_chosen, short_names, worst_first
from dmlint.reports.matrix.track import read_track
from dmlint.reports.terminal import cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmlint.linting.engine import Report
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.matrix.track import Stop
    from dmlint.reports.view import View
    from dmlint.text.source import Span

_LONGEST = 48
_MOST = 12
"""How many stops of an environment are drawn: a page has no room for more."""
_DRAWN = 40_000
"""Characters of a chart that GitHub draws, about."""
_STYLES = (
    "classDef ok fill:#e6f4ea,stroke:#1a7f37,color:#0b3d1a",
    "classDef broken fill:#ffe3e0,stroke:#b42318,color:#611a12",
    "classDef unknown fill:#fff4d6,stroke:#8a6100,color:#4a3500,stroke-dasharray:4 3",
)


def lines(rows: Sequence[Row], view: View) -> Iterator[str]:
    """A chart with a box for each environment, worst first, and its stops in it from left to right."""
    yield "flowchart LR"
    ordered = worst_first(rows)
    for number, (row, short) in enumerate(zip(ordered, short_names(ordered, view), strict=True)):
        yield f"  subgraph e{number}[{quoted(f'{short}: {row.status.value}')}]"
        yield "    direction LR"
        yield from _chain(row, f"e{number}", view)
        yield "  end"
    yield from (f"  {style}" for style in _STYLES)


def chart_broken(report: Report, view: View) -> list[str]:
    """What breaks the environments of a report, as a section of Markdown: as many as GitHub draws, nothing for none."""
    if report.seen is not None:
        return []
    rows = [row for row in read_chosen(report, view) if errors(row)]
    drawn = [*lines(rows, view)]
    while sum(map(len, drawn)) > _DRAWN:
        rows = rows[: len(rows) // 2]
        drawn = [*lines(rows, view)]
    return ["", "### Broken environments", "", "```mermaid", *drawn, "```"] if rows else []


def _chain(row: Row, prefix: str, view: View) -> Iterator[str]:
    stops = _shortened(read_track(row))
    for at, stop in enumerate(stops):
        name = f"{prefix}s{at}"
        yield f"    {name}[{quoted(*_words(stop, view))}]:::{_style(stop)}"
        if at:
            yield f"    {prefix}s{at - 1} --> {name}"
    said = [f"{entry.rule} at {_place(entry.span, view)}" for entry in errors(row)]
    style = {Status.OK: "ok", Status.BROKEN: "broken", Status.UNKNOWN: "unknown"}[row.status]
    yield f"    {prefix}end([{quoted(f'NumPy {_said(row)}', *said)}]):::{style}"
    yield from (f"    {prefix}s{len(stops) - 1} --> {prefix}end" for _ in stops[-1:])


def _said(row: Row) -> str:
    return " or ".join(say_state(row.final))


def _shortened(stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """The stops that tell something, and the first ones of the others."""
    if len(stops) <= _MOST:
        return stops
    telling = [stop for stop in stops if stop.fault or stop.step.changes]
    return tuple(telling[: _MOST - 1]) or stops[:_MOST]


def _words(stop: Stop, view: View) -> tuple[str, ...]:
    return stop.label, f"NumPy {' or '.join(say_state(stop.after))}", _place(stop.step.span, view)


def _place(span: Span, view: View) -> str:
    return f"{basename(view.path(span.source.path))}:{span.line}"


def _style(stop: Stop) -> str:
    if stop.fault:
        return "broken"
    return "unknown" if stop.kind is StepKind.UNKNOWN else "ok"


def quoted(*texts: str) -> str:
    """Text as a label, a line each, of which mermaid, Markdown and HTML take nothing for their own."""
    return f'"{"<br/>".join("".join(map(_plain, cut(visible(text), _LONGEST))) for text in texts)}"'


def _plain(character: str) -> str:
    return character if character.isalnum() or character in " /.,-_:" else f"#{ord(character)};"
