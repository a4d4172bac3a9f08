"""dmlint's own TOML files: read whole, with clear errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dmlint.rulepacks.toml_tables import load_table, suggest
from dmlint.text.problems import DmlintError

if TYPE_CHECKING:
    from pathlib import Path


class UnusableError(DmlintError):
    """What the caller wants raised."""


def test_a_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    path.write_bytes("\ufeffname = 'grün'\r\n[check]\r\nkind = 1\r\n".encode())
    assert load_table(path, UnusableError) == {"name": "grün", "check": {"kind": 1}}


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        pytest.param(b"a = \n", "this is not valid TOML: Invalid value", id="no value"),
        pytest.param(b"a = '\xff'\n", "this is not valid TOML: 'utf-8' codec", id="no UTF-8"),
        pytest.param(b"a = 1\na = 2\n", "this is not valid TOML: Cannot overwrite", id="twice"),
        pytest.param(b"a = " + b"1" * 5_000, "this is not valid TOML: Exceeds the limit", id="too long a number"),
        pytest.param(b"a = " + b"[" * 100_000, "this is not valid TOML: ", id="too deep"),
    ],
)
def test_what_is_no_toml_is_said_with_its_place(data: bytes, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    path.write_bytes(data)
    with pytest.raises(UnusableError) as error:
        load_table(path, UnusableError)
    assert str(error.value).startswith(f"{path}: {cause}")


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        pytest.param("missing.toml", "no such file or directory", id="missing"),
        pytest.param(".", "it is a folder", id="folder"),
    ],
)
def test_what_cannot_be_opened_is_said_with_its_place(name: str, cause: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with pytest.raises(UnusableError) as error:
        load_table(path, UnusableError)
    assert str(error.value) == f"{path}: {cause}"


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        pytest.param("selct", " (did you mean 'select'?)", id="a slip"),
        pytest.param("colour", "", id="nothing close"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_suggest(word: str, hint: str) -> None:
    assert suggest(word, ["select", "ignore"]) == hint
