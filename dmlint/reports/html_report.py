"""The report as one page for people: what each environment ends up with, which line breaks it, and what to write.

It is self-contained, needs no script, and asks nothing of anybody: its Content-Security-Policy forbids all but its own
styles.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from dmlint.environments.outcome.steps import say_state
from dmlint.facts import Severity
from dmlint.linting.verdicts import Status
from dmlint.reports.matrix.matrix_tables import HEADER, versions
from dmlint.reports.matrix.selection import read_chosen, short_names, worst_first
from dmlint.reports.matrix.track import read_track
from dmlint.reports.matrix.track_svg import STYLES, draw_track
from dmlint.reports.page.about import read_about
from dmlint.reports.page.graph_svg import draw_graph, tell_graph
from dmlint.reports.page.image_graph import read_graph
from dmlint.reports.page.listed_files import LineAddresses, show_files, show_finding, state_of
from dmlint.reports.terminal import cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dmlint.linting.engine import Report
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.page.listed_files import ShownFinding
    from dmlint.reports.view import View
    from dmlint.text.source import Span

_FOLDER = Path(__file__).parent / "page"
STYLE_FILES = (STYLES, _FOLDER / "page.css")
"""The styles of every page that dmlint writes."""
_LONGEST = 200
_OPEN = 8
"""How many environments are unfolded at first, the worst ones."""


class ShownStep(Struct, frozen=True, kw_only=True):
    """A step in words, with the address of its line and how it leaves the environment."""

    place: str
    address: str
    text: str
    message: str
    kind: str
    state: str


class ShownEnvironment(Struct, frozen=True, kw_only=True):
    """An environment as the page has it: its row, its picture, its findings and its story."""

    anchor: str
    id: str
    name: str
    status: str
    cells: tuple[str, ...]
    numpy: str
    reason: str
    lost: tuple[str, str] | None
    track: Markup
    findings: tuple[ShownFinding, ...]
    steps: tuple[ShownStep, ...]
    is_open: bool


def lines(report: Report, view: View) -> Iterator[str]:
    """The page, line by line."""
    yield from _render(report, view).split("\n")


def _render(report: Report, view: View) -> str:
    rows = worst_first(read_chosen(report, view))
    places = LineAddresses(view)
    shown = {(entry.rule, entry.span): show_finding(entry, rows, places, view) for entry in report.findings}
    environments = [
        _show(row, short, number, shown, places)
        for number, (row, short) in enumerate(zip(rows, short_names(rows, view), strict=True))
    ]
    graphs = _graphs(report, rows, places)
    styles = "".join(path.read_text(encoding="utf-8") for path in STYLE_FILES)
    jinja = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return jinja.get_template("page.html.j2").render(
        about=read_about(view, report.pack),
        styles=Markup(styles),  # our own
        digest=b64encode(sha256(styles.encode()).digest()).decode(),
        header=HEADER,
        environments=environments,
        statuses=Counter(row.status.value for row in rows),
        severities=[(sum(entry.severity is level for entry in report.findings), level.value) for level in Severity],
        graphs=graphs,
        files=show_files(rows, ((entry, shown[entry.rule, entry.span]) for entry in report.findings), places, view),
        looked_at=report.files,
    )


def _show(
    row: Row, short: str, number: int, shown: Mapping[tuple[str, Span], ShownFinding], places: LineAddresses
) -> ShownEnvironment:
    lost = next((step.lost for step in row.steps if step.lost is not None), None)
    rank = [level.value for level in Severity].index
    findings = [shown[key] for entry in row.findings if (key := (entry.rule, entry.span)) in shown]
    return ShownEnvironment(
        anchor=f"e{number}",
        id=visible(row.id),
        name=visible(short),
        status=row.status.value,
        cells=tuple(map(visible, versions(row))),
        numpy=visible(" or ".join(say_state(row.final))),
        reason=visible(row.reason),
        lost=(places.place(lost), places.link(lost)) if lost is not None else None,
        track=_draw(row, short, places),
        findings=tuple(sorted(findings, key=lambda entry: rank(entry.severity))),
        steps=tuple(_steps(row, places)),
        is_open=number < _OPEN and row.status is not Status.OK,
    )


def _steps(row: Row, places: LineAddresses) -> Iterator[ShownStep]:
    for step in row.steps:
        yield ShownStep(
            place=places.place(step.span),
            address=places.link(step.span),
            text=cut(visible(step.text), _LONGEST),
            message=visible(step.message),
            kind=step.kind.value,
            state=state_of(row, step),
        )


def _draw(row: Row, short: str, places: LineAddresses) -> Markup:
    """The track of an environment; what it says, the story beside it says in words."""
    root = Element("svg", {"role": "group", "class": "track"})
    root.set("aria-label", visible(f"NumPy after each of {len(read_track(row))} stops of {short}"))
    width, height = draw_track(root, row, places.link)
    root.set("width", str(width))
    root.set("height", str(height))
    root.set("viewBox", f"0 0 {width} {height}")
    return Markup(tostring(root, "unicode"))  # ElementTree has escaped all text


def _graphs(report: Report, rows: Sequence[Row], places: LineAddresses) -> list[tuple[Markup, list[str]]]:
    if report.judgement is None:
        return []
    statuses: dict[str, str] = {}
    for row in reversed(rows):
        statuses[row.outcome.stage] = row.status.value
    shown = {row.outcome.stage.rpartition("#")[0] for row in rows if row.outcome.stage}
    graph = read_graph(report.judgement.documents.values(), shown)
    return [(Markup(draw_graph(part, statuses, places)), tell_graph(part)) for part in graph.parts()]
