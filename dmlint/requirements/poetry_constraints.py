"""Poetry's version constraints as PEP 440 specifiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from dmlint.requirements.version_unions import next_release, union_of
from dmlint.text.problems import ProblemKind
from dmlint.text.regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLAUSE = lazy_regex(r"(\^|~=|~|==?|!=|<>|>=|<=|>|<|=)?\s*([^\s,|<>=!~^]+(?:![^\s,|<>=!~^]+)?)[\s,]*")
_ANY = lazy_regex(r"v?[xX*](?:\.[xX*])*")
_WILDCARD = lazy_regex(r"(?:\.\*)+$")
_ORDERED = frozenset((">=", "<=", ">", "<"))
_MOST_ALTERNATIVES = 64


def poetry_specifier(constraint: str) -> str | ProblemKind:
    """A constraint (``^1.26``, ``~1.26.4``, ``1.26.*``, ``>=1.26 <2 || ^3``) as a PEP 440 specifier set.

    UNREADABLE for what poetry does not read, UNRESOLVED for an "or" that no single set can say.
    https://python-poetry.org/docs/dependency-specification/
    """
    sets: list[SpecifierSet] = []
    alternatives = re.split(r"\|\|?", constraint)
    if len(alternatives) > _MOST_ALTERNATIVES:
        return ProblemKind.UNRESOLVED
    for alternative in alternatives:
        clauses = list(_clauses(alternative.strip()))
        if None in clauses or not clauses:
            return ProblemKind.UNREADABLE
        sets.append(SpecifierSet(",".join(clause for clause in clauses if clause)))
    union = union_of(sets)
    return ProblemKind.UNRESOLVED if union is None else str(union)


def _clauses(text: str) -> Iterator[str | None]:
    """Each clause of a conjunction in PEP 440, empty for any version, None for one that is malformed."""
    at = 0
    while at < len(text):
        match = _CLAUSE().match(text, at)
        if match is None:
            yield None
            return
        at = match.end()
        yield _clause(match[1] or "", match[2])


def _clause(operator: str, text: str) -> str | None:
    if _ANY().fullmatch(text):
        return None if operator else ""
    # Poetry takes `<>` for no operator at all (poetry-core 2.5, parse_single_constraint): `<>2.0` is 2.0 alone.
    operator = {"": "==", "=": "==", "<>": "=="}.get(operator, operator)
    wildcard = _WILDCARD().search(text)
    try:
        version = Version(text[: wildcard.start()] if wildcard else text)
    except ValueError:  # InvalidVersion, or more digits than Python reads
        return None
    if wildcard and operator not in _ORDERED:
        plain = version.public == version.base_version
        return f"{operator}{version.public}.*" if plain and operator in {"==", "!="} else None
    if operator in {"^", "~"} or (operator == "~=" and len(version.release) == 1):
        return f">={version.public},<{_stop(operator, version)}"
    return f"{operator}{version}" if operator in {"==", "!="} else f"{operator}{version.public}"


def _stop(operator: str, version: Version) -> Version:
    """The first version that a caret (the first part that is not zero) or a tilde (the second part) keeps out."""
    release = version.release
    part = min(len(release), 2) - 1
    if operator == "^":
        part = next((index for index, number in enumerate(release[:3]) if number), min(len(release), 3) - 1)
    return next_release(version, release[: part + 1])
