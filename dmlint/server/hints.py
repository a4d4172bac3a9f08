"""The picture inside the editor: which NumPy there is after each install, what a variable holds, a stage's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from dmlint.environments.outcome.steps import find_outside, read_steps, show_numpy
from dmlint.linting.verdicts import Status
from dmlint.reports.matrix.matrix_tables import name
from dmlint.reports.matrix.rows import read_rows
from dmlint.reports.matrix.story import story_lines
from dmlint.reports.terminal import visible
from dmlint.reports.view import View
from dmlint.server.references import find_uses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.environments.model import Outcome, PackageState
    from dmlint.environments.outcome.steps import Step
    from dmlint.reports.matrix.rows import Row
    from dmlint.rulepacks.catalogue import Catalogue
    from dmlint.server.snapshot import Snapshot

STORY = "dmlint.story"
"""The command that a lens calls."""
_MARKS = {Status.OK: "✓", Status.BROKEN: "✗", Status.UNKNOWN: "?"}


def find_steps(snapshot: Snapshot, path: str) -> Iterator[tuple[Outcome, Step]]:
    """The installs that are written in a file, in every environment that they are made in."""
    for outcome in snapshot.judgement.scene.outcomes:
        here = [moment.install is not None and moment.span.source.path == path for moment in outcome.trace]
        if any(here):
            steps = read_steps(outcome, snapshot.pack.catalogue)
            yield from ((outcome, step) for step, is_here in zip(steps, here, strict=True) if is_here)


def hint_of(state: PackageState, outcome: Outcome, catalogue: Catalogue) -> str:
    """The NumPy that may be there, in a word or two; empty where there is none yet."""
    shown = " or ".join(way or "any" for way in show_numpy(state)).replace(">=", "≥").replace("<=", "≤")
    if state.unknown is not None:
        return f"{shown}?"
    return f"{shown} ✗" if find_outside(outcome, state, catalogue) else shown


def inlay_hints(snapshot: Snapshot, path: str, start: int, end: int) -> list[types.InlayHint]:
    """What is shown behind the installs and the variables in the range ``start:end`` of a file."""
    source = snapshot.source(path)
    if source is None:
        return []
    lines = snapshot.lines(source)
    labels: dict[int, dict[str, None]] = {}
    for use in find_uses(snapshot, path):
        labels.setdefault(use.reference.end, {})[visible(use.value)] = None
    for outcome, step in find_steps(snapshot, path):
        said = hint_of(step.after, outcome, snapshot.pack.catalogue)
        if said:
            labels.setdefault(lines.end_of_line(step.span.end), {})[f"NumPy {said}"] = None
    return [
        types.InlayHint(position=lines.position(at), label=" | ".join(texts), padding_left=True)
        for at, texts in sorted(labels.items())
        if start <= at <= end
    ]


def _rows(snapshot: Snapshot) -> list[Row]:
    return read_rows(snapshot.judgement, snapshot.pack.catalogue, snapshot.case.files)


def _view(snapshot: Snapshot) -> View:
    return View(root=snapshot.root, cwd=snapshot.root)


def code_lenses(snapshot: Snapshot, path: str) -> list[types.CodeLens]:
    """The verdict on each environment that a file makes, where its stage starts."""
    source, view = snapshot.source(path), _view(snapshot)
    if source is None:
        return []
    lines = snapshot.lines(source)
    return [
        types.CodeLens(
            range=lines.range(row.place.start, row.place.end),
            command=types.Command(
                title=_title(row, snapshot), command=STORY, arguments=[snapshot.uri(path), name(row, view)]
            ),
        )
        for row in _rows(snapshot)
        if row.path == path
    ]


def _title(row: Row, snapshot: Snapshot) -> str:
    numpy = hint_of(row.final, row.outcome, snapshot.pack.catalogue)
    said = row.reason or (f"NumPy {numpy}" if numpy else "no NumPy")
    return visible(f"{_MARKS[row.status]} {row.interpreter or 'manifest'}: {said}")


def tell_story(snapshot: Snapshot, identifier: str) -> str | None:
    """How an environment came to its NumPy, step by step; None where it is no more."""
    view = _view(snapshot)
    row = next((row for row in _rows(snapshot) if name(row, view) == identifier), None)
    return None if row is None else "".join(f"{line}\n" for line in story_lines(row, view))
