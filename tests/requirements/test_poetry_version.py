"""Poetry's constraints in PEP 440: held against what poetry documents, version by version."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from dmlint.requirements.poetry_constraints import poetry_specifier
from dmlint.requirements.version_unions import union_of
from dmlint.text.problems import ProblemKind

RELEASES = [f"{major}.{minor}.{patch}" for major, minor, patch in product(range(5), repeat=3)]


def admitted(specifier: object) -> set[str]:
    assert isinstance(specifier, str)
    return {release for release in RELEASES if release in SpecifierSet(specifier)}


def between(low: str, high: str) -> set[str]:
    return {release for release in RELEASES if Version(low) <= Version(release) < Version(high)}


@pytest.mark.parametrize(
    ("constraint", "low", "high"),
    [
        pytest.param("^1.2.3", "1.2.3", "2.0.0", id="caret"),
        pytest.param("^1.2", "1.2", "2", id="caret, two parts"),
        pytest.param("^1", "1", "2", id="caret, one part"),
        pytest.param("^0.2.3", "0.2.3", "0.3.0", id="caret, major zero"),
        pytest.param("^0.0.3", "0.0.3", "0.0.4", id="caret, minor zero"),
        pytest.param("^0.0", "0.0", "0.1", id="caret, two zeros"),
        pytest.param("^0", "0", "1", id="caret, zero"),
        pytest.param("~1.2.3", "1.2.3", "1.3", id="tilde"),
        pytest.param("~1.2", "1.2", "1.3", id="tilde, two parts"),
        pytest.param("~ 1", "1", "2", id="tilde, one part, space"),
        pytest.param("~=1.2.3", "1.2.3", "1.3", id="compatible"),
        pytest.param("~=1.2", "1.2", "2", id="compatible, two parts"),
        pytest.param("~=1", "1", "2", id="compatible, one part"),
        pytest.param("1.2.*", "1.2", "1.3", id="wildcard"),
        pytest.param("==1.*.*", "1", "2", id="wildcards"),
        pytest.param(">=1.2.* <2", "1.2", "2", id="wildcard after an order, white space"),
        pytest.param(">= 1.2, < 2.1,", "1.2", "2.1", id="comma, at the end too"),
        pytest.param("*", "0", "9", id="any"),
        pytest.param("x", "0", "9", id="any as a letter"),
        pytest.param("1.2.3", "1.2.3", "1.2.3.post0", id="bare"),
        pytest.param("=1.2.3", "1.2.3", "1.2.3.post0", id="one equals sign"),
        pytest.param("^1.2 || ^2", "1.2", "3", id="or that touches"),
        pytest.param("^3 | >=1.2,<3.1", "1.2", "4", id="or that overlaps"),
        pytest.param("* || ^2", "0", "9", id="or with any"),
        pytest.param("^2 || >=1", "1", "9", id="or without an end"),
        pytest.param("^2 || <3 || ^1", "0", "3", id="or without a start"),
    ],
)
def test_a_constraint_admits_what_poetry_says(constraint: str, low: str, high: str) -> None:
    assert admitted(poetry_specifier(constraint)) == between(low, high)


@pytest.mark.parametrize(
    ("constraint", "specifier"),
    [
        pytest.param("^1.26 || ^2.1", "!=2.0.*,<3,>=1.26", id="one gap"),
        pytest.param(">=1,<2 || >=3.1.1", "!=2.*,!=3.0.*,!=3.1.0.*,>=1", id="gap over three parts"),
        pytest.param("!=1.2.*", "!=1.2.*", id="excluded wildcard"),
        pytest.param("<>1.2", "==1.2", id="what looks like unequal and is read as nothing"),
        pytest.param("==1.2+cu118", "==1.2+cu118", id="local version"),
        pytest.param(">=1.2+cu118", ">=1.2", id="local version in an order"),
        pytest.param("^1!1.2", "<1!2,>=1!1.2", id="epoch"),
    ],
)
def test_a_constraint_in_words(constraint: str, specifier: str) -> None:
    assert poetry_specifier(constraint) == specifier


@pytest.mark.parametrize(
    "constraint",
    [
        pytest.param("<1 || >2.1.4", id="an end that is excluded"),
        pytest.param("1.2 || 2", id="single versions"),
        pytest.param("<=1 || 2.*", id="an end that is included"),
        pytest.param("<1.3 || >=2.1.1", id="endless gap"),
        pytest.param("~1.2.0 || ^2.1", id="endless gap before a caret"),
        pytest.param("<1 || >=99", id="too many exclusions"),
        pytest.param("<1 || >=30,<31 || >=80", id="too many exclusions in all"),
        pytest.param("<1 || ^1!1", id="epochs"),
        pytest.param("<1rc1 || ^2", id="pre-release"),
        pytest.param("|".join(["1"] * 100), id="many"),
    ],
)
def test_an_or_that_pep_440_has_no_words_for(constraint: str) -> None:
    assert poetry_specifier(constraint) is ProblemKind.UNRESOLVED


@pytest.mark.parametrize(
    "constraint",
    [
        pytest.param("", id="nothing"),
        pytest.param("^1 ||", id="nothing after or"),
        pytest.param("^x.y", id="no version"),
        pytest.param(">=*", id="order on any version"),
        pytest.param("^1.*", id="caret with a wildcard"),
        pytest.param("==1rc1.*", id="wildcard after a pre-release"),
        pytest.param("1 - 2", id="hyphen range"),
        pytest.param(">=", id="operator alone"),
        pytest.param("1.2 ^", id="operator at the end"),
        pytest.param("9" * 5000, id="a number that Python does not read"),
    ],
)
def test_what_poetry_does_not_read(constraint: str) -> None:
    assert poetry_specifier(constraint) is ProblemKind.UNREADABLE


NUMBER = st.integers(0, 4)
BOUND = st.builds("{}{}.{}".format, st.sampled_from(["^", "~", ">=", "<", "~="]), NUMBER, NUMBER)
WILDCARD = st.builds("{}.{}.*".format, NUMBER, NUMBER)


@given(st.lists(BOUND | WILDCARD, min_size=2, max_size=4))
def test_an_or_admits_what_any_alternative_admits(alternatives: list[str]) -> None:
    union = poetry_specifier(" || ".join(alternatives))
    every = set().union(*(admitted(poetry_specifier(one)) for one in alternatives))
    assert union is ProblemKind.UNRESOLVED or admitted(union) == every


@given(st.text(alphabet="^~=<>!|*.,x 0129rc+-v") | st.text())
def test_no_constraint_raises(constraint: str) -> None:
    assert isinstance(poetry_specifier(constraint), (str, ProblemKind))


def test_a_union_of_one_is_itself() -> None:
    assert union_of([SpecifierSet("<2")]) == SpecifierSet("<2")
