"""`check` and `matrix` give one verdict: an environment is broken exactly where an error names it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from small_tree import write_tree

sys.path.insert(0, str(Path(__file__).parent))

from generated_builds import find_differences, make_build


@pytest.mark.parametrize("seed", range(100))
def test_generated_builds_have_one_verdict(seed: int, tmp_path: Path) -> None:
    files = make_build(seed)
    write_tree(tmp_path, files)
    assert find_differences(tmp_path, list(files)) == []
