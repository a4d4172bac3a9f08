"""SARIF's own validator, with the rules of GitHub's code scanning, finds no error in a log."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest
from report_samples import HOSTILE, PAGES, finding, hostile, report, view

from dmlint.reports import REPORTERS

TOOL = "@microsoft/sarif-multitool"
PINNED = f"{TOOL}@5.7.0"
NPM, NODE = shutil.which("npm"), shutil.which("node")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NPM is None or NODE is None, reason="there is no node with npm, which brings the validator"),
]


def give_up(cause: str) -> NoReturn:
    """A machine without a registry passes the test over; CI may not."""
    if os.environ.get("CI"):
        pytest.fail(cause)
    pytest.skip(cause)


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program, installed into a folder that goes away. Its package's script would only make it executable."""
    folder = tmp_path_factory.mktemp("multitool")
    install = (str(NPM), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), PINNED)
    done = subprocess.run(install, cwd=folder, capture_output=True, check=False, text=True)
    if done.returncode:
        give_up(f"npm cannot install {PINNED}: {done.stderr}")
    script = f"process.stdout.write(require('{TOOL}'))"
    done = subprocess.run((str(NODE), "-e", script), cwd=folder, capture_output=True, check=True, text=True)
    Path(done.stdout).chmod(0o755)
    return done.stdout


def test_the_validator_finds_no_error(validator: str, tmp_path: Path) -> None:
    each = [hostile(text) for text in HOSTILE]
    clean, full = report(), report(finding(), *each, finding(notes=(("x.env", "v", "from here"),), fixable=True))
    logs = {
        "clean": REPORTERS["sarif"](clean, view(docs=PAGES)),
        "without-pages": REPORTERS["sarif"](full, view()),
        "full": REPORTERS["sarif"](full, view(docs=PAGES)),
    }
    texts = {name: "\n".join(lines) for name, lines in logs.items()}
    # One that it must refuse shows that it looks.
    texts["wrong"] = texts["full"].replace('"startLine": 1', '"startLine": 9')
    for name, text in texts.items():
        (tmp_path / f"{name}.sarif").write_text(text, encoding="utf-8")
    verdict = tmp_path / "verdict.json"
    names = [f"{name}.sarif" for name in texts]
    done = subprocess.run(
        (validator, "validate", *names, "--rule-kind", "Sarif;Ghas", "--output", verdict),
        cwd=tmp_path,
        # There may be no ICU on the machine; it starts without one if it is told so.
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "4 files scanned" in done.stdout, done.stdout + done.stderr
    (run,) = json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"]
    found = {(_file_of(entry), entry.get("level", "warning"), entry["ruleId"]) for entry in run["results"]}
    # That the tool has no page of its own is all that it has to say of a log that is right.
    assert found == {("without-pages", "warning", "SARIF2005"), ("wrong", "error", "SARIF1007")}


def _file_of(entry: Any) -> str:
    uri: str = entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return Path(uri).stem
