"""The house: rooms with a sentence each, one name for one thing, and the road of a RUN as CONTRIBUTING draws it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import dmlint

PACKAGE = Path(dmlint.__file__).parent
GUIDE = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = [path for path in MODULES if path.name == "__init__.py"]
TEXTS = {path: path.read_text(encoding="utf-8") for path in MODULES}
MOST_MODULES, MOST_LINES, LONGEST = 345, 41_000, 400
"""The first two are to become smaller, never larger."""
MANY = 10
"""Files of a room that is read without being told where to begin; to become eight."""
SHARED = {"facts", "makefile"}
"""Names of modules that still stand for two things."""
PROGRAM = """
import json, sys
called = []
def note(frame, event, argument):
    name = frame.f_code.co_filename.replace("\\\\", "/")
    if event == "call" and "/dmlint/" in name:
        called.append((name.rpartition("/dmlint/")[2], frame.f_code.co_name))
from dmlint.cli import run
sys.setprofile(note)
code = run(["check", "--isolated", "Dockerfile"])
sys.setprofile(None)
sys.stdout.write("\\n" + json.dumps([code, called]))
"""


def rows(name: str) -> list[list[str]]:
    """The cells of a table between its marks, below the head."""
    table = GUIDE.partition(f"<!-- {name}:start -->")[2].partition(f"<!-- {name}:end -->")[0]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table.strip().split("\n")[2:]]


def classes() -> Counter[str]:
    """How many modules define each public class."""
    found = [node.name for text in TEXTS.values() for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    return Counter(name for name in found if not name.startswith("_"))


def name_of(path: Path) -> str:
    return path.parent.name if path.name == "__init__.py" else path.stem


def test_the_glossary_is_the_code() -> None:
    glossary = rows("glossary")
    defined = classes()
    assert 15 < len(glossary) <= 25
    assert [name for _, _, name in glossary if defined[name] != 1] == []
    assert [word for word, count in Counter(word for word, _, _ in glossary).items() if count > 1] == []


def test_no_two_public_classes_share_a_name() -> None:
    assert [name for name, count in classes().items() if count > 1] == []


def test_no_two_modules_share_a_name() -> None:
    names = Counter(map(name_of, MODULES))
    assert {name for name, count in names.items() if count > 1} <= SHARED


def test_nothing_lies_loose() -> None:
    assert sorted(path.name for path in PACKAGE.glob("*.py")) == ["__init__.py", "__main__.py"]


def test_the_size_of_the_house() -> None:
    lines = {path: text.count("\n") for path, text in TEXTS.items()}
    assert len(MODULES) <= MOST_MODULES
    assert sum(lines.values()) < MOST_LINES
    assert [path for path, count in lines.items() if count > LONGEST] == []


@pytest.mark.parametrize("path", ROOMS, ids=[path.parent.relative_to(PACKAGE).as_posix() for path in ROOMS])
def test_each_room_says_what_it_is_for(path: Path) -> None:
    documented = ast.get_docstring(ast.parse(TEXTS[path])) or ""
    first, _, order = documented.partition("\n\n")
    assert first.endswith(".")
    inside = {name_of(entry) for entry in (*path.parent.glob("*.py"), *path.parent.glob("*/__init__.py"))}
    named = set(re.findall(r"``(\w+)``", order))
    assert named <= inside
    assert len([*path.parent.glob("*.py")]) <= MANY or len(named) >= 3


def test_the_journey_of_one_run(tmp_path: Path) -> None:
    journey = [(file, function) for _, file, function in rows("journey")]
    (tmp_path / "Dockerfile").write_text('FROM ubuntu\nRUN pip install "numpy>=1.26"\n', encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(PACKAGE.parent)}, check=True, capture_output=True
    )
    code, called = json.loads(done.stdout.rpartition(b"\n")[2])
    assert code == 1
    calls = iter(tuple(call) for call in called)
    assert [step for step in journey if step not in calls] == []
    assert len(journey) <= 20
