from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from report_samples import PAGES, ROOT, finding, report, view

from dmlint.facts import Severity
from dmlint.reports import DEFAULT, REPORTERS
from dmlint.reports.summary import statistics, summary

if TYPE_CHECKING:
    from dmlint.linting.engine import Report

CONCISE, JSON, GITHUB = (REPORTERS[name] for name in ("concise", "json", "github"))


def test_the_formats_and_the_one_for_people() -> None:
    assert list(REPORTERS) == [
        "text", "concise", "json", "jsonl", "github", "gitlab", "junit", "html", "markdown", "rdjson", "sarif",
    ]  # fmt: skip
    assert DEFAULT == "text"


def test_concise() -> None:
    found = report(finding(), finding("\nRUN x", "x", path="a\nb", severity=Severity.NOTICE, message="\x1b"))
    assert list(CONCISE(found, view())) == [
        "requirements.txt:1:1: DM101 error: NumPy 2 fits",
        "a\\nb:2:5: DM101 notice: \\x1b",
    ]


def test_json_is_the_contract() -> None:
    found = finding(
        "a\r\nRUN pip \\\n numpy\n",
        "pip \\\n numpy",
        path="docker/Dockerfile",
        environment="docker/Dockerfile#base:pip",
        notes=(("x.env", "é", "from hère"),),
        fixable=True,
        advice="write numpy<2",
    )
    lines = list(JSON(report(found, files=12, suppressed=1), view(cwd=ROOT / "docker")))
    assert lines == [
        (
            '{"version": 1, "files": 12, "environments": {"ok": 0, "broken": 0, "unknown": 0}, '
            '"findings": [{"rule": "DM101", "name": "numpy-unpinned", "severity": "error", '
            '"message": "NumPy 2 fits", "path": "Dockerfile", "line": 2, "column": 5, "end_line": 3, "end_column": 7, '
            '"environment": "Dockerfile#base:pip", "environments": [], '
            '"evidence": [{"path": "../x.env", "line": 1, "column": 1, '
            '"message": "from h\\u00e8re"}], "fixable": true, "help": "write numpy<2"}]}'
        )
    ]


def test_jsonl_is_the_findings_of_json() -> None:
    found = report(finding(advice="ü"), finding(path="\udcff\n", fixable=True))
    (whole,) = JSON(found, view())
    lines = list(REPORTERS["jsonl"](found, view()))
    assert all(line.isascii() for line in lines)
    assert [json.loads(line) for line in lines] == json.loads(whole)["findings"]
    assert list(REPORTERS["jsonl"](report(), view())) == []


def test_json_of_nothing() -> None:
    counts = '"environments": {"ok": 0, "broken": 0, "unknown": 0}'
    assert list(JSON(report(files=0), view())) == [f'{{"version": 1, "files": 0, {counts}, "findings": []}}']


def test_json_holds_any_name() -> None:
    (line,) = JSON(report(finding(path="\udcff\n")), view())
    assert line.isascii()
    assert json.loads(line)["findings"][0]["path"] == "\udcff\n"


@pytest.mark.parametrize(
    ("environment", "cwd", "shown"),
    [
        pytest.param(None, ROOT, None, id="none"),
        pytest.param("requirements.txt[x]", ROOT.parent, "root of all/requirements.txt[x]", id="own-path"),
        pytest.param("other.txt[y#z]", ROOT / "a", "../other.txt[y#z]", id="path-of-the-evidence"),
        pytest.param("odd#1.txt#0:pip", ROOT / "a", "../odd#1.txt#0:pip", id="sign-in-the-path"),
        pytest.param("a/Dockerfile#base:pip[x]", ROOT / "a", "Dockerfile#base:pip[x]", id="another-stage"),
        pytest.param("a/pyproject.toml[dev]", ROOT / "a", "pyproject.toml[dev]", id="another-manifest"),
        pytest.param("bare", ROOT, "bare", id="no-sign"),
    ],
)
def test_environments_are_named_from_the_working_directory(
    environment: str | None, cwd: Path, shown: str | None
) -> None:
    found = finding(environment=environment, notes=(("other.txt", "", ""), ("odd#1.txt", "", "")))
    assert view(cwd=cwd).environment(found) == shown


