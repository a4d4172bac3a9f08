from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
import pytest
from msgspec.structs import replace
from report_samples import finding, report, view

from dmlint.facts import Severity
from dmlint.reports import REPORTERS
from dmlint.reports.terminal import snippet, visible, width

if TYPE_CHECKING:
    from dmlint.facts import Finding

TEXT = REPORTERS["text"]


def test_all_parts_in_their_order() -> None:
    found = finding(
        "FROM x\n\n\n\n\n\n\n\n\nRUN pip install 'numpy>=1.26'\n",
        path="docker/Dockerfile",
        severity=Severity.WARNING,
        environment="docker/Dockerfile#0:pip",
        notes=(("compose.yaml", "x", "the image comes from here"),),
        advice="write numpy<2",
    )
    assert "\n".join(TEXT(report(found, files=2), view())) == (
        "docker/Dockerfile:10:18: warning[DM101] numpy-unpinned: NumPy 2 fits\n"
        "   |\n"
        "10 | RUN pip install 'numpy>=1.26'\n"
        "   |                  ^^^^^^^^^^^\n"
        "   = environment: docker/Dockerfile#0:pip\n"
        "   = compose.yaml:1:1: the image comes from here\n"
        "   = help: write numpy<2\n"
        "\n"
        "Found 1 warning in 2 files."
    )


@pytest.mark.parametrize(
    ("text", "part", "shown", "carets"),
    [
        pytest.param("ab cd ef", "cd", "ab cd ef", "   ^^", id="plain"),
        pytest.param("\tab\tcd", "cd", "    ab    cd", "          ^^", id="tabs"),
        pytest.param("日本 cd", "cd", "日本 cd", "     ^^", id="wide-before"),
        pytest.param("日本 cd", "日本", "日本 cd", "^^^^", id="wide-under"),
        pytest.param("e\u0301 cd", "cd", "e\u0301 cd", "  ^^", id="combining"),
        pytest.param("a\x1b[2J cd", "cd", "a\\x1b[2J cd", "         ^^", id="escape-code"),
        pytest.param("a\rb cd\r\nx", "cd", "a\\rb cd", "     ^^", id="carriage-return"),
        pytest.param("a\u202eb cd", "cd", "a\\u202eb cd", "         ^^", id="direction-of-writing"),
        pytest.param("ab \\\n cd", "ab \\\n cd", "ab \\", "^^^^", id="over-two-lines"),
        pytest.param("ab", "", "ab", "^", id="nothing"),
        pytest.param("ab\r\n", "\r\n", "ab", "  ^", id="line-end"),
        pytest.param(
            "x" * 500 + "numpy" + "y" * 500,
            "numpy",
            "…" + "x" * 60 + "numpy" + "y" * 40 + "…",
            " " * 61 + "^^^^^",
            id="long",
        ),
        pytest.param("y" * 200, "y" * 200, "y" * 120 + "…", "^" * 80, id="long-span"),
    ],
)
def test_carets_stand_under_the_span(text: str, part: str, shown: str, carets: str) -> None:
    lines = list(TEXT(report(finding(text, part)), view()))
    assert lines[1:4] == ["  |", f"1 | {shown}", f"  | {carets}"]


@pytest.mark.parametrize("text", [pytest.param("", id="empty-file"), pytest.param("\r\n", id="empty-line")])
def test_an_empty_line_is_not_shown(text: str) -> None:
    lines = list(TEXT(report(finding(text, "")), view()))
    assert lines[1:] == ["", "Found 1 error in 1 file."]


@pytest.mark.parametrize(
    ("found", "line"),
    [
        pytest.param(finding(path="a\nb"), "a\\nb:1:1: error[DM101] numpy-unpinned: NumPy 2 fits", id="path"),
        pytest.param(
            finding(message="\x1b[1m"), "requirements.txt:1:1: error[DM101] numpy-unpinned: \\x1b[1m", id="message"
        ),
        pytest.param(finding(advice="a\rb"), "  = help: a\\rb", id="help"),
        pytest.param(finding(environment="x#\x07"), "  = environment: x#\\x07", id="environment"),
        pytest.param(finding(notes=(("x\t", "", "\x08"),)), "  = x\\t:1:1: \\x08", id="evidence"),
    ],
)
def test_nothing_reaches_the_terminal_unescaped(found: Finding, line: str) -> None:
    assert line in list(TEXT(report(found), view()))


def test_colors_change_nothing_else() -> None:
    found = report(finding(advice="x"), finding(severity=Severity.NOTICE))
    plain, colored = list(TEXT(found, view())), list(TEXT(found, view(color=True)))
    assert plain != colored
    assert [click.unstyle(line) for line in colored] == plain


def test_quiet_leaves_the_summary_out() -> None:
    assert list(TEXT(report(), view(quiet=True))) == []


def test_many_findings_in_one_long_line_take_no_time() -> None:
    text = "numpy " * 800_000
    one = finding(text, "numpy")
    many = [replace(one, span=one.span.source.span(at, at + 5)) for at in range(0, len(text), 600)]
    start = time.perf_counter()
    lines = list(TEXT(report(*many), view()))
    assert len(lines) == 5 * len(many) + 1
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("plain ü 日", "plain ü 日", id="printable"),
        pytest.param("\x00\x9b\u2028\udcff", "\\x00\\x9b\\u2028\\udcff", id="others"),
    ],
)
def test_visible(text: str, escaped: str) -> None:
    assert visible(text) == escaped


def test_width_and_snippet() -> None:
    assert (width("ab"), width("日b"), width("e\u0301\u20dd")) == (2, 3, 1)
    assert snippet("\ta\x00") == "    a\\x00"
