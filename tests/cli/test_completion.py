"""What the shells complete, asked as they ask: by variables of the environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dmlint.cli import run

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "some", "none"),
    [
        pytest.param("dmlint --out", ["plain,--output-format", "plain,--output-file"], ["plain,--fix"], id="default"),
        pytest.param("dmlint --ver", ["plain,--version"], [], id="option-of-the-program"),
        pytest.param("dmlint ex", ["file,ex", "plain,explain"], ["plain,check"], id="command-or-file"),
        pytest.param("dmlint ", ["file,", "plain,check", "plain,rules"], ["plain,--fix"], id="nothing-yet"),
        pytest.param("dmlint docker/", ["file,docker/"], ["plain,check"], id="file"),
        pytest.param("dmlint --fix --di", ["plain,--diff"], [], id="after-an-option"),
        pytest.param("dmlint --fix do", ["file,do"], [], id="file-after-an-option"),
        pytest.param("dmlint docker --fi", ["plain,--fix"], [], id="after-a-path"),
        pytest.param("dmlint --output-format gi", ["plain,github"], ["plain,text"], id="value"),
        pytest.param("dmlint check --", ["plain,--fix", "plain,--stdin-filename"], ["plain,--version"], id="check"),
        pytest.param("dmlint deps --", ["plain,--exclude"], ["plain,--fix"], id="another-command"),
        pytest.param("dmlint explain DM10", ["plain,DM101", "plain,DM109"], ["plain,DM201"], id="id"),
        pytest.param("dmlint explain dm9", ["plain,DM900"], ["plain,DM101"], id="id-in-small-letters"),
        pytest.param("dmlint explain uv-", ["plain,uv-too-old"], ["plain,DM302"], id="name"),
        pytest.param("dmlint --select DM1,DM20", ["plain,DM1,DM201"], ["plain,DM1,DM101"], id="list-of-ids"),
        pytest.param("dmlint nowhere --no-such ", ["file,"], [], id="what-there-is-not"),
    ],
)
def test_completes(
    words: str, some: list[str], none: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"_DMLINT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stop:
        run([])
    shown = capsys.readouterr().out.splitlines()
    assert stop.value.code == 0
    assert [line for line in some if line not in shown] == []
    assert [line for line in none if line in shown] == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("dmlint matrix --environment D", ["plain,Dockerfile#sim:pip"], id="environment"),
        pytest.param("dmlint --environment p", ["plain,pyproject.toml[dev]"], id="of-check"),
        pytest.param("dmlint matrix docker --explain r", [], id="of-other-paths"),
        pytest.param("dmlint resolve --status ok,b", ["plain,ok,broken"], id="status"),
        pytest.param("dmlint matrix --output-format h", ["plain,html"], id="format"),
    ],
)
def test_completes_what_is_there(
    words: str, found: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM u AS sim\nRUN pip install x\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[dependency-groups]\ndev = ["x"]\n', encoding="utf-8")
    (tmp_path / "docker").mkdir()
    monkeypatch.chdir(tmp_path)
    asked = {"_DMLINT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        run([])
    assert capsys.readouterr().out.split() == found


def test_a_wrong_configuration_completes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "dmlint.toml").write_text("wrong = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("_DMLINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "dmlint matrix --environment ")
    monkeypatch.setenv("COMP_CWORD", "3")
    with pytest.raises(SystemExit):
        run([])
    assert capsys.readouterr().out.strip() == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_readme_says_how_a_shell_learns_it(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"_DMLINT_COMPLETE={shell}_source dmlint" in README
    monkeypatch.setenv("_DMLINT_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit):
        run([])
    assert f"_DMLINT_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has a bash older than 4.4")
def test_bash_completes_with_the_line_of_readme() -> None:
    found = re.search(r"^\| bash \| `([^`]+)`", README, re.MULTILINE)
    assert found
    ask = 'COMP_WORDS=(dmlint --stdin-f); COMP_CWORD=1; _dmlint_completion dmlint; printf "%s\\n" "${COMPREPLY[@]}"'
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "--norc", "-c", f"{found[1]}\n{ask}"]
    done = subprocess.run(command, env=environ, capture_output=True, check=False, text=True)
    assert (done.stdout, done.stderr) == ("--stdin-filename\n", "")
