"""Which files are read, and which never."""

from __future__ import annotations

import ntpath
import os
import posixpath
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dmlint.discovery.repository import Repository, path_from
from dmlint.text.problems import Problem, ProblemKind
from dmlint.text.source import Source

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"numpy\r\n")
    (root / "sub" / "b.txt").write_bytes(b"scipy")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "outside").symlink_to(tmp_path)
    (root / "in.txt").symlink_to("sub/b.txt")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere")
    os.mkfifo(root / "fifo")
    return root


def _cause(found: Source | Problem) -> str:
    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.UNREADABLE
    assert (found.span.source.text, found.span.start, found.span.end) == ("", 0, 0)
    return found.message.removeprefix("the file is not read: ")


def _text(found: Source | Problem) -> str:
    assert isinstance(found, Source)
    return found.text


@pytest.mark.parametrize(
    ("path", "text", "normal"),
    [
        pytest.param("a.txt", "numpy\r\n", "a.txt", id="at the root"),
        pytest.param("sub/b.txt", "scipy", "sub/b.txt", id="below"),
        pytest.param("./sub/../a.txt", "numpy\r\n", "a.txt", id="not normal"),
        pytest.param("in.txt", "scipy", "in.txt", id="a link that stays inside"),
    ],
)
def test_a_file_is_read(root: Path, path: str, text: str, normal: str) -> None:
    found = Repository(root).read(path)
    assert isinstance(found, Source)
    assert (found.text, found.path) == (text, normal)


def test_a_file_is_read_once(root: Path) -> None:
    repository = Repository(root)
    first = repository.read("a.txt")
    (root / "a.txt").unlink()
    assert repository.read("./a.txt") is first
    assert repository.read("gone") is repository.read("gone")


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        pytest.param("../secret.txt", "it lies outside the repository", id="climbs out"),
        pytest.param("..", "it lies outside the repository", id="the folder above"),
        pytest.param("/etc/passwd", "it lies outside the repository", id="absolute"),
        pytest.param("out.txt", "it is a symbolic link to a place outside the repository", id="link"),
        pytest.param(
            "outside/secret.txt", "it is a symbolic link to a place outside the repository", id="linked folder"
        ),
        pytest.param("sub", "it is a folder", id="folder"),
        pytest.param(".", "it is a folder", id="the root"),
        pytest.param("fifo", "it is not a regular file", id="FIFO"),
        pytest.param("gone", "it cannot be read: no such file or directory", id="not there"),
        pytest.param("dangling", "it cannot be read: no such file or directory", id="dangling link"),
        pytest.param("a.txt/b", "it cannot be read: not a directory", id="below a file"),
        pytest.param("x" * 5000, "it cannot be read: file name too long", id="long name"),
        pytest.param("a\0b", "its name cannot be looked up", id="NUL"),
    ],
)
def test_what_is_no_file_of_the_tree_is_a_problem(root: Path, path: str, cause: str) -> None:
    assert _cause(Repository(root).read(path)) == cause


def test_a_link_to_itself_is_a_problem(root: Path) -> None:
    assert _cause(Repository(root).read("loop"))


def test_a_socket_is_a_problem(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        assert _cause(Repository(root).read("s")) == "it is not a regular file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(root: Path) -> None:
    (root / "a.txt").chmod(0)
    assert _cause(Repository(root).read("a.txt")) == "it cannot be read: permission denied"


def test_a_large_file_is_a_problem(root: Path) -> None:
    assert _text(Repository(root, 7).read("a.txt")) == "numpy\r\n"
    assert _cause(Repository(root, 6).read("a.txt")) == "it is larger than 6 bytes"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="files of Linux")
def test_a_file_that_holds_more_than_its_size_is_a_problem() -> None:
    assert _cause(Repository(Path("/proc/self"), 6).read("status")) == "it is larger than 6 bytes"


