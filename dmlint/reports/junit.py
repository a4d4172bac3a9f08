"""The report as a test run, in the XML that JUnit's reports have taught Jenkins, Azure and others to read."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from dmlint.reports.summary import sentence, words
from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.reports.view import View

_NAME = "dmlint"


def lines(report: Report, view: View) -> Iterator[str]:
    """A suite for each file at fault, a failure for each finding; one test that passes where nothing is found.

    The document is ASCII, and holds none of the characters that XML has no way to write: all that is not printable
    stands as an escape.
    """
    root = ElementTree.Element("testsuites", _suite(_NAME, len(report.findings), len(report.findings)))
    for path, found in groupby(report.findings, key=lambda finding: finding.span.source.path):
        _add_suite(root, visible(view.path(path)), list(found), view)
    if not report.findings:
        suite = ElementTree.SubElement(root, "testsuite", _suite(_NAME, 1, 0))
        ElementTree.SubElement(suite, "testcase", name=_NAME, classname=_NAME)
        root.set("tests", "1")
    ElementTree.indent(root)
    yield from ElementTree.tostring(root, "us-ascii", xml_declaration=True).decode("ascii").split("\n")


def _add_suite(root: ElementTree.Element, path: str, found: list[Finding], view: View) -> None:
    suite = ElementTree.SubElement(root, "testsuite", _suite(path, len(found), len(found)))
    for finding in found:
        line, column = finding.span.source.position(finding.span.start)
        name = f"{finding.rule} {visible(finding.name)} ({line}:{column})"
        case = ElementTree.SubElement(suite, "testcase", name=name, classname=path)
        said = sentence(finding, view)
        failure = ElementTree.SubElement(case, "failure", type=finding.severity.value, message=said)
        failure.text = "\n".join((visible(view.place(finding.span)), *words(finding, view)))


def _suite(name: str, tests: int, failures: int) -> dict[str, str]:
    return {"name": name, "tests": str(tests), "failures": str(failures), "errors": "0"}
