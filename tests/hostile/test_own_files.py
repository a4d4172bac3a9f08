"""Files that dmlint reads and writes for itself: by the rules of those that it lints, and never out of the root."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from dmlint.cli import cli
from dmlint.discovery.git import GitTime
from dmlint.discovery.ignore_patterns import PatternError, compiled, ignore_file, matches

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files as Linux has them")
OPEN = "numpy\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a repository with a finding."""
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (root / "requirements.txt").write_text(OPEN, "utf-8")
    monkeypatch.chdir(root)
    return root


def say(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def pipe(path: Path) -> None:
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5_000_000_000)


def messages(path: Path) -> None:
    path.symlink_to("/proc/kmsg")


def outside(path: Path) -> None:
    (path.parents[1] / "elsewhere").write_text("ignore = ['DM101']", "utf-8")
    path.symlink_to("../elsewhere")


KINDS = {"pipe": pipe, "zeros": zeros, "sparse": sparse, "messages": messages}
SETTINGS = "extend = 'x'\n", "extend-rules = ['x']\n", "baseline = 'x'\n"
NAMED = ("--config", "x"), ("--policy", "x"), ("--baseline", "x"), ("matrix", "--check", "x")


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("name", [".dmlint.toml", "dmlint.toml", ".dmlint-baseline.json"])
def test_files_that_are_found(name: str, make: Callable[[Path], None], here: Path) -> None:
    make(here / name)
    code, printed = say("check", "--output-format", "concise")
    assert (code, f"{name}" in printed) == (2, True)


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_files_that_a_configuration_names(setting: str, make: Callable[[Path], None], here: Path) -> None:
    make(here / "x")
    (here / "dmlint.toml").write_text(setting, "utf-8")
    code, printed = say("check", "--output-format", "concise")
    assert (code, printed.startswith("dmlint: error: ")) == (2, True)


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("arguments", NAMED, ids=" ".join)
def test_files_that_the_command_line_names(
    arguments: tuple[str, ...], make: Callable[[Path], None], here: Path
) -> None:
    make(here / "x")
    code, printed = say(*arguments)
    assert (code, "error: " in printed) == (2, True)


@pytest.mark.parametrize(
    ("make", "listed"),
    [pytest.param(pipe, 0, id="pipe"), pytest.param(zeros, 1, id="zeros"), pytest.param(sparse, 1, id="sparse")],
)
def test_ignore_files_and_manifests(make: Callable[[Path], None], listed: int, here: Path) -> None:
    (here / ".git").rmdir()
    make(here / ".gitignore")
    make(here / "pyproject.toml")
    code, printed = say("check", "--output-format", "concise")
    assert (code, "requirements.txt:1:1: DM101" in printed) == (1, True)
    assert printed.count("pyproject.toml:1:1: DM900") == listed
    assert say("init")[0] == 2


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        pytest.param("dmlint.toml", "", id="link"),
        pytest.param("x", "extend = 'x'", id="extend"),
        pytest.param("x", "extend-rules = ['x']", id="pack"),
        pytest.param("x", "baseline = 'x'", id="baseline"),
        pytest.param("y", "extend = '../elsewhere'", id="parent"),
        pytest.param("y", "extend-rules = ['/etc/hostname']", id="absolute"),
        pytest.param("y", "baseline = '../../x.json'", id="baseline-outside"),
        pytest.param("y", "baseline = '.git/hooks/pre-commit'", id="baseline-in-git"),
    ],
)
def test_nothing_outside_is_read_unless_it_is_named(name: str, setting: str, here: Path) -> None:
    outside(here / name)
    (here / ("a.toml" if name == "dmlint.toml" else "dmlint.toml")).write_text(setting, "utf-8")
    code, printed = say("check", "--output-format", "concise")
    assert (code, "outside of" in printed) == (2, True)
    assert say("check", "--config", "../elsewhere", "--output-format", "concise")[0] == 0


@pytest.mark.parametrize("value", ["../../x.json", "/tmp/x.json", ".git/hooks/pre-commit", "hidden/hooks/pre-commit"])
def test_a_baseline_is_written_inside_alone(value: str, here: Path) -> None:
    for name in ("HEAD", "objects", "refs"):
        (here / "hidden" / name).mkdir(parents=True)
    (here / "sub").mkdir()
    (here / "sub" / ".git").write_text("gitdir: ../hidden\n", "utf-8")
    (here / "dmlint.toml").write_text(f"baseline = '{value}'", "utf-8")
    before = sorted(here.parent.rglob("*"))
    assert say("baseline")[0] == 2
    (here / "dmlint.toml").write_text(f"output-format = 'json:{value}'", "utf-8")
    assert say("check")[0] == 2
    assert sorted(here.parent.rglob("*")) == before


def test_nothing_is_written_through_a_link(here: Path) -> None:
    for name in (".dmlint-baseline.json", "dmlint.toml"):
        (here / name).symlink_to("../gone")
    assert say("baseline")[0] == 2
    assert say("init")[0] == 2
    (here / "dmlint.toml").unlink()
    assert say("baseline")[1].startswith("dmlint: error: ")
    (here.parent / "elsewhere.toml").write_text("", "utf-8")
    (here / "pyproject.toml").symlink_to("../elsewhere.toml")
    assert "symbolic link" in say("init")[1]
    assert sorted(path.name for path in here.parent.iterdir()) == ["elsewhere.toml", "root"]


