"""What is written instead shuts out no Python that is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, lint_tree

from dmlint.config.settings import Settings
from dmlint.rulepacks.catalogue import Package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NUMPY = SHIPPED.catalogue.package("numpy")
KEPT, BARE = "numpy>=1.26.0,<2.0.0", "numpy<2.0.0"


def project(python: str, *dependencies: str) -> str:
    listed = ", ".join(f'"{entry}"' for entry in dependencies)
    return f'[project]\nname = "arm"\nversion = "1"\nrequires-python = "{python}"\ndependencies = [{listed}]\n'


@pytest.mark.parametrize(
    ("version", "python", "has"),
    [
        pytest.param("1.21.6", "3.7", True, id="1.21 on 3.7"),
        pytest.param("1.22.4", "3.7", False, id="1.22 on 3.7"),
        pytest.param("1.24.4", "3.8", True, id="1.24 on 3.8"),
        pytest.param("1.25.2", "3.8", False, id="1.25 on 3.8"),
        pytest.param("1.26.4", "3.9", True, id="1.26 on 3.9"),
        pytest.param("2.1.0", "3.9", False, id="2.1 on 3.9"),
    ],
)
def test_a_version_is_for_some_pythons(version: str, python: str, has: bool) -> None:
    assert NUMPY.has_within(f"=={version}", python) is has


def test_a_package_without_versions_may_have_any() -> None:
    assert Package(name="x", title="X").has_within(">=5", "3.7")


@pytest.mark.parametrize("since", ["one >=3.8", "1.0 three"])
def test_a_line_without_version_or_pythons_is_refused(since: str) -> None:
    with pytest.raises(ValueError, match="Invalid"):
        Package(name="x", title="X", since=(since,))


@pytest.mark.parametrize(
    ("files", "rule", "write"),
    [
        pytest.param({"pyproject.toml": project(">=3.9", "numpy")}, "DM101", KEPT, id="3.9 has the floor"),
        pytest.param({"pyproject.toml": project(">=3.8", "numpy")}, "DM101", BARE, id="3.8 does not"),
        pytest.param({"requirements.txt": "numpy\n"}, "DM101", KEPT, id="nothing declared"),
        pytest.param({"pyproject.toml": project(">=3.8", "numpy<=2")}, "DM102", BARE, id="too loose"),
        pytest.param({"pyproject.toml": project(">=3.8", "numpy>=2")}, "DM103", BARE, id="2 required"),
        pytest.param({"pyproject.toml": project(">=3.9", "numpy>=3,<2")}, "DM104", BARE, id="a rule without a floor"),
        pytest.param(
            {"pyproject.toml": project(">=3.8", "numpy; python_version >= '3.9'")}, "DM101", KEPT, id="not asked on 3.8"
        ),
        pytest.param(
            {
                "pyproject.toml": project(">=3.8", "numpy"),
                "Dockerfile": "FROM python:3.11\nCOPY . /src\nRUN pip install /src\n",
            },
            "DM101",
            BARE,
            id="declared elsewhere",
        ),
        pytest.param(
            {
                "requirements.txt": "opencv-python\n",
                "Dockerfile": "FROM python:3.9\nCOPY . /\nRUN pip install -r requirements.txt\n",
            },
            "DM105",
            KEPT,
            id="a pin that is missing",
        ),
        pytest.param({"pyproject.toml": project(">=3.8", "opencv-python>=4.12")}, "DM105", BARE, id="the same on 3.8"),
    ],
)
def test_what_to_write(files: Mapping[str, str], rule: str, write: str, tmp_path: Path) -> None:
    found = lint_tree(tmp_path, files, settings=Settings(select=(rule,))).findings
    assert found
    assert {write in entry.help for entry in found} == {True}
    assert [entry.edit.replacement for entry in found if entry.edit and ">=1.26" in entry.edit.replacement] == [
        entry.edit.replacement for entry in found if entry.edit and write == KEPT
    ]
