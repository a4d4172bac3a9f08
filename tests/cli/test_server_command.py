"""``dmlint server`` as a command."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import pytest

from dmlint.cli import run


def test_without_its_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dmlint.cli.server_command.find_spec", {}.get)
    assert run(["server"]) == 2
    assert "pip install 'dmlint[server]'" in capsys.readouterr().err


@pytest.mark.skipif(find_spec("pygls") is None, reason="needs the extra server")
def test_it_ends_with_1_where_the_editor_is_gone_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    assert run(["server"]) == 1
