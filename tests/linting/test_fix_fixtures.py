"""What fixing makes of every fixture: what it should, once, without harm, and the same as its patch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from fix_trees import FIXES, apply, contents, copy, facts, judge, mend, name, trees

from dmlint.discovery.repository import Repository
from dmlint.facts import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from dmlint.linting.engine import Report


@pytest.mark.parametrize("tree", [pytest.param(tree, id=name(tree)) for tree in sorted(FIXES.glob("safe/*"))])
def test_safe_fixes(tree: Path, tmp_path: Path) -> None:
    made = copy(tree, tmp_path / "made")
    outcome, _ = mend(made, unsafe=False)
    assert contents(made) == contents(tree / "fixed")
    assert outcome.report.fixed > 0


@pytest.mark.parametrize("tree", [pytest.param(tree, id=name(tree)) for tree in sorted(FIXES.glob("unsafe/*"))])
def test_unsafe_fixes(tree: Path, tmp_path: Path) -> None:
    made = copy(tree, tmp_path / "made")
    mend(made, unsafe=True)
    assert contents(made) == contents(tree / "fixed")


def errors(report: Report) -> Counter[tuple[str, str]]:
    """How many there are of each rule in each file."""
    found = (entry for entry in report.findings if entry.severity is Severity.ERROR)
    return Counter((entry.rule, entry.span.source.path) for entry in found)


@pytest.mark.parametrize("unsafe", [pytest.param(False, id="safe"), pytest.param(True, id="unsafe")])
@pytest.mark.parametrize("tree", [pytest.param(tree, id=name(tree)) for tree in trees()])
def test_fixing(tree: Path, unsafe: bool, tmp_path: Path) -> None:
    made = copy(tree, tmp_path / "made")
    before = judge(Repository(made))
    stated = facts(made)
    outcome, patch = mend(made, unsafe=unsafe)

    after = judge(Repository(made))
    assert len(after.findings) <= len(before.findings)
    assert errors(after) - errors(before) == Counter()
    assert [entry.message for entry in after.findings] == [entry.message for entry in outcome.report.findings]

    apply(patch, copy(tree, tmp_path / "patched"))
    assert contents(tmp_path / "patched") == contents(made)

    again, nothing = mend(made, unsafe=unsafe)
    assert (again.changes, nothing, again.report.fixed) == ((), b"", 0)

    known = {entry[:2] for there in stated.values() for entry in there if entry[0] == "requirement"}
    for path, there in facts(made).items():
        assert stated[path] - there == Counter()
        # What forced NumPy out of its range may be asked for once more, together with the pin.
        assert {entry[:2] for entry in there - stated[path]} <= {("requirement", "numpy"), ("step", "pip"), *known}


def test_nothing_that_is_called_safe_is_left(tmp_path: Path) -> None:
    """What a report calls fixable is fixed, in every fixture."""
    left = []
    for number, tree in enumerate(trees()):
        made = copy(tree, tmp_path / str(number))
        outcome, _ = mend(made, unsafe=True)
        left += [(name(tree), entry.rule, entry.message) for entry in outcome.report.findings if entry.edit]
    assert left == []
