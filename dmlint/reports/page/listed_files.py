"""The files that take part, line by line: the NumPy after each line that installs, and findings under their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from dmlint.environments.outcome.steps import StepKind, find_outside, say_state, show_numpy
from dmlint.facts import Severity
from dmlint.reports.matrix.selection import short_names
from dmlint.reports.terminal import cut, snippet, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dmlint.environments.outcome.steps import Step
    from dmlint.facts import Edit, Finding
    from dmlint.reports.matrix.rows import Row
    from dmlint.reports.view import View
    from dmlint.text.source import Source, Span

_WHOLE = 300
"""Files of so many lines are shown as a whole, of longer ones what is told, with lines around it."""
_ALL = 6000
"""How many lines there are on a page, about."""
_AROUND = 5
_WIDEST = 400


class Hunk(Struct, frozen=True, kw_only=True):
    """A fix as lines that go and lines that come, from line ``number`` of a file on."""

    path: str
    number: int
    removed: tuple[str, ...]
    added: tuple[str, ...]
    safe: bool


class ShownFinding(Struct, frozen=True, kw_only=True):
    """A finding as the page has it: the names of the environments that it breaks, and the addresses of its places."""

    rule: str
    name: str
    severity: str
    message: str
    help: str
    place: str
    address: str
    environments: tuple[str, ...]
    evidence: tuple[tuple[str, str, str], ...]
    hunk: Hunk | None
    why: str | None


class ShownLine(Struct, kw_only=True):
    """A line of a file; without a number it stands for ``text``, such as the lines that are left out."""

    number: int
    text: str
    anchor: str = ""
    state: str = ""
    """``good``, ``bad`` or ``doubt`` where the line installs something."""
    numpy: list[str] = field(default_factory=list)
    findings: list[ShownFinding] = field(default_factory=list)


class ShownFile(Struct, frozen=True, kw_only=True):
    """A file with the lines of it that are shown."""

    path: str
    anchor: str
    lines: tuple[ShownLine, ...]
    errors: int


class LineAddresses:
    """The addresses of lines on the page; whatever is asked for is shown."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.sources: dict[str, Source] = {}
        self._numbers: dict[str, int] = {}
        self.lines: dict[str, set[int]] = {}

    def link(self, span: Span) -> str:
        """The address of the line on which a span starts."""
        return f"#{self.anchor(span.source, span.line)}"

    def anchor(self, source: Source, line: int) -> str:
        """The id of a line."""
        self.sources.setdefault(source.path, source)
        number = self._numbers.setdefault(source.path, len(self._numbers) + 1)
        self.lines.setdefault(source.path, set()).add(line)
        return f"f{number}-{line}"

    def place(self, span: Span) -> str:
        """``path:line`` in words."""
        return visible(f"{self._view.path(span.source.path)}:{span.line}")


def show_finding(finding: Finding, rows: Sequence[Row], places: LineAddresses, view: View) -> ShownFinding:
    """A finding, with all of ``rows`` that it concerns."""
    key = (finding.rule, finding.span)
    concerned = [
        name
        for row, name in zip(rows, short_names(rows, view), strict=True)
        if any((entry.rule, entry.span) == key for entry in row.findings)
    ]
    return ShownFinding(
        rule=finding.rule,
        name=visible(finding.name),
        severity=finding.severity.value,
        message=visible(finding.message),
        help=visible(finding.help),
        place=places.place(finding.span),
        address=places.link(finding.span),
        environments=tuple(visible(name) for name in concerned),
        evidence=tuple(
            (places.place(note.span), places.link(note.span), visible(note.message)) for note in finding.evidence
        ),
        hunk=read_hunk(finding.edit, view) if finding.edit is not None else None,
        why=view.page(finding.rule),
    )


