"""The track of an environment as a picture: its stops from left to right, the NumPy that may be there as a band over
the releases that there are, against those that it may have.
"""

from __future__ import annotations

from pathlib import Path
from posixpath import basename
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from dmlint.environments.model import NUMPY
from dmlint.environments.outcome.steps import StepKind, allowed, say_state
from dmlint.reports.matrix.selection import short_names, worst_first
from dmlint.reports.matrix.track import read_track
from dmlint.reports.terminal import cut, visible
from dmlint.requirements.versions import admits, contains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dmlint.environments.model import PackageState
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.matrix.track import Stop
    from dmlint.reports.view import View
    from dmlint.text.source import Span

    Link = Callable[[Span], str | None]
    """The address of a place, None where it has none."""

STYLES = Path(__file__).parent / "track.css"
_LEFT, _COLUMN, _ROW, _TOP, _BELOW = 52, 124, 15, 54, 52
_LETTERS = 18
"""How many letters fit into a column."""
_OLDER = "older"


class Axis:
    """The lines of releases that a track is drawn over, the oldest at the bottom: ``1.26``, ``2.0``, …; all older ones
    are one.
    """

    def __init__(self, row: Row) -> None:
        self.lines: dict[str, list[str]] = {}
        for version in row.catalogue.package(NUMPY).versions:
            major, minor = version.split(".")[:2]
            old = (int(major), int(minor)) < (1, 26)
            self.lines.setdefault(_OLDER if old else f"{major}.{minor}", []).append(version)
        self.height = _ROW * len(self.lines)
        within = allowed(row.outcome)
        self.allowed = self.runs([within]) if within else []

    def runs(self, ways: Sequence[str]) -> list[tuple[int, int]]:
        """The stretches of neighbouring lines, by first and last number, of which some release is admitted."""
        there = [
            at
            for at, versions in enumerate(self.lines.values())
            if any(admits(way, version) for way in ways for version in versions)
        ]
        found: list[tuple[int, int]] = []
        for at in there:
            joins = bool(found) and found[-1][1] == at - 1
            found[-1:] = [(found[-1][0], at)] if joins else [*found[-1:], (at, at)]
        return found

    def top(self, line: int) -> int:
        """The upper edge of a line."""
        return _TOP + self.height - _ROW * (line + 1)


def lines(rows: Sequence[Row], view: View) -> Iterator[str]:
    """All tracks, worst first, as a picture of its own, which any page can show."""
    ordered = worst_first(rows)
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "class": "alone"})
    SubElement(root, "title").text = "The NumPy of each environment after each step of its build"
    SubElement(root, "style").text = STYLES.read_text(encoding="utf-8")
    define_hatch(root)
    top, widest = 8, 0
    for row, short in zip(ordered, short_names(ordered, view), strict=True):
        head = SubElement(root, "text", {"x": "8", "y": str(top + 14), "class": f"head {row.status.value}"})
        head.text = visible(f"{short}: {row.status.value}{f' ({row.reason})' if row.reason else ''}")
        group = SubElement(root, "g", {"transform": f"translate(0 {top + 16})"})
        width, height = draw_track(group, row, lambda _: None)
        top, widest = top + 28 + height, max(widest, width, 8 * len(head.text) + 16)
    root.set("viewBox", f"0 0 {widest} {top}")
    root.set("width", str(widest))
    root.set("height", str(top))
    yield from tostring(root, "unicode").split("\n")


