"""``--no-ignore`` and ``--add-ignore`` on real trees."""

from __future__ import annotations

from pathlib import Path

import pytest
from adoption import call, enter, found, read, write

REASON = "agreed on Monday"
HINT = f"# dmlint: ignore[DM101] {REASON}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return enter(tmp_path, monkeypatch)


def test_no_comment_is_heeded(here: Path) -> None:
    write({"requirements.txt": "numpy # dmlint: ignore[DM101] x\nscipy # dmlint: ignore[DM101]\n"})
    assert [rule for _, _, rule in found()] == ["DM902"]
    assert [rule for _, _, rule in found("--no-ignore")] == ["DM101"]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param("requirements.txt", "numpy\n", f"numpy  {HINT}\n", id="end-of-line"),
        pytest.param("requirements.txt", "numpy", f"numpy  {HINT}", id="no-line-end"),
        pytest.param("requirements.txt", "numpy \r\nx\r\n", f"numpy  {HINT} \r\nx\r\n", id="carriage-return"),
        pytest.param("requirements.txt", "\ufeffnumpy\n", f"\ufeffnumpy  {HINT}\n", id="byte-order-mark"),
        pytest.param("requirements.txt", "numpy # arrays\n", f"numpy # arrays  {HINT}\n", id="behind-a-comment"),
        pytest.param("requirements.txt", "numpy \\\n  >=1\n", f"{HINT}\nnumpy \\\n  >=1\n", id="continued-requirement"),
        pytest.param(
            "requirements.txt",
            "numpy # dmlint: ignore[DM900]\n",
            f"numpy # dmlint: ignore[DM900, DM101] {REASON}\n",
            id="merged",
        ),
        pytest.param(
            "requirements.txt",
            "# dmlint: ignore[DM900,DM901] old \nnumpy\n",
            f"# dmlint: ignore[DM900, DM901, DM101] old; {REASON} \nnumpy\n",
            id="merged-with-a-reason",
        ),
        pytest.param(
            "requirements.txt",
            f"numpy # dmlint: ignore[DM900] {REASON}\n",
            f"numpy # dmlint: ignore[DM900, DM101] {REASON}\n",
            id="merged-with-the-same-reason",
        ),
        pytest.param(
            "pyproject.toml",
            '[project]\nname = "x"\nversion = "1"\ndependencies = [\n    "numpy",\n]\n',
            f'[project]\nname = "x"\nversion = "1"\ndependencies = [\n    "numpy",  {HINT}\n]\n',
            id="toml",
        ),
        pytest.param(
            "Dockerfile",
            "FROM x\nRUN pip install numpy\n",
            f"FROM x\n{HINT}\nRUN pip install numpy\n",
            id="run",
        ),
        pytest.param(
            "Dockerfile",
            "FROM x\nRUN pip install \\\n    scipy \\\n    numpy\n",
            f"FROM x\nRUN pip install \\\n    scipy \\\n    {HINT}\n    numpy\n",
            id="run-continuation",
        ),
        pytest.param(
            "Dockerfile",
            "FROM x\nRUN pip install \\\r\n    numpy\r\n",
            f"FROM x\nRUN pip install \\\r\n    {HINT}\r\n    numpy\r\n",
            id="run-continuation-of-windows",
        ),
        pytest.param("a.sh", "pip install numpy\n", f"{HINT}\npip install numpy\n", id="script"),
    ],
)
def test_a_comment_is_written_where_it_counts(here: Path, path: str, before: str, after: str) -> None:
    write({path: before})
    options = ("--select", "DM101,DM902")
    result = call(*options, "--add-ignore", REASON)
    assert read(path) == after
    assert (result.exit_code, result.stderr) == (0, "Wrote comments for 1 finding in 1 file.\n")
    assert "1 suppressed" in result.stdout
    assert [rule for _, _, rule in found("--select", "DM101")] == []


