"""What must hold of each format of a report, whatever the findings say; read back as its readers read it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click

from dmlint.reporters import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmlint.engine import Report
    from dmlint.reporters.view import View

    Check = Callable[[Sequence[str], Report, View], None]
    """Whether lines are a report, as its readers take it."""

_COMMAND = re.compile(r"::(error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")
_UNESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def check_reports(report: Report, view: View) -> None:
    """Print a report in each format that there is, and read it back."""
    for name, lines in REPORTERS.items():
        printed = list(lines(report, view))
        # As it is written: a name that is no UTF-8 keeps its bytes.
        assert "\n".join(printed).encode("utf-8", "surrogateescape") or not printed
        CHECKS.get(name, _is_whole)(printed, report, view)


def _is_whole(printed: Sequence[str], report: Report, view: View) -> None:
    """Lines are lines, and hold nothing that a terminal would obey."""
    for line in printed:
        assert (click.unstyle(line) if view.color else line).isprintable(), repr(line)


def _is_json(printed: Sequence[str], report: Report, view: View) -> None:
    found = json.loads("\n".join(printed))
    assert list(found) == ["version", "files", "findings"]
    assert len(found["findings"]) == len(report.findings)
    for entry, finding in zip(found["findings"], report.findings, strict=True):
        source = finding.span.source
        start = source.line_starts[entry["line"] - 1] + entry["column"] - 1
        end = source.line_starts[entry["end_line"] - 1] + entry["end_column"] - 1
        assert (start, end) == (finding.span.start, finding.span.end)
        assert entry["path"] == view.path(source.path)
        assert entry["message"] == finding.message


def _are_commands(printed: Sequence[str], report: Report, view: View) -> None:
    commands = [match for line in printed if (match := _COMMAND.fullmatch(line))]
    others = [line for line in printed if not _COMMAND.fullmatch(line)]
    # The runner obeys a line that starts with one, white space before it or not.
    assert all(line.isprintable() and not line.strip().startswith(("::", "##[")) for line in others)
    assert all(command["message"].isprintable() for command in commands)
    assert len(commands) == len(report.findings)
    files = sorted(_property(command["properties"], "file") for command in commands)
    assert files == sorted(finding.span.source.path for finding in report.findings)
    assert all(len(_unescape(command["message"])) < 4096 for command in commands)


def _property(properties: str, name: str) -> str:
    pairs = dict(entry.split("=", 1) for entry in properties.split(","))
    return _unescape(pairs[name])


def _unescape(text: str) -> str:
    for escape, character in _UNESCAPES:
        text = text.replace(escape, character)
    return text


CHECKS: dict[str, Check] = {"json": _is_json, "github": _are_commands}
