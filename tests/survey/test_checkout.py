"""What is fetched of a repository, and that nothing of it is run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from repositories import FAULTY, commit, git, mirror

from dmlint.discovery.repository import LIMIT
from dmlint.survey.addresses import Address
from dmlint.survey.checkout import CheckoutError, check_out, find_commit
from dmlint.text.problems import Problem
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, str | bytes] = {
    **FAULTY,
    "tools/setup": "#!/bin/sh\npip install numpy\n",
    "tools/deep/more": "x\n",
    "movie.mp4": b"\0" * 1000,
    "weights.bin": b"\1" * 2000,
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository with files that nobody reads, and links."""
    folder = commit(tmp_path / "source", FILES)
    (folder / "linked").symlink_to("tools/deep")
    (folder / "again").symlink_to("linked/more")
    (folder / "circle").symlink_to("circle")
    (folder / "out").symlink_to("../../etc/passwd")
    return commit(folder, {})


@pytest.fixture(params=[True, False], ids=["work-tree", "mirror"])
def address(request: pytest.FixtureRequest, source: Path, tmp_path: Path) -> Address:
    """The same repository, on this machine or served."""
    return Address(str(source) if request.param else mirror(tmp_path / "m", source), local=request.param)


def test_only_what_is_read_is_there(address: Address, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    tree = check_out(address, folder, 60)
    there = [path.relative_to(folder).as_posix() for path in folder.iterdir() if path.name != ".git"]
    assert there == ["Dockerfile"]
    assert tree.exists("weights.bin")
    assert tree.exists("tools")
    assert not tree.exists("nowhere")
    assert tree.names("tools") == ("deep", "setup")
    assert set(tree.names(".")) >= {"Dockerfile", "tools", "movie.mp4"}
    read = tree.read("tools/setup")
    assert isinstance(read, Source)
    assert "pip install" in read.text


def test_links_are_followed_inside_the_commit(address: Address, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    tree = check_out(address, tmp_path / "tree", 60)
    assert isinstance(tree.read("again"), Source)
    assert isinstance(tree.read("linked/more"), Source)
    assert isinstance(tree.read("circle"), Problem)
    assert isinstance(tree.read("out"), Problem)


def test_both_have_the_same_commit(address: Address, source: Path) -> None:
    assert find_commit(address, 60) == git(source, "rev-parse", "HEAD")


def test_a_partial_clone_holds_no_other_file(source: Path, tmp_path: Path) -> None:
    address = Address(mirror(tmp_path / "m", source), local=False)
    (tmp_path / "tree").mkdir()
    check_out(address, tmp_path / "tree", 60)
    assert git(tmp_path / "tree", "rev-list", "--objects", "--missing=print", "HEAD").count("?") >= 3


def test_what_is_too_large_is_as_large(tmp_path: Path) -> None:
    folder = commit(tmp_path / "a", {"requirements.txt": b"a" * (LIMIT + 1)})
    (tmp_path / "tree").mkdir()
    tree = check_out(Address(str(folder), local=True), tmp_path / "tree", 60)
    assert isinstance(tree.read("requirements.txt"), Problem)


def test_nothing_of_the_repository_runs(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    folder = commit(tmp_path / "a", {**FAULTY, ".gitattributes": "* filter=evil\n"})
    git(folder, "config", "filter.evil.smudge", f"touch {ran}; cat")
    hook = folder / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n", encoding="utf-8")
    hook.chmod(0o755)
    (tmp_path / "tree").mkdir()
    check_out(Address(str(folder), local=True), tmp_path / "tree", 60)
    assert not ran.exists()


def test_a_folder_without_a_repository(tmp_path: Path) -> None:
    with pytest.raises(CheckoutError, match="not a git repository"):
        find_commit(Address(str(tmp_path), local=True), 60)


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(CheckoutError, match="git rev-parse failed"):
        find_commit(Address(str(tmp_path), local=True), 60)


def test_an_empty_repository_elsewhere(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    with pytest.raises(CheckoutError, match="the repository is empty"):
        find_commit(Address(f"file://{tmp_path}/empty.git", local=False), 60)


def test_git_may_not_take_too_long(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 5\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=os.pathsep)
    with pytest.raises(CheckoutError, match=r"git took longer than 0\.1 seconds"):
        find_commit(Address(str(source), local=True), 0.1)


def test_without_git(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(CheckoutError, match="there is no git"):
        find_commit(Address(str(source), local=True), 60)


def test_an_object_that_is_missing(source: Path, tmp_path: Path) -> None:
    name = git(source, "rev-parse", "HEAD:Dockerfile")
    (source / ".git" / "objects" / name[:2] / name[2:]).unlink()
    (tmp_path / "tree").mkdir()
    with pytest.raises(CheckoutError, match="missing"):
        check_out(Address(str(source), local=True), tmp_path / "tree", 60)
