"""Findings made by hand, for the tests of what prints them."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from dmlint.checks import load_rules
from dmlint.facts import Edit, Finding, Severity
from dmlint.linting.engine import Report
from dmlint.reports.view import View
from dmlint.text.source import Note, Source

ROOT = Path("/root of all")
PACK = load_rules()
PAGES = "https://example.org/rules"
HOSTILE = (
    "a\nb",
    "a\r\n::error::b",
    "::error file=x::y",
    "##[stop-commands]x",
    "100%0A%25",
    "a,b:c=d",
    "'\"<&>",
    "]]><failure/>",
    "<img src=x onerror=y>",
    "![x](http://evil.example/x.png)",
    "[x](http://evil.example)",
    "http://evil.example www.evil.example me@evil.example",
    "@somebody #12",
    "a|b\\|c",
    "`a`` ```",
    " a # b ? c ",
    "\u202egnp",
    "\x1b[2J\x00\x08",
    "\ufeff\uffff\ufdd0",
    "\udcff\udc80",
    "{0} ${TAG} &#64; &lt;",
    "*_~ # > - + 1. \\",
    "😀 é 日",
)
"""Texts that mean something to what reads a report."""


def finding(
    text: str = "numpy>=1.26\n",
    part: str = "numpy>=1.26",
    *,
    path: str = "requirements.txt",
    severity: Severity = Severity.ERROR,
    message: str = "NumPy 2 fits",
    rule: str = "DM101",
    fixable: bool = False,
    environment: str | None = None,
    notes: tuple[tuple[str, str, str], ...] = (),
    advice: str = "",
) -> Finding:
    """A finding at ``part`` of ``text``; each note is a path, the whole text of that file, and a sentence."""
    start = text.index(part)
    span = Source(path=path, text=text).span(start, start + len(part))
    evidence = tuple(
        Note(span=Source(path=other, text=content).span(0, len(content)), message=sentence)
        for other, content, sentence in notes
    )
    return Finding(
        rule=rule,
        name="numpy-unpinned",
        severity=severity,
        message=message,
        span=span,
        environment=environment,
        evidence=evidence,
        edit=Edit(span=span, replacement="x") if fixable else None,
        help=advice,
    )


def hostile(text: str) -> Finding:
    """A finding all of whose parts are that text."""
    name = text.replace("\0", "")
    content = text.encode("utf-8", "replace").decode()
    made = finding(
        content,
        content,
        path=name,
        message=text,
        environment=f"{name}#0:pip",
        notes=((name, content, text),),
        advice=text,
    )
    return replace(made, edit=Edit(span=made.span, replacement=content))


def report(*findings: Finding, files: int = 1, suppressed: int = 0) -> Report:
    """A report of these findings."""
    return Report(findings=findings, files=files, suppressed=suppressed, pack=PACK)


def view(*, cwd: Path = ROOT, color: bool = False, quiet: bool = False, docs: str | None = None) -> View:
    """A view from the root, if not from elsewhere."""
    return View(root=ROOT, cwd=cwd, color=color, quiet=quiet, docs=docs)
