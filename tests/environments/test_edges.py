"""Projects, manifests and installs at the edge of what can be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from small_tree import find_places, lint_tree, write_tree

from dmlint.checks import load_rules
from dmlint.cli import cli
from dmlint.config.settings import Settings
from dmlint.rulepacks.packs import RulePackError

if TYPE_CHECKING:
    from pathlib import Path

PYPROJECT = '[project]\nname = "gr00t"\nversion = "1"\ndependencies = ["numpy"]\n'
INSTALLS_IT = "FROM ubuntu\nCOPY . /app\nRUN pip install /app\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(
            {"Dockerfile": INSTALLS_IT, "pyproject.toml": "[project"},
            ["pyproject.toml:1 DM900 t"],
            id="a project that is no TOML",
        ),
        pytest.param(
            {"Dockerfile": 'FROM ubuntu\nRUN pip install -e "$WHERE"\n'}, [], id="a project in an unknown folder"
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndependencies = ["b"]\n'
                '[tool.uv.sources]\nb = { path = "b" }\n'
            },
            [],
            id="a project that another one takes from a folder",
        ),
        pytest.param(
            {
                "pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndynamic = ["dependencies"]\n'
                '[tool.setuptools.dynamic]\ndependencies = { file = ["needs.txt"] }\n',
                "needs.txt": "numpy\n-c gone.txt\n",
            },
            ["needs.txt:2 DM901 gone.txt"],
            id="dynamic dependencies with bounds that are not there",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.uv]\nrequired-version = "new"\n'}, [], id="a uv that no specifier names"
        ),
    ],
)
def test_what_can_be_followed(files: dict[str, str], found: list[str], tmp_path: Path) -> None:
    assert find_places(tmp_path, files) == found


def test_a_project_that_is_read_for_its_installs_alone(tmp_path: Path) -> None:
    files = {"Dockerfile": INSTALLS_IT, "pyproject.toml": PYPROJECT}
    settings = Settings(select=("DM105",))
    assert lint_tree(tmp_path, files, paths=("Dockerfile",), settings=settings).findings == ()


def test_a_project_that_cannot_be_decoded(tmp_path: Path) -> None:
    write_tree(tmp_path, {"Dockerfile": INSTALLS_IT})
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    found = lint_tree(tmp_path, {}, paths=("Dockerfile", "pyproject.toml")).findings
    assert [entry.rule for entry in found] == ["DM900"]


def test_deleting_isaac_sims_numpy_leaves_other_interpreters_alone(tmp_path: Path) -> None:
    steps = (
        "FROM nvcr.io/nvidia/isaac-sim:5.0.0",
        "RUN pip install 'numpy<2'",
        "RUN rm -rf /isaac-sim/exts/omni.kit.pip_archive/pip_prebundle/scipy* /isaac-sim/numpy",
        "RUN rm -rf /isaac-sim/exts/omni.kit.pip_archive/pip_prebundle/numpy*",
        "RUN pip install opencv-python",
    )
    settings = Settings(select=("DM107",))
    found = lint_tree(tmp_path, {"Dockerfile": "\n".join((*steps, ""))}, settings=settings).findings
    assert [entry.span.text for entry in found] == ["opencv-python"]


def test_no_fix_among_very_many_ranges(tmp_path: Path) -> None:
    lines = "".join(f"numpy>=1.{minor}\n" for minor in range(60))
    found = lint_tree(tmp_path, {"requirements.txt": lines}, settings=Settings(select=("DM101",))).findings
    assert {entry.edit for entry in found} == {None}


def test_a_rule_that_would_write_what_it_flags_is_refused(tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    check = '{ kind = "requirement-within", package = "torch", within = "<3", write = ">=3" }'
    pack.write_text(
        '[[rule]]\nid = "TEAM001"\nname = "n"\nseverity = "error"\ntitle = "t"\nmessage = "m"\nwhy = "w"\n'
        f"check = {check}\n",
        encoding="utf-8",
    )
    with pytest.raises(RulePackError, match="write '>=3' is not within '<3'"):
        load_rules((pack,))


def test_deps_passes_over_scripts_without_a_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"a.py": "import numpy\n"})
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["deps", "--isolated", "a.py"])
    assert (result.exit_code, result.stdout) == (0, "")
