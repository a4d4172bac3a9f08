from __future__ import annotations

import pytest
from report_consumers import read_markdown
from report_samples import PAGES, finding, report, view

from dmlint.facts import Severity
from dmlint.reports import REPORTERS
from dmlint.reports.markdown import code, fit

MARKDOWN = REPORTERS["markdown"]


def test_a_report() -> None:
    found = report(
        finding(path="b", severity=Severity.NOTICE, rule="DM304"),
        finding(path="a", environment="a[x]", notes=(("x", "", "so"),), advice="say `<2`"),
        files=2,
    )
    assert list(MARKDOWN(found, view())) == [
        "## dmlint",
        "",
        "Found 1 error, 1 notice in 2 files.",
        "",
        "| severity | rule | place | what | help |",
        "| --- | --- | --- | --- | --- |",
        "| error | `DM101` `numpy-unpinned` | `a:1:1` | `NumPy 2 fits`<br>`x:1:1` `so`<br>in `a[x]` | `` say `<2` `` |",
        "| notice | `DM304` `numpy-unpinned` | `b:1:1` | `NumPy 2 fits` |  |",
        "",
        "`dmlint explain RULE` tells why a rule exists.",
    ]


def test_pages_of_rules_are_linked() -> None:
    lines = list(MARKDOWN(report(finding()), view(quiet=True, docs=PAGES)))
    tags, links, rows = read_markdown("\n".join(lines))
    assert (lines[0], lines[1], lines[-1][:9]) == ("## dmlint", "", "| error |")
    assert (links, rows[1][1]) == ([f"{PAGES}/DM101.md"], "DM101 numpy-unpinned")
    assert tags == {"h2", "table", "thead", "tbody", "tr", "th", "td", "a", "code"}


def test_a_clean_run_gives_a_heading_and_a_sentence() -> None:
    assert list(MARKDOWN(report(files=3), view())) == ["## dmlint", "", "All clear: 3 files checked."]
    assert list(MARKDOWN(report(), view(quiet=True))) == ["## dmlint"]
    assert fit(report(files=3), view(), 1000) == ["## dmlint", "", "All clear: 3 files checked."]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("a", "`a`", id="plain"),
        pytest.param("a`b", "``a`b``", id="backtick"),
        pytest.param("`a``", "``` `a`` ```", id="backticks-at-the-ends"),
        pytest.param(" a ", "`  a  `", id="spaces-at-the-ends"),
        pytest.param("  ", "`  `", id="spaces"),
        pytest.param("a|b", "`a`&#124;`b`", id="bar"),
        pytest.param("\\|", "`\\`&#124;", id="bar-after-a-backslash"),
        pytest.param("a\nb", "`a\\nb`", id="newline"),
        pytest.param("\u202ea", "`\\u202ea`", id="direction-of-writing"),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


def test_what_is_too_long_is_cut_after_a_row() -> None:
    many = [finding(path=f"é{number}/requirements.txt") for number in range(200)]
    many[150] = finding(path="first", severity=Severity.ERROR)
    found = report(*(finding(path="last", severity=Severity.NOTICE), *many))
    whole = list(MARKDOWN(found, view()))
    size = sum(len(f"{line}\n".encode()) for line in whole)
    assert fit(found, view(), size) == whole
    for smaller in range(size - 200, size, 9):
        cut = fit(found, view(), smaller)
        assert sum(len(f"{line}\n".encode()) for line in cut) <= smaller
        shown = sum(line.startswith(("| error |", "| notice |")) for line in cut)
        assert cut[6 + shown :] == ["", cut[7 + shown], *whole[-2:]]
        assert cut[7 + shown].startswith(f"{201 - shown} finding")
        assert 190 < shown < 201


@pytest.mark.parametrize("size", [0, 100, 205])
def test_where_not_even_a_sentence_fits_there_is_nothing(size: int) -> None:
    assert fit(report(*[finding()] * 9), view(), size) == []


def test_one_finding_may_be_left_out() -> None:
    found = report(finding(), finding(message="y" * 2000, severity=Severity.NOTICE))
    lines = fit(found, view(), 2000)
    assert (lines[6][:9], lines[7:9]) == ("| error |", ["", "1 finding is left out: the table would be too long."])
