"""What specifier sets admit, compared with what they should."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.checks import load_rules
from dmlint.requirements.versions import (
    Fit,
    admits,
    contains,
    fit,
    intersect,
    lowest_written,
    newest,
    read_specifiers,
    simplify,
    witness,
)

RELEASES = load_rules().catalogue.package("numpy").versions
BEYOND = ("0.9", "1.27.0.dev0", "2.0.0.dev0", "2.0.0a1", "2.9.9", "3.0.0a1", "3.0.0", "10.1")
"""Versions that do not exist yet, or never will: a verdict holds for them as well."""


@pytest.mark.parametrize(
    ("specifiers", "verdict"),
    [
        pytest.param("", Fit.UNBOUNDED, id="nothing"),
        pytest.param(">=1.26", Fit.UNBOUNDED, id="floor"),
        pytest.param(">1.26", Fit.UNBOUNDED, id="open floor"),
        pytest.param(">=1.26,>1.20", Fit.UNBOUNDED, id="two floors"),
        pytest.param("<=2", Fit.LOOSE, id="2 itself"),
        pytest.param("<3", Fit.LOOSE, id="cap at 3"),
        pytest.param("<2.3", Fit.LOOSE, id="cap in the twos"),
        pytest.param("!=2.0.*", Fit.LOOSE, id="one line excluded"),
        pytest.param("!=2.0.0", Fit.LOOSE, id="one release excluded"),
        pytest.param(">=1.26,!=1.26.1", Fit.LOOSE, id="an exclusion elsewhere"),
        pytest.param("<2.0.0rc1", Fit.LOOSE, id="betas"),
        pytest.param("<2.0.0a1", Fit.LOOSE, id="development releases"),
        pytest.param("~=1.26,>=1.26", Fit.WITHIN, id="compatible release and floor"),
        pytest.param(">=1.26,<2.0.1", Fit.LOOSE, id="cap right above"),
        pytest.param("<2", Fit.WITHIN, id="cap"),
        pytest.param("<2.0.0", Fit.WITHIN, id="cap with zeros"),
        pytest.param("<2.dev0", Fit.WITHIN, id="cap below development releases"),
        pytest.param("~=1.26", Fit.WITHIN, id="compatible release"),
        pytest.param("~=1.26.0", Fit.WITHIN, id="compatible patch"),
        pytest.param("==1.26.4", Fit.WITHIN, id="exact"),
        pytest.param("===1.26.4", Fit.WITHIN, id="arbitrary equality"),
        pytest.param("=== 1.26.4", Fit.WITHIN, id="arbitrary equality with a space"),
        pytest.param("==1.*", Fit.WITHIN, id="prefix"),
        pytest.param("<=1.26.4", Fit.WITHIN, id="inclusive cap"),
        pytest.param("==1.26.4+cu124", Fit.WITHIN, id="local version"),
        pytest.param("<3,!=2.*", Fit.WITHIN, id="all twos excluded"),
        pytest.param("<=2,!=2", Fit.LOOSE, id="the pre-releases of two"),
        pytest.param(">=2", Fit.OUTSIDE, id="twos"),
        pytest.param("==2.*", Fit.OUTSIDE, id="prefix of two"),
        pytest.param("==2.1.3", Fit.OUTSIDE, id="exact two"),
        pytest.param("===2.1.3", Fit.OUTSIDE, id="arbitrary two"),
        pytest.param("~=2.1", Fit.OUTSIDE, id="compatible two"),
        pytest.param("==2.0.0rc1", Fit.OUTSIDE, id="a candidate of two"),
        pytest.param(">=3", Fit.OUTSIDE, id="later"),
        pytest.param(">=2,<2", Fit.UNSATISFIABLE, id="nothing fits"),
        pytest.param("==1.26.4,==1.26.3", Fit.UNSATISFIABLE, id="two exact ones"),
        pytest.param(">=1.26,!=1.26,<=1.26", Fit.UNSATISFIABLE, id="the one left is excluded"),
        pytest.param("===best", Fit.UNSATISFIABLE, id="no version at all"),
        pytest.param("===1.26.4,<1.26", Fit.UNSATISFIABLE, id="arbitrary equality out of bounds"),
    ],
)
def test_fit(specifiers: str, verdict: Fit) -> None:
    assert fit(specifiers, "<2.0.0") is verdict


def test_fit_to_a_range_with_a_floor() -> None:
    assert fit("<2", ">=1.26,<2") is Fit.LOOSE
    assert fit(">=1.26.1,<2", ">=1.26,<2") is Fit.WITHIN
    assert fit("<1.26", ">=1.26,<2") is Fit.OUTSIDE


@pytest.mark.parametrize(
    ("within", "specifiers", "expected"),
    [
        pytest.param(">=2.0.0", "==2.*", True, id="a line, as it is meant, without 2.dev0"),
        pytest.param(">=1.26.0,<2.0.0", "==1.26.*", True, id="a minor line"),
        pytest.param(">=1.26.1", "==1.26.*", False, id="a line that starts below"),
        pytest.param("<2.0.0", "==2.*", False, id="a line that lies outside"),
        pytest.param(">=2.0.0", ">=2.dev0", False, id="a floor says what it says"),
        pytest.param("<2.0.0", "!=2.0.*", False, id="a line excluded"),
        pytest.param("<2.0.0", "", False, id="nothing"),
        pytest.param("<2.0.0", "<1,>1", False, id="what admits nothing lies nowhere"),
    ],
)
def test_contains(within: str, specifiers: str, expected: bool) -> None:
    assert contains(within, specifiers) is expected


_BOUNDS = st.sampled_from(
    [version for version in (*RELEASES, *BEYOND, "1", "2", "3", "2.1", "1.26", "2.0") if "dev" not in version]
)
_PREFIXES = st.sampled_from(["1.*", "1.26.*", "2.*", "2.0.*", "2.3.*", "3.*"])
_CLAUSES = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "==="]), _BOUNDS),
    st.builds("{}{}".format, st.sampled_from(["==", "!="]), _PREFIXES),
    st.builds("~={}".format, st.sampled_from(["1.26", "1.26.1", "2.0", "2.3.1", "1.20"])),
)
_SETS = st.lists(_CLAUSES, max_size=4).map(",".join)
_RANGES = st.sampled_from(["<2.0.0", ">=1.26.0,<2.0.0", ">=2.0.0", "==1.26.0"])


FAULTS = (Fit.UNBOUNDED, Fit.LOOSE, Fit.OUTSIDE)


@given(specifiers=_SETS, within=_RANGES)
def test_a_verdict_agrees_with_every_version(specifiers: str, within: str) -> None:
    admitted = [version for version in (*RELEASES, *BEYOND) if admits(specifiers, version)]
    inside = [version for version in admitted if admits(within, version)]
    outside = [version for version in admitted if version not in inside]
    forbidden = {
        Fit.WITHIN: outside,
        Fit.OUTSIDE: inside,
        Fit.UNSATISFIABLE: admitted,
        Fit.LOOSE: [],
        Fit.UNBOUNDED: [],
    }
    assert forbidden[fit(specifiers, within)] == []


@given(specifiers=_SETS, within=_RANGES)
def test_a_witness_is_admitted_and_should_not_be(specifiers: str, within: str) -> None:
    found = witness(specifiers, within, RELEASES)
    assert found == "" or (admits(specifiers, found) and not admits(within, found))


@given(specifiers=_SETS)
def test_whatever_admits_too_much_of_numpy_has_a_witness(specifiers: str) -> None:
    assert fit(specifiers, "<2.0.0") not in FAULTS or witness(specifiers, "<2.0.0", RELEASES)


@given(specifiers=_SETS)
def test_what_is_within_the_range_has_no_witness_among_the_releases(specifiers: str) -> None:
    found = witness(specifiers, "<2.0.0", RELEASES)
    assert fit(specifiers, "<2.0.0") is not Fit.WITHIN or found not in RELEASES


@given(parts=st.lists(_SETS, max_size=3))
def test_an_intersection_admits_what_all_parts_admit(parts: list[str]) -> None:
    together = intersect(parts)
    for version in (*RELEASES, *BEYOND):
        assert admits(together, version) == all(admits(part, version) for part in parts)


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        pytest.param([], "", id="none"),
        pytest.param(["", ""], "", id="empty"),
        pytest.param(["<2,>=1.26", "", "<2"], "<2,>=1.26", id="each once, in order"),
    ],
)
def test_intersect(parts: list[str], together: str) -> None:
    assert intersect(parts) == together


@pytest.mark.parametrize(
    ("specifiers", "version", "expected"),
    [
        pytest.param(">=1.26", "2.0.0rc1", True, id="a pre-release counts"),
        pytest.param("<2.0.0", "2.0.0rc1", False, id="a cap keeps its own pre-releases out"),
        pytest.param("===1.26.4", "1.26.4", True, id="arbitrary equality"),
        pytest.param("===nonsense", "1.26.4", False, id="what is no version admits none"),
    ],
)
def test_admits(specifiers: str, version: str, expected: bool) -> None:
    assert admits(specifiers, version) is expected


@pytest.mark.parametrize(
    ("specifiers", "releases", "expected"),
    [
        pytest.param("", RELEASES, "2.4.6", id="newest of all"),
        pytest.param("<2", RELEASES, "1.26.4", id="newest below"),
        pytest.param("", ["2.0.0rc1", "1.26.4"], "1.26.4", id="a release rather than a later pre-release"),
        pytest.param(">=2.0.0b1", ["2.0.0b1", "2.0.0rc1"], "2.0.0rc1", id="a pre-release where nothing else is"),
        pytest.param("<1", RELEASES, None, id="none"),
        pytest.param("", [], None, id="none known"),
    ],
)
def test_newest(specifiers: str, releases: list[str], expected: str | None) -> None:
    assert newest(specifiers, releases) == expected


@pytest.mark.parametrize(
    ("specifiers", "within", "releases", "expected"),
    [
        pytest.param(">=1.26", "<2.0.0", RELEASES, "2.4.6", id="the newest that exists"),
        pytest.param("<2.1", "<2.0.0", RELEASES, "2.0.2", id="below the cap"),
        pytest.param("<2.0.0rc1", "<2.0.0", RELEASES, "2.0.0b1", id="a beta"),
        pytest.param("==2.9.9", "<2.0.0", RELEASES, "2.9.9", id="one that does not exist"),
        pytest.param("<=2", "<2.0.0", ["1.26.4"], "2", id="at a bound"),
        pytest.param("<2.0.0a1", "<2.0.0", RELEASES, "2.0.0a1.dev0", id="below a bound"),
        pytest.param(">3", "<2.0.0", RELEASES, "3.1", id="right above a bound"),
        pytest.param("!=2.0.*", "<2.0.0", [], "2.1.0", id="the line after an excluded one"),
        pytest.param("<2", "<2.0.0", RELEASES, "", id="none"),
        pytest.param("!=2.*,>=2", "<2.0.0", [], "3.0.0", id="the major version after an excluded one"),
        pytest.param("<1.20", ">=1.26", [], "0", id="below all bounds"),
        pytest.param("<2.dev0,>=1", "<1.5.dev1", [], "1.5.dev1", id="a development release as bound"),
    ],
)
def test_witness(specifiers: str, within: str, releases: list[str], expected: str) -> None:
    assert witness(specifiers, within, releases) == expected


@pytest.mark.parametrize(
    ("specifiers", "expected"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("<2", None, id="cap alone"),
        pytest.param("!=1.26.*", None, id="exclusion"),
        pytest.param(">=1.20,<2", "1.20", id="floor"),
        pytest.param(">1.20", "1.20", id="open floor"),
        pytest.param("==1.23.5", "1.23.5", id="exact"),
        pytest.param("===1.23.5", "1.23.5", id="arbitrary equality"),
        pytest.param("~=1.24", "1.24", id="compatible release"),
        pytest.param("==1.26.*", "1.26", id="a minor line"),
        pytest.param("==1.*", None, id="a major line"),
        pytest.param(">=1.9,>=1.26", "1.26", id="the highest of two, as versions"),
    ],
)
def test_lowest_written(specifiers: str, expected: str | None) -> None:
    assert lowest_written(specifiers) == expected


def test_specifiers_are_read_once() -> None:
    assert read_specifiers(">=1.26") is read_specifiers(">=1.26")


def test_only_versions_reasons_about_specifier_sets() -> None:
    """Set relations have traps (an empty set is a subset of everything), so they are asked in one place."""
    package = Path(__file__).parents[2] / "dmlint"
    relations = ("is_subset", "is_disjoint", "is_unsatisfiable")
    users = {path.name for path in package.rglob("*.py") if any(word in path.read_text("utf-8") for word in relations)}
    assert users == {"versions.py"}


@pytest.mark.parametrize(
    ("specifiers", "simplified"),
    [
        pytest.param("", "", id="any"),
        pytest.param("<2.0.0,>=1.26.0", ">=1.26.0,<2.0.0", id="floor first"),
        pytest.param(" < 2 , >= 1 ", ">=1,<2", id="white space"),
        pytest.param(">=1.23.5,<3,>=1.26", ">=1.26,<3", id="a higher floor"),
        pytest.param("==1.26.*,<2", "==1.26.*", id="implied by a line"),
        pytest.param(">=1.26,>=1.26.0", ">=1.26.0", id="the same twice"),
        pytest.param("<2,>=2", ">=2,<2", id="nothing fits"),
        pytest.param("!=1.5,===1.26.4", "===1.26.4", id="arbitrary equality"),
        pytest.param(
            ",".join(f"!=1.{minor}" for minor in range(30)) + ",<1",
            ",".join([*(f"!=1.{minor}" for minor in range(30)), "<1"]),
            id="too many to compare",
        ),
    ],
)
def test_simplify(specifiers: str, simplified: str) -> None:
    assert simplify(specifiers) == simplified
