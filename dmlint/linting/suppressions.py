"""What takes findings away: comments (``# dmlint: ignore[DM101]``) and waivers, and those that take nothing away."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.discovery.repository import read_own
from dmlint.environments.wildcards import fits
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source, is_live

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from dmlint.config.settings import Waiver
    from dmlint.facts import Finding
    from dmlint.text.source import Span


_PRAGMA = lazy_regex(r"#\s*dmlint:\s*(?P<verb>[A-Za-z-]*)\s*(?:\[(?P<ids>[^\]\n]*)\])?(?P<rest>[^\n\r]*)")


class Suppression(Struct, frozen=True, kw_only=True):
    """One id that a comment names.

    ``span`` is the id, ``pragma`` what it is named in, from its ``#`` on; ``lines`` what it covers, from 1,
    None for the whole file.
    """

    rule: str
    span: Span
    pragma: Span
    lines: range | None


def read_suppressions(comments: Iterable[Span], known: Collection[str]) -> tuple[list[Suppression], list[Problem]]:
    """Read the comments that mention dmlint; ``known`` are the ids of all rules."""
    good: list[Suppression] = []
    bad: list[Problem] = []
    layouts: dict[Source, _Layout] = {}
    for comment in comments:
        match = _PRAGMA().search(comment.text)
        if match is None:
            continue
        span = comment.source.span(comment.start + match.start(), comment.start + match.end())
        reason = _refuse(match, known)
        if reason:
            bad.append(
                Problem(kind=ProblemKind.BAD_PRAGMA, span=span, message=f"this comment suppresses nothing: {reason}")
            )
            continue
        layout = layouts.setdefault(comment.source, _Layout(comment.source))
        lines = None if match["verb"] == "ignore-file" else layout.covered(comment)
        for item in re.finditer(r"[^\s,]+", match["ids"]):
            start = comment.start + match.start("ids") + item.start()
            place = comment.source.span(start, start + len(item[0]))
            good.append(Suppression(rule=item[0], span=place, pragma=span, lines=lines))
    return good, bad


def suppress(
    findings: Iterable[Finding], suppressions: Iterable[Suppression]
) -> tuple[list[Finding], list[Suppression]]:
    """The findings that no suppression covers, and the suppressions that cover one."""
    alike: dict[tuple[Source, str, range | None], list[Suppression]] = {}
    for entry in suppressions:
        alike.setdefault((entry.span.source, entry.rule, entry.lines), []).append(entry)
    by_line: dict[tuple[Source, str, int | None], list[tuple[Source, str, range | None]]] = {}
    for key in alike:
        source, rule, lines = key
        for line in (None,) if lines is None else lines:
            by_line.setdefault((source, rule, line), []).append(key)
    kept: list[Finding] = []
    used: dict[tuple[Source, str, range | None], None] = {}
    for finding in findings:
        source, line = finding.span.source, finding.span.line
        covering = [key for place in (line, None) for key in by_line.get((source, finding.rule, place), ())]
        used.update(dict.fromkeys(covering))
        kept += [] if covering else [finding]
    return kept, [entry for key in used for entry in alike[key]]


def report_unused(suppressions: Iterable[Suppression], used: Collection[Suppression]) -> list[Problem]:
    """A problem for each suppression that took nothing away."""
    return [
        Problem(
            kind=ProblemKind.UNUSED_PRAGMA,
            span=entry.span,
            message=f"nothing here is reported by {entry.rule}",
            within=entry.pragma,
        )
        for entry in suppressions
        if entry not in used
    ]


def _refuse(match: re.Match[str], known: Collection[str]) -> str:
    """Why a pragma cannot be read; empty if it can."""
    if match["verb"] not in ("ignore", "ignore-file"):
        return f"'{match['verb']}' is neither ignore nor ignore-file"
    ids = [item.strip() for item in (match["ids"] or "").split(",") if item.strip()]
    if not ids:
        return f"it names no rule: write {match['verb']}[DM101] and a reason"
    if match["rest"] and not match["rest"][0].isspace():
        return f"there is no space after {match['verb']}[{match['ids']}]"
    unknown = [item for item in ids if item not in known]
    return f"there is no rule {unknown[0]}" if unknown else ""


class _Layout:
    """The lines of one source, by number from 1; each is looked at once, however many comments ask."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def covered(self, comment: Span) -> range:
        """The lines that a comment speaks of: its own, or, if it stands alone, the next that is no comment.

        Before a line that continues (in a Dockerfile, a requirements file), and not itself inside such a line,
        that is all of it.
        """
        line = comment.line
        if self._source.text[self._source.line_starts[line - 1] : comment.start].strip():
            return range(line, line + 1)
        first = self._next[line]
        inside = self._continues[self._previous[line]]
        return range(first, (first if inside else self._end[first]) + 1)

    @cached_property
    def _lines(self) -> list[str]:
        """Each line without white space around it; before the first and after the last an empty one."""
        return ["", *(line.strip() for line in self._source.text.split("\n")), ""]

    @cached_property
    def _continues(self) -> list[bool]:
        return [line.endswith(("\\", "`")) and not line.startswith("#") for line in self._lines]

    @cached_property
    def _next(self) -> list[int]:
        """The nearest line below each that is no comment."""
        found = [len(self._lines) - 1] * len(self._lines)
        for number in range(len(self._lines) - 2, -1, -1):
            found[number] = found[number + 1] if self._lines[number + 1].startswith("#") else number + 1
        return found

    @cached_property
    def _previous(self) -> list[int]:
        """The nearest line above each that is no comment."""
        found = [0] * len(self._lines)
        for number in range(1, len(self._lines)):
            found[number] = found[number - 1] if self._lines[number - 1].startswith("#") else number - 1
        return found

    @cached_property
    def _end(self) -> list[int]:
        """The last line of what each line continues, comments inside it included."""
        found = list(range(len(self._lines)))
        for number in range(len(self._lines) - 3, 0, -1):
            if self._continues[number] or self._lines[number].startswith("#"):
                found[number] = found[number + 1]
        return found


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

    source = Source(path=waiver.shown, text=read_own(waiver.file).decode("utf-8-sig", "replace"))
    root = read_toml(source)
    array = None if isinstance(root, Problem) else root.get(*waiver.keys)
    entries = list(array.elements()) if array is not None else []
    rule = entries[waiver.index].get("rule") if waiver.index < len(entries) else None
    return rule.span if rule is not None else source.span(0, 0)
