"""What a project keeps between two judgements, and what it looks at anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import write_tree

from dmlint.discovery.progress import silent
from dmlint.server.snapshot import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OPEN = {"requirements.txt": "numpy\n"}


@pytest.mark.parametrize(
    ("files", "come_or_gone", "rules"),
    [
        pytest.param({}, False, ["DM101"], id="nothing"),
        pytest.param({"requirements.txt": "numpy>=2\n"}, False, ["DM103"], id="a file"),
        pytest.param({"a/requirements.txt": "numpy>=2\n"}, True, ["DM101", "DM103"], id="another file"),
        pytest.param({".dmlint.toml": 'ignore = ["DM1"]\n'}, False, [], id="the configuration"),
    ],
)
def test_what_changed_is_seen_after_a_refresh(
    files: Mapping[str, str], come_or_gone: bool, rules: list[str], tmp_path: Path
) -> None:
    write_tree(tmp_path, {".dmlint.toml": "", **OPEN})
    project = Project(tmp_path)
    assert list(project.judge({}, "utf-16", silent).findings) == ["requirements.txt"]
    write_tree(tmp_path, files)
    project.refresh(come_or_gone=come_or_gone)
    found = project.judge({}, "utf-16", silent).findings
    assert sorted(entry.rule for entries in found.values() for entry in entries) == rules
