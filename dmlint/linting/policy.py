"""A tree judged twice: by what the repository asks for, and by a policy in which the repository has no say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.checks import load_rules
from dmlint.checks.input_problems import InputProblem
from dmlint.discovery.progress import silent
from dmlint.linting.engine import judge
from dmlint.rulepacks.packs import Rule, RulePack
from dmlint.text.problems import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dmlint.config.policy_file import Policy
    from dmlint.config.settings import Settings
    from dmlint.discovery.progress import Progress
    from dmlint.discovery.repository import Repository
    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement
    from dmlint.linting.observation import Case

_BOOKKEEPING = (ProblemKind.UNUSED_PRAGMA.value, ProblemKind.STALE_WAIVER.value)


_UNREADABLE = (ProblemKind.UNREADABLE.value,)


class Rules(Struct, frozen=True, kw_only=True):
    """The ``pack`` of all rules in force, that of the ``policy`` without the repository's, and the ids that it
    enforces.
    """

    pack: RulePack
    policy: RulePack
    enforced: frozenset[str]


def load(policy: Policy, settings: Settings) -> Rules:
    """The rules of a policy and of the repository's settings; RulePackError where both define the same."""
    required = policy.settings.extend_rules
    shipped = {rule.id for rule in load_rules().rules}
    known = load_rules(required)
    real = {path.resolve() for path in required}
    further = tuple(path for path in settings.extend_rules if path.resolve() not in real)
    enforced = {rule.id for rule in known.rules if policy.enforces(rule.id, own=rule.id not in shipped)}
    if enforced:
        # What cannot be read could hold anything: whoever wants to get round a rule makes its file unreadable.
        enforced |= {rule.id for rule in known.rules if _is_about(rule, _UNREADABLE) and not policy.drops(rule.id)}
    return Rules(pack=load_rules((*required, *further)), policy=known, enforced=frozenset(enforced))


def of_repository(policy: Policy, rules: Rules, settings: Settings) -> Settings:
    """The repository's settings for what the policy leaves to it; another severity that the policy gives counts."""
    left = [
        rule.id
        for rule in rules.pack.rules
        if settings.selects(rule.id) and rule.id not in rules.enforced and not policy.drops(rule.id)
    ]
    severities = {**settings.severities, **policy.settings.severities}
    return replace(_only(settings, left, rules), severities=severities)


def of_policy(policy: Policy, rules: Rules, settings: Settings) -> Settings:
    """The policy's settings; of the repository's only its waivers count, and comments, of what may be waived.

    The rules about comments and waivers that take nothing away run too, where the repository or the policy runs them.
    """
    about = {rule.id for rule in rules.pack.rules if _is_about(rule, _BOOKKEEPING) and settings.selects(rule.id)}
    waivable = frozenset(rule.id for rule in rules.pack.rules if policy.lets_waive(rule.id))
    waivers = tuple(waiver for waiver in settings.waivers if waiver.rule in waivable)
    return replace(
        _only(policy.settings, rules.enforced | about, rules),
        waivers=policy.settings.waivers + waivers,
        heeded=waivable if settings.heeded is None else frozenset(),
        today=settings.today,
    )


def _is_about(rule: Rule, kinds: Collection[str]) -> bool:
    return isinstance(rule.check, InputProblem) and rule.check.of in kinds


def of_policy_pack(rules: Rules) -> RulePack:
    """All rules, so that comments may name them, on what the policy alone knows of the world."""
    return RulePack(rules=rules.pack.rules, catalogue=rules.policy.catalogue)


def judge_both(
    repository: Repository, own: Case, required: Case, policy: Policy, progress: Progress = silent
) -> Judgement:
    """Both judgements as one: a finding of each place and rule once."""
    one, other = (judge(repository, case, progress) for case in (own, required))
    comments = dict.fromkeys((*one.scene.comments, *other.scene.comments))
    return replace(
        one,
        documents={**other.documents, **one.documents},
        scene=replace(one.scene, comments=tuple(comments)),
        standing=_merged(one.standing, [_explained(finding, policy) for finding in other.standing]),
        suppressed=_merged(one.suppressed, other.suppressed),
        waived=_merged(one.waived, other.waived),
        leftover=_merged(one.leftover, other.leftover),
        files=max(one.files, other.files),
    )


def _explained(finding: Finding, policy: Policy) -> Finding:
    """A finding that says that nobody here can take it away."""
    if policy.lets_waive(finding.rule):
        return finding
    said = f"{policy.path.name} requires this, and no comment, waiver or baseline counts"
    return replace(finding, help=f"{finding.help}; {said}" if finding.help else said)


def _merged(one: Iterable[Finding], other: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted((*one, *other), key=lambda entry: (entry.span.source.path, entry.span.start, entry.rule, entry.span.end))
    )


def _only(settings: Settings, rules: Collection[str], known: Rules) -> Settings:
    """The settings with these rules and no others: an id is also a prefix, and the longest decides."""
    others = tuple(rule.id for rule in known.pack.rules if rule.id not in rules)
    return replace(settings, select=tuple(rules), ignore=others, extend_select=(), extend_ignore=())
