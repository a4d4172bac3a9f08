"""Scripts that builds and other scripts run: read in their place, judged there, or owned to be unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import find_places, lint_tree, write_tree

from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.environments.builds.script_runs import DEPTH, MOST, expand_scripts
from dmlint.environments.builds.script_starts import ScriptRuns
from dmlint.facts import Document, InstallStep, RunScript
from dmlint.linting.parsed_files import read_documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BASE = "FROM python:3.11\n"
OUTCOME = Settings(select=("DM105",))


def expanded(root: Path, files: Mapping[str, str], path: str = "Dockerfile") -> Document:
    """A document of a tree with what its scripts do."""
    write_tree(root, files)
    repository = Repository(root)
    document = read_documents(repository, [path])[path]
    assert isinstance(document, Document)
    return expand_scripts(document, repository, ScriptRuns()).document


def installs(document: Document) -> list[str]:
    """``INTERPRETER REQUIREMENT…`` of each install, ``?`` in front of one that may not happen."""
    return [
        f"{'?' * step.conditional}{step.interpreter} " + " ".join(f"{e.name}{e.specifier}" for e in step.requirements)
        for step in document.steps
    ]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        pytest.param("COPY a.sh /tmp/\nRUN bash /tmp/a.sh", ["pip numpy"], id="bash"),
        pytest.param("COPY a.sh /tmp/b.sh\nRUN chmod +x /tmp/b.sh && /tmp/b.sh", ["pip numpy"], id="renamed"),
        pytest.param("WORKDIR /app\nCOPY . .\nRUN ./a.sh && pip install b", ["pip numpy", "pip b"], id="in order"),
        pytest.param('COPY a.sh /tmp/\nRUN ["/tmp/a.sh"]', ["pip numpy"], id="exec form"),
        pytest.param("RUN --mount=type=bind,source=a.sh,target=/a.sh . /a.sh", ["pip numpy"], id="mounted"),
        pytest.param("COPY a.sh /a.sh\nRUN [ -e /x ] && sh /a.sh || true", ["?pip numpy"], id="conditional"),
        pytest.param("COPY a.sh /a.sh\nRUN conda run -n e bash /a.sh", ["conda:e numpy"], id="within"),
        pytest.param(
            "COPY a.sh /a.sh\nENV PATH=/opt/venv/bin:$PATH\nRUN bash /a.sh", ["/opt/venv numpy"], id="environment"
        ),
        pytest.param("COPY b.sh /b.sh\nRUN bash /b.sh 'scipy<2' q", ["pip scipy<2 q"], id="arguments"),
        pytest.param("COPY <<E /c.sh\npip install numpy\nE\nRUN bash /c.sh", ["pip numpy"], id="written"),
        pytest.param("RUN curl x > /c.sh && bash /c.sh", [], id="written with what is not known"),
        pytest.param("COPY p /p\nRUN /p", [], id="no shell script"),
        pytest.param("COPY d /d\nRUN bash /d", [], id="folder"),
        pytest.param("COPY e.sh /e.sh\nRUN bash /e.sh", ["pip e"], id="runs itself"),
        pytest.param("COPY e.sh /e.sh\nRUN bash /e.sh\nRUN bash /e.sh", ["pip e"], id="runs itself, twice"),
        pytest.param("COPY p /p.sh\nRUN bash /p.sh", [], id="no shell script, whatever its name"),
        pytest.param("COPY f.sh a.sh /o/\nRUN bash /o/f.sh", ["pip numpy", "pip f"], id="beside"),
        pytest.param("RUN bash /nowhere.sh", [], id="not there"),
    ],
)
def test_takes_the_place_of_the_command(run: str, expected: list[str], tmp_path: Path) -> None:
    files = {
        "Dockerfile": f"{BASE}{run}\n",
        "a.sh": "pip install numpy\n",
        "b.sh": 'pip install "$@"\n',
        "p": "#!/usr/bin/python3\npip install numpy\n",
        "d/x": "",
        "e.sh": "pip install e\nbash /e.sh\n",
        "f.sh": 'cd "$(dirname "$0")"\n./a.sh\npip install f\n',
    }
    assert installs(expanded(tmp_path, files)) == expected


def test_a_script_starts_with_the_folder_of_its_caller(tmp_path: Path) -> None:
    files = {"Dockerfile": f"{BASE}WORKDIR /w\nCOPY a.sh /a.sh\nRUN bash /a.sh\n", "a.sh": "pip install -r r.txt\n"}
    (step,) = expanded(tmp_path, files).steps
    assert (step.cwd, step.span.source.path) == ("/w", "a.sh")


@pytest.mark.parametrize(
    ("command", "doubtful"),
    [
        pytest.param("bash /tmp/install_deps.sh", True, id="install"),
        pytest.param("bash $X/$Y/install.sh", True, id="unknown place"),
        pytest.param("bash /tmp/entry.sh", False, id="another name"),
        pytest.param("source /tmp/setup.sh", False, id="sourced"),
        pytest.param("/isaac-sim/setup_python_env.sh", False, id="of the image"),
    ],
)
def test_what_cannot_be_found_may_install_anything(command: str, doubtful: bool, tmp_path: Path) -> None:
    document = expanded(tmp_path, {"Dockerfile": f"{BASE}RUN {command}\n"})
    left = [action for stage in document.stages for action in stage.actions if isinstance(action, RunScript)]
    assert (bool(left), bool(document.problems)) == (doubtful, doubtful)


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param("bash /tmp/install.sh", [], id="doubt"),
        pytest.param("bash /tmp/entry.sh", ["DM105"], id="no doubt"),
    ],
)
def test_after_an_unknown_script_no_verdict_is_given(command: str, found: list[str], tmp_path: Path) -> None:
    text = f"FROM nvcr.io/nvidia/isaac-sim:5.0.0\nRUN {command}\nRUN /isaac-sim/python.sh -m pip install scipy\n"
    report = lint_tree(tmp_path, {"Dockerfile": text}, settings=OUTCOME)
    assert [finding.rule for finding in report.findings] == found


def test_a_script_is_judged_in_what_runs_it(tmp_path: Path) -> None:
    files = {
        "Dockerfile": f"{BASE}COPY a.sh /a.sh\nRUN bash /a.sh 'numpy<2'\n",
        "a.sh": 'pip install "${1:-numpy}"\ndocker pull nvcr.io/nvidia/isaac-sim:5.1.0\n',
        "b.sh": "pip install numpy\n",
    }
    assert find_places(tmp_path, files) == [
        "a.sh:2 DM201 nvcr.io/nvidia/isaac-sim:5.1.0",
        "b.sh:1 DM101 numpy",
    ]


def test_of_scripts_in_a_circle_the_first_is_judged_alone(tmp_path: Path) -> None:
    files = {"a.sh": "bash b.sh\n", "b.sh": "pip install numpy\nbash a.sh\n", "c.sh": "bash c.sh\npip install numpy\n"}
    assert find_places(tmp_path, files) == ["b.sh:1 DM101 numpy", "c.sh:2 DM101 numpy"]


def test_suppressions_in_a_script_of_any_name_are_heeded(tmp_path: Path) -> None:
    files = {
        "Dockerfile": f"{BASE}COPY setup /setup\nRUN bash /setup/deps\n",
        "setup/deps": "pip install numpy # dmlint: ignore[DM101] reason\npip install 'numpy<3'\n",
    }
    assert find_places(tmp_path, files) == ["setup/deps:2 DM102 numpy<3"]


def test_depth_and_number_are_bounded(tmp_path: Path) -> None:
    deep = {f"install{n}.sh": f"pip install p{n}\nbash install{n + 1}.sh\n" for n in range(DEPTH + 5)}
    document = expanded(tmp_path, deep, "install0.sh")
    assert len(document.steps) == DEPTH + 1
    assert [problem.message for problem in document.problems] == [
        f"the script that 'bash install{DEPTH + 1}.sh' runs is not read: too many scripts run scripts"
    ]


def test_scripts_that_multiply_come_to_an_end(tmp_path: Path) -> None:
    wide = {f"install{n}.sh": f"bash install{n + 1}.sh\n" * 5 + "pip install p\n" for n in range(6)}
    document = expanded(tmp_path, wide, "install0.sh")
    steps = [action for stage in document.stages for action in stage.actions if isinstance(action, InstallStep)]
    assert len(steps) <= MOST + 1
