"""Another specifier for a requirement, with all else of it kept as it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dmlint.facts import Proposal, Role
from dmlint.fixes.spelling import spell
from dmlint.requirements.pep508 import normalize_name
from dmlint.requirements.versions import Fit, fit, intersect, newest
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.facts import Dependency, InstallStep
    from dmlint.text.source import Span

_WRITTEN = lazy_regex(
    r"(?P<head>(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\s*\[[^\]]*\])?)(?P<gap>\s*)"
    r"(?P<specifier>[^\s;](?:[^;]*[^\s;])?)?(?P<tail>\s*(?:;.*)?)",
    re.DOTALL,
)
_CLAUSE = r"(?:===?|[!~<>]=|[<>])[ \t]*v?[0-9][A-Za-z0-9.*+!_-]*"
_CLAUSES = lazy_regex(rf"{_CLAUSE}(?:[ \t]*,[ \t]*{_CLAUSE})*")
_UPPER = lazy_regex(r"<=?([ \t]*)(?!=)v?[0-9][A-Za-z0-9.*+!_-]*")
_RECORDED = (Role.LOCKED, Role.BUILD)
_HASHED = lazy_regex(r"(?:[ \t]|\\\r?\n)*--hash")


class BoundText(NamedTuple):
    """A requirement as it is written: ``head`` is name and extras, empty where only a value is written; ``tail`` is
    the marker with what stands before it.
    """

    head: str
    gap: str
    specifier: str
    tail: str

    def put(self, specifier: str) -> str:
        """The same with another specifier."""
        if not self.specifier:
            return f"{self.head}{specifier}{self.gap}{self.tail}"
        return f"{self.head}{self.gap}{specifier}{self.tail}"


def read_written(dependency: Dependency) -> BoundText | None:
    """Take a requirement apart as it is written; None for one whose text is not in one piece its own."""
    text = dependency.span.text
    if dependency.role in _RECORDED or dependency.url or dependency.unresolved or dependency.redirection:
        return None
    if _HASHED().match(dependency.span.source.text, dependency.span.end):
        return None
    match = _WRITTEN().fullmatch(text)
    if match is not None and normalize_name(match["name"]) == dependency.name:
        specifier, gap, tail = match["specifier"] or "", match["gap"], match["tail"]
        if specifier.startswith("(") and specifier.endswith(")"):
            return BoundText(match["head"], f"{gap}(", specifier[1:-1], f"){tail}")
        return BoundText(match["head"], gap, specifier, tail)
    # Where the name stands elsewhere (a key, a variable's user), all that is here is the value.
    return BoundText("", "", text, "")


def bound(dependency: Dependency, upper: str, write: str, *, within: Span | None = None) -> Proposal | None:
    """Keep a requirement below ``upper`` (one clause, ``<2.0.0``): ``write`` is what a requirement without a specifier
    gets. ``within`` is the command in whose words it may stand. None where no one clause does it.
    """
    written = read_written(dependency)
    if written is None:
        return None
    found = _bounded(written, dependency, upper, write)
    if found is None:
        return None
    specifier, meant = found
    return propose(dependency, written.put(specifier), meant, within=within)


def rewrite(
    dependency: Dependency, specifier: str, *, safe: bool = False, within: Span | None = None
) -> Proposal | None:
    """Give a requirement another specifier, whatever it has."""
    written = read_written(dependency)
    if written is None or (not written.head and dependency.via):
        return None
    return propose(dependency, written.put(specifier), specifier, safe=safe, within=within)


def propose(
    dependency: Dependency, text: str, specifier: str, *, safe: bool = True, within: Span | None = None
) -> Proposal:
    """A requirement written as ``text``, which then asks for ``specifier``."""
    span = dependency.span
    spellings = spell(text, span, shell=within is not None and _lies_in(span, within))
    return Proposal(span=span, spellings=spellings, safe=safe, specifier=specifier)


def tighten(specifier: str, upper: str) -> str | None:
    """A specifier as it is written with an upper bound: in place of the one that it has, else behind. None for one of
    another grammar, or with several upper bounds.
    """
    if not _CLAUSES().fullmatch(specifier):
        return None
    uppers = list(_UPPER().finditer(specifier))
    if len(uppers) > 1:
        return None
    if uppers:
        start, end = uppers[0].span()
        return f"{specifier[:start]}<{uppers[0][1]}{upper[1:]}{specifier[end:]}"
    comma = ", " if re.search(r",[ \t]", specifier) else ","
    return f"{specifier}{comma}{upper}"


def command_of(step: InstallStep | None) -> Span | None:
    """The command of an install, None for a manifest."""
    return step.span if step is not None else None


def can_hold(specifiers: Iterable[str], within: str, releases: tuple[str, ...]) -> bool:
    """Whether all that these admit together lies within a range, and is something that exists."""
    together = intersect(specifiers)
    return fit(together, within) is Fit.WITHIN and (not releases or newest(together, releases) is not None)


def _bounded(written: BoundText, dependency: Dependency, upper: str, write: str) -> tuple[str, str] | None:
    """The specifier with the bound, written in the manner of the one that is there, and what it means."""
    there = written.specifier
    if not there or (not dependency.specifier and there == "*"):
        return write, write
    if dependency.via and dependency.specifier == f"<{there}":
        # A version alone, of which an operator elsewhere makes an upper bound.
        return upper[1:], upper
    bounded = tighten(there, upper)
    return (bounded, bounded) if bounded else None


def _lies_in(span: Span, outer: Span) -> bool:
    return span.source is outer.source and outer.start <= span.start and span.end <= outer.end
