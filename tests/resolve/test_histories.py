"""``dmlint resolve`` on small environments, against what pip and uv really install there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import real_installs
from histories import HISTORIES, History
from installs import install, resolve

from dmlint.requirements.versions import admits

if TYPE_CHECKING:
    from pathlib import Path

NAMED = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())


@pytest.mark.slow
@NAMED
def test_the_replay(history: History, here: Path) -> None:
    assert resolve(history, here) == history.numpy


@pytest.mark.slow
@NAMED
def test_the_real_installs(history: History, here: Path, environ: dict[str, str]) -> None:
    assert install(history, here, environ) == history.numpy


def test_the_recorded_installs_of_real_packages_are_what_was_resolved() -> None:
    table = real_installs.TABLE.read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| ")]
    commands = [f"`{command}`" for history in real_installs.REAL.values() for command in history.commands]
    assert [row[1] for row in rows[1:]] == commands
    assert [row for row in rows[1:] if row[3] != row[4]] == []
    # Where the rules expect another one, there is a reason.
    apart = [
        row for row in rows[1:] if row[3] != "None" and not any(_is_of(way, row[3]) for way in row[2].split(" or "))
    ]
    assert [row for row in apart if not row[5]] == []


def _is_of(way: str, numpy: str) -> bool:
    return way == "any" or (way != "none" and admits(way, numpy))
