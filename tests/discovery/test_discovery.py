from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dmlint import discovery
from dmlint.config import Call, configure
from dmlint.discovery import Discovery, PathError, discover, folders, git, surroundings
from dmlint.parsers import claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TREE = {
    "Dockerfile": "",
    "README.md": "",
    ".devcontainer/Dockerfile": "",
    "a/requirements.txt": "",
    "a/pyproject.toml": "",
    "a/notes.txt": "",
    "vendor/Dockerfile": "",
    "vendor/deep/Dockerfile": "",
    ".gitignore": "/vendor/\n*.skip\n",
    "x.skip/Dockerfile": "",
    "a/.gitignore": "pyproject.toml\n",
}
SEEN = [".devcontainer/Dockerfile", "Dockerfile", "a/requirements.txt"]


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def run_git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "protocol.file.allow=always")
    subprocess.run(("git", "-C", str(folder), *identity, *arguments), check=True, capture_output=True)


def find(cwd: Path, *paths: str, **options: object) -> Discovery:
    given = tuple(Path(path) for path in paths or (".",))
    named = {key.replace("_", "-"): value for key, value in options.items()}
    return discover(configure(Call(first=given[0], cwd=cwd, options=named, formats=())).tree, given, cwd)


@pytest.fixture(params=["git", "walk"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A small repository, once with git, once without."""
    root = tmp_path / "repository"
    write(root, TREE)
    setup: dict[str, Iterable[tuple[str, ...]]] = {"git": [("init", "-q"), ("add", "Dockerfile")], "walk": []}
    for arguments in setup[request.param]:
        run_git(root, *arguments)
    return root


@pytest.mark.parametrize(
    ("paths", "options", "files"),
    [
        pytest.param(["."], {}, SEEN, id="everything"),
        pytest.param(["a"], {}, ["a/requirements.txt"], id="folder"),
        pytest.param(["Dockerfile", "a", "Dockerfile"], {}, ["Dockerfile", "a/requirements.txt"], id="each-once"),
        pytest.param(["vendor"], {}, ["vendor/Dockerfile", "vendor/deep/Dockerfile"], id="ignored-folder-named"),
        pytest.param(["vendor/deep"], {}, ["vendor/deep/Dockerfile"], id="folder-in-an-ignored-one-named"),
        pytest.param(["a/pyproject.toml"], {}, ["a/pyproject.toml"], id="ignored-file-named"),
        pytest.param(["vendor"], {"force_exclude": True}, [], id="ignored-folder-forced-out"),
        pytest.param(
            ["a/pyproject.toml", "vendor/Dockerfile", "Dockerfile"],
            {"force_exclude": True},
            ["Dockerfile"],
            id="ignored-files-forced-out",
        ),
        pytest.param(["."], {"exclude": ("a",)}, SEEN[:2], id="excluded-folder"),
        pytest.param(["."], {"exclude": ("Dockerfile",), "extend_exclude": ("a/",)}, [], id="all-excluded"),
        pytest.param(["a"], {"exclude": ("a",)}, ["a/requirements.txt"], id="excluded-folder-named"),
        pytest.param(["a"], {"exclude": ("*.txt",)}, [], id="excluded-files-in-a-named-folder"),
        pytest.param(["Dockerfile"], {"exclude": ("Dockerfile",)}, ["Dockerfile"], id="excluded-file-named"),
        pytest.param(["a", "Dockerfile"], {"exclude": ("a", "Dockerfile"), "force_exclude": True}, [], id="forced-out"),
    ],
)
def test_files(tree: Path, paths: list[str], options: dict[str, object], files: list[str]) -> None:
    assert find(tree, *paths, **options) == Discovery(files=tuple(files))


def test_paths_count_from_the_working_directory(tree: Path) -> None:
    write(tree, {"dmlint.toml": ""})
    assert find(tree / "a", "..").files == tuple(SEEN)
    assert find(tree / "a", ".", "../Dockerfile").files == ("Dockerfile", "a/requirements.txt")


def test_a_file_that_no_format_claims_is_a_warning(tree: Path) -> None:
    assert find(tree, "README.md") == Discovery(files=(), warnings=("README.md is no kind of file that dmlint reads",))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("missing", "^missing does not exist$", id="missing"),
        pytest.param("../elsewhere", "^../elsewhere lies outside of .*repository", id="outside"),
    ],
)
def test_refused_paths(tree: Path, path: str, message: str) -> None:
    (tree.parent / "elsewhere").mkdir()
    with pytest.raises(PathError, match=message):
        find(tree, ".", path)


def test_symbolic_links(tree: Path) -> None:
    write(tree.parent, {"outside/Dockerfile": ""})
    (tree / "Dockerfile.inside").symlink_to("Dockerfile")
    (tree / "Dockerfile.outside").symlink_to("../outside/Dockerfile")
    (tree / "Dockerfile.broken").symlink_to("nowhere")
    (tree / "Dockerfile.folder").symlink_to("a")
    (tree / "linked").symlink_to("../outside")
    expected = sorted([*SEEN, "Dockerfile.broken", "Dockerfile.inside", "Dockerfile.outside"])
    assert find(tree).files == tuple(expected)


def test_only_files_count(tree: Path) -> None:
    write(tree, {"Dockerfile.d/nothing": ""})
    os.mkfifo(tree / "Dockerfile.pipe")
    assert find(tree).files == tuple(SEEN)


def test_hostile_names(tree: Path) -> None:
    names = [
        "line\nbreak/Dockerfile",
        "100644 0000000000000000000000000000000000000000 0\tx/Dockerfile",
        "-c/Dockerfile",
    ]
    write(tree, dict.fromkeys([*names, ":(glob)*/Dockerfile"], ""))
    Path(os.fsdecode(os.fsencode(tree) + b"/\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(tree) + b"/\xff/Dockerfile")).touch()
    assert {*names[:1], *names[2:], ":(glob)*/Dockerfile", "\udcff/Dockerfile"} <= set(find(tree).files)
    assert find(tree, ":(glob)*").files == (":(glob)*/Dockerfile",)


def test_deleted_files_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    run_git(tmp_path, "init", "-q")
    run_git(tmp_path, "add", ".")
    (tmp_path / "Dockerfile").unlink()
    assert find(tmp_path).files == (".devcontainer/Dockerfile", "a/requirements.txt")


def test_submodules_and_nested_repositories_are_folders(tmp_path: Path) -> None:
    for name in ("library", "repository/nested", "repository/broken"):
        write(tmp_path / name, {"Dockerfile": "", "b/requirements.txt": "", ".gitignore": "x\n", "x/Dockerfile": ""})
        run_git(tmp_path / name, "init", "-q")
        run_git(tmp_path / name, "add", ".")
        run_git(tmp_path / name, "commit", "-qm", "x")
    root = tmp_path / "repository"
    run_git(root, "init", "-q")
    run_git(root, "submodule", "add", "-q", str(tmp_path / "library"), "library")
    write(root / "library", {"x/Dockerfile": ""})
    (root / "broken/.git/HEAD").write_text("", encoding="utf-8")
    below = ("Dockerfile", "b/requirements.txt")
    expected = [f"{name}/{path}" for name in ("broken", "library", "nested") for path in below]
    assert find(root).files == tuple(expected)
    assert find(root, ".", "nested/b").files == tuple(expected)
    assert find(root, ".gitmodules", "nested/b", "library/b").files == (
        "library/b/requirements.txt",
        "nested/b/requirements.txt",
    )


def test_git_of_a_hook_does_not_mislead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, TREE)
    run_git(tmp_path, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere"))
    assert find(tmp_path).files == tuple(SEEN)


def test_the_configuration_of_a_repository_runs_nothing(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    run_git(tmp_path, "init", "-q")
    run_git(tmp_path, "config", "core.fsmonitor", f"touch {tmp_path}/ran; false")
    assert find(tmp_path).files == tuple(SEEN)
    assert not (tmp_path / "ran").exists()


def test_no_program_of_the_working_directory_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {**TREE, "git": f"#!/bin/sh\ntouch {tmp_path}/ran\n", "git.exe": ""})
    (tmp_path / "git").chmod(0o755)
    run_git(tmp_path, "init", "-q")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", os.environ["PATH"])))
    assert find(tmp_path).files == tuple(SEEN)
    assert not (tmp_path / "ran").exists()


def test_without_git_the_folders_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, TREE)
    run_git(tmp_path, "init", "-q")
    monkeypatch.setenv("PATH", "")
    assert find(tmp_path).files == tuple(SEEN)


@pytest.mark.skipif(os.name == "nt", reason="a program is known by its name there")
def test_with_a_git_that_does_not_start_the_folders_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "repository", TREE)
    run_git(tmp_path / "repository", "init", "-q")
    write(tmp_path / "programs", {"git": "\0 no program"})
    (tmp_path / "programs" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    assert find(tmp_path / "repository").files == tuple(SEEN)


@pytest.mark.parametrize(
    ("ignore", "files"),
    [
        pytest.param({".gitignore": "a\n", "a/.gitignore": "!x\n"}, ["b/Dockerfile"], id="ignored-folder-stays-shut"),
        pytest.param({".gitignore": "*file\n", "a/.gitignore": "!Dockerfile\n"}, ["a/Dockerfile"], id="inner-decides"),
        pytest.param({".gitignore/x": ""}, ["a/Dockerfile", "b/Dockerfile"], id="folder-called-so"),
        pytest.param({".gitignore": "\n \n"}, ["a/Dockerfile", "b/Dockerfile"], id="empty"),
        pytest.param({".gitignore": "!\nb\n"}, ["a/Dockerfile"], id="broken-line"),
        pytest.param({"b/.gitignore": "/Dockerfile\n"}, ["a/Dockerfile"], id="anchored"),
    ],
)
def test_ignore_files_without_git(tmp_path: Path, ignore: dict[str, str], files: list[str]) -> None:
    write(tmp_path, {"a/Dockerfile": "", "b/Dockerfile": "", **ignore})
    assert find(tmp_path).files == tuple(files)


def test_ignore_files_above_a_named_folder_count_without_git(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.skip\n", "a/Dockerfile.skip": "", "a/Dockerfile": ""})
    assert find(tmp_path, "a").files == ("a/Dockerfile",)


def test_an_unreadable_ignore_file_ignores_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": ""})
    (tmp_path / ".gitignore").symlink_to("/proc/self/mem")
    assert find(tmp_path).files == ("Dockerfile",)


def test_folders_of_tools_are_entered_only_by_name(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/Dockerfile": "" for name in ("a", *folders.NEVER_ENTERED)})
    assert find(tmp_path).files == ("a/Dockerfile",)
    assert find(tmp_path, ".", "node_modules").files == ("a/Dockerfile", "node_modules/Dockerfile")


def test_a_folder_that_went_away_is_a_warning(tmp_path: Path) -> None:
    warnings: list[str] = []
    assert list(folders.files(tmp_path, "gone", warnings)) == []
    assert warnings == ["cannot look into gone: no such file or directory"]


def test_paths_that_git_cannot_judge_are_not_ignored(tmp_path: Path) -> None:
    assert git.ignored(tmp_path, ("x",), git.GitTime()) == frozenset()


@pytest.mark.parametrize(
    ("files", "seen"),
    [
        pytest.param(
            {"dmlint.toml": "", "Dockerfile": "", "a/Dockerfile": ""}, ("Dockerfile", "a/Dockerfile"), id="sure"
        ),
        pytest.param({"Dockerfile": "", "a/Dockerfile": ""}, ("Dockerfile", "a/Dockerfile"), id="somewhere"),
        pytest.param({f"{name}/Dockerfile": "" for name in "abcd"}, (), id="somewhere vast"),
        pytest.param(
            {"dmlint.toml": "", **{f"{name}/Dockerfile": "" for name in "abcd"}},
            tuple(f"{name}/Dockerfile" for name in "abcd"),
            id="a vast project",
        ),
    ],
)
def test_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], seen: tuple[str, ...]
) -> None:
    monkeypatch.setattr(discovery, "MOST_AROUND", 3)
    write(tmp_path, files)
    configuration = configure(Call(first=Path("a/Dockerfile"), cwd=tmp_path, options={}, formats=()))
    assert tuple(sorted(surroundings(configuration.tree))) == seen


NAMES = [
    "Dockerfile", "dockerfile.gpu", "x.Dockerfile", "Dockerfile.md", "Dockerfile.dockerignore", "pyproject.toml",
    "a/pyproject.toml", "pyproject.toml.bak", "requirements.txt", "requirements/base.in", "requirements/sub/base.in",
    "dev-requirements.txt", "myrequirements.txt", "README.md", "requirements.txt\n", "Dockerfile\nx/y",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_one_pattern_agrees_with_the_table_of_formats(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: ""})
    assert (name in find(tmp_path).files) is (claim(name) is not None)


def test_a_submodule_that_is_not_checked_out_is_a_plain_folder(tmp_path: Path) -> None:
    write(tmp_path, {"library/x": "", "repository/x": ""})
    root = tmp_path / "repository"
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        run_git(tmp_path / "library", *arguments)
    run_git(root, "init", "-q")
    run_git(root, "submodule", "add", "-q", str(tmp_path / "library"), "library")
    run_git(root, "submodule", "deinit", "-f", "library")
    write(root, {"library/Dockerfile": ""})
    assert find(root).files == ("library/Dockerfile",)
