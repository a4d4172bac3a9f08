"""The layers of settings: defaults below, a configuration file on them, the command line on top."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.config.config_table import ConfigError, ConfigTable
from dmlint.config.policy_file import WAIVABLE, read_policy
from dmlint.config.run_root import locate, read_named
from dmlint.config.settings import ENVIRONMENTS, ID_KEYS, WAIVERS, Settings, confine_read, confine_written, layered
from dmlint.discovery.git import GitTime
from dmlint.discovery.repository import path_from
from dmlint.rulepacks.toml_tables import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dmlint.config.policy_file import Policy
    from dmlint.config.run_root import ConfigurationFile
    from dmlint.discovery import Tree


class Configuration(Struct, frozen=True, kw_only=True):
    """Where a run stands (see ``Place``) and what it is asked to do; ``tables`` are the layers, lowest first."""

    root: Path
    git: bool
    sure: bool
    settings: Settings
    tables: tuple[ConfigTable, ...]
    policy: Policy | None = None
    git_time: GitTime = field(default_factory=GitTime)

    @property
    def tree(self) -> Tree:
        """What is looked through, and what of it is left out."""
        from dmlint.discovery import Tree

        settings = self.settings
        return Tree(
            root=self.root,
            git=self.git,
            sure=self.sure,
            excludes=settings.excludes,
            force_exclude=settings.force_exclude,
            git_time=self.git_time,
        )

    @property
    def names_rules(self) -> bool:
        """Whether it speaks of a rule or a profile by name, or of further rules: something that can be wrong."""
        return self.policy is not None or any(key in table.values for table in self.tables for key in _NAMING)


_NAMING = (*ID_KEYS, "severities", "per-file-ignores", "extend-rules", ENVIRONMENTS, WAIVERS)


class Call(Struct, frozen=True, kw_only=True):
    """What the command line and the environment ask for.

    ``first`` is the first path to lint, ``options`` are the values given, by the keys of the configuration,
    ``formats`` the words that ``output-format`` knows. ``named`` is the file of ``--config``; ``isolated`` leaves
    every file out. ``policy`` is the file of a policy, which always counts.
    """

    first: Path
    cwd: Path
    options: Mapping[str, object]
    formats: tuple[str, ...]
    named: Path | None = None
    isolated: bool = False
    policy: Path | None = None


def configure(call: Call) -> Configuration:
    """The configuration of a run; raises ConfigError for whatever is wrong in any of its layers."""
    if call.named is not None and call.isolated:
        raise ConfigError("--config and --isolated exclude each other")
    chosen = read_named(call.cwd / call.named) if call.named is not None else None
    place = locate(call.first, call.cwd, search=chosen is None and not call.isolated)
    named = tuple((call.cwd / path).parent for path in (call.named, call.policy) if path is not None)
    folders = (place.root, *named)
    found = chosen or place.configuration
    tables = (
        *(_file_tables(found, call, folders) if found else ()),
        ConfigTable(
            origin="command line",
            prefix="--",
            values=call.options,
            directory=call.cwd,
            folder=_folder(call.cwd, place.root),
            formats=call.formats,
            file=call.cwd,
        ),
    )
    settings = Settings()
    for table in tables:
        settings = layered(settings, table)
    for table in tables[:-1]:
        confine_written(table, place.root)
    policy = _policy(call, folders)
    if policy is not None and policy.settings.fail_on.rank > settings.fail_on.rank:
        settings = replace(settings, fail_on=policy.settings.fail_on)
    return Configuration(
        root=place.root, git=place.git, sure=place.sure, settings=settings, tables=tables, policy=policy
    )


def verify(
    tables: tuple[ConfigTable, ...],
    rules: Mapping[str, str],
    profiles: Collection[str] = (),
    waivable: tuple[str, ...] = (),
) -> None:
    """Raise ConfigError for an id that no rule has, or a prefix of none, and for a profile that there is not.

    ``rules`` are ids by the names of rules, ``profiles`` the names of profiles; ``waivable`` are of a policy, the last
    of the tables.
    """
    for text in waivable:
        _verify_id(tables[-1], WAIVABLE, text, rules)
    for table in tables:
        _verify_entries(table, rules, profiles)
        for key in ID_KEYS:
            for text in table.strings(key, ()):
                _verify_id(table, key, text, rules)
        for rule in table.severities("severities"):
            if rule not in rules.values():
                raise table.wrong("severities", f"names '{rule}', which is no rule's id{_meant(rule, rules)}")
        for ids in table.ids_by_pattern("per-file-ignores").values():
            for text in ids:
                _verify_id(table, "per-file-ignores", text, rules)


def _verify_entries(table: ConfigTable, rules: Mapping[str, str], profiles: Collection[str]) -> None:
    for entry in table.entries(WAIVERS):
        rule = entry.needed_text("rule")
        if rule not in rules.values():
            raise entry.wrong("rule", f"names '{rule}', which is no rule's id{_meant(rule, rules)}")
    for entry in table.entries(ENVIRONMENTS):
        profile = entry.needed_text("profile")
        if profile not in profiles:
            raise entry.wrong("profile", f"names '{profile}', which is no profile{suggest(profile, profiles)}")


def _verify_id(table: ConfigTable, key: str, text: str, rules: Mapping[str, str]) -> None:
    if not text or not any(rule.startswith(text) for rule in rules.values()):
        raise table.wrong(
            key, f"names '{text}', which is neither a rule's id nor the start of one{_meant(text, rules)}"
        )


def _meant(text: str, rules: Mapping[str, str]) -> str:
    if text in rules:
        return f" (did you mean '{rules[text]}'?)"
    return suggest(text.upper(), rules.values())


def _policy(call: Call, folders: tuple[Path, ...]) -> Policy | None:
    if call.policy is None:
        return None
    path = call.cwd / call.policy
    return read_policy(path, _file_tables(read_named(path), call, folders))


def _file_tables(found: ConfigurationFile, call: Call, folders: tuple[Path, ...]) -> list[ConfigTable]:
    """A configuration file after those that it extends, the farthest first; what it names lies in one of the folders,
    of which the first is the root.
    """
    tables = [_file_table(found, call, folders[0])]
    confine_read(tables[0], folders)
    seen = {os.path.realpath(found.path)}
    while (path := tables[0].path("extend", None)) is not None:
        if os.path.realpath(path) in seen:
            raise tables[0].wrong("extend", "leads back to where it started")
        seen.add(os.path.realpath(path))
        tables.insert(0, _file_table(read_named(path), call, folders[0]))
        confine_read(tables[0], folders)
    return tables


def _file_table(found: ConfigurationFile, call: Call, root: Path) -> ConfigTable:
    return ConfigTable(
        origin=path_from(call.cwd, found.path),
        prefix=found.prefix,
        values=found.values,
        directory=found.path.parent,
        folder=_folder(found.path.parent, root),
        formats=call.formats,
        file=found.path,
        shown=_relative(found.path, root),
        section=tuple(found.prefix.split(".")[:-1]),
    )


def _folder(folder: Path, root: Path) -> str:
    """A folder relative to the root, POSIX; the root itself, and what lies outside of it, is the empty text."""
    relative = _relative(folder, root)
    outside = relative.startswith("..") or Path(relative).is_absolute()
    return "" if relative == "." or outside else relative


def _relative(path: Path, root: Path) -> str:
    return path_from(root, os.path.realpath(path))
