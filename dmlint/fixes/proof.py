"""Edits put into a text, and which spelling of a proposal is right: the one that the parser reads as meant."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.facts import Document, Edit
from dmlint.parsers import claim
from dmlint.requirements.versions import read_specifiers
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dmlint.facts import Dependency, Proposal
    from dmlint.text.problems import Problem, ProblemKind
    from dmlint.text.source import Span


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap written into it; insertions at one place follow in their order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda entry: (entry.span.start, entry.span.end)):
        parts += [text[at : edit.span.start], edit.replacement]
        at = edit.span.end
    return "".join([*parts, text[at:]])


def overlap(one: Span, other: Span) -> bool:
    """Whether two edits of one source cannot be made at once: their ranges share characters, or start together."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)


_BUDGET = 2_000_000
"""Characters of one source that are parsed again for the sake of proofs."""

_Fact = tuple[object, ...]


class _Facts(Struct, frozen=True, kw_only=True):
    """What matters of a file: how often it states each thing, apart from how many problems of a kind it has."""

    stated: Counter[_Fact]
    problems: Counter[ProblemKind]


def prove(proposals: Iterable[Proposal], documents: Mapping[str, Document | Problem]) -> dict[Proposal, Edit]:
    """The edits that proposals come to; those that cannot be proven are left out.

    ``documents`` are what the files' parsers said before, by path.
    """
    by_source: dict[Source, list[Proposal]] = {}
    for proposal in dict.fromkeys(proposals):
        by_source.setdefault(proposal.span.source, []).append(proposal)
    proven: dict[Proposal, Edit] = {}
    for source, asked in by_source.items():
        known = documents.get(source.path)
        before = known if isinstance(known, Document) and known.source is source else _parse(source)
        proven |= _Proof(source, before).settle(asked)
    return proven


class _Proof:
    """The proofs of one source: all at once if that will do, else in ever smaller groups while the budget lasts."""

    def __init__(self, source: Source, before: Document) -> None:
        self._source = source
        self._before = before
        self._left = _BUDGET

    def settle(self, proposals: Sequence[Proposal]) -> dict[Proposal, Edit]:
        together = _apart(proposals)
        left = dict.fromkeys(proposals)
        for proposal in together:
            del left[proposal]
        waiting = [*([proposal] for proposal in left), together]
        proven: dict[Proposal, Edit] = {}
        while waiting:
            group = waiting.pop()
            found = self._try(group)
            proven |= found
            half = len(group) // 2
            waiting += [group[half:], group[:half]] if half and not found else []
        return proven

    def _try(self, group: Sequence[Proposal]) -> dict[Proposal, Edit]:
        """The edits of a group at once, each in its likeliest spelling; of one alone in any."""
        for spelling in range(len(group[0].spellings) if len(group) == 1 else 1):
            edits = {proposal: _edit(proposal, proposal.spellings[spelling]) for proposal in group}
            if self._holds(edits):
                return edits
        return {}

    def _holds(self, edits: Mapping[Proposal, Edit]) -> bool:
        self._left -= len(self._source.text)
        expected = _expect(self._before, edits)
        if self._left < 0 or expected is None:
            return False
        text = splice(self._source.text, edits.values())
        document = _parse(Source(path=self._source.path, text=text, encoding=self._source.encoding))
        found = _state(document, _ranges(edits))
        return found.stated == expected.stated and found.problems <= expected.problems


def _ranges(edits: Mapping[Proposal, Edit]) -> list[tuple[int, int]]:
    """Where the requirements that are meant stand afterwards."""
    ranges: list[tuple[int, int]] = []
    shift = 0
    for proposal, edit in sorted(edits.items(), key=lambda entry: entry[1].span.start):
        start = edit.span.start + shift
        if proposal.specifier is not None:
            ranges.append((start, start + len(edit.replacement)))
        shift += len(edit.replacement) - (edit.span.end - edit.span.start)
    return ranges


def _edit(proposal: Proposal, spelling: str) -> Edit:
    return Edit(span=proposal.span, replacement=spelling, safe=proposal.safe)


def _apart(proposals: Sequence[Proposal]) -> list[Proposal]:
    """As many as can be written at once."""
    kept: list[Proposal] = []
    for proposal in sorted(proposals, key=lambda entry: (entry.span.start, entry.span.end)):
        if not kept or not overlap(kept[-1].span, proposal.span):
            kept.append(proposal)
    return kept


def _parse(source: Source) -> Document:
    """A file that no parser claims by its name is one that others include: a requirements file."""
    claimed = claim(source.path)
    if claimed is not None:
        return claimed.parse(source)
    from dmlint.parsers import requirements_txt

    return requirements_txt.parse(source)


def _state(document: Document, edited: Sequence[tuple[int, int]]) -> _Facts:
    """What a document says; ``edited`` are the ranges whose requirements were meant, in order."""
    starts = [start for start, _ in edited]

    def is_meant(entry: Dependency) -> bool:
        at = bisect_right(starts, entry.span.start) - 1
        return at >= 0 and entry.span.start <= edited[at][1]

    stated = Counter(_fact(entry, entry.specifier, meant=is_meant(entry)) for entry in document.dependencies)
    return _Facts(stated=stated + _frame(document), problems=_problems(document))


def _expect(document: Document, proposals: Iterable[Proposal]) -> _Facts | None:
    """What a document should say; None where a proposal speaks of a requirement that the parser does not see."""
    asked = list(proposals)
    meant = {(entry.span.start, entry.span.end): entry.specifier for entry in asked if entry.specifier is not None}
    stated: Counter[_Fact] = Counter()
    seen: set[tuple[int, int]] = set()
    for entry in document.dependencies:
        place = (entry.span.start, entry.span.end)
        if place in meant:
            seen.add(place)
            stated[_fact(replace(entry, redirection=None), meant[place], meant=True)] += 1
        else:
            stated[_fact(entry, entry.specifier)] += 1
    for addition in (entry.addition for entry in asked if entry.addition is not None):
        for name, specifier in ((addition.name, addition.specifier), *addition.beside):
            stated[("requirement", name, (), None, None, _canonical(specifier), False)] += 1
        if addition.interpreter is not None:
            stated[("step", addition.interpreter)] += 1
    return _Facts(stated=stated + _frame(document), problems=_problems(document)) if seen == set(meant) else None


def _problems(document: Document) -> Counter[ProblemKind]:
    return Counter(problem.kind for problem in document.problems)


def _frame(document: Document) -> Counter[_Fact]:
    """What stays apart from the requirements."""
    steps = Counter[_Fact](("step", step.interpreter) for step in document.steps)
    images = Counter[_Fact](("image", image.stage, image.role) for image in document.images)
    return steps + images


def _fact(entry: Dependency, specifier: str, *, meant: bool = False) -> _Fact:
    # Where a variable holds the version, another proposal may be about that.
    shown = "" if entry.via and not meant else _canonical(specifier)
    return ("requirement", entry.name, entry.extras, entry.marker, entry.url, shown, entry.redirection is not None)


def _canonical(specifier: str) -> str:
    return str(read_specifiers(specifier))
