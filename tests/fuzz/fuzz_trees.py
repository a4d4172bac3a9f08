"""Whole trees: linted, listed, judged, reported and fixed, with what must then hold."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from fuzz_places import check_places
from fuzz_reports import check_reports
from fuzz_seeds import split_tree, tree_paths

from dmlint.checks import load_rules
from dmlint.config.settings import Settings
from dmlint.discovery.decoding import encode
from dmlint.discovery.repository import Repository
from dmlint.facts import Document
from dmlint.linting.engine import judge, lint, report
from dmlint.linting.fix_output import write
from dmlint.linting.fix_rounds import fix
from dmlint.linting.observation import Case
from dmlint.parsers import claim
from dmlint.reports.listing import LISTINGS
from dmlint.reports.matrix import TABLES
from dmlint.reports.matrix.rows import read_rows
from dmlint.reports.view import View
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmlint.linting.engine import Report

_PACK = load_rules()
_KNOWN = tree_paths()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Files that lie in a folder, by path."""

    root: Path
    files: tuple[str, ...]

    @property
    def claimed(self) -> list[str]:
        """Those that dmlint reads by their names."""
        return [path for path in self.files if claim(path) is not None]

    def lint(self, repository: Repository) -> Report:
        """What is found in it, or in the same tree with other texts."""
        return lint(repository, self.claimed, Settings(), _PACK)

    def bytes(self) -> dict[str, bytes]:
        """Its files' bytes."""
        return {path: (self.root / path).read_bytes() for path in self.files}


@contextmanager
def planted(text: str) -> Iterator[Tree]:
    """The tree that a text spells, in a folder that is gone afterwards."""
    root = Path(mkdtemp(prefix="dmlint-fuzz-"))
    try:
        files = split_tree(text, _KNOWN)
        for path, body in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(body.encode("utf-8", "surrogateescape"))
        yield Tree(root=root, files=tuple(sorted(files)))
    finally:
        shutil.rmtree(root)


def check_links(text: str) -> None:
    """Findings are in order, each told once, in their files, in words; all listings and reports can be read."""
    with planted(text) as tree:
        repository = Repository(tree.root)
        paths = tree.claimed
        judged = judge(repository, Case(files=tuple(paths), settings=Settings(), pack=_PACK))
        check_places(judged.scene)
        found = report(judged, paths, _PACK).findings
        check_places(found)
        places = [(entry.span.source.path, entry.span.start, entry.rule, entry.span.end) for entry in found]
        assert places == sorted(set(places))
        assert all(entry.message for entry in found)
        view = View(root=tree.root.resolve(), cwd=tree.root.resolve())
        check_reports(report(judged, paths, _PACK), view)
        documents = [entry for entry in judged.documents.values() if isinstance(entry, Document)]
        rows = read_rows(judged, _PACK.catalogue, paths)
        assert all("\n" not in line for listing in LISTINGS.values() for line in listing(documents, view))
        assert all("\n" not in line for table in TABLES.values() for line in table(rows, view))


def check_fixes(text: str) -> None:
    """Fixing does no harm and leaves nothing to do: nothing is lost, and a second time changes nothing."""
    for unsafe in (False, True):
        with planted(text) as tree:
            _check_fix(tree, unsafe=unsafe)


def _check_fix(tree: Tree, *, unsafe: bool) -> None:
    repository = Repository(tree.root)
    before, stated, old = tree.lint(repository), _facts(tree), tree.bytes()
    outcome = fix(repository, tree.lint, unsafe=unsafe)
    assert tree.bytes() == old, "fixing in memory wrote a file"
    for change in outcome.changes:
        write(change)
    after = tree.lint(Repository(tree.root))
    assert len(after.findings) <= len(before.findings)
    assert [entry.message for entry in after.findings] == [entry.message for entry in outcome.report.findings]
    assert bool(outcome.changes) == (outcome.report.fixed > 0)
    assert [path for path, there in _facts(tree).items() if stated[path] - there] == []
    changed = {change.before.path: encode(change.after, old[change.before.path]) for change in outcome.changes}
    assert tree.bytes() == {**old, **changed}, "a file is not what its fix says"
    assert fix(Repository(tree.root), tree.lint, unsafe=unsafe).changes == ()


def _facts(tree: Tree) -> dict[str, Counter[tuple[str, ...]]]:
    """What the parsers state of each file, but for versions."""
    found: dict[str, Counter[tuple[str, ...]]] = {}
    repository = Repository(tree.root)
    for path in tree.claimed:
        source, claimed = repository.read(path), claim(path)
        if isinstance(source, Source) and claimed is not None:
            document = claimed.parse(source)
            found[path] = Counter(
                [
                    *(("requirement", entry.name, *entry.extras, str(entry.marker)) for entry in document.dependencies),
                    *(("step", step.tool, str(step.interpreter)) for step in document.steps),
                    *(("image", image.stage, image.role) for image in document.images),
                ]
            )
    return found
