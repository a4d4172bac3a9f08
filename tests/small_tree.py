"""Small repositories, written into a folder and linted as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmlint.checks import load_rules
from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.linting.engine import lint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dmlint.facts import Finding
    from dmlint.linting.engine import Report
    from dmlint.rulepacks.packs import RulePack

SHIPPED = load_rules()
OF_WHAT_IS_ASKED = Settings(select=("DM101", "DM102", "DM103", "DM104", "DM106", "DM20", "DM90"))
"""What stands in the text itself; the rules on the outcome of an environment have tests of their own."""


def write_tree(root: Path, files: Mapping[str, str]) -> None:
    """Write texts below ``root``, by path."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def lint_tree(
    root: Path,
    files: Mapping[str, str],
    *,
    paths: Iterable[str] | None = None,
    context: Iterable[str] = (),
    settings: Settings = OF_WHAT_IS_ASKED,
    pack: RulePack = SHIPPED,
) -> Report:
    """Lint ``paths`` of a tree with these files, all of them if none are named."""
    write_tree(root, files)
    return lint(Repository(root), sorted(files) if paths is None else paths, settings, pack, context)


def told(findings: Iterable[Finding]) -> list[str]:
    """``RULE text`` for each finding."""
    return [f"{entry.rule} {entry.span.text}" for entry in findings]


def find(root: Path, files: Mapping[str, str]) -> list[str]:
    """What is found in a tree, as ``RULE text``."""
    return told(lint_tree(root, files).findings)


def find_places(root: Path, files: Mapping[str, str]) -> list[str]:
    """What is found in a tree, as ``PATH:LINE RULE text``."""
    found = lint_tree(root, files).findings
    return [f"{entry.span.source.path}:{entry.span.line} {entry.rule} {entry.span.text}" for entry in found]
