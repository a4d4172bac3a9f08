"""Whatever a repository writes into what dmlint reads for itself, no stream carries a command or an escape."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dmlint
from dmlint.cli import run
from dmlint.cli.output import prepare_streams
from dmlint.reports.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., tuple[int, str]]

PACKAGE = Path(dmlint.__file__).parent
DOOR = {"cli/output.py"}
ELSEWHERE = {"__main__.py", "probe/probe_script.py"}
"""Prints its version before anything is imported; runs in another interpreter, whose output dmlint reads."""

TEXTS = {
    "lines": "a\n::add-mask::x\n::error file=app.py::injected",
    "start": "::error file=app.py::injected",
    "azure": "##vso[task.setvariable variable=PATH]x ##[error]y",
    "escape": "\x1b]0;title\x07\x1b[2J\x1b[31mred",
    "link": "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\",
    "c1": "\x9b31mred\x9d0;title\x9c",
    "bidi": "a\u202eb\u2066c\u2069",
    "hidden": "a\u200bb\u200dc\ufeffd\u2028e\u00ade",
    "return": "x\r::set-output name=x::y\x0b\x0c\x85z",
}
PACK = """
[[rule]]
id = {id}
name = {name}
severity = "error"
title = {title}
message = {message}
why = {why}
check = {{ kind = {kind}, package = "numpy", within = "<2.0.0" }}
"""
GOOD = {
    "id": "X001",
    "name": "x-one",
    "title": "X",
    "message": "X {found}",
    "why": "Because.",
    "kind": "requirement-within",
}
SETTINGS = {
    "key": "{0} = 1",
    "select": "select = [{0}]",
    "severities": "severities = {{ {0} = 'error' }}",
    "severity": "severities = {{ DM101 = {0} }}",
    "docs-url": "docs-url = {0}",
    "extend": "extend = {0}",
    "extend-rules": "extend-rules = [{0}]",
    "output-format": "output-format = {0}",
    "output-file": "output-format = [{1}]",
    "exclude": "exclude = [{0}]",
    "ignores": "[per-file-ignores]\n{0} = [{0}]",
    "baseline": "baseline = {0}",
    "size": "max-file-size = {0}",
    "environment-key": "[[environments]]\n{0} = 1",
    "environment": "[[environments]]\nprofile = {0}\npath = '*'",
    "waiver": "[[waivers]]\nrule = {0}\nreason = {0}\npath = '*'",
    "waiver-day": "[[waivers]]\nrule = 'DM101'\nreason = {0}\npath = '*'\nuntil = {0}",
    "waiver-old": "[[waivers]]\nrule = 'DM101'\nreason = {0}\nenvironment = {0}\nuntil = '2020-01-01'",
    "broken": "select = [{0}",
}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("numpy\n", "utf-8")
    return tmp_path


@pytest.fixture
def say(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs dmlint: its exit code, and both streams one after the other."""
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)

    def call(*arguments: str) -> tuple[int, str]:
        code = run(arguments)
        printed = capsys.readouterr()
        return code, f"{printed.out}\n{printed.err}"

    return call


def faults(printed: str) -> list[str]:
    """The lines that some reader of a log or a terminal would obey."""
    return [
        line
        for line in printed.split("\n")
        if not line.replace("\t", "").isprintable() or line.lstrip().startswith("::") or re.search(r"##\w*\[", line)
    ]


