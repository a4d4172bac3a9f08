"""A policy file: settings of an organization, which a repository's own cannot weaken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dmlint.config.config_table import ConfigError
from dmlint.config.settings import EVERYTHING, KEYS, OUTPUTS, Settings, layered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dmlint.config.config_table import ConfigTable

WAIVABLE = "waivable"
_ELSEWHERE = ("baseline", OUTPUTS, "docs-url")
"""Keys that say nothing of what must hold."""


class Policy(Struct, frozen=True, kw_only=True):
    """What a policy file says: ``settings`` on top of none, ``tables`` with its files, lowest first, and ``waivable``,
    the ids or prefixes of the rules that comments and waivers may speak of.
    """

    path: Path
    settings: Settings
    tables: tuple[ConfigTable, ...]
    waivable: tuple[str, ...]

    def enforces(self, rule: str, *, own: bool = False) -> bool:
        """Whether the rule must run: the policy selects it, or it is the policy's ``own`` and not ignored there."""
        return self.settings.selects(rule) or (own and not self.drops(rule))

    def drops(self, rule: str) -> bool:
        """Whether the policy ignores the rule."""
        return not replace(self.settings, select=(EVERYTHING, *self.settings.select)).selects(rule)

    def lets_waive(self, rule: str) -> bool:
        """Whether comments and waivers of the repository count for the rule."""
        return rule.startswith(self.waivable)


def read_policy(path: Path, tables: Iterable[ConfigTable]) -> Policy:
    """The policy that a file and those that it extends, lowest first, say; ConfigError as for a configuration, and for
    a file that asks for nothing, as one does that was cut off or is another than was meant.
    """
    settings = Settings(select=())
    kept: list[ConfigTable] = []
    asked = False
    waivable: tuple[str, ...] = ()
    for table in tables:
        table.refuse_others((*KEYS, WAIVABLE))
        for key in _ELSEWHERE:
            if key in table.values:
                raise table.wrong(key, "has no place in a policy")
        asked = asked or bool(table.values)
        waivable += table.strings(WAIVABLE, ())
        rest = {key: value for key, value in table.values.items() if key != WAIVABLE}
        kept.append(replace(table, values=rest))
        settings = layered(settings, kept[-1])
    if not asked:
        raise ConfigError(f"{path}: a policy asks for something, and this file holds none of its keys")
    return Policy(path=path, settings=settings, tables=tuple(kept), waivable=waivable)
