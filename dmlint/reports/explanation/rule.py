"""All that there is to say about one rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dmlint.rulepacks.load import Rule, RulePack
    from dmlint.rulepacks.signatures import Signature

_BEYOND_COMMENTS = ("unused-pragma", "stale-waiver")
"""What speaks of suppressions themselves."""


class Explanation(Struct, frozen=True, kw_only=True):
    """A rule, what to write instead of what it flags, how it is silenced (in Markdown), and how what it flags shows at
    run time.
    """

    rule: Rule
    advice: str
    silencing: str
    signatures: tuple[Signature, ...]


def explain(rule: Rule, pack: RulePack) -> Explanation:
    """What ``pack`` says about a rule."""
    return Explanation(
        rule=rule,
        advice=_advise(rule, pack),
        silencing=_silence(rule),
        signatures=tuple(entry for entry in pack.catalogue.signatures if rule.id in entry.rules),
    )


def _advise(rule: Rule, pack: RulePack) -> str:
    """The advice in general; what hangs on a finding is named by its word, in brackets."""
    releases = pack.catalogue.recommended(getattr(rule.check, "product", ""))
    recommended = ", ".join(entry.version for entry in releases)
    return re.sub(r"\{(\w+)\}", r"[\1]", (rule.advice or rule.help).replace("{instead}", recommended))


def _silence(rule: Rule) -> str:
    if getattr(rule.check, "of", None) in _BEYOND_COMMENTS:
        return f'No comment takes it away; `ignore = ["{rule.id}"]` in the configuration does.'
    return (
        f"`# dmlint: ignore[{rule.id}] the reason` at the end of the line, or on a line of its own above it. What a "
        "team has agreed to live with goes into a waiver in the configuration, with the reason and maybe a last day."
    )