def toml(text: str) -> str:
    """A text as a string of TOML, with an escape for each of its characters that is no letter."""
    return '"' + "".join(one if one.isalnum() else f"\\U{ord(one):08x}" for one in text) + '"'


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_a_configuration(setting: str, text: str, here: Path, say: Run) -> None:
    written = setting.format(toml(text), toml(f"sarif:{text}"))
    (here / "dmlint.toml").write_text(written, "utf-8")
    for arguments in ((), ("--policy", "dmlint.toml"), ("--show-settings",)):
        code, printed = say(*arguments)
        assert code in (0, 1, 2)
        assert faults(printed) == []
        assert "internal error" not in printed


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("key", [*GOOD, "table", "entry"])
def test_a_rule_pack(key: str, text: str, here: Path, say: Run) -> None:
    values = {name: toml(value) for name, value in {**GOOD, key: text}.items()}
    pack = PACK.format_map(values) + f"{toml(text)} = 1\n" * (key == "entry")
    (here / "pack.toml").write_text(f"{toml(text)} = 1\n" * (key == "table") + pack, "utf-8")
    (here / "dmlint.toml").write_text("extend-rules = ['pack.toml']", "utf-8")
    for arguments in (
        (),
        ("rules",),
        ("rules", "--output-format", "json"),
        ("explain", "X001"),
        ("explain", "X001", "--output-format", "markdown"),
        ("explain", text),
        ("check", "--statistics"),
        ("check", "--output-format", "github"),
    ):
        code, printed = say(*arguments)
        assert code in (0, 1, 2)
        assert [line for line in faults(printed) if not line.startswith("::error file=requirements.txt,")] == []
        assert "internal error" not in printed


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_baseline(text: str, here: Path, say: Run) -> None:
    entry = {"path": text, "rule": text, "text": text, "occurrence": 1}
    for data in (
        {"version": 1, "findings": [entry]},
        {"version": 1, text: []},
        {"version": text, "findings": []},
        {"version": 1, "findings": [{**entry, text: 1}]},
        {"version": 1, "findings": [{**entry, "occurrence": text}]},
    ):
        (here / ".dmlint-baseline.json").write_text(json.dumps(data), "utf-8")
        code, printed = say()
        assert code in (1, 2)
        assert faults(printed) == []
    (here / ".dmlint-baseline.json").write_text(text, "utf-8")
    assert faults(say()[1]) == []


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_names_and_arguments(text: str, here: Path, say: Run) -> None:
    name = text.replace("/", "_")
    folder = here / name
    folder.mkdir()
    (folder / "requirements.txt").write_text("numpy\n-r missing.txt\n", "utf-8")
    (folder / "Dockerfile").symlink_to("nowhere")
    (folder / ".gitignore").write_text(f"{text}\n", "utf-8")
    (folder / "dmlint.toml").write_text("select = 1", "utf-8")
    for arguments in (
        (".",),
        (name,),
        (f"{name}/README", f"{name}/nothing"),
        (f"--{text}",),
        ("--config", f"{name}/dmlint.toml"),
        ("--config", text),
        ("--policy", text),
        ("--select", text),
        ("--baseline", text),
        ("--output-file", f"{text}/x"),
        ("deps", "."),
        ("matrix", "--explain", text),
        ("matrix", "--check", text),
        ("resolve", "--environment", text),
        ("env", "--python", text),
        ("env", "--container", text),
    ):
        # A name may not hold a NUL, and the system takes none.
        code, printed = say(*arguments)
        assert code in (0, 1, 2), printed
        assert faults(printed) == []
        assert "internal error" not in printed


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_door_itself(text: str) -> None:
    assert faults(harmless(text)) == []
    assert faults(re.sub(r"\x1b\[[0-9;]*m", "", harmless(text, color=True))) == []
    own = "::error file=a,line=1::b"
    # What is an annotation can show a text, and no more.
    shown = harmless(f"{own}\n{text}", annotations=True).replace("::error file=", "")
    assert faults(shown) == []
    assert harmless(f"{own}\x1b", annotations=True) == f"{own}\\x1b"
    assert harmless(own) == own.replace(":", "\\x3a", 1)


def test_color_and_tabs_pass() -> None:
    assert harmless("\ta\x1b[1;31mb\x1b[0m", color=True) == "\ta\x1b[1;31mb\x1b[0m"
    assert harmless("\ta\x1b[1;31mb\x1b[0m") == "\ta\\x1b[1;31mb\\x1b[0m"


def ways_out(source: str) -> Iterator[str]:
    """What writes past the door: names as they are written."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            yield from (name,) if name in WAYS else ()
        if isinstance(node, ast.Name):
            yield from (node.id,) if node.id in ("print", "secho", "echo") else ()
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names if f"{node.module}.{alias.name}" in WAYS)


WAYS = {
    *(
        f"click.{name}"
        for name in ("echo", "secho", "echo_via_pager", "get_text_stream", "get_binary_stream", "prompt")
    ),
    *(f"sys.{name}" for name in ("stdout", "stderr", "__stdout__", "__stderr__", "displayhook")),
    *(
        "os.write",
        "os.fdopen",
        "warnings.warn",
        "logging.basicConfig",
        "traceback.print_exception",
        "traceback.print_exc",
    ),
}
WRITES_FILES = {"linting/fix_output.py"}
"""Opens a draft that the system made, by its number."""


def test_nothing_is_printed_but_through_the_door() -> None:
    files = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    found = {name: set(ways_out(path.read_text("utf-8"))) for name, path in files.items()}
    others = {name: ways for name, ways in found.items() if ways and name not in DOOR | ELSEWHERE}
    assert others.keys() <= {*WRITES_FILES, "discovery/repository.py"}
    assert {way for ways in others.values() for way in ways} <= {"os.fdopen"}


def test_the_gate_sees_each_way() -> None:
    text = "import sys, click\nfrom click import echo\nprint(1)\nsys.stderr.write('x')\nclick.secho('x')\necho('y')\n"
    assert set(ways_out(text)) == {"click.echo", "print", "sys.stderr", "click.secho", "echo"}


def test_a_warning_of_python_looks_like_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)
    prepare_streams()
    shown = warnings.formatwarning("a\n::error::b", FutureWarning, "x.py", 7)
    assert shown == "dmlint: warning: FutureWarning: a\\n::error::b (x.py:7)\n"
