"""The action for GitHub: linted, and its own steps run as a runner would run them, on faulty and clean repositories."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from checkout import README, RELEASE, ROOT, committed, environment, snippet
from runner import Done, Runner

if TYPE_CHECKING:
    from collections.abc import Callable

    Act = Callable[..., Done]

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
OPEN, CLOSED = "numpy>=1.26\n", "numpy>=1.26.0,<2.0.0\n"
ZIZMOR = shutil.which("zizmor", path=str(Path(sys.executable).parent))
PLACEHOLDER = "OWNER/REPOSITORY@COMMIT"
DOCS = "https://github.example/robots/dmlint/blob/v9/rules/docs"


def audit(path: Path) -> None:
    """Let zizmor find nothing in a file."""
    assert ZIZMOR
    command = [ZIZMOR, "--offline", "--quiet", "--persona", "pedantic", "--format", "plain", str(path)]
    done = subprocess.run(command, env=environment(), capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_has_nothing_to_say_of_the_action() -> None:
    audit(ROOT / "action.yml")


def test_each_input_has_a_description_and_a_default() -> None:
    assert [name for name, entry in ACTION["inputs"].items() if set(entry) != {"description", "default"}] == []


def test_readme_lists_the_inputs() -> None:
    rows = "".join(f"| `{name}` | {entry['description']} |\n" for name, entry in ACTION["inputs"].items())
    assert rows in README
    assert [name for name in ACTION["outputs"] if f"`{name}`" not in README] == []


def test_each_action_is_pinned_to_a_commit_with_its_version() -> None:
    used = re.findall(r"^ +uses: (.+)$", (ROOT / "action.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [line for line in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@pytest.mark.slow
def test_the_workflow_of_readme_uses_the_action(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    text = snippet("action")
    (step,) = [step for step in yaml.safe_load(text)["jobs"]["dmlint"]["steps"] if step["uses"] == PLACEHOLDER]
    assert set(step["with"]) <= set(ACTION["inputs"])
    command = ["git", "-C", str(committed(tmp_path_factory)), "rev-parse", "HEAD"]
    commit = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True).stdout.strip()
    workflow = tmp_path / ".github" / "workflows" / "dmlint.yml"
    workflow.parent.mkdir(parents=True)
    assert f"uses: {PLACEHOLDER} # {RELEASE}\n" in text
    workflow.write_text(text.replace(PLACEHOLDER, f"robots/dmlint@{commit}"), encoding="utf-8")
    audit(workflow)
    workflow.write_text(text.replace(PLACEHOLDER, "robots/dmlint@main"), encoding="utf-8")
    with pytest.raises(AssertionError, match="unpinned-uses"):
        audit(workflow)


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's own folder."""
    return tmp_path_factory.mktemp("runner temp")


# Which of several programs called bash is found on Windows depends on the machine; a job of CI uses the action there.
runners_bash = pytest.mark.skipif(os.name == "nt", reason="the bash of a runner")


@pytest.fixture
def act(temp: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Act:
    """Runs the action as a job would get it, a checkout of its own, over a repository with these files.

    What one test has installed, the others use.
    """
    (tmp_path / ".git").mkdir()

    def run(files: dict[str, str], environ: dict[str, str] | None = None, **inputs: str) -> Done:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        python = temp / "dmlint" / "bin" / "python"
        known = {"install": {"python": str(python)}} if python.exists() and "python" not in inputs else {}
        action = committed(tmp_path_factory)
        return Runner(action=action, workspace=tmp_path, temp=temp, environ=environ or {}, known=known).run(**inputs)

    return run


@pytest.mark.slow
@runners_bash
def test_a_fault_is_annotated_and_uploaded_before_it_fails_the_job(act: Act, tmp_path: Path) -> None:
    # A constraint that the job has for its own installs is none for this one.
    variables = {"PIP_CONSTRAINT": str(tmp_path / "constraint.txt"), "PIP_USER": "1"}
    files = {"requirements.txt": OPEN, "constraint.txt": "click==0.1\n"}
    done = act(files, variables, upload_sarif="true", python=sys.executable)
    assert re.search(r"^::error file=requirements.txt,line=1,.*DM101", done.printed, re.MULTILINE), done.printed
    assert (done.code, done.outputs["exit-code"]) == (1, "1")
    ((used, given),) = done.used
    assert used.startswith("github/codeql-action/upload-sarif@")
    assert given == {"sarif_file": done.outputs["sarif-file"], "category": "dmlint"}
    (result,) = json.loads(Path(given["sarif_file"]).read_text(encoding="utf-8"))["runs"][0]["results"]
    assert result["ruleId"] == "DM101"
    summary = (Path(given["sarif_file"]).parent / "summary.md").read_text(encoding="utf-8")
    assert f"{DOCS}/DM101.md" in summary


@pytest.mark.slow
@runners_bash
def test_a_clean_repository_passes(act: Act) -> None:
    done = act({"requirements.txt": CLOSED})
    assert (done.code, done.used) == (0, ())
    assert done.printed.endswith("All clear: 1 file checked.\n")


@pytest.mark.slow
@runners_bash
def test_a_wrong_call_fails_at_once(act: Act) -> None:
    done = act({"requirements.txt": OPEN}, args="--select *", upload_sarif="true")
    assert (done.code, done.outputs, done.used) == (2, {"exit-code": "2", "sarif-file": ""}, ()), done.printed


@pytest.mark.slow
@runners_bash
def test_an_upload_that_is_neither_wanted_nor_not_fails_at_once(act: Act) -> None:
    done = act({"requirements.txt": OPEN}, upload_sarif="True")
    assert (done.code, done.used) == (2, ())
    assert done.printed.endswith("::error title=dmlint::the input upload-sarif is neither true nor false\n")


@pytest.mark.slow
@runners_bash
def test_its_inputs_arrive_as_they_are(act: Act, tmp_path: Path) -> None:
    config = "$(touch oops).toml"
    files = {"a b/requirements.txt": "isaacsim\n", "requirements.txt": OPEN, config: "ignore = ['DM204']\n"}
    warned = act(files, paths="\na b\n", config=config, args="--select DM203\n--quiet")
    assert (warned.code, warned.outputs, warned.used) == (0, {"exit-code": "0", "sarif-file": ""}, ())
    assert [line.split(",")[0] for line in warned.printed.splitlines()] == ["::warning file=a b/requirements.txt"]
    strict = act(files, paths="a b", fail_on="warning", sarif_file="my report.sarif")
    assert (strict.code, strict.outputs["sarif-file"], strict.used) == (1, "my report.sarif", ())
    assert (tmp_path / "my report.sarif").exists()
    assert not (tmp_path / "oops").exists()


@pytest.mark.slow
@runners_bash
@pytest.mark.parametrize("python", ["no-such-python", "false"])
def test_without_a_python_it_says_so(python: str, act: Act) -> None:
    done = act({}, python=python)
    assert (done.code, done.used) == (2, ())
    assert done.printed.startswith("::error title=dmlint::there is no Python 3.10 or newer here")
