"""What the formats for programs say of a finding, where a person will read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.reports.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.facts import Finding
    from dmlint.reports.view import View


def words(finding: Finding, view: View) -> Iterator[str]:
    """The message, the evidence with its places, what to write instead, and what explains the rule: a line each."""
    yield visible(finding.message)
    for note in finding.evidence:
        yield visible(f"{view.place(note.span)}: {note.message}")
    if finding.help:
        yield visible(f"help: {finding.help}")
    yield f"why: {view.page(finding.rule) or explain(finding.rule)}"


def sentence(finding: Finding, view: View) -> str:
    """The same on one line, without the evidence."""
    advice = f"; {finding.help}" if finding.help else ""
    why = view.page(finding.rule) or explain(finding.rule)
    return f"{finding.rule}: {visible(finding.message + advice)} ({why})"


def explain(rule: str) -> str:
    """The command that explains a rule."""
    return f"dmlint explain {rule}"


def encodable(text: str) -> str:
    r"""The text with what UTF-8 has no bytes for, such as those of a file's name that is no text, as ``\udcff``."""
    return text.encode("utf-8", "backslashreplace").decode()
