"""Waivers: findings that the configuration takes away for a reason, and waivers that take nothing away any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.environments.wildcards import fits
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source, is_live

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from dmlint.config.entries import Waiver
    from dmlint.facts import Finding
    from dmlint.text.source import Span


class Waived(Struct, frozen=True, kw_only=True):
    """Findings divided: those that stand, and those that a waiver takes away.

    ``used`` are the waivers that took one away, ``missed`` those past their date that would have.
    """

    standing: tuple[Finding, ...]
    taken: tuple[Finding, ...] = ()
    used: tuple[Waiver, ...] = ()
    missed: tuple[Waiver, ...] = ()


def waive(findings: Iterable[Finding], waivers: Iterable[Waiver], today: date | None) -> Waived:
    """Divide findings by the waivers that hold today."""
    by_rule: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        by_rule.setdefault(waiver.rule, []).append(waiver)
    standing: list[Finding] = []
    taken: list[Finding] = []
    covering: dict[Waiver, None] = {}
    for finding in findings:
        mine = [waiver for waiver in by_rule.get(finding.rule, ()) if waiver.covers(finding)]
        covering.update(dict.fromkeys(mine))
        (taken if any(waiver.holds(today) for waiver in mine) else standing).append(finding)
    return Waived(
        standing=tuple(standing),
        taken=tuple(taken),
        used=tuple(waiver for waiver in covering if waiver.holds(today)),
        missed=tuple(waiver for waiver in covering if not waiver.holds(today)),
    )


def find_stale(
    waivers: Iterable[Waiver], waived: Waived, today: date | None, seen: Collection[str], unseen: Collection[str]
) -> list[Problem]:
    """A problem for each waiver that is past its date or took nothing away, at its ``rule`` in the configuration.

    ``seen`` are the paths that findings were reported of, ``unseen`` the others of the project. Nothing is said of a
    waiver whose findings may be in a file that was not looked at.
    """
    stale: list[Problem] = []
    for waiver in waivers:
        if waiver in waived.missed or (waiver not in waived.used and _is_covered(waiver, seen, unseen)):
            fault = "waives nothing" if waiver.holds(today) else f"ended on {waiver.until}"
            message = f"the waiver of {waiver.rule} {fault}"
            stale.append(Problem(kind=ProblemKind.STALE_WAIVER, span=_place(waiver), message=message))
    return stale


def _is_covered(waiver: Waiver, seen: Collection[str], unseen: Collection[str]) -> bool:
    """Whether all was looked at that it may speak of. What an environment is at fault for may stand in any file; of an
    environment that is looked into none speaks, and it is one of many.
    """
    if any(map(is_live, (waiver.path, waiver.environment, *seen))):
        return False
    if not unseen:
        return True
    if waiver.path is None or waiver.environment is not None:
        return False
    return any(fits(waiver.path, path) for path in seen) and not any(fits(waiver.path, path) for path in unseen)


def _place(waiver: Waiver) -> Span:
    """The value of ``rule``; the file's start where the file has changed since it was read."""
    from dmlint.syntax.toml import read_toml

    source = Source(path=waiver.shown, text=waiver.file.read_bytes().decode("utf-8-sig", "replace"))
    root = read_toml(source)
    array = None if isinstance(root, Problem) else root.get(*waiver.keys)
    entries = list(array.elements()) if array is not None else []
    rule = entries[waiver.index].get("rule") if waiver.index < len(entries) else None
    return rule.span if rule is not None else source.span(0, 0)
