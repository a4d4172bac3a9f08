"""Names, links and files that are no files: each is linted, said, or left alone, and none holds up a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from dmlint.checks import load_rules
from dmlint.cli import cli
from dmlint.config import Call, Settings, configure
from dmlint.discovery import discover
from dmlint.discovery.repository import Repository
from dmlint.linting.engine import lint

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names and files of POSIX")

Rows = list[tuple[str, str, str]]


def rows(*arguments: str) -> Rows:
    """The findings as path, rule and message, those about bounds without the message."""
    result = CliRunner().invoke(cli, ["check", "--isolated", "--output-format", "json", *arguments])
    assert result.exit_code in (0, 1), result.output
    found = json.loads(result.stdout)["findings"]
    return [(e["path"], e["rule"], e["message"] if e["rule"].startswith("DM9") else "") for e in found]


@pytest.fixture(params=["git", "walk"])
def here(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, once with git and once without, beside a file that is none of its business."""
    (tmp_path / "secret-requirements.txt").write_text("numpy==2.0.0 # the secret\n", encoding="utf-8")
    root = tmp_path / "repository"
    root.mkdir()
    start = {"git": ["git", "init", "-q", "."], "walk": ["true"]}[request.param]
    subprocess.run(start, cwd=root, check=True)
    monkeypatch.chdir(root)
    return root


def test_links_in_circles(here: Path) -> None:
    (here / "a").mkdir()
    (here / "a" / "up").symlink_to("..")
    (here / "a" / "self").symlink_to(".")
    (here / "requirements.txt").symlink_to("requirements-1.txt")
    (here / "requirements-1.txt").symlink_to("requirements.txt")
    (here / "a" / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    found = rows(".")
    assert [(path, rule) for path, rule, _ in found] == [
        ("a/requirements.txt", "DM101"),
        ("requirements-1.txt", "DM900"),
        ("requirements.txt", "DM900"),
    ]


def test_links_out_of_the_repository(here: Path) -> None:
    (here / "requirements.txt").symlink_to("../secret-requirements.txt")
    (here / "constraints.txt").symlink_to("/etc/passwd")
    (here / "requirements").symlink_to("..")
    said = "the file is not read: it is a symbolic link to a place outside the repository"
    assert rows(".") == [("constraints.txt", "DM900", said), ("requirements.txt", "DM900", said)]


@pytest.mark.parametrize(
    "reference",
    [
        "../secret-requirements.txt",
        "../../../../../../../../etc/passwd",
        "/etc/passwd",
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/environ",
        "link/secret-requirements.txt",
        "a\\..\\..\\secret-requirements.txt",
    ],
)
@pytest.mark.parametrize("option", ["-r", "-c"])
def test_includes_out_of_the_repository(reference: str, option: str, here: Path) -> None:
    (here / "link").symlink_to("..")
    (here / "requirements.txt").write_text(f"{option} {reference}\n", encoding="utf-8")
    (here / "Dockerfile").write_text(
        f"FROM x\nCOPY . /x\nRUN pip install {option} /x/{reference} y\n", encoding="utf-8"
    )
    found = rows(".")
    assert {rule for _, rule, _ in found} <= {"DM901"}
    assert ("requirements.txt", "DM901") in [(path, rule) for path, rule, _ in found]
    told = "".join(message for _, _, message in found)
    assert not [quoted for quoted in ("numpy", "2.0.0", "the secret", "root:") if quoted in told]


def test_files_that_are_none(here: Path) -> None:
    os.mkfifo(here / "requirements.txt")
    (here / "Dockerfile").mkdir()
    (here / "pyproject.toml").symlink_to("/dev/zero")
    (here / "uv.lock").symlink_to("/dev/full")
    os.mkfifo(here / "compose.yaml")
    assert {path for path, rule, _ in rows(".") if rule == "DM900"} == {"pyproject.toml", "uv.lock"}
    (found,) = rows("requirements.txt")
    assert found == ("requirements.txt", "DM900", "the file is not read: it is not a regular file")


@pytest.mark.parametrize(
    "name",
    [
        "a\nb",
        "a\r\n::error file=x,line=1::injected",
        "\x1b[31mred",
        "tab\there",
        "\u202egnp.exe",
        "-rf",
        "--config",
        "a b'c\"d",
        "%25%0A",
        "*?[x]",
        "ü\u0301日本",
        "x" * 200,
        "a#b[c]",
    ],
)
def test_names(name: str, here: Path) -> None:
    (here / name).mkdir()
    (here / name / "Dockerfile").write_text("FROM x\nRUN pip install numpy\n", encoding="utf-8")
    assert rows(".") == [(f"{name}/Dockerfile", "DM101", "")]
    assert rows("--", name) == [(f"{name}/Dockerfile", "DM101", "")]
    assert rows("./" + name + "/Dockerfile") == [(f"{name}/Dockerfile", "DM101", "")]


def test_a_name_that_is_no_utf_8(here: Path) -> None:
    folder = here / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    (folder / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    assert rows(".") == [("caf\udce9/requirements.txt", "DM101", "")]


def test_files_that_go_away_or_change_before_they_are_read(here: Path) -> None:
    names = tuple(f"requirements-{number}.txt" for number in range(1, 6))
    for name in names:
        (here / name).write_text("numpy\n", encoding="utf-8")
    configuration = configure(Call(first=here, cwd=here, options={}, formats=()))
    files = discover(configuration.tree, (here,), here).files
    assert files == names
    for name in names[:4]:
        (here / name).unlink()
    os.mkfifo(here / names[1])
    (here / names[2]).symlink_to("../secret-requirements.txt")
    (here / names[3]).mkdir()
    report = lint(Repository(here), files, Settings(), load_rules())
    assert [(found.span.source.path, found.rule) for found in report.findings] == [
        *((name, "DM900") for name in names[:4]),
        (names[4], "DM101"),
    ]
    assert report.files == len(names)