def test_bad_utf_8_is_a_problem_at_its_place(root: Path) -> None:
    (root / "a.txt").write_bytes(b"a\nb\n\xff")
    found = Repository(root).read("a.txt")
    assert isinstance(found, Problem)
    assert (found.message, found.span.line) == ("line 3: byte 0xff is not UTF-8", 3)


def test_a_coding_line_counts_but_in_toml(root: Path) -> None:
    for name in ("c.txt", "c.toml"):
        (root / name).write_bytes(b"# coding: latin-1\n# \xe9")
    assert _text(Repository(root).read("c.txt")) == "# coding: latin-1\n# é"
    assert isinstance(Repository(root).read("c.toml"), Problem)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("a.txt", True),
        ("sub", True),
        ("in.txt", True),
        (".", True),
        ("gone", False),
        ("out.txt", False),
        ("../secret.txt", False),
        ("dangling", False),
        ("loop", False),
        ("a\0", False),
    ],
)
def test_what_exists(root: Path, path: str, there: bool) -> None:
    assert Repository(root).exists(path) is there


@pytest.mark.parametrize(
    ("base", "reference", "path"),
    [
        pytest.param("requirements.txt", "base.txt", "base.txt", id="beside"),
        pytest.param("a/b/r.txt", "../base.txt", "a/base.txt", id="above"),
        pytest.param("a/r.txt", "./x/./y.txt", "a/x/y.txt", id="dots"),
        pytest.param("a/r.txt", "..", ".", id="the root"),
        pytest.param("r.txt", "", ".", id="nothing"),
        pytest.param("r.txt", "a:b.txt", "a:b.txt", id="a colon"),
        pytest.param("r.txt", "a\\b.txt", "a\\b.txt", id="a backslash"),
        pytest.param("r.txt", "../x", None, id="outside"),
        pytest.param("a/r.txt", "../..", None, id="just outside"),
        pytest.param("r.txt", "..x", "..x", id="two dots that climb nowhere"),
        pytest.param("r.txt", "/etc/passwd", None, id="absolute"),
        pytest.param("r.txt", "https://h/r.txt", None, id="URL"),
        pytest.param("r.txt", "FILE:r.txt", None, id="file URL"),
        pytest.param("r.txt", "s3://h/r.txt", None, id="another URL"),
        pytest.param("r.txt", "a\0b", None, id="NUL"),
    ],
)
def test_references_are_joined_to_their_file(root: Path, base: str, reference: str, path: str | None) -> None:
    assert Repository(root).resolve(base, reference) == path


def test_an_absolute_reference_into_the_root(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    assert Repository(root).resolve("x", f"{root}/sub/../a.txt") == "a.txt"
    assert Repository(link).resolve("x", f"{link}/a.txt") == "a.txt"
    assert Repository(link).resolve("x", f"{root}/a.txt") == "a.txt"
    assert Repository(root).resolve("x", f"{root}-other/a.txt") is None


def test_the_names_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "sub").mkdir(parents=True)
    (tmp_path / "a" / "b.txt").write_text("x", encoding="utf-8")
    repository = Repository(tmp_path)
    assert repository.names("a") == ("b.txt", "sub")
    assert repository.names("") == ("a",)
    assert [repository.names(path) for path in ("gone", "a/b.txt", "..", "/", "\0")] == [()] * 5


@pytest.mark.parametrize(
    ("system", "folder", "path", "shown"),
    [
        pytest.param(posixpath, "/a/b", "/a/b/c", "c", id="below"),
        pytest.param(posixpath, "/a/b", "/a/c", "../c", id="beside"),
        pytest.param(ntpath, "C:\\a", "C:\\a\\b\\c", "b/c", id="windows"),
        pytest.param(ntpath, "C:\\a", "D:\\b\\c", "D:/b/c", id="another-drive"),
    ],
)
def test_a_path_from_a_folder(system: ModuleType, folder: str, path: str, shown: str) -> None:
    assert path_from(folder, path, system) == shown
