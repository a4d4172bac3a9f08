"""README's snippets for GitLab, Jenkins and Azure Pipelines: their own lines are run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
import yaml
from checkout import ADDRESS, RELEASE, committed, environment, snippet

if TYPE_CHECKING:
    from collections.abc import Callable

INSTALLED = Path(sys.executable).parent
READERS: dict[str, Callable[[str], Any]] = {
    "gitlab": json.loads,
    "jenkins": ElementTree.fromstring,
    "azure": ElementTree.fromstring,
}


def gitlab_lines() -> list[str]:
    """What the job runs."""
    job = yaml.safe_load(snippet("gitlab"))["dmlint"]
    return list(job["script"])


def jenkins_lines() -> list[str]:
    """What the pipeline runs; its language is Groovy, in which these strings mean what they say."""
    return re.findall(r"^ +sh '([^'\\]+)'$", snippet("jenkins"), re.MULTILINE)


def azure_lines() -> list[str]:
    """What the steps run."""
    return [step["script"] for step in yaml.safe_load(snippet("azure"))["steps"] if "script" in step]


def shell(line: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a line as these systems do."""
    variables = environment(**environ)
    return subprocess.run(
        ["sh", "-ec", line], cwd=folder, env=variables, check=False, capture_output=True, encoding="utf-8"
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository with one fault."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    return tmp_path


def reported_files() -> dict[str, str]:
    """The file that each snippet gives to its system."""
    return {
        "gitlab": yaml.safe_load(snippet("gitlab"))["dmlint"]["artifacts"]["reports"]["codequality"],
        "jenkins": re.findall(r"junit '([^']+)'", snippet("jenkins"))[0],
        "azure": yaml.safe_load(snippet("azure"))["steps"][-1]["inputs"]["testResultsFiles"],
    }


@pytest.mark.skipif(os.name == "nt", reason="the shell of these systems' Linux machines")
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        pytest.param("gitlab", gitlab_lines(), id="gitlab"),
        pytest.param("jenkins", jenkins_lines(), id="jenkins"),
        pytest.param("azure", azure_lines(), id="azure"),
    ],
)
def test_the_last_line_lints_and_writes_what_the_system_reads(name: str, lines: list[str], workspace: Path) -> None:
    folder = workspace / "tmp" / "dmlint"
    folder.mkdir(parents=True)
    (folder / "bin").symlink_to(INSTALLED, target_is_directory=True)
    path = f"{INSTALLED}{os.pathsep}{os.environ['PATH']}"
    done = shell(lines[-1], workspace, PATH=path, WORKSPACE_TMP=str(folder.parent))
    assert (done.returncode, "error[DM101]" in done.stdout) == (1, True), done.stderr
    report = (workspace / reported_files()[name]).read_text(encoding="utf-8")
    assert len(READERS[name](report)) == 1


def test_each_installs_the_release_from_the_repository() -> None:
    for lines in (gitlab_lines(), jenkins_lines(), azure_lines()):
        (install,) = [line for line in lines if ADDRESS in line]
        assert re.search(rf"pip\"? install --quiet git\+{ADDRESS}@{re.escape(RELEASE)}$", install)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the shell of Jenkins' Linux machines")
def test_all_lines_of_a_pipeline_work(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    address = committed(tmp_path_factory).as_uri()
    temporary = tmp_path_factory.mktemp("jenkins")
    path = f"{INSTALLED}{os.pathsep}{os.environ['PATH']}"
    *before, last = [line.replace(ADDRESS, address) for line in jenkins_lines()]
    for line in before:
        done = shell(line, workspace, PATH=path, WORKSPACE_TMP=str(temporary))
        assert done.returncode == 0, done.stderr
    linted = shell(last, workspace, WORKSPACE_TMP=str(temporary))
    assert (linted.returncode, "error[DM101]" in linted.stdout) == (1, True), linted.stderr