def test_one_comment_names_all_rules_of_its_line(here: Path) -> None:
    write({"Dockerfile": "FROM nvcr.io/nvidia/isaac-sim:5.1.0\nRUN pip install numpy\n"})
    before = found()
    assert {rule for _, _, rule in before} == {"DM101", "DM201"}
    assert call("--add-ignore", REASON).exit_code == 0
    assert found() == []
    assert {rule for _, _, rule in found("--no-ignore")} == {"DM101", "DM201"}
    once = read("Dockerfile")
    assert call("--add-ignore", REASON).stderr == "Wrote comments for 0 findings in 0 files.\n"
    assert read("Dockerfile") == once


def test_where_no_comment_counts_it_is_said(here: Path) -> None:
    files = {
        "Dockerfile": "FROM x\nRUN cat <<E > /r.txt && pip install -r /r.txt\nnumpy\nE\n",
        ".devcontainer/devcontainer.json": '{"image": "nvcr.io/nvidia/isaac-sim:5.1.0"}\n',
        "requirements.txt": "scipy # dmlint: ignore[DM101] x\n",
    }
    write(files)
    result = call("--add-ignore", REASON)
    assert result.exit_code == 1
    assert {path: read(path) for path in files} == files
    said = result.stderr.splitlines()
    assert said[-1] == "Wrote comments for 0 findings in 0 files."
    assert "dmlint: warning: Dockerfile:3:1: DM101 takes no comment here; a waiver or the baseline can hold it" in said
    assert any("devcontainer.json:1:12: DM201 takes no comment" in line for line in said)
    assert any("requirements.txt:1:24: DM902 takes no comment" in line for line in said)
    assert call("-q", "--add-ignore", REASON).stderr == ""


def test_a_file_with_two_names_gets_one_comment(here: Path) -> None:
    write({"requirements.txt": "numpy\n"})
    Path("dev-requirements.txt").symlink_to("requirements.txt")
    result = call("--add-ignore", REASON)
    assert (result.exit_code, result.stderr) == (0, "Wrote comments for 1 finding in 1 file.\n")
    assert read("requirements.txt") == f"numpy  {HINT}\n"
    assert found() == []


def test_a_place_that_is_at_fault_in_two_environments_counts_once(here: Path) -> None:
    stage = "FROM x\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
    write({"requirements.txt": "numpy\n", "Dockerfile": stage + stage})
    assert call("--add-ignore", REASON).stderr == "Wrote comments for 1 finding in 1 file.\n"


def test_each_id_of_a_line_stands_once(here: Path) -> None:
    write({"Dockerfile": "FROM x\nRUN pip install numpy && pip install numpy>=1.26 && pip install numpy\n"})
    assert call("-q", "--select", "DM101,DM106,DM902", "--add-ignore", REASON).exit_code == 0
    assert read("Dockerfile").splitlines()[1] == f"# dmlint: ignore[DM101, DM106] {REASON}"


def test_a_file_of_another_name_that_is_included(here: Path) -> None:
    write({"requirements.txt": "-r more\n", "more": "numpy\n"})
    assert call("--add-ignore", REASON).exit_code == 0
    assert read("more") == f"{HINT}\nnumpy\n"


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--add-ignore", " "], id="empty"),
        pytest.param(["--add-ignore", "a\nb"], id="two-lines"),
        pytest.param(["--add-ignore", "a\\"], id="continued"),
        pytest.param(["--add-ignore", "a", "--fix"], id="fix"),
        pytest.param(["--add-ignore", "a", "--diff"], id="diff"),
        pytest.param(["--add-ignore", "a", "--no-ignore"], id="no-ignore"),
    ],
)
def test_what_cannot_be_done_is_refused(here: Path, options: list[str]) -> None:
    write({"requirements.txt": "numpy\n"})
    assert call(*options).exit_code == 2
    assert read("requirements.txt") == "numpy\n"
