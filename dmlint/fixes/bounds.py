"""Another specifier for a requirement, with all else of it kept as it is written, in the quotes that it needs there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from dmlint.facts import Proposal, Role
from dmlint.requirements.pep508 import normalize_name, read_plain
from dmlint.requirements.versions import Fit, admits, fit, intersect, newest
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmlint.environments.model import Outcome
    from dmlint.facts import Dependency, InstallStep
    from dmlint.rulepacks.catalogue import Force
    from dmlint.text.source import Span


_SPECIAL = lazy_regex(r"[\s<>|&;()$`*?\[\]{}!#~'\"\\]")

_QUOTES = lazy_regex(r"(?<!\\)[\"']")
_LONGEST = 2_000
"""Characters of a line that are looked at for an open quote."""


def spell(text: str, span: Span, *, shell: bool) -> tuple[str, ...]:
    """How ``text`` may be spelled in place of ``span``, the likeliest first; ``shell`` says that it stands among the
    words of a command.

    Which of them is right the file's own parser says: quotes may enclose the command in turn (``bash -c '…'``), or not
    be a shell's at all (a JSON array, a value of YAML).
    """
    if shell and not _is_quoted(span) and _SPECIAL().search(text):
        return (*in_quotes(text, span), text)
    return (text, *in_quotes(text, span))


def in_quotes(text: str, span: Span) -> tuple[str, ...]:
    """``text`` in quotes of each kind; the first is another than the one that seems to be open before ``span``."""
    double, single = f'"{text}"', f"'{text}'"
    return (*((single, double) if _opened(span) == '"' else (double, single)), f'\\"{text}\\"')


def _opened(span: Span) -> str:
    """The quote that is open at ``span`` if its line is read by itself; empty for none."""
    source, opened = span.source.text, ""
    start = max(source.rfind("\n", 0, span.start) + 1, span.start - _LONGEST)
    for mark in _QUOTES().finditer(source, start, span.start):
        opened = mark[0] if not opened else "" if mark[0] == opened else opened
    return opened


def _is_quoted(span: Span) -> bool:
    around = span.source.text
    return (
        span.start > 0 and around[span.start - 1] in "'\"" and around[span.end : span.end + 1] == around[span.start - 1]
    )


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
    return Proposal(span=span, spellings=in_quotes(text, span), specifier=specifier)


def hold_back(outcome: Outcome, mover: Dependency, forces: Iterable[Force]) -> Proposal | None:
    """Keep a requirement below the first release that forces; None for one that forces through another package, or
    admits no release before.

    It is safe where no version was asked for: a floor may have its reason.
    """
    force = next((entry for entry in forces if entry.package == mover.name), None)
    if force is None or force.first is None or (force.last and not admits(mover.specifier, force.last)):
        return None
    step = next((install.step for install in outcome.installs if mover in install.requirements), None)
    proposal = bound(mover, f"<{force.first}", f"<{force.first}", within=command_of(step))
    return replace(proposal, safe=not mover.specifier) if proposal is not None else None