@pytest.mark.parametrize(
    ("cwd", "shown"),
    [
        pytest.param(ROOT, "a/b/x:1:1", id="root"),
        pytest.param(ROOT / "a", "b/x:1:1", id="inside"),
        pytest.param(ROOT / "c", "../a/b/x:1:1", id="beside"),
        pytest.param(Path("/elsewhere"), "../root of all/a/b/x:1:1", id="outside"),
    ],
)
def test_places_are_relative_to_the_working_directory(cwd: Path, shown: str) -> None:
    assert view(cwd=cwd).place(finding(path="a/b/x").span) == shown


def test_github() -> None:
    found = finding(
        path="docker/a,b:c%\n",
        message="100 % of\nit",
        notes=(("other", "", "because"),),
        advice="write numpy<2",
    )
    assert list(GITHUB(report(found), view(cwd=ROOT / "docker"))) == [
        (
            "::error file=docker/a%2Cb%3Ac%25%0A,line=1,endLine=1,col=1,endColumn=12,title=DM101 numpy-unpinned::"
            "a,b:c%25\\n:1:1: DM101 100 %25 of\\nit%0A../other:1:1: because%0Ahelp: write numpy<2%0A"
            "why: dmlint explain DM101"
        ),
        "Found 1 error in 1 file.",
    ]


def test_github_names_the_page_of_the_rule() -> None:
    (line,) = GITHUB(report(finding(rule="DM101")), view(quiet=True, docs=PAGES))
    assert line.endswith("%0Awhy: https://example.org/rules/DM101.md")


def test_github_leaves_columns_out_over_lines() -> None:
    (line, _) = GITHUB(report(finding("a\nb", "a\nb")), view())
    assert line.startswith("::error file=requirements.txt,line=1,endLine=2,title=")


def test_github_prints_errors_first() -> None:
    severities = [Severity.NOTICE, Severity.ERROR, Severity.WARNING, Severity.ERROR]
    found = report(*(finding(severity=severity, rule=f"DM{at}") for at, severity in enumerate(severities)))
    lines = list(GITHUB(found, view(quiet=True)))
    assert [line.split(" ")[0] + line.partition("title=")[2][:3] for line in lines] == [
        "::errorDM1", "::errorDM3", "::warningDM2", "::noticeDM0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("errors", "notices", "last"),
    [
        pytest.param(10, 10, ["Found 10 errors, 10 notices in 1 file."], id="all-shown"),
        pytest.param(
            11,
            0,
            [
                "1 finding above is not annotated: GitHub shows 10 annotations of each severity per step.",
                "Found 11 errors in 1 file.",
            ],
            id="one-more",
        ),
        pytest.param(
            12,
            13,
            [
                "5 findings above are not annotated: GitHub shows 10 annotations of each severity per step.",
                "Found 12 errors, 13 notices in 1 file.",
            ],
            id="of-both",
        ),
    ],
)
def test_github_says_how_many_are_not_shown(errors: int, notices: int, last: list[str]) -> None:
    found = report(*[finding()] * errors, *[finding(severity=Severity.NOTICE)] * notices)
    lines = list(GITHUB(found, view()))
    assert lines[errors + notices :] == last


@pytest.mark.parametrize("pad", range(4))
def test_github_messages_are_cut_between_escapes(pad: int) -> None:
    (line,) = GITHUB(report(finding(message="x" * pad + "%" * 5000)), view(quiet=True))
    message = line.split("::", 2)[2]
    assert 4090 < len(message) < 4096
    assert message.endswith("%25…")
    assert message.replace("%25", "").count("%") == 0


@pytest.mark.parametrize(
    ("made", "line"),
    [
        pytest.param(report(files=12), "All clear: 12 files checked.", id="clear"),
        pytest.param(report(suppressed=2), "All clear: 1 file checked; 2 suppressed.", id="all-suppressed"),
        pytest.param(
            report(finding(), finding(severity=Severity.WARNING), finding(severity=Severity.WARNING), files=3),
            "Found 1 error, 2 warnings in 3 files.",
            id="counts",
        ),
        pytest.param(
            report(finding(fixable=True), suppressed=1),
            "Found 1 error in 1 file; 1 fixable with --fix, 1 suppressed.",
            id="asides",
        ),
    ],
)
def test_summary(made: Report, line: str) -> None:
    assert summary(made) == line


def test_statistics() -> None:
    found = [finding(rule="DM203")] * 2 + [finding(rule="DM101")] * 11 + [finding(rule="DM102")] * 2
    assert statistics(report(*found)) == [
        "11  DM101  numpy-unpinned",
        " 2  DM102  numpy-unpinned",
        " 2  DM203  numpy-unpinned",
    ]
    assert statistics(report()) == []
