"""Runs the rules over a tree: read, link, check, suppress, sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.discovery.progress import silent
from dmlint.environments.model import Scene
from dmlint.linting.observation import Case, in_order, observe, run_rules
from dmlint.linting.parsed_files import read_documents
from dmlint.linting.verdicts import count_statuses, name_environments, read_verdicts
from dmlint.parsers import claim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from dmlint.config.settings import Settings
    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.facts import Document, Finding, Fingerprint, Proposal, Severity
    from dmlint.linting.memory import Memory
    from dmlint.rulepacks.packs import RulePack
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source, Span


class Report(Struct, frozen=True, kw_only=True):
    """The outcome of a run: findings by path, place and rule; how many files were read, how many findings
    suppressed and how many waived; how many were ``fixed`` before. ``known`` stand in the baseline, ``paid`` are its
    entries that are no longer found. ``pack`` has all rules that there are; without one no rule has found anything.
    ``renewals`` are sentences about locks that a fix has left behind.
    ``seen`` is the reading of an environment where the run is about one, and not about files.
    """

    findings: tuple[Finding, ...]
    files: int
    suppressed: int = 0
    waived: int = 0
    fixed: int = 0
    known: int = 0
    paid: int = 0
    renewals: tuple[str, ...] = ()
    pack: RulePack | None = None
    seen: Source | None = None
    judgement: Judgement | None = None
    """All that was seen, None where there is nothing that rules speak of."""
    reported: tuple[str, ...] = ()
    """The paths of the files that it is about."""
    environments: Mapping[str, int] = field(default_factory=dict)
    """How many environments are ok, broken and unknown, by these words."""

    def fails(self, severity: Severity) -> bool:
        """Whether anything is found that weighs as much."""
        return any(finding.severity.rank <= severity.rank for finding in self.findings)


class Judgement(Struct, frozen=True, kw_only=True):
    """All that was seen, and what the rules say of it, sorted; one place may have several environments, and is then
    at fault in each.

    ``standing`` are the findings that hold; comments take away the ``suppressed`` ones, waivers the ``waived``;
    ``leftover`` are those about comments and waivers that take nothing away. The baseline takes away the ``known`` ones
    of both, and ``paid`` are its entries that were looked for in vain. ``files`` were read of those to report.
    """

    documents: Mapping[str, Document | Problem]
    scene: Scene
    standing: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    leftover: tuple[Finding, ...]
    files: int
    known: tuple[Finding, ...] = ()
    paid: frozenset[Fingerprint] = frozenset()


def lint(
    repository: Repository, paths: Iterable[str], settings: Settings, pack: RulePack, context: Iterable[str] = ()
) -> Report:
    """Lint the files at ``paths``, root-relative; those in ``context`` are read too, but nothing is reported of
    them.
    """
    case = Case(files=tuple(dict.fromkeys(paths)), context=tuple(context), settings=settings, pack=pack)
    return report(judge(repository, case), case.files, pack)


def report(judged: Judgement, reported: Collection[str], pack: RulePack) -> Report:
    """What is said of the files at ``reported``, each place once a rule, with what fixes it."""
    verdicts = read_verdicts(judged.scene, (*judged.standing, *judged.suppressed), reported)
    standing = name_environments(judged.standing, verdicts)
    findings = in_order([*standing, *judged.leftover])
    return Report(
        findings=tuple(with_edits(findings, judged.documents, reported)),
        files=judged.files,
        suppressed=len(_once(judged.suppressed)),
        waived=len(_once([*standing, *judged.known, *judged.waived])) - len(_once([*standing, *judged.known])),
        known=len(_once(judged.known)),
        paid=len(judged.paid),
        pack=pack,
        judgement=judged,
        reported=tuple(reported),
        environments=count_statuses(verdicts),
    )


def tell(judged: Judgement) -> list[Finding]:
    """What is said, in order, each place once a rule."""
    return in_order([*_once(judged.standing), *judged.leftover])


def judge(repository: Repository, case: Case, progress: Progress = silent, memory: Memory | None = None) -> Judgement:
    """Say what is there and what is wrong with it; ``progress`` is told now and then how far this is. What a
    ``memory`` holds of an earlier call, with an equal case and tree, is not found out again.
    """
    from dmlint.linting.baseline import divide
    from dmlint.linting.suppressions import find_stale, report_unused, suppress, waive

    settings, pack = case.settings, case.pack
    reported = dict.fromkeys(case.files)
    paths = dict.fromkeys((*reported, *case.context))
    if memory is None:
        documents = read_documents(repository, paths, progress)
        scene, suppressions, found = observe(documents, repository, case, progress)
    else:
        documents = memory.read(repository, paths, progress)
        scene, suppressions, found = memory.observe(documents, repository, case, progress)
    rules = case.rules
    kept, used = suppress(found, suppressions)
    waived = waive(kept, settings.waivers, settings.today)
    active = {rule.id for rule in rules}
    unused = report_unused([entry for entry in suppressions if entry.rule in active], set(used))
    waivers = [waiver for waiver in settings.waivers if waiver.rule in active]
    unseen = [path for path in documents if path not in reported]
    unused += find_stale(waivers, waived, settings.today, reported, unseen)
    leftover = Scene(catalogue=pack.catalogue, problems=tuple(unused))
    configured = dict.fromkeys(waiver.shown for waiver in waivers)
    left = divide(in_order(_once(run_rules(rules, leftover, settings, reported | configured))), settings.known)
    standing = divide(waived.standing, settings.known)
    looked = _Looked(repository=repository, reported=reported, whole=not unseen, configured=configured)
    missing = settings.known - standing.met - left.met
    return Judgement(
        documents=documents,
        scene=scene,
        standing=standing.new,
        suppressed=_without(found, kept),
        waived=waived.taken,
        leftover=left.new,
        files=sum(path in documents for path in reported),
        known=(*standing.known, *left.known),
        paid=frozenset(entry for entry in missing if entry.rule in active and looked.at(entry.path)),
    )


class _Looked(Struct, frozen=True, kw_only=True):
    """Which files a run has looked at: it may not say of others that something is no longer found in them."""

    repository: Repository
    reported: Mapping[str, None]
    whole: bool
    configured: Mapping[str, None]

    def at(self, path: str) -> bool:
        """Whether all was seen that a file is at fault for. A file that is gone is seen by a run over everything."""
        if not self.whole:
            # Whether a waiver waives nothing is told only where all that it may speak of is reported.
            return path in self.reported and path not in self.configured
        return path in self.reported or claim(path) is None or not self.repository.exists(path)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each place once a rule, in whatever environments it is at fault."""
    places: dict[tuple[str, Span], Finding] = {}
    for finding in findings:
        places.setdefault((finding.rule, finding.span), finding)
    return list(places.values())


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that are not among the others, by identity: two that are alike stand and fall together."""
    known = {id(finding) for finding in others}
    return tuple(finding for finding in findings if id(finding) not in known)


def with_edits(
    findings: Iterable[Finding],
    documents: Mapping[str, Document | Problem],
    reported: Collection[str],
) -> Iterator[Finding]:
    """The findings with what fixes them: no edit is made in a file that is not reported on."""
    found = list(findings)
    asked: list[Proposal] = []
    for finding in found:
        proposal = finding.proposal
        if proposal and (proposal.span.source.path in reported or proposal.span.source is finding.span.source):
            asked.append(proposal)
    if not asked:
        return iter(found)
    from dmlint.fixes.proof import prove

    edits = prove(asked, documents)
    return (replace(finding, edit=edits.get(finding.proposal) if finding.proposal else None) for finding in found)
