"""What rules see in a set of documents, and what they find there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from dmlint.discovery.progress import silent
from dmlint.facts import Finding
from dmlint.parsers import claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dmlint.config.settings import Settings
    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.environments.model import Hit, Scene
    from dmlint.facts import Document
    from dmlint.linting.suppressions import Suppression
    from dmlint.rulepacks.packs import Rule, RulePack
    from dmlint.text.problems import Problem


class Case(Struct, frozen=True, kw_only=True):
    """What is to be judged, and by what: ``files`` (root-relative) are reported on, ``context`` is read too."""

    files: tuple[str, ...]
    settings: Settings
    pack: RulePack
    context: tuple[str, ...] = ()

    @property
    def rules(self) -> list[Rule]:
        """The rules that run."""
        return [rule for rule in self.pack.rules if self.settings.selects(rule.id)]


class Observation(NamedTuple):
    """What the rules look at, the comments that are heeded, and what is found, in order, before any of it is taken
    away.
    """

    scene: Scene
    suppressions: list[Suppression]
    found: list[Finding]


def observe(
    documents: Mapping[str, Document | Problem], repository: Repository, case: Case, progress: Progress = silent
) -> Observation:
    """Join documents, by path, and ask every rule."""
    scene, suppressions = _read_scene(documents, repository, case, progress)
    progress("checking", len(documents), len(documents))
    found = run_rules(case.rules, scene, case.settings, dict.fromkeys(case.files))
    return Observation(scene, suppressions, in_order(found))


def _read_scene(
    documents: Mapping[str, Document | Problem], repository: Repository, case: Case, progress: Progress
) -> tuple[Scene, list[Suppression]]:
    """What the rules look at, and the comments that are heeded; those that cannot be read are problems too."""
    from dmlint.environments.linking import link
    from dmlint.linting.suppressions import read_suppressions

    scene = link(documents, repository, case.pack.catalogue, case.settings.environments, progress)
    suppressions, bad = read_suppressions(scene.comments, {rule.id for rule in case.pack.rules})
    heeded = [entry for entry in suppressions if case.settings.heeds(entry.rule)]
    return replace(scene, problems=(*scene.problems, *bad)), heeded


def run_rules(
    rules: Iterable[Rule], scene: Scene, settings: Settings, reported: Mapping[str, None]
) -> Iterator[Finding]:
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


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By path, place and rule."""
    return sorted(findings, key=lambda entry: (entry.span.source.path, entry.span.start, entry.rule, entry.span.end))