def read_hunk(edit: Edit, view: View) -> Hunk:
    """The whole lines that an edit changes, before and after it."""
    source, span = edit.span.source, edit.span
    start = source.line_starts[span.line - 1]
    end = source.text.find("\n", max(span.end - 1, span.start))
    end = len(source.text) if end < 0 else end
    after = source.text[start : span.start] + edit.replacement + source.text[span.end : end]
    return Hunk(
        path=visible(view.path(source.path)),
        number=span.line,
        removed=_lines(source.text[start:end]),
        added=_lines(after),
        safe=edit.safe,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(_shown(line) for line in text.split("\n")) if text else ()


def _shown(line: str) -> str:
    return cut(snippet(line.removesuffix("\r")), _WIDEST)


def show_files(
    rows: Sequence[Row], findings: Iterable[tuple[Finding, ShownFinding]], places: LineAddresses, view: View
) -> list[ShownFile]:
    """The files, those with errors first."""
    marks: dict[tuple[str, int], list[tuple[str, Row, Step]]] = {}
    for row, name in zip(rows, short_names(rows, view), strict=True):
        for step in row.steps:
            places.anchor(step.span.source, step.span.line)
            if not row.outcome.trace and step.kind is StepKind.INSTALL:
                # All that stands in a manifest is installed together.
                continue
            marks.setdefault((step.span.source.path, step.span.line), []).append((name, row, step))
    below: dict[tuple[str, int], list[ShownFinding]] = {}
    wrong: dict[str, int] = {}
    for finding, shown in findings:
        path = finding.span.source.path
        below.setdefault((path, finding.span.line), []).append(shown)
        wrong[path] = wrong.get(path, 0) + (finding.severity is Severity.ERROR)
    limit = min(_WHOLE, _ALL // max(1, len(places.sources)))
    files = []
    for path, source in places.sources.items():
        told = {line: entries for (at, line), entries in marks.items() if at == path}
        found = {line: entries for (at, line), entries in below.items() if at == path}
        lines = _show_lines(source, sorted(places.lines[path]), (told, found), places, limit)
        number = places.anchor(source, 1).partition("-")[0]
        files.append(
            ShownFile(path=visible(view.path(path)), anchor=number, lines=tuple(lines), errors=wrong.get(path, 0))
        )
    return sorted(files, key=lambda entry: -entry.errors)


def _show_lines(
    source: Source,
    asked: Sequence[int],
    notes: tuple[dict[int, list[tuple[str, Row, Step]]], dict[int, list[ShownFinding]]],
    places: LineAddresses,
    limit: int,
) -> list[ShownLine]:
    marks, findings = notes
    texts = source.text.split("\n")
    texts = texts[:-1] if len(texts) > 1 and not texts[-1] else texts
    near = {at for line in asked for at in range(line - _AROUND, line + _AROUND + 1)}
    kept = [at for at in range(1, len(texts) + 1) if len(texts) <= limit or at in near]
    lines: list[ShownLine] = []
    last = 0
    for at in kept:
        lines += [_gap(at - last - 1)] if at > last + 1 else []
        line = ShownLine(number=at, text=_shown(texts[at - 1]), findings=findings.get(at, []))
        line.anchor = places.anchor(source, at) if at in asked else ""
        _mark(line, marks.get(at, []))
        lines.append(line)
        last = at
    return [*lines, *([_gap(len(texts) - last)] if last < len(texts) else [])]


def _gap(count: int) -> ShownLine:
    return ShownLine(number=0, text="1 line left out" if count == 1 else f"{count} lines left out")


def _mark(line: ShownLine, marks: Sequence[tuple[str, Row, Step]]) -> None:
    """What the steps on a line do to NumPy, each environment's once, and the worst of it."""
    said: dict[str, dict[str, None]] = {}
    for name, row, step in marks:
        word = " or ".join(say_state(step.after)) if row.outcome.trace else " or ".join(say_state(row.final))
        said.setdefault(visible(word), {})[visible(name)] = None
    states = [state_of(row, step) for _, row, step in marks]
    line.state = next((state for state in ("bad", "doubt", "good") if state in states), "")
    line.numpy = [
        word if len(said) == 1 else f"{word} ({cut(', '.join(names), _WIDEST)})" for word, names in said.items()
    ]


def state_of(row: Row, step: Step) -> str:
    """How a step leaves an environment: ``good``, ``bad`` where NumPy is outside of what it needs, ``doubt``; empty
    where there is none.
    """
    if step.lost is not None or find_outside(row.outcome, step.after, row.catalogue):
        return "bad"
    if step.after.unknown is not None:
        return "doubt"
    return "good" if show_numpy(step.after) else ""
