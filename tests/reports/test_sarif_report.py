from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace
from report_samples import PACK, PAGES, ROOT, finding, report, view

from dmlint import __version__
from dmlint.facts import Edit, Finding, Severity
from dmlint.reports import REPORTERS
from dmlint.reports.sarif import driver, hash_lines
from dmlint.text.source import Source


def run_of(*findings: Finding, docs: str | None = None) -> dict[str, Any]:
    (line,) = REPORTERS["sarif"](report(*findings), view(cwd=ROOT / "elsewhere", docs=docs))
    assert line.isascii()
    log = json.loads(line)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def result_of(found: Finding) -> dict[str, Any]:
    (result,) = run_of(found)["results"]
    made: dict[str, Any] = result
    return made


def test_a_result() -> None:
    found = finding(
        "a\r\nRUN 😀 pip \\\n numpy\n",
        "pip \\\n numpy",
        path="docker/Dockerfile",
        environment="docker/Dockerfile#base:pip",
        notes=(("x.env", "V", "from here"),),
        advice="write numpy<2",
    )
    found = replace(found, edit=Edit(span=found.span, replacement="pip 'numpy<2'"))
    region = {"startLine": 2, "startColumn": 7, "endLine": 3, "endColumn": 7}
    file = {"uri": "docker/Dockerfile", "uriBaseId": "%SRCROOT%"}
    result = result_of(found)
    assert PACK.rules[result.pop("ruleIndex")].id == "DM101"
    assert result == {
        "ruleId": "DM101",
        "level": "error",
        "message": {"text": "NumPy 2 fits. Help: write numpy<2."},
        "locations": [{"physicalLocation": {"artifactLocation": file, "region": region}}],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "x.env", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
                },
                "message": {"text": "from here"},
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": hash_lines(found.span.source.text, {2})[2]},
        "fixes": [
            {
                "description": {"text": "Change the fault and nothing else."},
                "artifactChanges": [
                    {
                        "artifactLocation": file,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "pip 'numpy<2'"}}],
                    }
                ],
            }
        ],
        "properties": {"environment": "docker/Dockerfile#base:pip"},
    }


def test_a_result_says_no_more_than_there_is() -> None:
    assert sorted(result_of(finding())) == [
        "level", "locations", "message", "partialFingerprints", "ruleId", "ruleIndex",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTICE, "note")],
)
def test_levels(severity: Severity, level: str) -> None:
    assert result_of(finding(severity=severity))["level"] == level


def test_an_edit_may_be_unsafe_and_in_another_file() -> None:
    edit = Edit(span=Source(path="b c", text="x").span(1, 1), replacement="y", safe=False)
    (fix,) = result_of(replace(finding(), edit=edit))["fixes"]
    assert fix["description"]["text"] == "Change the fault, and maybe more than that."
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "b%20c"
    assert change["replacements"][0]["deletedRegion"]["endColumn"] == 2


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("a/b c.txt", "a/b%20c.txt", id="space"),
        pytest.param("a#b?c%d.txt", "a%23b%3Fc%25d.txt", id="signs-of-an-address"),
        pytest.param("c:x/é", "c%3Ax/%C3%A9", id="no-scheme"),
        pytest.param("a\nb\u202e", "a%0Ab%E2%80%AE", id="not-printable"),
        pytest.param("\udcff", "%FF", id="no-text"),
    ],
)
def test_paths_are_addresses(path: str, uri: str) -> None:
    (location,) = result_of(finding(path=path))["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_text_of_a_file_makes_no_link() -> None:
    found = finding(message="[x](http://evil)", advice="[y](1)\n", notes=(("b", "", "[z](2)"),))
    result = result_of(found)
    assert result["message"]["text"] == "[x\\](http://evil). Help: [y\\](1)\\n."
    assert result["relatedLocations"][0]["message"]["text"] == "[z\\](2)"


def test_fingerprints_are_of_the_file_as_code_scanning_reads_it() -> None:
    source = Source(path="r.txt", text="numpy\nnumpy\n", encoding="utf-8-sig")
    found = [replace(finding(), span=source.span(at, at + 5)) for at in (0, 6)]
    hashes = [entry["partialFingerprints"]["primaryLocationLineHash"] for entry in run_of(*found)["results"]]
    assert hashes == list(hash_lines("\ufeffnumpy\nnumpy\n", {1, 2}).values())


def test_the_driver() -> None:
    made = run_of()["tool"]["driver"]
    assert (made["name"], made["semanticVersion"]) == ("dmlint", __version__)
    assert [rule["id"] for rule in made["rules"]] == [rule.id for rule in PACK.rules]
    assert "informationUri" not in made
    rule, shipped = made["rules"][0], PACK.rules[0]
    assert (rule["name"], rule["defaultConfiguration"]) == (shipped.name, {"level": shipped.severity})
    assert rule["shortDescription"]["text"] == f"{shipped.title}."
    assert rule["fullDescription"]["text"] == shipped.why
    assert rule["help"]["markdown"].startswith("# DM101 numpy-unpinned\n\nNumPy is asked for")
    assert rule["help"]["text"].startswith("DM101 numpy-unpinned (error)\n\nNumPy is asked for")
    assert "helpUri" not in rule
    assert rule["properties"] == {
        "tags": ["dependencies", "reliability"],
        "precision": "high",
        "problem.severity": "error",
    }


def test_pages_of_rules_are_linked() -> None:
    made = run_of(docs=PAGES)["tool"]["driver"]
    assert made["informationUri"] == PAGES
    assert made["rules"][0]["helpUri"] == f"{PAGES}/DM101.md"


def test_long_reasons_are_cut() -> None:
    rule = replace(PACK.rules[0], why="x  y\n" * 500, title="What?", severity="notice")
    (made,) = driver(replace(PACK, rules=(rule,)), view())["rules"]
    assert made["fullDescription"]["text"] == ("x y " * 500)[:1023] + "…"
    assert made["shortDescription"]["text"] == "What?"
    assert made["properties"]["problem.severity"] == "recommendation"


def test_without_rules_there_is_a_report_too() -> None:
    (line,) = REPORTERS["sarif"](replace(report(), pack=None), view())
    assert json.loads(line)["runs"][0]["tool"]["driver"]["rules"] == []


def test_a_clean_run_gives_an_empty_report() -> None:
    run = run_of()
    assert (run["results"], run["columnKind"]) == ([], "unicodeCodePoints")
    assert run["invocations"] == [{"executionSuccessful": True}]
