"""Which repositories the words of a survey name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dmlint.survey.addresses import Address, AddressError, read_addresses

if TYPE_CHECKING:
    from pathlib import Path

LIST = "# ours\n\na  # the arm\nhttps://example.org/b.git\ngit@example.org:c/d.git\n"


def test_folders_addresses_and_lists(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "list").write_text(LIST, encoding="utf-8")
    found = read_addresses([str(tmp_path / "a"), str(tmp_path / "list"), "ssh://git@example.org/e"])
    assert [(entry.text, entry.local) for entry in found] == [
        (str(tmp_path / "a"), True),
        ("https://example.org/b.git", False),
        ("git@example.org:c/d.git", False),
        ("ssh://git@example.org/e", False),
    ]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param(b"nowhere\n", "list:1: nowhere is neither a folder", id="no-such-folder"),
        pytest.param(b"ext::sh -c id\n", "is neither a folder", id="a-transport-that-runs-commands"),
        pytest.param(b"--upload-pack=id\n", "is neither a folder", id="an-option"),
        pytest.param(b"\xff\n", "it is not UTF-8", id="not-text"),
    ],
)
def test_what_is_no_repository(tmp_path: Path, text: bytes, cause: str) -> None:
    (tmp_path / "list").write_bytes(text)
    with pytest.raises(AddressError, match=cause):
        read_addresses([str(tmp_path / "list")])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("https://me:secret@example.org/a.git", "https://example.org/a.git", id="a-password"),
        pytest.param("https://example.org/a@b.git", "https://example.org/a@b.git", id="an-at-sign"),
    ],
)
def test_no_password_is_shown(text: str, shown: str) -> None:
    assert Address(text, local=False).shown == shown
