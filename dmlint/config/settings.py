"""What rules run, where, what becomes of their findings, and where reports go."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from dmlint.discovery.ignore_patterns import matches
from dmlint.discovery.repository import LIMIT
from dmlint.environments.model import ProfileAssignment
from dmlint.environments.wildcards import fits
from dmlint.facts import Severity
from dmlint.rulepacks.toml_tables import suggest
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.config.config_table import ConfigTable
    from dmlint.facts import Finding, Fingerprint


OUTPUTS = "output-format"


class Output(NamedTuple):
    """A report: its format, and the absolute path of its file, None for standard output."""

    format: str
    file: Path | None = None

    def __str__(self) -> str:
        return self.format if self.file is None else f"{self.format}:{self.file}"


def read_outputs(table: ConfigTable, below: tuple[Output, ...]) -> tuple[Output, ...]:
    """``FORMAT`` or ``FORMAT:FILE``, or a list of such; those below where the table says nothing.

    Raises ConfigError for a format that there is not, for two that would share standard output or a file, and for a
    file of a configuration that is none of its repository's.
    """
    if OUTPUTS not in table.values:
        return below
    value = table.values[OUTPUTS]
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise table.wrong(OUTPUTS, "must be FORMAT or FORMAT:FILE, or a list of such")
    outputs = tuple(_read(table, text) for text in texts)
    _refuse_shared(table, outputs)
    return outputs


def _read(table: ConfigTable, text: str) -> Output:
    table.refuse_nul(OUTPUTS, text)
    # A colon of the file's own, as in C:\report.sarif, comes later.
    name, colon, file = text.partition(":")
    if name not in table.formats:
        raise table.wrong(OUTPUTS, f"knows no '{name}', only {', '.join(table.formats)}{suggest(name, table.formats)}")
    if colon and not file.strip():
        raise table.wrong(OUTPUTS, f"'{text}' names no file behind its colon")
    return Output(name, table.directory / file) if colon else Output(name)


def _refuse_shared(table: ConfigTable, outputs: tuple[Output, ...]) -> None:
    """Two reports in one place would make neither readable."""
    taken: dict[str, str] = {}
    for output in outputs:
        place = "" if output.file is None else os.path.realpath(output.file)
        if place in taken:
            where = place or "standard output"
            raise table.wrong(
                OUTPUTS, f"sends both {taken[place]} and {output.format} to {where}; write FORMAT:FILE for one of them"
            )
        taken[place] = output.format


def confine_written(table: ConfigTable, root: Path) -> None:
    """Raise ConfigError for what a configuration file would have written outside of the root or into a folder of git's:
    whoever lints a repository has not thereby agreed to that.
    """
    for output in read_outputs(table, ()):
        if output.file is not None:
            _confine_written(table, OUTPUTS, output.file, root)
    baseline = table.path("baseline", None)
    if baseline is not None:
        _confine_written(table, "baseline", baseline, root)


def confine_read(table: ConfigTable, folders: tuple[Path, ...]) -> None:
    """Raise ConfigError for a file that it names outside of these folders: the root, of which nobody needs to trust
    anything, and those of the files that the command line names.
    """
    named = {"extend-rules": table.paths("extend-rules", ()), "extend": (table.path("extend", None),)}
    for key, paths in named.items():
        for path in filter(None, paths):
            real = Path(os.path.realpath(path))
            if not any(real.is_relative_to(os.path.realpath(folder)) for folder in folders):
                message = f"names {path}: only the command line may name a file outside of {folders[0]}"
                raise table.wrong(key, message)


def _confine_written(table: ConfigTable, key: str, path: Path, root: Path) -> None:
    if not may_write(path, root):
        raise table.wrong(
            key, f"names {path}: only the command line may name a file outside of {root}, or in a folder of git's"
        )


def may_write(path: Path, root: Path) -> bool:
    """Whether a repository may have a file written: inside the root, in no folder of git's, by no link to nowhere."""
    file, top = Path(os.path.realpath(path)), Path(os.path.realpath(root))
    if not file.is_relative_to(top) or (path.is_symlink() and not path.exists()):
        return False
    folders = [folder for folder in file.parents if folder.is_relative_to(top)]
    return ".git" not in map(str.lower, file.relative_to(top).parts) and not any(map(_is_of_git, folders))


