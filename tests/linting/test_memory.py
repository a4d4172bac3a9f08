"""A judgement that remembers earlier ones says what one says that remembers nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tree import write_tree

from dmlint.checks import load_rules
from dmlint.config.settings import Settings
from dmlint.discovery.repository import Repository
from dmlint.linting.engine import judge
from dmlint.linting.memory import Memory
from dmlint.linting.observation import Case
from dmlint.parsers import claim
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmlint.facts import Finding
    from dmlint.linting.engine import Judgement

PACK = load_rules()
PIP = "RUN pip install"
INSTALLS = f"FROM ubuntu\nCOPY requirements.txt .\n{PIP} -r requirements.txt\n"
TEXTS = {
    "Dockerfile": (
        f'FROM isaac-sim:5.1.0\n{PIP} -r requirements.txt\n{PIP} "numpy>=2"\n',
        f"ARG TAG=5.0.0\nFROM isaac-sim:${{TAG}} AS base\nCOPY c.lst /\n{PIP} -c /c.lst torch\n",
        f"FROM base-of-us\n# dmlint: ignore[DM101] so it is\n{PIP} numpy\n",
        f"FROM ubuntu\n{PIP} -r ../requirements.txt\n{PIP} numpy\nRUN bash setup.sh\n",
        "FROM ubuntu\nRUN if\n",
    ),
    "requirements.txt": ("numpy\n", "-r ../requirements.txt\nnumpy>=1.26\n", "-c c.lst\nisaacsim==5.1.0\n", ""),
    "c.lst": ("numpy<2\n", "numpy>=2\n", "# dmlint: ignore[DM101] nothing\n"),
    "setup.sh": (
        "pip install numpy\n",
        'pip install -r requirements.txt "numpy<2"\n',
        "docker build -t base-of-us .\n",
    ),
    "compose.yml": (
        "services:\n  a:\n    image: base-of-us\n    build:\n      context: .\n      args:\n        TAG: ${TAG}\n",
        "services:\n  a:\n    build: ../a\n  b:\n    image: isaac-sim:${TAG}\n",
    ),
    ".env": ("TAG=5.1.0\n", "TAG=4.5.0\n"),
    "sim.env": ("TAG=5.1.0\n",),
    "docker-bake.hcl": ('target "a" {\n  dockerfile = "Dockerfile"\n  args = { TAG = "5.1.0" }\n}\n',),
    "docker-bake.override.hcl": ('target "a" {\n  args = { TAG = "5.0.0" }\n}\n', ""),
    "pyproject.toml": ('[project]\nname = "a"\nversion = "1"\ndependencies = ["numpy>=1.26"]\n', "["),
    "run.sh": ("docker compose --env-file sim.env up\n", "bash setup.sh\n", "echo\n"),
}
FOLDERS = ("", "a/", "b/")
PATHS = tuple(folder + name for folder in FOLDERS for name in TEXTS)
FILES = st.sampled_from(PATHS).flatmap(
    lambda path: st.tuples(st.just(path), st.sampled_from(TEXTS[path.rpartition("/")[2]]))
)


def describe(finding: Finding) -> tuple[object, ...]:
    span = finding.span
    places = [(note.message, note.span.source.path, note.span.start) for note in finding.evidence]
    place = (span.source.path, span.start, span.end)
    return finding.rule, finding.severity, finding.message, place, finding.environment, finding.help, places


def tell(judgement: Judgement) -> list[object]:
    scene = judgement.scene
    found = (judgement.standing, judgement.suppressed, judgement.waived, judgement.leftover, judgement.known)
    return [
        *([describe(finding) for finding in group] for group in found),
        sorted(str(outcome.environment.id) for outcome in scene.outcomes),
        len(scene.installs),
        len(scene.images),
        len(scene.comments),
        judgement.files,
    ]


def case_of(files: Mapping[str, str]) -> Case:
    return Case(files=tuple(sorted(filter(claim, files))), settings=Settings(), pack=PACK)


@settings(max_examples=60, deadline=None)
@given(first=st.lists(FILES, min_size=4, max_size=24), edits=st.lists(FILES, min_size=1, max_size=8))
def test_after_any_edits_it_is_the_judgement_of_a_run_that_remembers_nothing(
    first: list[tuple[str, str]], edits: list[tuple[str, str]]
) -> None:
    files = dict(first)
    with TemporaryDirectory() as folder:
        write_tree(Path(folder), files)
        repository = Repository(Path(folder))
        memory, case = Memory(), case_of(files)
        assert tell(judge(repository, case, memory=memory)) == tell(judge(repository, case))
        for path, text in ((path, text) for path, text in edits if path in files):
            repository = repository.overlay({path: Source(path=path, text=text)})
            assert tell(judge(repository, case, memory=memory)) == tell(judge(repository, case))


@pytest.mark.parametrize(
    ("path", "text", "files", "islands"),
    [
        pytest.param("a/Dockerfile", "FROM ubuntu\n", {}, 4, id="nothing in common"),
        pytest.param("a/Dockerfile", INSTALLS, {}, 3, id="a file that is installed"),
        pytest.param("a/Dockerfile", "FROM ours\n", {}, 4, id="an image that nobody makes"),
        pytest.param(
            "a/Dockerfile",
            "FROM ours\n",
            {"b/build.sh": "docker build -t ours:latest -f c.Dockerfile .\n", "b/c.Dockerfile": "FROM x\n"},
            4,
            id="an image that a build makes",
        ),
        pytest.param("a/docker-bake.hcl", "", {"a/docker-bake.override.hcl": ""}, 4, id="bake files of one folder"),
    ],
)
def test_files_are_judged_together_where_they_have_something_in_common(
    tmp_path: Path, path: str, text: str, files: dict[str, str], islands: int
) -> None:
    whole = {"a/requirements.txt": "numpy<2\n", "b/requirements.txt": "", "pyproject.toml": "", path: "", **files}
    write_tree(tmp_path, whole)
    repository, memory, case = Repository(tmp_path), Memory(), case_of(whole)
    judge(repository, case, memory=memory)
    judge(repository.overlay({path: Source(path=path, text=text)}), case, memory=memory)
    assert len(memory.islands) == islands


def test_only_what_has_changed_is_parsed_and_joined_again(tmp_path: Path) -> None:
    files = {"Dockerfile": f"FROM x\n{PIP} numpy\n", "a/requirements.txt": "numpy\n", "b/requirements.txt": "numpy\n"}
    write_tree(tmp_path, files)
    repository, memory, case = Repository(tmp_path), Memory(), case_of(files)
    before = judge(repository, case, memory=memory)
    edited = repository.overlay({"a/requirements.txt": Source(path="a/requirements.txt", text="numpy<2\n")})
    after = judge(edited, case, memory=memory)
    same = [path for path in files if before.documents[path] is after.documents[path]]
    assert same == ["Dockerfile", "b/requirements.txt"]
    assert [entry for entry in before.standing if entry in after.standing] == list(after.standing)
    memory.forget()
    assert memory.islands == ()


def test_a_file_that_was_read_again_says_what_it_says_now(tmp_path: Path) -> None:
    files = {"Dockerfile": f"FROM x\nCOPY c.lst /\n{PIP} -c /c.lst numpy\n", "c.lst": "numpy<2\n"}
    write_tree(tmp_path, files)
    repository, memory, case = Repository(tmp_path), Memory(), case_of(files)
    assert judge(repository, case, memory=memory).standing == ()
    write_tree(tmp_path, {"c.lst": "torch\n"})
    assert judge(repository, case, memory=memory).standing == ()
    renewed = judge(repository.refreshed(), case, memory=memory)
    assert [entry.rule for entry in renewed.standing] == ["DM101"]
