"""Which locks are said to be made anew after a manifest was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import write_tree

from dmlint.discovery.repository import Repository
from dmlint.fixes.lock_renewals import find_renewals
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = '[project]\nname = "arm"\nversion = "1"\ndependencies = ["numpy"]\n'
BOUND = PROJECT.replace("numpy", "numpy<2")


@pytest.mark.parametrize(
    ("path", "texts", "locks", "commands"),
    [
        pytest.param("pyproject.toml", (PROJECT, BOUND), ["uv.lock"], ["uv.lock: uv lock"], id="uv"),
        pytest.param(
            "a/pyproject.toml",
            (PROJECT, BOUND),
            ["a/pdm.lock", "a/poetry.lock", "uv.lock"],
            ["a/poetry.lock: poetry lock", "a/pdm.lock: pdm lock"],
            id="those beside it",
        ),
        pytest.param("pyproject.toml", (PROJECT, BOUND), [], [], id="no lock"),
        pytest.param("pyproject.toml", (PROJECT, PROJECT + "\n"), ["uv.lock"], [], id="the same is asked for"),
        pytest.param("setup.cfg", ("numpy", "numpy<2"), ["uv.lock"], [], id="no manifest of a lock"),
        pytest.param(
            "requirements.in",
            ("numpy", "numpy<2"),
            ["requirements.txt"],
            ["requirements.txt: uv pip compile requirements.in --output-file requirements.txt"],
            id="compiled",
        ),
    ],
)
def test_locks_to_be_made_anew(
    path: str, texts: tuple[str, str], locks: list[str], commands: list[str], tmp_path: Path
) -> None:
    write_tree(tmp_path, dict.fromkeys(locks, ""))
    before, after = (Source(path=path, text=text) for text in texts)
    told = [
        f"{lock} was made from {path} as it was: run `{command}`"
        for lock, command in (entry.split(": ") for entry in commands)
    ]
    assert list(find_renewals(Repository(tmp_path), [(before, after)])) == told