def test_a_path_that_leads_out_of_its_repository(here: Path) -> None:
    other = here.parent / "other"
    other.mkdir()
    (other / "requirements.txt").write_text(OPEN, "utf-8")
    (here / "link").symlink_to(other)
    (here / "constraints.txt").symlink_to(other / "requirements.txt")
    (here / "inner").symlink_to(".")
    for path in ("link", "constraints.txt"):
        code, printed = say("check", "--fix", path)
        assert (code, "is a symbolic link out of" in printed) == (2, True)
    assert say("check", "inner")[0] == 1
    assert (other / "requirements.txt").read_text("utf-8") == OPEN


def test_a_hard_link_parts_and_attributes_stay(here: Path) -> None:
    path = here / "requirements.txt"
    (here / "other.txt").hardlink_to(path)
    os.setxattr(path, "user.dmlint", b"kept")
    code, printed = say("check", "--fix", "requirements.txt")
    assert code == 0
    assert "requirements.txt: its other names (hard links: 1) keep the old text" in printed
    assert os.getxattr(path, "user.dmlint") == b"kept"
    assert (here / "other.txt").read_text("utf-8") == OPEN
    path.write_text(OPEN, "utf-8")
    (here / "third.txt").hardlink_to(path)
    assert say("check", "--fix", "requirements.txt", "--quiet") == (0, "")
    assert (here / "third.txt").read_text("utf-8") == OPEN


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("exclude = ['[z-a]']", "exclude has a pattern that cannot be read: '[z-a]'"),
        ("per-file-ignores = { '[z-a]' = ['DM101'] }", "per-file-ignores has a pattern that cannot be read: '[z-a]'"),
        ("max-file-size = 100000000000000000000", "max-file-size must be a number of bytes"),
        ('baseline = "a\\u0000b"', "baseline holds the character NUL"),
        ('extend = "a\\u0000b"', "extend holds the character NUL"),
        ('exclude = ["a\\u0000b"]', "exclude holds the character NUL"),
        ('extend-rules = ["a\\u0000b"]', "extend-rules holds the character NUL"),
        ('output-format = "json:a\\u0000b"', "output-format holds the character NUL"),
    ],
)
def test_settings_that_cannot_be_followed(setting: str, message: str, here: Path) -> None:
    (here / "dmlint.toml").write_text(setting, "utf-8")
    code, printed = say("check")
    assert (code, message in printed) == (2, True), printed


def test_patterns_of_options(here: Path) -> None:
    assert "--exclude has a pattern that cannot be read: '[z-a]'" in say("check", "--exclude", "[z-a]")[1]
    assert say("check", "--exclude", "a\0b")[0] == 2


def test_a_bad_range_in_an_ignore_file_matches_nothing(here: Path) -> None:
    (here / ".git").rmdir()
    (here / ".gitignore").write_text("[z-a]\n[[:nothing:]]\na\n", "utf-8")
    assert say("check", "--output-format", "concise")[0] == 1
    assert ignore_file("[z-a]\nb\n").match_file("b")


@pytest.mark.parametrize(
    ("pattern", "fits", "others"),
    [
        ("[[:alpha:]]", ["a", "Z"], ["1", ":", "[:alpha:]"]),
        ("x[[:digit:]_]", ["x1", "x_"], ["xa"]),
        ("x[![:space:]]", ["xa"], ["x "]),
        ("[]a]", ["]", "a"], ["b"]),
        ("a[--z]", ["a-", "az"], ["a+"]),
        ("[[:punct:]]", ["!", "]", "^", "~", "\\"], ["a", "1"]),
        ("[a||b]", ["a", "|"], ["c"]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_classes_are_those_of_git(pattern: str, fits: list[str], others: list[str], tmp_path: Path) -> None:
    assert [name for name in (*fits, *others) if matches((pattern,), name)] == fits
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(f"{pattern}\n", "utf-8")
    asked = subprocess.run(
        ["git", "check-ignore", "-z", "--stdin"],
        cwd=tmp_path,
        check=False,
        input="\0".join((*fits, *others)),
        capture_output=True,
        text=True,
    )
    assert asked.stdout.split("\0")[:-1] == fits


def test_there_is_no_other_class() -> None:
    with pytest.raises(PatternError, match="there is no class"):
        compiled(("[[:nothing:]]",))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_device_that_is_full(here: Path) -> None:
    for arguments in (("check", "--output-file"), ("deps", "--output-file")):
        code, printed = say(*arguments, "/dev/full")
        assert (code, printed) == (2, "dmlint: error: cannot write /dev/full: no space left on device\n")
    printed = "dmlint: error: /dev/full is not read: the system makes it up while it is read\n"
    assert say("baseline", "--output", "/dev/full") == (2, printed)


def test_git_has_one_time_for_all_of_a_run(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    time = GitTime(0.3)
    environ = dict(os.environ)
    assert time.run(("true",), b"", environ) == b""
    assert time.run(("sleep", "5"), b"", environ) is None
    assert time.left == 0
    assert time.run(("true",), b"", environ) is None
    assert GitTime().run(("/nowhere/git",), b"", environ) is None
    for name in ("a", "b", "c"):
        (here / name / ".git").mkdir(parents=True)
        pipe(here / name / ".git" / "HEAD")
        (here / name / "requirements.txt").write_text(OPEN, "utf-8")
    monkeypatch.setattr(GitTime.__init__, "__defaults__", (0.5,))
    code, printed = say("check", "--output-format", "concise")
    assert (code, printed.count("DM101")) == (1, 4)


def test_a_run_says_that_git_takes_too_long(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "bin").mkdir()
    slow = here.parent / "git"
    slow.write_text("#!/bin/sh\nexec sleep 20\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{here.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(GitTime.__init__, "__defaults__", (0.3,))
    code, printed = say("check", "--output-format", "concise")
    assert code == 1
    assert "git took more than its time and is no longer asked" in printed
