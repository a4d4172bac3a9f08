"""Runs the rules over a tree: read, link, check, suppress, sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.discovery.progress import silent
from dmlint.environments.model import Scene
from dmlint.facts import Document, Finding
from dmlint.linting.parsed_files import read_documents
from dmlint.parsers import claim

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from dmlint.config.settings import Settings
    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.environments.model import Hit
    from dmlint.facts import Fingerprint, Proposal, Severity
    from dmlint.linting.silence.suppression import Suppression
    from dmlint.rulepacks.load import Rule, RulePack
    from dmlint.text.problems import Problem
    from dmlint.text.source import Source


class Report(Struct, frozen=True, kw_only=True):
    """The outcome of a run: findings by path, place and rule; how many files were read, how many findings
    suppressed and how many waived; how many were ``fixed`` before. ``known`` stand in the baseline, ``paid`` are its
    entries that are found no more. ``pack`` has all rules that there are; without one no rule has found anything.
    ``seen`` is the reading of an environment where the run is about one, and not about files.
    """

    findings: tuple[Finding, ...]
    files: int
    suppressed: int = 0
    waived: int = 0
    fixed: int = 0
    known: int = 0
    paid: int = 0
    pack: RulePack | None = None
    seen: Source | None = None

    def fails(self, severity: Severity) -> bool:
        """Whether anything is found that weighs as much."""
        return any(finding.severity.rank <= severity.rank for finding in self.findings)


class Case(Struct, frozen=True, kw_only=True):
    """What is to be judged, and by what: ``files`` (root-relative) are reported on, ``context`` is read too."""

    files: tuple[str, ...]
    settings: Settings
    pack: RulePack
    context: tuple[str, ...] = ()


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
    standing = _once(judged.standing)
    findings = _in_order([*standing, *judged.leftover])
    return Report(
        findings=tuple(_with_edits(findings, judged.documents, reported)),
        files=judged.files,
        suppressed=len(_once(judged.suppressed)),
        waived=len(_once([*standing, *judged.known, *judged.waived])) - len(_once([*standing, *judged.known])),
        known=len(_once(judged.known)),
        paid=len(judged.paid),
        pack=pack,
    )


def judge(repository: Repository, case: Case, progress: Progress = silent) -> Judgement:
    """Say what is there and what is wrong with it; ``progress`` is told now and then how far this is."""
    from dmlint.linting.silence.baseline import divide
    from dmlint.linting.silence.suppression import report_unused, suppress
    from dmlint.linting.silence.waivers import find_stale, waive

    settings, pack = case.settings, case.pack
    reported = dict.fromkeys(case.files)
    documents = read_documents(repository, dict.fromkeys((*reported, *case.context)), progress)
    scene, suppressions = _read_scene(documents, repository, case, progress)
    rules = [rule for rule in pack.rules if settings.selects(rule.id)]
    progress("checking", len(documents), len(documents))
    found = _in_order(_run(rules, scene, settings, reported))
    kept, used = suppress(found, suppressions)
    waived = waive(kept, settings.waivers, settings.today)
    active = {rule.id for rule in rules}
    unused = report_unused([entry for entry in suppressions if entry.rule in active], set(used))
    waivers = [waiver for waiver in settings.waivers if waiver.rule in active]
    unseen = [path for path in documents if path not in reported]
    unused += find_stale(waivers, waived, settings.today, reported, unseen)
    leftover = Scene(catalogue=pack.catalogue, problems=tuple(unused))
    configured = dict.fromkeys(waiver.shown for waiver in waivers)
    left = divide(_in_order(_once(_run(rules, leftover, settings, reported | configured))), settings.known)
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


def _read_scene(
    documents: Mapping[str, Document | Problem], repository: Repository, case: Case, progress: Progress
) -> tuple[Scene, list[Suppression]]:
    """What the rules look at, and the comments that are heeded; those that cannot be read are problems too."""
    from dmlint.environments.linking import link
    from dmlint.linting.silence.suppression import read_suppressions

    scene = link(documents, repository, case.pack.catalogue, case.settings.environments, progress)
    suppressions, bad = read_suppressions(scene.comments, {rule.id for rule in case.pack.rules})
    heeded = [entry for entry in suppressions if case.settings.heeds(entry.rule)]
    return replace(scene, problems=(*scene.problems, *bad)), heeded


class _Looked(Struct, frozen=True, kw_only=True):
    """Which files a run has looked at: it may not say of others that something is found in them no more."""

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


def _run(rules: Iterable[Rule], scene: Scene, settings: Settings, reported: Mapping[str, None]) -> Iterator[Finding]:
    """What the rules find in the reported files, and in what these include by another name."""
    for rule in rules:
        for hit in rule.check.run(scene):
            if _is_reported(hit, reported) and not settings.ignores(rule.id, hit.span.source.path):
                yield _finding(rule, hit, settings)


def _is_reported(hit: Hit, reported: Mapping[str, None]) -> bool:
    """Whether a hit is in a reported file, or in one that no parser claims by its name and such a file includes."""
    path, environment = hit.span.source.path, hit.environment
    if path in reported or claim(path) is not None:
        return path in reported
    # A Dockerfile of another name is an environment of its own, where a compose file has it built.
    return environment is None or any(environment.startswith((f"{made}#", f"{made}[")) for made in (path, *reported))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each place once a rule, in whatever environments it is at fault."""
    places: dict[tuple[str, Source, int, int], Finding] = {}
    for finding in findings:
        span = finding.span
        places.setdefault((finding.rule, span.source, span.start, span.end), finding)
    return list(places.values())


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that are not among the others, by identity: two that are alike stand and fall together."""
    known = {id(finding) for finding in others}
    return tuple(finding for finding in findings if id(finding) not in known)


def _finding(rule: Rule, hit: Hit, settings: Settings) -> Finding:
    return Finding(
        rule=rule.id,
        name=rule.name,
        severity=settings.severities.get(rule.id) or hit.severity or rule.level,
        message=rule.message.format_map(hit.values),
        span=hit.span,
        environment=hit.environment,
        evidence=hit.evidence,
        help=rule.help.format_map(hit.values),
        proposal=hit.proposal,
    )


def _with_edits(
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


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda entry: (entry.span.source.path, entry.span.start, entry.rule, entry.span.end))
