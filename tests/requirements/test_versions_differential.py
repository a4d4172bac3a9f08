"""Verdicts about specifier sets, held against trying every release of NumPy, and versions beside each bound.

``numpy_releases.txt`` has all releases that the package index offers, pre-releases included.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version
from small_tree import SHIPPED, lint_tree

from dmlint.config.settings import Settings
from dmlint.requirements.versions import Fit, admits, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASES = Path(__file__).with_name("numpy_releases.txt").read_text(encoding="utf-8").split()
PARTIAL = ("1", "2", "3", "1.26", "2.0", "2.1", "2.9.9", "10.1", "2.0.0a1", "3.0.0a1", "2.0.0.dev0", "1.26.4.post1")
LINES = ("1.*", "1.26.*", "1.26.4.*", "2.*", "2.0.*", "2.3.*", "3.*")
WITHIN = ("<2.0.0", ">=1.26.0,<2.0.0", ">=2.0.0", "==1.26.0")
CLAUSES = st.one_of(
    st.builds(
        "{}{}".format, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from([*RELEASES, *PARTIAL])
    ),
    st.builds("==={}".format, st.sampled_from(RELEASES)),
    st.builds("{}{}".format, st.sampled_from(["==", "!="]), st.sampled_from(LINES)),
    st.builds("~={}".format, st.sampled_from([text for text in (*RELEASES, *PARTIAL) if "." in text])),
)
SETS = st.lists(CLAUSES, max_size=4).map(",".join)
FAULTS = {Fit.UNBOUNDED: "DM101", Fit.LOOSE: "DM102", Fit.OUTSIDE: "DM103", Fit.UNSATISFIABLE: "DM104"}


def beside(text: str) -> Iterator[str]:
    """Versions at each bound of a set, and the closest ones around it that somebody could release."""
    for part in SpecifierSet(text):
        bound = Version(part.version.removesuffix(".*"))
        base, numbers = bound.base_version, bound.release
        yield from (str(bound), base)
        yield from (f"{base}{suffix}" for suffix in (".dev0", "a0.dev0", "a0", "rc999", ".post0.dev0", ".post1"))
        yield from (f"{base}{suffix}" for suffix in (".0.1.dev0", ".0.0.0.1", ".1", ".999"))
        for at, number in enumerate(numbers):
            above = ".".join(map(str, [*numbers[:at], number + 1]))
            below = ".".join(map(str, [*numbers[:at], max(0, number - 1)]))
            yield from (above, f"{above}.dev0", below, f"{below}.999")


def tried(specifiers: str, within: str) -> Fit:
    """The verdict that trying versions one by one comes to."""
    candidates = dict.fromkeys([*RELEASES, "0.dev0", "0", "99", *beside(specifiers), *beside(within)])
    wanted, asked = SpecifierSet(within), SpecifierSet(specifiers)
    admitted = [version for version in candidates if asked.contains(version, prereleases=True)]
    inside = [version for version in admitted if wanted.contains(version, prereleases=True)]
    bounded = any(part.operator not in (">", ">=") for part in asked)
    verdicts = {
        (True, True): Fit.UNSATISFIABLE,
        (False, True): Fit.OUTSIDE,
        (False, False): Fit.LOOSE if bounded else Fit.UNBOUNDED,
    }
    return Fit.WITHIN if inside and inside == admitted else verdicts[not admitted, not inside]


@settings(max_examples=400, deadline=None)
@given(specifiers=SETS, within=st.sampled_from(WITHIN))
def test_a_verdict_is_what_trying_every_release_comes_to(specifiers: str, within: str) -> None:
    assert fit(specifiers, within) is tried(specifiers, within)


def test_what_is_found_in_a_file_is_what_trying_every_release_comes_to(tmp_path: Path) -> None:
    random = Random(1)
    texts = sorted({",".join(_clause(random) for _ in range(random.randint(0, 3))) for _ in range(200)})
    files = {f"{number}/requirements.txt": f"numpy{text}\n" for number, text in enumerate(texts)}
    found = lint_tree(tmp_path, files, settings=Settings(select=tuple(FAULTS.values()))).findings
    told = {entry.span.source.path: entry for entry in found}
    for path, text in zip(files, texts, strict=True):
        entry = told.get(path)
        assert (entry.rule if entry else None) == FAULTS.get(tried(text, "<2.0.0")), text
    for entry in found:
        witness = entry.message.partition("NumPy ")[2].partition(";")[0]
        text = entry.span.text.removeprefix("numpy")
        assert entry.rule not in ("DM101", "DM102") or admits(text, witness) > admits("<2.0.0", witness)


def _clause(random: Random) -> str:
    operator = random.choice(["<", "<=", ">", ">=", "==", "!=", "==="])
    line = f"{random.choice(['==', '!='])}{random.choice(LINES)}"
    return random.choice([operator + random.choice(RELEASES), operator + random.choice(RELEASES), line])


@pytest.mark.parametrize(
    ("specifiers", "verdict"),
    [
        pytest.param("===1.26.4.0", Fit.WITHIN, id="a release with a zero more"),
        pytest.param("===v2.0.0", Fit.OUTSIDE, id="a release with a letter"),
    ],
)
def test_arbitrary_equality_is_read_by_what_it_means(specifiers: str, verdict: Fit) -> None:
    """The one way to differ: pip compares the strings, and then nothing fits that is spelled so."""
    assert [version for version in RELEASES if SpecifierSet(specifiers).contains(version, prereleases=True)] == []
    assert fit(specifiers, "<2.0.0") is verdict


def test_the_releases_that_the_rules_name_exist() -> None:
    assert set(SHIPPED.catalogue.package("numpy").versions) <= set(RELEASES)
