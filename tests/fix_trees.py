"""Trees to fix: every fixture, and what is found and made of each."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dmlint.checks import load_rules
from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.facts import Document
from dmlint.linting.engine import lint
from dmlint.linting.fix_output import show, write
from dmlint.linting.fix_rounds import fix
from dmlint.parsers import claim
from dmlint.text.source import Source

if TYPE_CHECKING:
    from dmlint.linting.engine import Report
    from dmlint.linting.fix_rounds import FixResult

FIXTURES = Path(__file__).parents[1] / "fixtures"
FIXES = FIXTURES / "fixes"
_GROUPS = ("across", "fixes", "rules")
_PACK = load_rules()


def trees() -> list[Path]:
    """The folder of each fixture."""
    grouped = [*FIXTURES.glob("across/*"), *FIXTURES.glob("fixes/*/*"), *FIXTURES.glob("rules/*/*")]
    return sorted(path for path in (*FIXTURES.iterdir(), *grouped) if path.is_dir() and path.name not in _GROUPS)


def name(tree: Path) -> str:
    """What a fixture is called."""
    return tree.relative_to(FIXTURES).as_posix()


def copy(tree: Path, to: Path) -> Path:
    """The tree alone, without what is to become of it."""
    return Path(shutil.copytree(tree, to, ignore=shutil.ignore_patterns("fixed")))


def contents(root: Path) -> dict[str, bytes]:
    """The bytes of each file of a tree, by path."""
    files = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def judge(repository: Repository) -> Report:
    """What is found in all files of a tree."""
    files = sorted(path for path in contents(repository.root) if claim(path) is not None)
    return lint(repository, files, Settings(), _PACK)


def mend(root: Path, *, unsafe: bool) -> tuple[FixResult, bytes]:
    """Fix a tree where it lies; the outcome, and the patch that says the same."""
    outcome = fix(Repository(root), judge, unsafe=unsafe)
    patch = b"".join(map(show, outcome.changes))
    for change in outcome.changes:
        write(change)
    return outcome, patch


def apply(patch: bytes, root: Path) -> None:
    """Let git apply a patch to a tree."""
    environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for arguments in (["init", "-q"], ["apply", "--allow-empty", "--whitespace=nowarn", "-"]):
        command = ["git", "-c", "core.autocrlf=false", *arguments]
        subprocess.run(command, cwd=root, input=patch, check=True, capture_output=True, env=environ)


def facts(root: Path) -> dict[str, Counter[tuple[str, ...]]]:
    """What the parsers state of each file, but for versions."""
    found: dict[str, Counter[tuple[str, ...]]] = {}
    repository = Repository(root)
    for path in contents(root):
        claimed, source = claim(path), repository.read(path)
        document = claimed.parse(source) if claimed is not None and isinstance(source, Source) else None
        if isinstance(document, Document):
            found[path] = Counter(
                [
                    *(("requirement", entry.name, *entry.extras, str(entry.marker)) for entry in document.dependencies),
                    *(("step", step.tool, str(step.interpreter)) for step in document.steps),
                    *(("image", image.stage, image.role) for image in document.images),
                ]
            )
    return found
