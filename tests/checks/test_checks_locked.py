"""What lock files record: which versions are at fault, and which the lock itself excuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import lint_tree

from dmlint.checks.locked import LockedOutside
from dmlint.config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(select=("DM10", "DM110", "DM20"))


def entry(name: str, version: str, marker: str | None = None) -> str:
    """One package of a uv.lock."""
    markers = f'resolution-markers = [\n    "{marker}",\n]\n' if marker else ""
    return f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n{markers}'


def found(folder: Path, files: dict[str, str]) -> list[tuple[str, str, str]]:
    """Path, rule and the text under the span of each finding about locks."""
    report = lint_tree(folder, files, settings=SETTINGS)
    return [(one.span.source.path, one.rule, one.span.text) for one in report.findings]


NEW, OLD = "python_full_version >= '3.12'", "python_full_version < '3.12'"


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        pytest.param([entry("numpy", "2.1.0")], [("DM110", "2.1.0")], id="NumPy 2"),
        pytest.param([entry("numpy", "2.0.0rc1")], [("DM110", "2.0.0rc1")], id="its pre-release"),
        pytest.param([entry("numpy", "1.26.4")], [], id="NumPy 1"),
        pytest.param([entry("numpy", "1.26.4"), entry("numpy-stl", "3.0")], [], id="another package"),
        pytest.param(
            [entry("numpy", "2.1.0"), entry("numpy", "2.2.0")], [("DM110", "2.1.0"), ("DM110", "2.2.0")], id="two"
        ),
        pytest.param(
            [entry("numpy", "2.1.0", OLD), entry("numpy", "2.1.0", NEW)], [("DM110", "2.1.0")], id="one, twice"
        ),
        pytest.param(
            [entry("isaacsim", "6.0.0.1"), entry("numpy", "2.3.1")], [("DM204", "6.0.0.1")], id="beside Isaac Sim 6"
        ),
        pytest.param(
            [entry("isaacsim", "6.0.0.1", NEW), entry("numpy", "2.3.1")],
            [("DM204", "6.0.0.1"), ("DM110", "2.3.1")],
            id="beside Isaac Sim 6 in some worlds",
        ),
        pytest.param(
            [entry("isaacsim", "6.0.0.1", NEW), entry("numpy", "2.3.1", NEW)], [("DM204", "6.0.0.1")], id="same worlds"
        ),
        pytest.param(
            [entry("isaacsim", "6.0.0.1"), entry("numpy", "2.3.1", "extra == 'extra-3-sim-x'")],
            [("DM204", "6.0.0.1"), ("DM110", "2.3.1")],
            id="in no known world",
        ),
        pytest.param(
            [entry("isaacsim", "5.0.0.0"), entry("numpy", "2.3.1")], [("DM110", "2.3.1")], id="beside Isaac Sim 5"
        ),
        pytest.param(
            [entry("isaacsim", "5.1.0.0"), entry("isaacsim-app", "5.1.0.0")], [("DM202", "5.1.0.0")], id="parts"
        ),
        pytest.param(
            [entry("isaacsim", "5.1.0.0", OLD), entry("isaacsim", "4.2.0.2", NEW)],
            [("DM202", "5.1.0.0"), ("DM204", "4.2.0.2")],
            id="two releases",
        ),
        pytest.param([entry("isaaclab", "2.3.0")], [], id="Isaac Lab alone"),
        pytest.param(['\n[[package]]\nname = "isaacsim"\n'], [], id="no version"),
    ],
)
def test_locks(packages: list[str], expected: list[tuple[str, str]], tmp_path: Path) -> None:
    assert found(tmp_path, {"uv.lock": "".join(packages)}) == [("uv.lock", *one) for one in expected]


def test_the_package_that_brings_the_others_is_named(tmp_path: Path) -> None:
    text = entry("isaacsim-app", "5.1.0.0") + entry("isaacsim", "5.1.0.0") + entry("isaacsim-kernel", "5.1.0.0")
    (finding,) = lint_tree(tmp_path, {"uv.lock": text}, settings=SETTINGS).findings
    assert (finding.span.line, [note.span.line for note in finding.evidence]) == (8, [4, 12])


def test_evidence_names_what_needs_it_and_where_it_is_again(tmp_path: Path) -> None:
    text = entry("isaacsim", "5.0.0.0") + entry("numpy", "2.1.0", OLD) + entry("numpy", "2.1.0", NEW)
    (finding,) = lint_tree(tmp_path, {"uv.lock": text}, settings=SETTINGS).findings
    assert finding.message == "uv.lock records NumPy 2.1.0; Isaac Sim 5.0.0 needs numpy<2.0.0"
    assert [note.message for note in finding.evidence] == ["Isaac Sim 5.0.0 needs numpy<2.0.0", "recorded here too"]


LOCK = {"requirements.lock": "numpy==2.3.1\n"}
INSTALL = "COPY requirements.lock /r.lock\nRUN {} install -r /r.lock\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(LOCK, [("requirements.lock", "DM110", "numpy==2.3.1")], id="not installed"),
        pytest.param(
            {**LOCK, "Dockerfile": f"FROM python:3.11\n{INSTALL.format('pip')}"},
            [("requirements.lock", "DM110", "numpy==2.3.1")],
            id="installed",
        ),
        pytest.param(
            {**LOCK, "Dockerfile": f"FROM isaac-sim:6.0.0\n{INSTALL.format('/isaac-sim/python.sh -m pip')}"},
            [("Dockerfile", "DM204", "isaac-sim:6.0.0")],
            id="installed into Isaac Sim 6",
        ),
        pytest.param(
            {"requirements.lock": "numpy>=1.26\n"}, [("requirements.lock", "DM101", "numpy>=1.26")], id="open"
        ),
        pytest.param(
            {"requirements.lock": "numpy==1.26.4\nnumpy<1.20\n"},
            [("requirements.lock", "DM104", "numpy<1.20")],
            id="none fits",
        ),
        pytest.param({"requirements.lock": "numpy==1.26.4\nscipy==1.15.3\n"}, [], id="right"),
    ],
)
def test_requirements_that_are_locked(
    files: dict[str, str], expected: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    assert found(tmp_path, files) == expected


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid specifier"):
        LockedOutside(package="numpy", within="two")
