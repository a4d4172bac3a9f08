"""Edits made in memory, as many at a time as do not overlap, and judged again until nothing is left to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Severity
from dmlint.fixes.lock_renewals import find_renewals
from dmlint.fixes.proof import overlap, splice
from dmlint.text.problems import DmlintError
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dmlint.discovery.repository import Repository
    from dmlint.facts import Edit, Finding
    from dmlint.linting.engine import Report

    Judge = Callable[[Repository], Report]
    """Lints a tree."""

ROUNDS = 50
"""More rounds than these would mean that edits make work for each other."""

_Chosen = list["tuple[Finding, Edit]"]
_Kind = tuple[str, str, str | None, str]


class Change(Struct, frozen=True, kw_only=True):
    """One file as it was read and as it should be; ``place`` is where it really lies."""

    place: Path
    before: Source
    after: Source


class FixResult(Struct, frozen=True, kw_only=True):
    """The files that change, by path, and what is then left."""

    changes: tuple[Change, ...]
    report: Report


class _State(Struct, frozen=True, kw_only=True):
    """A tree with some texts changed, by path, and what is found in it."""

    texts: Mapping[str, Source]
    report: Report


def fix(repository: Repository, judge: Judge, *, unsafe: bool = False) -> FixResult:
    """Make the edits of a tree in memory; the unsafe ones only where that is asked for.

    An edit is kept only if what it is for is gone afterwards, no more is found than before, and no error is new; where
    one is, with what mends that one.
    """
    fixer = _Fixer(repository, judge, unsafe=unsafe)
    state = _State(texts={}, report=judge(repository))
    fixed = 0
    for _ in range(ROUNDS):
        chosen = fixer.choose(state)
        if not chosen:
            break
        state, made = fixer.advance(state, chosen)
        if made:
            fixer.forget_refusals()
        fixed += made
    changes = fixer.changes(state)
    renewals = tuple(find_renewals(repository, ((change.before, change.after) for change in changes)))
    left = tuple(map(fixer.without_refused, state.report.findings))
    return FixResult(changes=changes, report=replace(state.report, findings=left, fixed=fixed, renewals=renewals))


class _Fixer:
    """Makes edits in one tree, and remembers those that did not do what they should."""

    def __init__(self, repository: Repository, judge: Judge, *, unsafe: bool) -> None:
        self._repository = repository
        self._judge = judge
        self._unsafe = unsafe
        self._refused: set[tuple[_Kind, str, str]] = set()
        self._names: dict[Path, dict[str, None]] = {}
        self._before: dict[Path, Source] = {}

    def choose(self, state: _State) -> _Chosen:
        """The edits that can be made at once, each with what it is for: no two of them overlap."""
        found: dict[Path, _Chosen] = {}
        for finding in state.report.findings:
            edit = finding.edit
            if edit is None or not (edit.safe or self._unsafe) or _identity(finding, edit) in self._refused:
                continue
            path = edit.span.source.path
            place = self._place(path)
            if place is not None:
                names = self._names.setdefault(place, {})
                names.setdefault(path)
                # A file with several names is one file.
                found.setdefault(place, []).extend([(finding, edit)] if next(iter(names)) == path else [])
        return [chosen for asked in found.values() for chosen in _apart(asked)]

    def advance(self, state: _State, chosen: _Chosen) -> tuple[_State, int]:
        """The state after the chosen edits, and how many were made.

        Where together they do harm, only some of them are made: those that are left out come again in the next round.
        """
        while True:
            trial = self._apply(state, chosen)
            if _is_better(state.report, trial.report, chosen):
                return trial, len(chosen)
            if len(chosen) == 1:
                both = self._follow(state, trial)
                if both is not None and _is_better(state.report, both.report, chosen):
                    return both, 1
                self._refused.add(_identity(*chosen[0]))
                return state, 0
            chosen = chosen[: len(chosen) // 2]

    def forget_refusals(self) -> None:
        """Let edits be tried again that did harm, where the tree has changed since."""
        self._refused.clear()

    def _follow(self, state: _State, trial: _State) -> _State | None:
        """The trial with what mends the errors that are new in it: what belongs together moves together."""
        new = tuple(
            finding for finding in trial.report.findings if _place(finding) in _risen(state.report, trial.report)
        )
        chosen = self.choose(replace(trial, report=replace(trial.report, findings=new)))
        return self._apply(trial, chosen) if chosen else None

    def without_refused(self, finding: Finding) -> Finding:
        """A finding without an edit that did harm."""
        refused = finding.edit is not None and _identity(finding, finding.edit) in self._refused
        return replace(finding, edit=None) if refused else finding

    def changes(self, state: _State) -> tuple[Change, ...]:
        """Each file that differs, once."""
        after = ((place, before, state.texts.get(before.path, before)) for place, before in self._before.items())
        found = (Change(place=place, before=old, after=new) for place, old, new in after if old.text != new.text)
        return tuple(sorted(found, key=lambda change: change.before.path))

    def _apply(self, state: _State, chosen: _Chosen) -> _State:
        edits: dict[Source, list[Edit]] = {}
        for _, edit in chosen:
            edits.setdefault(edit.span.source, []).append(edit)
        texts = dict(state.texts)
        for source, made in edits.items():
            text = splice(source.text, made)
            place = self._repository.locate(source.path)
            self._before.setdefault(place, source)
            for path in self._names[place]:
                texts[path] = Source(path=path, text=text, encoding=source.encoding)
        return _State(texts=texts, report=self._judge(self._repository.overlay(texts)))

    def _place(self, path: str) -> Path | None:
        try:
            return self._repository.locate(path)
        except (OSError, DmlintError):
            return None


def _apart(asked: _Chosen) -> _Chosen:
    """As many edits of one file as can be made at once."""
    kept: _Chosen = []
    for finding, edit in sorted(asked, key=lambda entry: (entry[1].span.start, entry[1].span.end)):
        if not kept or not overlap(kept[-1][1].span, edit.span):
            kept.append((finding, edit))
    return kept


def _kind(finding: Finding) -> _Kind:
    return finding.rule, finding.span.source.path, finding.environment, finding.message


def _identity(finding: Finding, edit: Edit) -> tuple[_Kind, str, str]:
    """What an edit is known by although offsets change."""
    return _kind(finding), edit.span.text, edit.replacement


def _place(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.span.source.path


def _risen(before: Report, after: Report) -> Counter[tuple[str, str]]:
    """The errors of which there are more than before, by rule and file."""
    old, new = (
        Counter(_place(finding) for finding in report.findings if finding.severity is Severity.ERROR)
        for report in (before, after)
    )
    return new - old


def _is_better(before: Report, after: Report, chosen: _Chosen) -> bool:
    """Whether there is less of each kind of finding that was to be fixed, no more in all, and no error that is new."""
    old, new = (Counter(_kind(finding) for finding in report.findings) for report in (before, after))
    fewer = len(after.findings) <= len(before.findings)
    return (
        fewer and not _risen(before, after) and all(new[kind] < old[kind] for kind in (_kind(one) for one, _ in chosen))
    )
