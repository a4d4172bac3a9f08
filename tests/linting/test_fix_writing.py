"""How fixed files get into the place of the old ones, and what keeps them from it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from fix_trees import judge

from dmlint.discovery.repository import Repository
from dmlint.linting.fix_output import FixError, write
from dmlint.linting.fix_rounds import Change, fix
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fixed(root: Path) -> tuple[Change, ...]:
    return fix(Repository(root), judge).changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"numpy\r\n\r\nscipy", b"numpy>=1.26.0,<2.0.0\r\n\r\nscipy", id="crlf"),
        pytest.param(b"\xef\xbb\xbfnumpy\n", b"\xef\xbb\xbfnumpy>=1.26.0,<2.0.0\n", id="utf-8-bom"),
        pytest.param(b"\xff\xfen\0u\0m\0p\0y\0", "numpy>=1.26.0,<2.0.0".encode("utf-16-le"), id="utf-16-le"),
        pytest.param(
            b"# coding: latin-1\n# \xfc\nnumpy\n", b"# coding: latin-1\n# \xfc\nnumpy>=1.26.0,<2.0.0\n", id="latin-1"
        ),
    ],
)
def test_bytes(tmp_path: Path, before: bytes, after: bytes) -> None:
    file = tmp_path / "requirements.txt"
    file.write_bytes(before)
    for change in fixed(tmp_path):
        write(change)
    assert file.read_bytes().removeprefix(b"\xff\xfe") == after


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_mode_and_links_stay(tmp_path: Path) -> None:
    real = tmp_path / "deps" / "requirements.txt"
    real.parent.mkdir()
    real.write_text("numpy\n", encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "requirements.txt").symlink_to("deps/requirements.txt")
    changes = fixed(tmp_path)
    for change in changes:
        write(change)
    assert [change.before.path for change in changes] == ["deps/requirements.txt"]
    assert (tmp_path / "requirements.txt").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_text(encoding="utf-8") == "numpy>=1.26.0,<2.0.0\n"
    assert names(tmp_path) == ["deps", "requirements.txt"]
    assert names(real.parent) == ["requirements.txt"]


def test_nothing_outside_of_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    (root / "requirements.txt").symlink_to("../requirements.txt")
    assert fixed(root) == ()


def test_what_changed_since_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("numpy\n", encoding="utf-8")
    (change,) = fixed(tmp_path)
    file.write_text("numpy<2\n", encoding="utf-8")
    with pytest.raises(FixError, match=r"^requirements\.txt: it has changed since it was read"):
        write(change)
    assert file.read_text(encoding="utf-8") == "numpy<2\n"


def test_what_went_away_is_not_made_again(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("numpy\n", encoding="utf-8")
    (change,) = fixed(tmp_path)
    file.unlink()
    with pytest.raises(FixError, match="the fixed file cannot be written: no such file"):
        write(change)
    assert names(tmp_path) == []


def test_a_folder_that_took_its_place_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("numpy\n", encoding="utf-8")
    (change,) = fixed(tmp_path)
    file.unlink()
    file.mkdir()
    with pytest.raises(FixError, match=r"^requirements\.txt: it has changed since it was read: it is a folder$"):
        write(change)
    assert file.is_dir()


def test_what_the_encoding_does_not_have(tmp_path: Path) -> None:
    place = tmp_path / "requirements.txt"
    place.write_bytes(b"numpy")
    before = Source(path="requirements.txt", text="numpy", encoding="ascii")
    after = Source(path="requirements.txt", text="numpy \u2026", encoding="ascii")
    with pytest.raises(FixError, match=r"requirements\.txt: ascii has no "):
        write(Change(place=place, before=before, after=after))
    assert names(tmp_path) == ["requirements.txt"]
    assert place.read_bytes() == b"numpy"
