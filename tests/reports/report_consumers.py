"""What reads the reports, written from the rules that each consumer documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# By name, so that the types of all else are checked without them too.
_JSON_SCHEMA = import_module("jsonschema").Draft7Validator
_XML_SCHEMA = import_module("xmlschema").XMLSchema
_CMARK = import_module("cmarkgfm")

_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 1}


def _table(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


GITLAB = _JSON_SCHEMA(
    {
        # docs.gitlab.com/ci/testing/code_quality: each of these is needed, and a path is relative without "./".
        "type": "array",
        "items": _table(
            ["description", "check_name", "fingerprint", "severity", "location"],
            description=_TEXT,
            check_name=_TEXT,
            fingerprint=_TEXT,
            severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
            location=_table(
                ["path", "lines"],
                path={**_TEXT, "not": {"pattern": r"^(/|\./)"}},
                lines=_table(["begin"], begin=_COUNT),
            ),
        ),
    }
)
_RANGE = _table(
    ["start", "end"], **dict.fromkeys(("start", "end"), _table(["line", "column"], line=_COUNT, column=_COUNT))
)
RDJSON = _JSON_SCHEMA(
    # reviewdog.proto, message DiagnosticResult, in proto3's JSON.
    _table(
        ["source", "diagnostics"],
        source=_table(["name"], name=_TEXT),
        diagnostics={
            "type": "array",
            "items": _table(
                ["message", "location", "severity", "code"],
                message=_TEXT,
                location=_table(["path", "range"], path=_TEXT, range=_RANGE),
                severity={"enum": ["ERROR", "WARNING", "INFO"]},
                code=_table(["value"], value=_TEXT, url={"type": "string", "pattern": "^https?://"}),
                suggestions={
                    "type": "array",
                    "items": _table(["range", "text"], range=_RANGE, text={"type": "string"}),
                },
            ),
        },
    )
)
JUNIT = _XML_SCHEMA(Path(__file__).with_name("junit.xsd"))


def read_gitlab(text: str) -> list[Any]:
    """The entries of a Code Quality report."""
    data: list[Any] = json.loads(text)
    GITLAB.validate(data)
    return data


def read_rdjson(text: str) -> list[Any]:
    """The diagnostics of a result."""
    data = json.loads(text)
    RDJSON.validate(data)
    diagnostics: list[Any] = data["diagnostics"]
    return diagnostics


def read_junit(text: str) -> ElementTree.Element:
    """The root of a report, whose counts are right."""
    root = ElementTree.fromstring(text)
    JUNIT.validate(root)
    for group in (root, *root.findall("testsuite")):
        counts = [len(group.findall(path)) for path in (".//testcase", ".//failure", ".//error")]
        assert [int(group.attrib[name]) for name in ("tests", "failures", "errors")] == counts
    return root


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A workflow command as GitHub's runner takes it out of a line."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    message: str = ""


_COMMANDS = (
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "add-mask",
    "stop-commands",
    "set-output",
    "echo",
)


def read_commands(text: str) -> list[Command]:
    """The commands that the runner finds in what a step prints.

    Its rules: a line is what LF, CR or both end; white space before ``::`` counts for nothing; the next ``::`` ends the
    properties; these are parted by commas, a name from its value by the first ``=``. A line that holds ``##[`` and a
    command's name is a command of the older grammar, wherever in it that stands.
    """
    found = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        bare = line.lstrip()
        if bare.startswith("::") and "::" in bare[2:]:
            head, _, message = bare[2:].partition("::")
            name, _, rest = head.partition(" ")
            pairs = [pair.split("=", 1) for pair in rest.strip().split(",") if pair]
            properties = {pair[0]: _unescape(pair[1], "\r", "\n", ":", ",") for pair in pairs if len(pair) == 2}
            found.append(Command(name=name, properties=properties, message=_unescape(message, "\r", "\n")))
        elif any(f"##[{name}" in line for name in _COMMANDS):
            found.append(Command(name="##["))
    return found


def _unescape(text: str, *characters: str) -> str:
    for character in (*characters, "%"):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name != "align"]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.within = True
        if tag == "br":
            self.rows[-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.within = self.within and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.within:
            self.rows[-1][-1] += data


def read_markdown(text: str) -> tuple[set[str], list[str], list[list[str]]]:
    """The tags, the addresses and the rows of text that GitHub's Markdown, with HTML let through, makes of a page."""
    options = _CMARK.cmark.Options.CMARK_OPT_UNSAFE
    page = _Page()
    page.feed(_CMARK.github_flavored_markdown_to_html(text, options))
    page.close()
    return page.tags, page.links, page.rows