def _is_of_git(folder: Path) -> bool:
    """Whether git keeps a repository, or a work tree of one, in a folder: a file ``.git`` may name any."""
    names = {name for name in ("HEAD", "objects", "refs", "commondir") if os.path.lexists(folder / name)}
    return "HEAD" in names and ("commondir" in names or {"objects", "refs"} <= names)


ENVIRONMENTS, WAIVERS = "environments", "waivers"
_NAMES = ("path", "stage", "image", "environment")
_PLACES = ("environment", "path")
_DAY = lazy_regex(r"\d{4}-\d\d-\d\d")


class Waiver(Struct, frozen=True, kw_only=True):
    """One entry of ``waivers``: what ``rule`` finds in an environment (a pattern of its id), in a file (a pattern of
    its path), or in both where both are given.

    ``until`` is the last day that it holds, None for ever. ``file`` is the configuration file, ``shown`` its path
    relative to the root, ``keys`` lead to its array of waivers, in which this one has the number ``index``.
    """

    rule: str
    reason: str
    environment: str | None = None
    path: str | None = None
    until: date | None = None
    file: Path
    shown: str
    keys: tuple[str, ...]
    index: int

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of a finding, whatever day it is."""
        return (
            self.rule == finding.rule
            and fits(self.path, finding.span.source.path)
            and fits(self.environment, finding.environment)
        )

    def holds(self, today: date | None) -> bool:
        """Whether it is not past its date; None for a day on which all hold."""
        return self.until is None or today is None or today <= self.until


def read_assignments(table: ConfigTable) -> tuple[ProfileAssignment, ...]:
    """The profiles that ``[[environments]]`` gives; raises ConfigError for an entry that is wrong."""
    return tuple(_read_assignment(entry) for entry in table.entries(ENVIRONMENTS))


def read_waivers(table: ConfigTable) -> tuple[Waiver, ...]:
    """The findings that ``[[waivers]]`` takes away; raises ConfigError for an entry that is wrong."""
    return tuple(_read_waiver(entry, index) for index, entry in enumerate(table.entries(WAIVERS)))


def _read_assignment(entry: ConfigTable) -> ProfileAssignment:
    entry.refuse_others(("profile", *_NAMES))
    _require_one(entry, _NAMES)
    return ProfileAssignment(
        profile=entry.needed_text("profile"),
        path=entry.place("path"),
        stage=entry.text("stage"),
        image=entry.text("image"),
        environment=entry.place("environment"),
    )


def _read_waiver(entry: ConfigTable, index: int) -> Waiver:
    entry.refuse_others(("rule", *_PLACES, "reason", "until"))
    _require_one(entry, _PLACES)
    return Waiver(
        rule=entry.needed_text("rule"),
        reason=entry.needed_text("reason"),
        environment=entry.place("environment"),
        path=entry.place("path"),
        until=_read_day(entry, "until"),
        file=entry.file,
        shown=entry.shown,
        keys=(*entry.section, WAIVERS),
        index=index,
    )


def _require_one(entry: ConfigTable, keys: tuple[str, ...]) -> None:
    if not any(key in entry.values for key in keys):
        raise entry.wrong(keys[0], f"is missing: an entry has at least one of {', '.join(keys)}")


def _read_day(entry: ConfigTable, key: str) -> date | None:
    """A TOML date, or the same as a string."""
    value = entry.values.get(key)
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) and _DAY().fullmatch(value) else "")
    except ValueError:
        raise entry.wrong(key, "must be a date, such as 2027-03-31") from None


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
    below is no longer ignored, so that ``--select DM101`` shows DM101 whatever the configuration says.
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
