"""Readings of environments: what is read of them, and what cannot be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from small_tree import lint_tree

from dmlint.checks.installed import InstalledOutside
from dmlint.config.settings import Settings
from dmlint.parsers.inventory import parse
from dmlint.text.source import Source

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'reading = 1\ninterpreter = "python"\ninstall = "pip install"\n'
EVERYTHING = Settings(select=("DM",))


def judge(folder: Path, text: str) -> list[str]:
    """``RULE MESSAGE`` of what is found in a reading."""
    report = lint_tree(folder, {"sim.dmlint-env": text}, settings=EVERYTHING)
    return [f"{entry.rule} {entry.message}" for entry in report.findings]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("reading = ", ["DM900 the file is not valid TOML: Invalid value"], id="no TOML"),
        pytest.param("", ["DM900 this is no reading that `dmlint env` wrote: 'reading' is not 1"], id="empty"),
        pytest.param(
            "reading = 2", ["DM900 this is no reading that `dmlint env` wrote: 'reading' is not 1"], id="newer"
        ),
        pytest.param("reading = 1", [], id="nothing is known"),
        pytest.param(f"{HEAD}packages = 3\nnumpy = true\npython = []", ["DM900 python has no version"], id="no tables"),
        pytest.param(f"{HEAD}[packages]\npandas = 3", ["DM900 pandas has no version"], id="a number"),
        pytest.param(f"{HEAD}[packages]\npandas = {{ version = 3 }}", ["DM900 pandas has no version"], id="in a table"),
        pytest.param(
            f'{HEAD}[packages]\npandas = {{ version = "1 or 2" }}',
            ["DM900 '1 or 2' is not a version of pandas"],
            id="no version",
        ),
        pytest.param(
            f'{HEAD}[packages]\npandas = {{ version = "{"1" * 300}" }}',
            [f"DM900 '{'1' * 99}…' is not a version of pandas"],
            id="a long one",
        ),
        pytest.param(f'{HEAD}[packages]\npin = {{ version = "odd-1.0" }}', [], id="a version before PEP 440"),
        pytest.param(f'{HEAD}numpy = [{{ use = "imported", place = "/x" }}]', [], id="a copy of unknown version"),
        pytest.param(
            f'{HEAD}python = {{ version = "odd" }}\nnumpy = [{{ version = "2.0.0", use = "imported" }}]',
            ["DM401 `import numpy` means NumPy 2.0.0 here; the guide asks for numpy<2.0.0"],
            id="a Python of unknown version",
        ),
        pytest.param(
            f'{HEAD}numpy = [{{ version = "2.0.0" }}, {{ version = "2.1.0", use = "odd" }}]', [], id="none is imported"
        ),
        pytest.param(
            f'{HEAD}numpy = [{{ version = "1.26.4", use = "imported", place = "/a" }},'
            ' { version = "2.1.0", use = "imported", place = "/b" }]',
            ["DM405 NumPy 2.1.0 in /b is there too, behind NumPy 1.26.4; the guide asks for numpy<2.0.0"],
            id="two say that they are imported",
        ),
        pytest.param(
            f'{HEAD}isaac-sim = {{ version = "unknown" }}\n[packages]\nisaaclab = {{ version = "0.44.9" }}',
            [],
            id="releases that say nothing",
        ),
        pytest.param(
            f'{HEAD}[packages]\nisaaclab = {{ version = "2.3.0" }}\nisaacsim = {{ version = "5.0.0.0" }}\n'
            'isaacsim-kernel = { version = "5.0.0.0" }',
            ["DM205 Isaac Lab 2.3.0 is made for Isaac Sim 5.1.0, but this environment has Isaac Sim 5.0.0"],
            id="packages that do not belong together",
        ),
        pytest.param(
            f'{HEAD}[packages]\nisaacsim = {{ version = "5.3.0.0" }}',
            ["DM204 'isaacsim 5.3.0.0' means Isaac Sim 5.3.0, which the team's guide does not know"],
            id="a release that nobody knows",
        ),
        pytest.param(
            f'{HEAD}import-error = "ImportError: x"\n',
            ["DM404 `import numpy` fails here: ImportError: x"],
            id="failing",
        ),
        pytest.param(
            f'{HEAD}numpy = [{{ version = "1.26.4", use = "imported" }}]\n[packages]\n'
            'numba = { version = "0.60", needs = ["numpy<2,>=1.22", "what?", "numpy", 3] }\n'
            'jax = { version = "0.8", needs = ["numpy>=2.0"] }',
            ["DM406 jax 0.8 requires numpy>=2.0, and NumPy 1.26.4 is here; the guide asks for numpy<2.0.0"],
            id="what packages require",
        ),
    ],
)
def test_readings(text: str, found: list[str], tmp_path: Path) -> None:
    assert judge(tmp_path, text) == found


def test_a_package_of_the_forcing_table_goes_back_too(tmp_path: Path) -> None:
    text = f'{HEAD}numpy = [{{ version = "1.26.4", use = "imported", replaceable = true }}]\n[packages]\n'
    text += (
        'jax = { version = "0.8", needs = ["numpy>=2.0"] }\npin = { version = "odd" }\nflax = { version = "0.10" }\n'
    )
    (finding,) = lint_tree(tmp_path, {"sim.dmlint-env": text}, settings=EVERYTHING).findings
    assert finding.help == 'put it back: pip install "numpy>=1.26.0,<2.0.0" "jax<0.7.2"'


def test_isaac_sim_6_is_mended_with_numpy_2(tmp_path: Path) -> None:
    text = (
        f'{HEAD}isaac-sim = {{ version = "6.0.1-rc.7" }}\nimport-error = "x"\n'
        'numpy = [{ version = "1.26.4", use = "tried", replaceable = true }]\n'
        '[packages]\nopencv-python = { version = "4.12.0.88" }\n'
    )
    found = lint_tree(tmp_path, {"sim.dmlint-env": text}, settings=Settings(select=("DM4",))).findings
    fix = 'quick fix: pip install "numpy>=2.0.0"'
    assert sorted((entry.rule, entry.help) for entry in found) == [("DM402", fix), ("DM404", fix)]


def test_an_old_numpy_where_isaac_sim_needs_numpy_2_is_one_fault(tmp_path: Path) -> None:
    text = f'{HEAD}isaac-sim = {{ version = "6.0.1" }}\nnumpy = [{{ version = "1.24.4", use = "imported" }}]\n'
    found = lint_tree(tmp_path, {"sim.dmlint-env": text}, settings=Settings(select=("DM4",))).findings
    assert [entry.rule for entry in found] == ["DM402"]


def test_a_comment_takes_a_finding_away(tmp_path: Path) -> None:
    text = f'{HEAD}# dmlint: ignore[DM401] a test bench\nnumpy = [{{ version = "2.0.0", use = "imported" }}]\n'
    assert judge(tmp_path, text) == []


def test_what_is_installed_is_a_dependency() -> None:
    text = f'{HEAD}numpy = [{{ version = "1.26.4", use = "kit", place = "/x" }}]\n'
    text += '[packages]\nPin = { version = "3.3.1" }\n'
    document = parse(Source(path="sim.dmlint-env", text=text))
    found = [(entry.name, entry.specifier, entry.span.text, entry.where) for entry in document.dependencies]
    assert found == [("numpy", "==1.26.4", "1.26.4", "/x"), ("pin", "==3.3.1", "3.3.1", "")]


def test_a_rule_cannot_write_what_it_forbids() -> None:
    with pytest.raises(ValueError, match=re.escape("write '>=2' is not within '<2.0.0'")):
        InstalledOutside(package="numpy", within="<2.0.0", write=">=2")
