"""What every command that looks at files does first: configuration, rules, files."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.cli.output import can_print, follow
from dmlint.cli.scope import CallError
from dmlint.linting import preparation
from dmlint.reports import REPORTERS
from dmlint.reports.terminal import visible
from dmlint.text.source import is_live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dmlint.cli.scope import Asked, Scope
    from dmlint.config import Configuration, Settings
    from dmlint.discovery.repository import Repository
    from dmlint.linting.engine import Judgement, Report
    from dmlint.reports.view import View
    from dmlint.rulepacks.packs import RulePack


def configured(asked: Asked) -> Configuration:
    """The configuration of a call; ConfigError for whatever is wrong with it."""
    from dmlint.config import Call, configure

    return configure(
        Call(
            first=asked.paths[0] if asked.paths else Path(),
            cwd=Path.cwd(),
            options={key: _written(value) for key, value in asked.settings.items() if value is not None},
            formats=tuple(REPORTERS),
            named=asked.config,
            isolated=asked.isolated,
            policy=asked.policy,
        )
    )


def _written(value: object) -> object:
    """A value as a configuration would write it."""
    return str(value) if isinstance(value, Path) else value


def with_baseline(configuration: Configuration, asked: Asked) -> Configuration:
    """The configuration with the findings that are known: those of the file that is named, which must be there, else of
    the one at the root, which ``--isolated`` leaves out; none with ``--no-baseline``.
    """
    named = configuration.settings.baseline is not None
    if asked.no_baseline and asked.settings.get("baseline") is not None:
        raise CallError("--baseline and --no-baseline exclude each other")
    if asked.no_baseline or (asked.isolated and not named):
        return configuration
    return preparation.with_known(configuration)


def without_comments(configuration: Configuration) -> Configuration:
    """The configuration under which no comment takes a finding away."""
    return replace(configuration, settings=replace(configuration.settings, heeded=frozenset()))


class Linter(Struct, frozen=True, kw_only=True):
    """A tree, and what says what is found in it as it is or with other texts: ``judge`` what is to be printed, ``look``
    all of it. ``rules`` are the ids of all rules; against those that are ``enforced`` no baseline helps, and no comment
    but for the ``waivable`` ones.
    """

    repository: Repository
    rules: frozenset[str]
    enforced: frozenset[str]
    waivable: frozenset[str]
    judge: Callable[[Repository], Report]
    look: Callable[[Repository], Judgement]


def linter(configuration: Configuration, files: tuple[str, ...], scope: Scope) -> Linter:
    """What lints the files that a call looks at, which are judged with all others of their project."""
    from dmlint.linting.engine import report

    pack = preparation.known_rules(configuration)
    settings = replace(configuration.settings, today=date.today())
    ids = frozenset(rule.id for rule in pack.rules)
    look, enforced = _looker(configuration, files, scope, settings, pack)
    policy = configuration.policy
    return Linter(
        repository=scope.overlaid(preparation.open_tree(configuration), files),
        rules=ids,
        enforced=enforced,
        waivable=ids if policy is None else ids - enforced | frozenset(filter(policy.lets_waive, enforced)),
        judge=lambda repository: report(look(repository), dict.fromkeys(files), pack),
        look=look,
    )


def _looker(
    configuration: Configuration, files: tuple[str, ...], scope: Scope, settings: Settings, pack: RulePack
) -> tuple[Callable[[Repository], Judgement], frozenset[str]]:
    """What judges a tree, and the rules that a policy enforces."""
    from dmlint.linting.engine import judge
    from dmlint.linting.observation import Case

    context, policy = scope.context(configuration), configuration.policy
    if policy is None:
        case = Case(files=files, context=context, settings=settings, pack=pack)
        return follow(lambda tree, tell: judge(tree, case, tell), quiet=scope.quiet), frozenset()
    from dmlint.linting import policy as policing

    rules = policing.load(policy, settings)
    seen = set(scope.discover(configuration).files)
    own = Case(
        files=tuple(path for path in files if path in seen or is_live(path)),
        context=context,
        settings=policing.of_repository(policy, rules, settings),
        pack=rules.pack,
    )
    required = Case(
        files=files,
        context=scope.context(preparation.policed(configuration)),
        settings=policing.of_policy(policy, rules, settings),
        pack=policing.of_policy_pack(rules),
    )
    look = follow(lambda tree, tell: policing.judge_both(tree, own, required, policy, tell), quiet=scope.quiet)
    return look, rules.enforced


def linted(configuration: Configuration, files: tuple[str, ...], scope: Scope, *, with_rules: bool) -> Report:
    """The findings in the files that a call looks at; ``with_rules`` says that the rules themselves are asked for."""
    from dmlint.linting.engine import Report
    from dmlint.linting.parsed_files import has_document

    tree = scope.overlaid(preparation.open_tree(configuration), files)
    # Without a document there is nothing to say, but of what the configuration or the baseline names in vain.
    sayable = with_rules or configuration.names_rules or configuration.settings.known
    if not sayable and not has_document(tree, files):
        return Report(findings=(), files=0)
    return linter(configuration, files, scope).judge(tree)


def judged(configuration: Configuration, files: tuple[str, ...], scope: Scope) -> tuple[Judgement, RulePack]:
    """All that every rule says of the files and of all others of their project, and the rules."""
    from dmlint.config.settings import EVERYTHING

    pack = preparation.known_rules(configuration)
    settings = replace(
        configuration.settings,
        select=(EVERYTHING,),
        ignore=(),
        extend_select=(),
        extend_ignore=(),
        today=date.today(),
    )
    everything = (*files, *scope.context(preparation.policed(configuration)))
    whole = replace(scope, paths=(configuration.root, *scope.paths))
    look, _ = _looker(configuration, everything, whole, settings, pack)
    return look(preparation.open_tree(configuration)), pack


def relative(path: Path) -> str:
    """A path as the reader would write it."""
    from dmlint.discovery.repository import path_from

    return path_from(Path.cwd(), path)


class Wanted(Struct, frozen=True, kw_only=True):
    """Which environments are to be shown: those whose id fits a pattern, and that have one of the statuses."""

    environment: str | None = None
    statuses: tuple[str, ...] | None = None


def view(
    configuration: Configuration, *, color: bool = False, quiet: bool = False, wanted: Wanted | None = None
) -> View:
    """How to show what is found, from the working directory."""
    from dmlint.reports.view import View

    wanted = wanted or Wanted()
    return View(
        root=configuration.root,
        cwd=Path(os.path.realpath(Path.cwd())),
        color=color,
        quiet=quiet,
        docs=configuration.settings.docs_url,
        columns=get_terminal_size((80, 24)).columns,
        ascii=not can_print("✗·▲…"),
        environment_pattern=wanted.environment,
        statuses=wanted.statuses,
    )


def shown(files: tuple[str, ...], view: View) -> Iterator[str]:
    """The files as the reader would write them."""
    return (visible(view.path(path)) for path in files)
