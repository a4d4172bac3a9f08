"""Patches that git takes, whatever the file is called and however it ends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from fix_trees import apply

from dmlint.linting.fix_output import show
from dmlint.linting.fix_rounds import Change
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

LONG = "".join(f"line {number}\n" for number in range(300))


def change(root: Path, path: str, before: str, after: str, encoding: str = "utf-8") -> Change:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(before.encode(encoding))
    return Change(
        place=root / path,
        before=Source(path=path, text=before, encoding=encoding),
        after=Source(path=path, text=after, encoding=encoding),
    )


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("requirements.txt", id="plain"),
        pytest.param("a folder/re quire.txt", id="spaces"),
        pytest.param('say "it".txt', id="quotes"),
        pytest.param("back\\slash.txt", id="backslash"),
        pytest.param("tab\tand\nline.txt", id="controls"),
        pytest.param("\u00fcber/\u2026.txt", id="not-ascii"),
        pytest.param(os.fsdecode(b"\xff.txt"), id="not-utf-8"),
    ],
)
def test_names(tmp_path: Path, path: str) -> None:
    patch = show(change(tmp_path, path, "numpy\n", "numpy<2\n"))
    apply(patch, tmp_path)
    assert (tmp_path / path).read_bytes() == b"numpy<2\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\n", "b\n", id="one line"),
        pytest.param("a", "b", id="no newline at the end"),
        pytest.param("a\nb", "a\nb\nc", id="a newline comes"),
        pytest.param("a\r\nb\r\n", "a\r\nc\r\n", id="crlf"),
        pytest.param("a\r\nb", "a\r\nb\r\nc", id="crlf without a last"),
        pytest.param("a\rb\x0c\u2028c\n", "a\rB\x0c\u2028c\n", id="no line ends of ours"),
        pytest.param("a\nb\n", "a\n", id="a line goes"),
        pytest.param("a\n", "", id="all goes"),
        pytest.param(LONG, LONG.replace("line 7\n", "x\n").replace("line 250\n", "x\ny\n"), id="two hunks"),
        pytest.param("x\n" * 500, "x\n" * 250 + "y\n" + "x\n" * 250, id="lines alike"),
    ],
)
def test_texts(tmp_path: Path, before: str, after: str) -> None:
    apply(show(change(tmp_path, "a.txt", before, after)), tmp_path)
    left = tmp_path / "a.txt"
    assert (left.read_bytes() if left.exists() else b"") == after.encode()


def test_a_wide_encoding(tmp_path: Path) -> None:
    apply(show(change(tmp_path, "a.txt", "a\nb\n", "a\nc\n", "utf-16")), tmp_path)
    assert (tmp_path / "a.txt").read_bytes() == "a\nc\n".encode("utf-16")


def test_shape(tmp_path: Path) -> None:
    assert show(change(tmp_path, "a b.txt", "1\n2", "1\n2\n3")) == (
        b"diff --git a/a b.txt b/a b.txt\n--- a/a b.txt\t\n+++ b/a b.txt\t\n@@ -1,2 +1,3 @@\n 1\n-2\n"
        b"\\ No newline at end of file\n+2\n+3\n\\ No newline at end of file\n"
    )
