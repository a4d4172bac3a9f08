"""What the help of a finding tells people to write, held against the shell and pip's own reader of requirements."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, lint_tree

from dmlint.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dmlint.rulepacks.packs import Rule

PARSER = pytest.importorskip("pip_requirements_parser")
_QUOTED = re.compile(r"'([A-Za-z][\w.-]*(?:\[[\w,]+\])?[<>=!~][^']*)'")
_COMMAND = re.compile(r"(?:RUN )?((?:\S+ -m )?\S*pip install [^;]*)")
_MARK = re.compile(r"^\s*\^+.*$\n?", re.MULTILINE)
FURTHER = {
    "forced": {"Dockerfile": "FROM python:3.11\nRUN pip install opencv-python\n"},
    "forced by two, one of them in a file": {
        "Dockerfile": "FROM python:3.11\nCOPY r.txt /\nRUN pip install -r /r.txt\nRUN pip install jax\n",
        "r.txt": "opencv-python\n",
    },
    "in Isaac Sim": {
        "Dockerfile": "FROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN /isaac-sim/python.sh -m pip install tqdm\n"
    },
    "in a manifest": {"pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndependencies = ["opencv-python"]\n'},
    "on an old Python": {"Dockerfile": "FROM python:3.9\nRUN pip install numpy numba==0.56.4\n"},
    "where nothing is made": {"Dockerfile": "FROM archlinux\nRUN pip install numpy\n"},
    "on ARM": {"Dockerfile": "FROM --platform=linux/arm64 nvcr.io/nvidia/isaac-sim:5.1.0\n"},
}


def requirements(text: str) -> Iterator[str]:
    """What a help text tells people to ask for: what stands in quotes, and in a command."""
    yield from _QUOTED.findall(text)
    for command in _COMMAND.findall(text):
        shown = subprocess.run(["bash", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True)
        words = shown.stdout.splitlines()
        yield from words[words.index("install") + 1 :]


def hold(helps: set[str], folder: Path) -> None:
    """pip takes each as the requirement that it looks like."""
    file = folder / "advice.txt"
    for written in [entry for text in helps for entry in requirements(text)]:
        file.write_text(f"{written}\n", encoding="utf-8")
        read = PARSER.RequirementsFile.from_file(str(file))
        assert [str(entry.req) for entry in read.requirements if entry.req is not None], written
        assert read.invalid_lines == [], written


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in SHIPPED.rules if rule.bad])
def test_what_a_rule_advises_in_its_examples(rule: Rule, tmp_path: Path) -> None:
    helps = {rule.advice or ""}
    for number, example in enumerate(rule.bad):
        files = {name: _MARK.sub("", text) for name, text in example}
        helps |= {entry.help for entry in lint_tree(tmp_path / str(number), files, settings=Settings()).findings}
    hold(helps, tmp_path)


@pytest.mark.parametrize("files", FURTHER.values(), ids=FURTHER.keys())
def test_what_is_advised_elsewhere(files: dict[str, str], tmp_path: Path) -> None:
    found = lint_tree(tmp_path / "tree", files, settings=Settings()).findings
    assert found
    hold({entry.help for entry in found}, tmp_path)
