"""What rules run, where, and what becomes of their findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.config.entries import ENVIRONMENTS, WAIVERS, read_assignments, read_waivers
from dmlint.config.report_files import OUTPUTS, Output, read_outputs
from dmlint.discovery.ignore_patterns import matches
from dmlint.discovery.repository import LIMIT
from dmlint.facts import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from dmlint.config.config_table import ConfigTable
    from dmlint.config.entries import Waiver
    from dmlint.environments.model import ProfileAssignment
    from dmlint.facts import Fingerprint

EVERYTHING = ""
"""The prefix of every id."""


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of one run.

    ``select`` and ``ignore``, each with what extends it, hold rule ids and prefixes of them; the longest that fits
    a rule decides, and ``ignore`` where both are as long. ``severities`` replaces the severity of rules by id.
    Patterns (``exclude``, ``extend_exclude`` and the keys of ``per_file_ignores``) are those of ``.gitignore``,
    relative to the root. ``output_format`` is empty where nobody chose one; ``docs_url`` is the address below which
    each rule has a page. ``extend_rules`` are absolute. ``max_file_size`` is that of the largest file that is read, in
    bytes. ``baseline`` is the file of known findings, None for the one that stands at the root by its name. ``today``
    is the day on which waivers must hold, None for one on which all do; ``known`` are the entries of the baseline;
    ``heeded`` are the rules whose findings comments take away, None for all.
    """

    select: tuple[str, ...] = (EVERYTHING,)
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity = Severity.ERROR
    output_format: tuple[Output, ...] = ()
    docs_url: str | None = None
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    max_file_size: int = LIMIT
    extend_rules: tuple[Path, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    environments: tuple[ProfileAssignment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    baseline: Path | None = None
    today: date | None = None
    known: frozenset[Fingerprint] = frozenset()
    heeded: frozenset[str] | None = None

    def heeds(self, rule: str) -> bool:
        """Whether comments may take away what the rule of this id finds."""
        return self.heeded is None or rule in self.heeded

    def selects(self, rule: str) -> bool:
        """Whether the rule of this id runs at all."""
        chosen = _longest(self.select + self.extend_select, rule)
        return chosen > _longest(self.ignore + self.extend_ignore, rule)

    def ignores(self, rule: str, path: str) -> bool:
        """Whether what the rule finds in the file (POSIX, relative to the root) is left out by ``per-file-ignores``."""
        return any(
            _longest(ids, rule) >= 0 and matches((pattern,), path) for pattern, ids in self.per_file_ignores.items()
        )

    def excludes(self, path: str) -> bool:
        """Whether the file, or the folder that ends in a slash, is excluded (POSIX, relative to the root)."""
        return matches(self.exclude + self.extend_exclude, path)


def _longest(prefixes: tuple[str, ...], rule: str) -> int:
    """The length of the longest prefix that fits the rule, -1 for none."""
    return max((len(prefix) for prefix in prefixes if rule.startswith(prefix)), default=-1)


def layered(below: Settings, table: ConfigTable) -> Settings:
    """The settings with what a table says on top; raises ConfigError for a key or a type that is wrong.

    A key replaces what is below, one with ``extend-`` adds to it. A ``select`` starts afresh: what was ignored
    below is ignored no more, so that ``--select DM101`` shows DM101 whatever the configuration says.
    """
    table.refuse_others(KEYS)
    if "select" in table.values:
        below = replace(below, ignore=(), extend_select=(), extend_ignore=())
    return Settings(
        select=table.strings("select", below.select),
        ignore=table.strings("ignore", below.ignore),
        extend_select=below.extend_select + table.strings("extend-select", ()),
        extend_ignore=below.extend_ignore + table.strings("extend-ignore", ()),
        severities={**below.severities, **table.severities("severities")},
        fail_on=table.severity("fail-on", below.fail_on),
        output_format=read_outputs(table, below.output_format),
        docs_url=table.address("docs-url", below.docs_url),
        exclude=table.patterns("exclude", below.exclude),
        extend_exclude=below.extend_exclude + table.patterns("extend-exclude", ()),
        force_exclude=table.flag("force-exclude", default=below.force_exclude),
        max_file_size=table.size("max-file-size", below.max_file_size),
        extend_rules=table.paths("extend-rules", below.extend_rules),
        per_file_ignores={**below.per_file_ignores, **table.ids_by_pattern("per-file-ignores")},
        environments=below.environments + read_assignments(table),
        waivers=below.waivers + read_waivers(table),
        baseline=table.path("baseline", below.baseline),
    )


ID_KEYS = ("select", "ignore", "extend-select", "extend-ignore")
KEYS = (
    *ID_KEYS,
    "severities",
    "fail-on",
    OUTPUTS,
    "docs-url",
    "exclude",
    "extend-exclude",
    "force-exclude",
    "max-file-size",
    "extend-rules",
    "per-file-ignores",
    ENVIRONMENTS,
    WAIVERS,
    "baseline",
    "extend",
)