def define_hatch(root: Element) -> None:
    """Add the pattern that stands for what is not known."""
    pattern = SubElement(
        SubElement(root, "defs"),
        "pattern",
        {"id": "hatch", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse", "class": "hatch"},
    )
    SubElement(pattern, "path", {"d": "M-1 1l2-2M0 6l6-6M5 7l2-2"})


def draw_track(parent: Element, row: Row, link: Link) -> tuple[int, int]:
    """Draw a track into ``parent``; its width and height."""
    stops, axis = read_track(row), Axis(row)
    width, height = _LEFT + _COLUMN * max(1, len(stops)) + 8, _TOP + axis.height + _BELOW
    for first, last in axis.allowed:
        _rect(parent, (_LEFT, axis.top(last), width - _LEFT - 8, _ROW * (last - first + 1)), "allowed")
    for at, name in enumerate(axis.lines):
        y = axis.top(at)
        SubElement(
            parent, "line", {"x1": str(_LEFT), "x2": str(width - 8), "y1": str(y), "y2": str(y), "class": "rule"}
        )
        _text(parent, (_LEFT - 6, y + 11), name, "axis")
    if len(stops) > 1:
        rail = str(_TOP - 8)
        ends = {"x1": str(_LEFT + _COLUMN // 2), "x2": str(_LEFT + _COLUMN * len(stops) - _COLUMN // 2)}
        SubElement(parent, "line", {**ends, "y1": rail, "y2": rail, "class": "rail"})
    for at, stop in enumerate(stops):
        _draw_stop(parent, (_LEFT + at * _COLUMN, stop), axis, (row, link))
    return width, height


def _draw_stop(parent: Element, placed: tuple[int, Stop], axis: Axis, told: tuple[Row, Link]) -> None:
    left, stop = placed
    row, link = told
    middle = left + _COLUMN // 2
    href = link(stop.step.span)
    group = SubElement(parent, "a", {"href": href}) if href is not None else SubElement(parent, "g")
    SubElement(group, "title").text = visible(f"{stop.step.text}: {stop.step.message}")
    _rect(group, (left, 4, _COLUMN, _TOP + axis.height + _BELOW - 8), "column fault" if stop.fault else "column")
    _draw_band(group, left, stop.after, axis, allowed(row.outcome))
    kind = "fault" if stop.fault else stop.kind.value
    if stop.kind is StepKind.PIN:
        y = _TOP - 8
        SubElement(group, "path", {"d": f"M{middle} {y - 7}l7 7l-7 7l-7-7z", "class": f"stop {kind}"})
    else:
        SubElement(group, "circle", {"cx": str(middle), "cy": str(_TOP - 8), "r": "6", "class": f"stop {kind}"})
    for number, half in enumerate(_halves(visible(stop.label))):
        _text(group, (middle, 18 + 12 * number), half, "label")
    if stop.escape:
        _draw_escape(group, left, axis, newer=stop.escape == "2")
    bottom = _TOP + axis.height
    _text(group, (middle, bottom + 14), cut(visible(f"NumPy {' or '.join(say_state(stop.after))}"), _LETTERS), "state")
    span = stop.step.lost or stop.step.span
    name = basename(span.source.path)
    place = f"{name if len(name) < _LETTERS - 5 else '…' + name[5 - _LETTERS :]}:{span.line}"
    _text(group, (middle, bottom + 28), visible(place), "place")
    rules = ", ".join(dict.fromkeys(finding.rule for finding in stop.findings))
    _text(group, (middle, bottom + 42), cut(rules, _LETTERS), "rules")


def _halves(label: str) -> tuple[str, str]:
    """A label on two lines, broken where a word starts if there is such a place."""
    if len(label) <= _LETTERS:
        return "", label
    at = max(label.rfind(mark, 3, _LETTERS) for mark in " :-")
    at = at + 1 if at > 0 else _LETTERS
    return label[:at].rstrip(), cut(label[at:], _LETTERS)


def _draw_band(parent: Element, left: int, state: PackageState, axis: Axis, within: str) -> None:
    if state.unknown is not None:
        _rect(parent, (left, _TOP, _COLUMN, axis.height), "unknown")
    for way in state.ways:
        if way.versions is None:
            continue
        good = not within or contains(within, way.versions)
        for first, last in axis.runs([way.versions]):
            for line in range(first, last + 1):
                right = good or any(low <= line <= high for low, high in axis.allowed)
                _rect(parent, (left, axis.top(line), _COLUMN, _ROW), "may" if right else "may bad")
    if any(way.versions is None for way in state.ways):
        _rect(parent, (left, _TOP + axis.height - 2, _COLUMN, 4), "none")


def _draw_escape(parent: Element, left: int, axis: Axis, *, newer: bool) -> None:
    top, bottom = _TOP + 6, _TOP + axis.height - 4
    tip, start = (top, bottom) if newer else (bottom, top)
    turn = 7 if newer else -7
    shape = f"M{left + 10} {start}V{tip}m-5 {turn}l5 {-turn}l5 {turn}"
    SubElement(parent, "path", {"d": shape, "class": "escape"})


def _rect(parent: Element, place: tuple[int, int, int, int], name: str) -> None:
    x, y, width, height = map(str, place)
    SubElement(parent, "rect", {"x": x, "y": y, "width": width, "height": height, "class": name})


def _text(parent: Element, place: tuple[int, int], text: str, name: str) -> None:
    SubElement(parent, "text", {"x": str(place[0]), "y": str(place[1]), "class": name}).text = text
