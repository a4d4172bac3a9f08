"""Which findings concern which environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.environments.model import Outcome
    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement
    from dmlint.text.source import Source, Span


class Verdicts:
    """The findings of a run by the environments that they concern."""

    def __init__(self, judgement: Judgement) -> None:
        self._standing = _by_place(judgement.standing)
        self._silenced = _by_place((*judgement.suppressed, *judgement.waived, *judgement.known))

    def standing(self, outcome: Outcome, place: Span) -> tuple[Finding, ...]:
        """Those that hold in an environment that starts at a place, in order."""
        return _gather(self._standing, self._keys(outcome, place))

    def silenced(self, outcome: Outcome, place: Span) -> tuple[Finding, ...]:
        """Those that a comment, a waiver or the baseline takes away."""
        return _gather(self._silenced, self._keys(outcome, place))

    def _keys(self, outcome: Outcome, place: Span) -> dict[str | Source, None]:
        """The ids under which findings speak of an environment: its own, and those of the stages that it goes on from.

        A requirements file that is judged alone has none; there its files are what findings go by.
        """
        keys: dict[str | Source, None] = {outcome.base: None} if outcome.base is not None else {}
        for install in outcome.installs:
            if install.environment.id is not None:
                keys[install.environment.id] = None
            else:
                keys |= dict.fromkeys(entry.span.source for entry in (*install.requirements, *install.bounds))
        return keys | {outcome.environment.id or place.source: None}


def _gather(findings: dict[str | Source, list[Finding]], keys: Iterable[str | Source]) -> tuple[Finding, ...]:
    """The findings under all keys, each place once a rule."""
    found = {(finding.rule, finding.span): finding for key in keys for finding in findings.get(key, ())}
    return tuple(sorted(found.values(), key=lambda entry: (entry.span.source.path, entry.span.start, entry.rule)))


def _by_place(findings: Iterable[Finding]) -> dict[str | Source, list[Finding]]:
    placed: dict[str | Source, list[Finding]] = {}
    for finding in findings:
        placed.setdefault(finding.environment or finding.span.source, []).append(finding)
    return placed
