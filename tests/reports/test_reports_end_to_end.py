"""All reports of one run over real files, as their consumers read them."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

import pytest
from click.testing import CliRunner
from report_consumers import read_commands, read_gitlab, read_junit, read_markdown, read_rdjson

from dmlint.cli import cli
from dmlint.reports import REPORTERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = (
    b"a\nb",
    b"::error file=x::y",
    b"100%0A",
    b"a,b=c;d",
    b"'\"<&>`|\\",
    b"# ? [x](y) @z",
    "\u202egnp é 日".encode(),
    b"\xff\xfe",
    b"##[group]x",
)


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, str]]:
    """What each format makes of a repository whose folders, called so, all hold this requirements file."""
    for name in [name for name in os.environ if name.startswith(("DMLINT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    out = tmp_path / "out"
    out.mkdir()

    def make(text: str) -> dict[str, str]:
        for name in NAMES:
            folder = tmp_path / "repository" / os.fsdecode(name)
            folder.mkdir(parents=True)
            (folder / "requirements.txt").write_text(text, encoding="utf-8")
        (tmp_path / "repository/.git").touch()
        monkeypatch.chdir(tmp_path / "repository")
        result = CliRunner().invoke(cli, [f"--output-format={name}:{out / name}" for name in REPORTERS])
        assert result.exit_code in (0, 1), result.output
        return {path.name: path.read_bytes().decode() for path in out.iterdir()}

    return make


@pytest.mark.skipif(sys.platform != "linux", reason="other systems let no file be called so")
def test_every_file_is_in_every_report(reports: Callable[[str], dict[str, str]]) -> None:
    made = reports("numpy>=1.26 # ü\n")
    assert sorted(made) == sorted(REPORTERS)
    shown = [name.decode("utf-8", "surrogateescape") for name in NAMES]
    escaped = sorted(f"{name}/requirements.txt".encode("utf-8", "backslashreplace").decode() for name in shown)
    assert sorted(entry["location"]["path"] for entry in read_gitlab(made["gitlab"])) == escaped
    assert sorted(entry["location"]["path"] for entry in read_rdjson(made["rdjson"])) == escaped
    assert sorted(command.properties["file"] for command in read_commands(made["github"])) == escaped
    paths = sorted(f"{name}/requirements.txt" for name in shown)
    assert sorted(entry["path"] for entry in json.loads(made["json"])["findings"]) == paths
    assert sorted(json.loads(line)["path"] for line in made["jsonl"].splitlines()) == paths
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in json.loads(made["sarif"])["runs"][0]["results"]
    ]
    assert sorted(map(unquote_to_bytes, places)) == sorted(name + b"/requirements.txt" for name in NAMES)
    assert len(list(read_junit(made["junit"]).iter("failure"))) == len(NAMES)
    tags, links, rows = read_markdown(made["markdown"])
    assert ("script" in tags, links, len(rows)) == (False, [], len(NAMES) + 1)
    assert len(made["concise"].splitlines()) == len(NAMES)
    assert read_commands(made["text"]) == read_commands(made["concise"]) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems let no file be called so")
def test_a_clean_run_gives_an_empty_report_in_every_format(reports: Callable[[str], dict[str, str]]) -> None:
    made = reports("numpy<2\n")
    clear = f"All clear: {len(NAMES)} files checked.\n"
    assert (read_gitlab(made["gitlab"]), read_rdjson(made["rdjson"])) == ([], [])
    assert [case.get("name") for case in read_junit(made["junit"]).iter("testcase")] == ["dmlint"]
    assert json.loads(made["sarif"])["runs"][0]["results"] == json.loads(made["json"])["findings"] == []
    assert (made["jsonl"], made["concise"], made["github"], made["text"]) == ("", "", clear, clear)
    assert made["markdown"] == f"## dmlint\n\n{clear}"
