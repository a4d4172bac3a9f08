from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from dmlint.checks import load_rules
from dmlint.rulepacks import packs
from dmlint.rulepacks.packs import NAME, RulePackError, find_shipped_packs, read_prepared

if TYPE_CHECKING:
    from pathlib import Path


def test_prepared_packs_say_what_the_packs_say() -> None:
    assert read_prepared(find_shipped_packs()) is not None
    assert load_rules() == load_rules(anew=True)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packs of one's own in place of the shipped ones."""
    shipped = find_shipped_packs()
    for path in (*shipped, shipped[0].parent / NAME):
        shutil.copy(path, tmp_path / path.name)
    monkeypatch.setattr(packs, "find_shipped_packs", lambda: tuple(sorted(tmp_path.glob("*.toml"))))
    return tmp_path


def change(pack: Path) -> None:
    pack.write_bytes(pack.read_bytes().replace(b"numpy-unpinned", b"numpy-let-loose"))


def test_changed_packs_are_read_anew(copied: Path) -> None:
    change(copied / "numpy.toml")
    rule = load_rules().rule("DM101")
    assert rule is not None
    assert rule.name == "numpy-let-loose"


@pytest.mark.parametrize("text", ["", "{", '{"of": [], "packs": []}'])
def test_without_prepared_packs_the_packs_are_read(copied: Path, text: str) -> None:
    (copied / NAME).write_text(text, encoding="utf-8")
    assert read_prepared(packs.find_shipped_packs()) is None
    assert load_rules() == load_rules(anew=True)


def test_where_nothing_is_prepared_the_packs_are_read(copied: Path) -> None:
    (copied / NAME).unlink()
    assert load_rules() == load_rules(anew=True)


def test_a_changed_pack_is_checked(copied: Path) -> None:
    with (copied / "numpy.toml").open("a", encoding="utf-8") as pack:
        pack.write("\n[[rules]]\n")
    with pytest.raises(RulePackError, match="unknown key 'rules'"):
        load_rules()


def test_the_line_endings_of_windows_change_nothing(copied: Path) -> None:
    pack = copied / "numpy.toml"
    pack.write_bytes(pack.read_bytes().replace(b"\n", b"\r\n"))
    assert read_prepared(packs.find_shipped_packs()) is not None


@pytest.mark.parametrize("name", ["numpy.toml", "isaac-sim.toml"])
def test_a_missing_pack_is_no_pack(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert read_prepared(packs.find_shipped_packs()) is None
