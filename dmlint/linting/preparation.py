"""What a configuration comes to before anything is judged: its rules, its tree, and the findings that are known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.config import Configuration
    from dmlint.discovery.repository import Repository
    from dmlint.rulepacks.packs import RulePack


def baseline_path(configuration: Configuration) -> Path:
    """Where the baseline is, or would be."""
    from dmlint.linting.baseline import DEFAULT

    return configuration.settings.baseline or configuration.root / DEFAULT


def with_known(configuration: Configuration) -> Configuration:
    """The configuration with the findings that are known: those of the baseline, if there is one. One that the
    configuration names must be there.
    """
    path = baseline_path(configuration)
    if configuration.settings.baseline is None and not os.path.lexists(path):
        return configuration
    from dmlint.linting.baseline import load

    return replace(configuration, settings=replace(configuration.settings, known=load(path)))


def known_rules(configuration: Configuration) -> RulePack:
    """The rules in force; ConfigError where the configuration speaks of a rule that there is not."""
    from dmlint.checks import load_rules
    from dmlint.config import verify

    if configuration.policy is None:
        pack = load_rules(configuration.settings.extend_rules)
    else:
        from dmlint.linting.policy import load

        rules = load(configuration.policy, configuration.settings)
        verify(configuration.policy.tables, *_names(rules.policy), waivable=configuration.policy.waivable)
        pack = rules.pack
    verify(configuration.tables, *_names(pack))
    return pack


def _names(pack: RulePack) -> tuple[dict[str, str], list[str]]:
    """The ids of rules by their names, and the names of profiles."""
    return {rule.name: rule.id for rule in pack.rules}, [profile.name for profile in pack.catalogue.profiles]


def policed(configuration: Configuration) -> Configuration:
    """The configuration with the policy's word on what is excluded, if there is a policy: the repository's excludes
    are then about its own rules.
    """
    if configuration.policy is None:
        return configuration
    said = configuration.policy.settings
    settings = replace(
        configuration.settings,
        exclude=said.exclude,
        extend_exclude=said.extend_exclude,
        force_exclude=said.force_exclude,
    )
    return replace(configuration, settings=settings)


def open_tree(configuration: Configuration) -> Repository:
    """The tree to look at. A policy reads the files that it would read without the repository's settings."""
    from dmlint.discovery.repository import Repository

    settings = (configuration.settings, *((configuration.policy.settings,) if configuration.policy else ()))
    return Repository(configuration.root, max(entry.max_file_size for entry in settings))
