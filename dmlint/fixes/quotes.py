"""Quotes for a requirement whose specifier the shell takes as a redirection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.facts import Proposal
from dmlint.fixes import spelling
from dmlint.fixes.bounds import tighten
from dmlint.requirements.pep508 import read_plain
from dmlint.requirements.versions import Fit, fit
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from dmlint.facts import Dependency

_BETWEEN = lazy_regex(r"\\\r?\n|[\s'\"]")


def quote(dependency: Dependency, upper: str | None) -> Proposal | None:
    """Put a word with its redirections in quotes; ``upper`` is the bound that it then lacks (``<2.0.0``), None if it
    needs none. None where the words do not make one requirement.
    """
    span = dependency.redirection or dependency.span
    text = _BETWEEN().sub("", span.text).rstrip(",")
    parts = read_plain(text)
    if parts is None or parts.name != dependency.name or not parts.specifier:
        return None
    start = next(at for at, character in enumerate(text) if character in "~=!<>")
    specifier = text[start:]
    if upper is not None and fit(specifier, upper) in (Fit.UNBOUNDED, Fit.LOOSE):
        specifier = tighten(specifier, upper) or specifier
    text = text[:start] + specifier
    return Proposal(span=span, spellings=spelling.quote(text, span), specifier=specifier)
