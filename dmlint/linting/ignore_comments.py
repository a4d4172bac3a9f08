"""Suppressions written for findings: each as a comment where the file's own parser sees that it covers them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from msgspec import Struct

from dmlint.facts import Document, Edit, Proposal
from dmlint.fixes.proof import prove, splice
from dmlint.linting.fix_rounds import Change
from dmlint.linting.suppressions import Suppression, read_suppressions
from dmlint.parsers import claim
from dmlint.text.problems import DmlintError
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from dmlint.discovery.repository import Repository
    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement

_TRAILING = (".txt", ".in", ".toml", ".lock", ".yml", ".yaml")
"""In these a comment stands at the end of a line, if it can; elsewhere on a line of its own before it."""


class ReasonError(DmlintError):
    """A reason that cannot stand in a comment."""


class WrittenComments(Struct, frozen=True, kw_only=True):
    """The files that change, how many findings get a comment, and those for which there is no place."""

    changes: tuple[Change, ...]
    covered: int
    refused: tuple[Finding, ...]


class _Target(Struct, frozen=True, kw_only=True):
    """Findings that one comment takes away; ``pragma`` is one that is there and covers them already."""

    findings: tuple[Finding, ...]
    pragma: Suppression | None

    @property
    def line(self) -> int:
        return self.findings[0].span.line

    @property
    def ids(self) -> list[str]:
        return sorted({finding.rule for finding in self.findings})


def suppress(
    repository: Repository, judged: Judgement, known: Collection[str], heeded: Collection[str], reason: str
) -> WrittenComments:
    """A comment with a reason for each finding that stands; nothing is written.

    ``known`` are the ids of all rules, ``heeded`` of those whose findings a comment may take away.

    Raises ReasonError for a reason that is empty, has more than one line, or would continue on the next.
    """
    reason = reason.strip()
    if not reason or not reason.isprintable() or reason.endswith(("\\", "`")):
        raise ReasonError("a reason is one line of text, and no backslash or backtick ends it")
    writer = _Writer(judged, known, reason)
    changes: list[Change] = []
    covered: set[int] = set()
    elsewhere: set[int] = set()
    taken: set[Path] = set()
    # A place that is at fault in several environments counts once, as in a report.
    standing = {(entry.rule, entry.span): entry for entry in judged.standing}.values()
    by_source: dict[Source, list[Finding]] = {}
    for finding in (entry for entry in standing if entry.rule in heeded):
        by_source.setdefault(finding.span.source, []).append(finding)
    for source, findings in by_source.items():
        place = repository.locate(source.path)
        if place in taken:
            # The same file by another name.
            elsewhere |= {id(finding) for finding in findings}
        elif edits := writer.write(source, findings):
            taken.add(place)
            after = Source(path=source.path, text=splice(source.text, edits.values()), encoding=source.encoding)
            changes.append(Change(place=place, before=source, after=after))
            covered |= {id(finding) for target in edits for finding in target.findings}
    refused = (*(entry for entry in standing if id(entry) not in covered | elsewhere), *judged.leftover)
    return WrittenComments(changes=tuple(changes), covered=len(covered), refused=refused)


class _Writer:
    """Finds the places for comments, source by source."""

    def __init__(self, judged: Judgement, known: Collection[str], reason: str) -> None:
        self._judged = judged
        self._known = known
        self._reason = reason
        self._there = read_suppressions(judged.scene.comments, known)[0]

    def write(self, source: Source, findings: Iterable[Finding]) -> dict[_Target, Edit]:
        """The edits that hold: the file says the same as before, and its parser sees that the findings are covered."""
        written: dict[_Target, Edit] = {}
        pending = {target: list(self._candidates(source, target)) for target in self._targets(source, findings)}
        while any(pending.values()):
            tried = {target: places.pop(0) for target, places in pending.items() if places}
            proven = prove(tried.values(), self._judged.documents)
            edits = {target: proven[proposal] for target, proposal in tried.items() if proposal in proven}
            held = set(self._covered(source, edits))
            written |= {target: edit for target, edit in edits.items() if target in held}
            pending = {target: places for target, places in pending.items() if target not in held}
        return written

    def _targets(self, source: Source, findings: Iterable[Finding]) -> list[_Target]:
        """What shares a line, or a comment that is there."""
        grouped: dict[tuple[int, int], list[Finding]] = {}
        pragmas: dict[tuple[int, int], Suppression] = {}
        mine = [entry for entry in self._there if entry.span.source is source and entry.lines is not None]
        by_line = {line: entry for entry in mine for line in entry.lines or ()}
        for finding in findings:
            line = finding.span.line
            pragma = by_line.get(line)
            key = (0, line) if pragma is None else (1, pragma.pragma.start)
            grouped.setdefault(key, []).append(finding)
            pragmas |= {} if pragma is None else {key: pragma}
        return [_Target(findings=tuple(entries), pragma=pragmas.get(key)) for key, entries in grouped.items()]

    def _candidates(self, source: Source, target: _Target) -> Iterator[Proposal]:
        """Where the comment may stand, the best place first."""
        if target.pragma is not None:
            yield self._merged(target.pragma, target.ids)
            return
        start = source.line_starts[target.line - 1]
        end = source.text.find("\n", start)
        line = source.text[start : end if end >= 0 else len(source.text)]
        comment = f"# dmlint: ignore[{', '.join(target.ids)}] {self._reason}"
        stop = start + len(line.rstrip())
        trailing = Proposal(span=source.span(stop, stop), spellings=(f"  {comment}",))
        indent = line[: len(line) - len(line.lstrip())]
        ending = "\r\n" if "\r\n" in source.text else "\n"
        before = Proposal(span=source.span(start, start), spellings=(f"{indent}{comment}{ending}",))
        yield from (trailing, before) if source.path.endswith(_TRAILING) else (before, trailing)

    def _merged(self, there: Suppression, ids: Iterable[str]) -> Proposal:
        """The pragma with further ids, its reason, and ours."""
        text = there.pragma.text
        opening, closing = text.index("[") + 1, text.index("]")
        written = text[opening:closing].replace(",", " ").split()
        named = ", ".join([*written, *(rule for rule in ids if rule not in written)])
        rest = text[closing + 1 :].rstrip()
        added = "" if self._reason in rest else f"{';' if rest else ''} {self._reason}"
        end = there.pragma.start + closing + 1 + len(rest)
        span = there.pragma.source.span(there.pragma.start + opening, end)
        return Proposal(span=span, spellings=(f"{named}]{rest}{added}",))

    def _covered(self, source: Source, edits: Mapping[_Target, Edit]) -> Iterator[_Target]:
        """The targets that are covered once the edits are made."""
        text = splice(source.text, edits.values())
        document = _parse(Source(path=source.path, text=text, encoding=source.encoding))
        found, _ = read_suppressions(document.comments, self._known)
        covers = {(entry.rule, line) for entry in found for line in entry.lines or ()}
        added = sorted(target.line for target, edit in edits.items() if edit.replacement.endswith("\n"))
        for target in edits:
            lines = [(entry.rule, entry.span.line) for entry in target.findings]
            if all((rule, line + bisect_right(added, line)) in covers for rule, line in lines):
                yield target


def _parse(source: Source) -> Document:
    """A file that no parser claims by its name is one that others include: a requirements file."""
    claimed = claim(source.path)
    if claimed is not None:
        return claimed.parse(source)
    from dmlint.parsers import requirements_txt

    return requirements_txt.parse(source)
