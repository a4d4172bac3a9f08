"""Poetry's constraints, held against poetry's own reader over every release of NumPy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version
from poetry.core.constraints.version import Version as PoetryVersion
from poetry.core.constraints.version import parse_constraint
from poetry.core.constraints.version.exceptions import ParseConstraintError

from dmlint.requirements.poetry_constraints import poetry_specifier
from dmlint.requirements.versions import admits
from dmlint.text.problems import ProblemKind

RELEASES = (Path(__file__).with_name("numpy_releases.txt")).read_text(encoding="utf-8").split()
BOUNDS = ("1", "2", "3", "0.9", "1.2", "1.26", "2.0", "1.26.4", "2.0.0", "2.1.3", "v1.26.0", "2.0.0rc1", "1.10.0.post2")
LINES = ("1.*", "1.26.*", "1.26.4.*", "2.*", "2.0.*", "1.x", "*", "x")
OPERATORS = ("^", "~", "~=", "==", "=", "!=", "<", ">", "<=", ">=", "", "===", "<>")
CLAUSES = st.builds("{}{}{}".format, st.sampled_from(OPERATORS), st.sampled_from(["", " "]), st.sampled_from(BOUNDS))
PREFIXES = st.builds("{}{}".format, st.sampled_from(["", "==", "!=", ">=", "<", "^", "~"]), st.sampled_from(LINES))
TOGETHER = st.tuples(st.sampled_from([",", ", ", " "]), st.lists(CLAUSES | PREFIXES, min_size=1, max_size=3))
CONSTRAINTS = st.lists(TOGETHER.map(lambda parts: parts[0].join(parts[1])), min_size=1, max_size=2).map(" || ".join)


def admitted_by_poetry(constraint: str) -> list[str] | None:
    """The releases that poetry takes; None for a constraint that it refuses."""
    try:
        found = parse_constraint(constraint)
    except ParseConstraintError:
        return None
    return [version for version in RELEASES if found.allows(PoetryVersion.parse(version))]


def admitted_here(constraint: str) -> list[str] | None:
    specifier = poetry_specifier(constraint)
    if isinstance(specifier, ProblemKind):
        return None
    return [version for version in RELEASES if admits(specifier, version)]


@settings(max_examples=300, deadline=None)
@given(CONSTRAINTS)
def test_a_constraint_admits_what_poetry_admits(constraint: str) -> None:
    theirs, ours = admitted_by_poetry(constraint), admitted_here(constraint)
    unsaid = poetry_specifier(constraint) is ProblemKind.UNRESOLVED
    assert unsaid or (ours is None) == (theirs is None)
    assert unsaid or _settled(ours, constraint) == _settled(theirs, constraint)


def _settled(versions: list[str] | None, constraint: str) -> list[str]:
    """The versions that are compared: of an "or", releases alone (the test below says why)."""
    return [text for text in versions or () if "|" not in constraint or not Version(text).is_prerelease]


def test_where_two_ranges_meet_the_pre_releases_of_the_seam_count() -> None:
    """``<2`` leaves the candidates of 2.0.0 out, ``>=2.0.0`` does too, and the one set that says both has them."""
    constraint = "<2 || >=2.0.0,<2.1.0"
    ours, theirs = admitted_here(constraint), admitted_by_poetry(constraint)
    assert poetry_specifier(constraint) == "<2.1.0"
    assert set(ours or ()) - set(theirs or ()) == {"2.0.0b1", "2.0.0rc1", "2.0.0rc2"}


@pytest.mark.parametrize("constraint", ["===1.26.4", "==*", "== x", ">=1.26 ===2"])
def test_what_poetry_refuses_is_unreadable(constraint: str) -> None:
    assert admitted_by_poetry(constraint) is None
    assert poetry_specifier(constraint) is ProblemKind.UNREADABLE
