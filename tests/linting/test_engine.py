"""A run from files to findings: what is reported, suppressed, kept apart, sorted and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, find, find_places, lint_tree, told, write_tree

from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.facts import Document, Severity
from dmlint.linting.engine import lint
from dmlint.linting.parsed_files import read_documents
from dmlint.text.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path


def test_files_that_no_parser_claims_are_not_read(tmp_path: Path) -> None:
    files = {"README.md": "numpy", "requirements.txt": "numpy<2\n", "Dockerfile.md": "FROM x\n", "a.py": "import numpy"}
    report = lint_tree(tmp_path, files)
    assert (report.findings, report.files, report.suppressed) == ((), 1, 0)


def test_documents_by_path(tmp_path: Path) -> None:
    write_tree(tmp_path, {"requirements.txt": "numpy\n"})
    documents = read_documents(Repository(tmp_path), ["requirements.txt", "setup.cfg.bak", "missing/Dockerfile"])
    assert [type(entry) for entry in documents.values()] == [Document, Problem]


def test_documents_come_in_order_and_progress_is_told(tmp_path: Path) -> None:
    paths = [f"{name}/requirements.txt" for name in range(100)]
    write_tree(tmp_path, dict.fromkeys([path for path in paths if "9" not in path], "numpy\n"))
    told = list[tuple[str, int, int]]()
    documents = read_documents(Repository(tmp_path), [*paths, "README.md"], lambda *progress: told.append(progress))
    assert [*documents] == paths
    assert told == [("reading", done, 101) for done in range(101)]


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    report = lint(Repository(tmp_path), ["missing/Dockerfile"], Settings(), SHIPPED)
    (finding,) = report.findings
    assert (finding.rule, finding.severity, finding.span.source.path) == (
        "DM900",
        Severity.ERROR,
        "missing/Dockerfile",
    )
    assert report.files == 1


def test_a_requirement_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    assert find(tmp_path, {"requirements.txt": "scipy ==\nnumpy\n"}) == ["DM900 scipy ==", "DM101 numpy"]


def test_findings_are_sorted_by_path_and_place(tmp_path: Path) -> None:
    files = {
        "b/requirements.txt": "numpy>=2\nisaacsim\n",
        "a/requirements.txt": "isaacsim>=5\nnumpy\n",
        "Dockerfile": "FROM isaac-sim:5.1.0\nRUN pip install numpy\n",
    }
    assert find_places(tmp_path, files) == [
        "Dockerfile:1 DM201 isaac-sim:5.1.0",
        "Dockerfile:2 DM101 numpy",
        "a/requirements.txt:1 DM202 isaacsim>=5",
        "a/requirements.txt:2 DM101 numpy",
        "b/requirements.txt:1 DM103 numpy>=2",
        "b/requirements.txt:2 DM203 isaacsim",
    ]


def test_the_order_of_the_paths_changes_nothing(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM ubuntu\nCOPY r.txt requirements.txt /\nRUN pip install -r /r.txt -r /requirements.txt\n",
        "r.txt": "numpy\n",
        "requirements.txt": "numpy<3\n",
    }
    forward = lint_tree(tmp_path, files, paths=sorted(files))
    backward = lint_tree(tmp_path, files, paths=sorted(files, reverse=True))
    assert told(forward.findings) == told(backward.findings) == ["DM102 numpy<3"]


@pytest.mark.parametrize(
    ("paths", "context", "found", "files"),
    [
        pytest.param(["requirements.txt"], [], ["DM101 numpy"], 1, id="alone"),
        pytest.param(["requirements.txt"], ["Dockerfile"], [], 1, id="with the install that uses it"),
        pytest.param(["requirements.txt", "Dockerfile"], ["Dockerfile"], ["DM201 isaac-sim:5.1.0"], 2, id="both"),
        pytest.param(["requirements.txt"], ["requirements.txt"], ["DM101 numpy"], 1, id="its own context"),
        pytest.param([], ["Dockerfile", "requirements.txt"], [], 0, id="nothing but context"),
        pytest.param(["requirements.txt", "requirements.txt"], [], ["DM101 numpy"], 1, id="named twice"),
    ],
)
def test_context_is_read_but_not_reported(
    paths: list[str], context: list[str], found: list[str], files: int, tmp_path: Path
) -> None:
    tree = {
        "Dockerfile": "FROM isaac-sim:5.1.0\nCOPY . /\nRUN pip install 'numpy<2' -r /requirements.txt\n",
        "requirements.txt": "numpy\n",
    }
    report = lint_tree(tmp_path, tree, paths=paths, context=context)
    assert (told(report.findings), report.files) == (found, files)


def test_what_a_file_includes_by_another_name_is_reported(tmp_path: Path) -> None:
    tree = {
        "requirements.txt": "-r pins\n-r requirements/base.txt\n",
        "pins": "numpy\n",
        "requirements/base.txt": "isaacsim",
    }
    report = lint_tree(tmp_path, tree, paths=["requirements.txt"])
    assert told(report.findings) == ["DM101 numpy"]
    assert told(lint_tree(tmp_path, tree).findings) == ["DM101 numpy", "DM203 isaacsim"]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        pytest.param(Settings(), ["DM202 isaacsim>=5", "DM101 numpy"], id="all"),
        pytest.param(Settings(select=("DM1",)), ["DM101 numpy"], id="select"),
        pytest.param(Settings(ignore=("DM101",)), ["DM202 isaacsim>=5"], id="ignore"),
        pytest.param(Settings(per_file_ignores={"requirements.txt": ("DM2",)}), ["DM101 numpy"], id="per file"),
        pytest.param(
            Settings(per_file_ignores={"a/*": ("DM2",)}), ["DM202 isaacsim>=5", "DM101 numpy"], id="another file"
        ),
        pytest.param(Settings(select=("DM3",)), [], id="nothing that speaks here"),
    ],
)
def test_settings_decide_which_rules_speak(settings: Settings, found: list[str], tmp_path: Path) -> None:
    report = lint_tree(tmp_path, {"requirements.txt": "isaacsim>=5\nnumpy\n"}, settings=settings)
    assert told(report.findings) == found
    assert report.suppressed == 0


@pytest.mark.parametrize(
    ("severities", "severity"),
    [
        pytest.param({}, Severity.WARNING, id="the check's"),
        pytest.param({"DM106": Severity.NOTICE}, Severity.NOTICE, id="the configuration's"),
        pytest.param({"DM101": Severity.NOTICE}, Severity.WARNING, id="another rule's"),
    ],
)
def test_severities(severities: dict[str, Severity], severity: Severity, tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM ubuntu\nRUN pip install torch>=2\n"}
    report = lint_tree(tmp_path, files, settings=Settings(severities=severities))
    assert [(entry.rule, entry.severity) for entry in report.findings] == [("DM106", severity)]


def test_a_finding_has_all_that_its_rule_says(tmp_path: Path) -> None:
    (finding,) = lint_tree(tmp_path, {"requirements.txt": "numpy\n"}).findings
    rule = SHIPPED.rule("DM101")
    assert rule is not None
    advice = rule.help.format(write="numpy>=1.26.0,<2.0.0", doubt="")
    assert (finding.name, finding.severity, finding.help) == ("numpy-unpinned", rule.level, advice)
    assert (finding.environment, finding.evidence) == (None, ())
    assert finding.edit is not None
    assert finding.edit.replacement == "numpy>=1.26.0,<2.0.0"


@pytest.mark.parametrize(
    ("files", "found", "suppressed"),
    [
        pytest.param({"requirements.txt": "numpy # dmlint: ignore[DM101] x\n"}, [], 1, id="trailing"),
        pytest.param({"requirements.txt": "# dmlint: ignore[DM101] x\nnumpy\n"}, [], 1, id="before"),
        pytest.param(
            {"requirements.txt": "-r pins\n", "pins": "numpy # dmlint: ignore[DM101] x\n"},
            [],
            1,
            id="in a file that is read for its includer alone",
        ),
        pytest.param(
            {"requirements.txt": "-r pins\n", "pins": "scipy # dmlint: ignore[DM101] x\nx # dmlint: ignore\n"},
            ["DM902 DM101", "DM903 # dmlint: ignore"],
            0,
            id="unused in such a file",
        ),
        pytest.param(
            {"requirements.txt": "# dmlint: ignore[DM101] x\nscipy\nnumpy\n"},
            ["DM902 DM101", "DM101 numpy"],
            0,
            id="two lines before",
        ),
        pytest.param(
            {"requirements.txt": "isaacsim\nnumpy\n# dmlint: ignore-file[DM101, DM203] x\n"}, [], 2, id="file"
        ),
        pytest.param(
            {"requirements.txt": "numpy # dmlint: ignore[DM102] x\n"},
            ["DM101 numpy", "DM902 DM102"],
            0,
            id="another rule",
        ),
        pytest.param(
            {"requirements.txt": "numpy # dmlint: ignore[DM101, DM102] x\n"}, ["DM902 DM102"], 1, id="half of it used"
        ),
        pytest.param(
            {"requirements.txt": "numpy # dmlint: ignore x\n"},
            ["DM101 numpy", "DM903 # dmlint: ignore x"],
            0,
            id="no id",
        ),
        pytest.param(
            {"requirements.txt": "numpy # dmlint: ignore[DM999] x\n"},
            ["DM101 numpy", "DM903 # dmlint: ignore[DM999] x"],
            0,
            id="unknown id",
        ),
        pytest.param(
            {"requirements.txt": "numpy # dmlint: ignore[DM101]x\n"},
            ["DM101 numpy", "DM903 # dmlint: ignore[DM101]x"],
            0,
            id="no space",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\ndependencies = [\n  "numpy",  # dmlint: ignore[DM101] x\n]\n'},
            [],
            1,
            id="in an array",
        ),
        pytest.param(
            {"Dockerfile": "FROM u\n# dmlint: ignore[DM101] x\nRUN pip install \\\n  numpy\n"}, [], 1, id="all of a RUN"
        ),
        pytest.param(
            {"Dockerfile": "FROM u\nRUN pip install \\\n  # dmlint: ignore[DM101] x\n  numpy \\\n  scipy\n"},
            [],
            1,
            id="inside a RUN",
        ),
        pytest.param(
            {"Dockerfile": "FROM u\nRUN pip install \\\n  # dmlint: ignore[DM101] x\n  scipy \\\n  numpy\n"},
            ["DM902 DM101", "DM101 numpy"],
            0,
            id="inside a RUN, too early",
        ),
        pytest.param({"Dockerfile": "FROM u\nRUN pip install numpy # dmlint: ignore[DM101] x\n"}, [], 1, id="in shell"),
        pytest.param(
            {"Dockerfile": "FROM u\nRUN <<EOF\n# dmlint: ignore[DM101] x\npip install numpy\nEOF\n"},
            [],
            1,
            id="in a here-document",
        ),
        pytest.param(
            {"Dockerfile": "# dmlint: ignore[DM201] x\nFROM isaac-sim:5.1.0\n"}, [], 1, id="before an instruction"
        ),
        pytest.param(
            {"Dockerfile": "FROM isaac-sim:5.1.0 # dmlint: ignore[DM201] x\n"},
            ["DM900 FROM isaac-sim:5.1.0 # dmlint: ignore[DM201] x", "DM201 isaac-sim:5.1.0"],
            0,
            id="Dockerfiles know no trailing comments",
        ),
        pytest.param(
            {"requirements.txt": "scipy # dmlint: ignore[DM101] x # dmlint: ignore-file[DM902] y\n"},
            ["DM902 DM101"],
            0,
            id="one pragma a comment",
        ),
    ],
)
def test_suppressions(files: dict[str, str], found: list[str], suppressed: int, tmp_path: Path) -> None:
    report = lint_tree(tmp_path, files)
    assert told(report.findings) == found
    assert report.suppressed == suppressed


def test_a_suppression_of_a_rule_that_does_not_run_is_not_called_unused(tmp_path: Path) -> None:
    files = {"requirements.txt": "scipy # dmlint: ignore[DM101] x\n"}
    assert told(lint_tree(tmp_path, files).findings) == ["DM902 DM101"]
    assert lint_tree(tmp_path, files, settings=Settings(ignore=("DM101",))).findings == ()
    assert lint_tree(tmp_path, files, settings=Settings(ignore=("DM902",))).findings == ()


def test_a_suppression_holds_in_every_install_that_reaches_its_line(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM u\nCOPY . /\nRUN pip install -r /requirements.txt\nFROM v\nCOPY . /\n"
        "RUN pip install -r /requirements.txt\n",
        "requirements.txt": "numpy # dmlint: ignore[DM101] x\n",
    }
    report = lint_tree(tmp_path, files)
    assert (report.findings, report.suppressed) == ((), 1)
