"""One examination: what comes of it, within its limits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from repositories import FAULTY, FINE, commit

from dmlint.probe.process import Ended
from dmlint.survey import examination, task
from dmlint.survey.examination import main
from dmlint.survey.results import UNCHANGED, Result
from dmlint.survey.task import OUT_OF_MEMORY, ExaminationRequest, examine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def request(folder: Path, seconds: float = 60, memory: int = 0, known: str | None = None) -> ExaminationRequest:
    """An examination of a repository on this machine."""
    return ExaminationRequest(repository=str(folder), local=True, seconds=seconds, memory=memory, known=known)


def in_process(folder: Path, asked: ExaminationRequest) -> Result:
    """What the program of an examination writes."""
    folder.mkdir()
    (folder / "request.json").write_bytes(msgspec.json.encode(asked))
    assert main(str(folder)) == 0
    return msgspec.json.decode((folder / "result.json").read_bytes(), type=Result)


@pytest.mark.parametrize(
    ("files", "status"), [pytest.param(FAULTY, "broken", id="faulty"), pytest.param(FINE, "ok", id="fine")]
)
def test_an_examination(files: Mapping[str, str], status: str, tmp_path: Path) -> None:
    folder = commit(tmp_path / "a", files)
    found = examine(request(folder))
    assert (found.status, found.cause) == (status, None)
    again = in_process(tmp_path / "again", request(folder))
    assert (again.findings, again.environments) == (found.findings, found.environments)
    assert in_process(tmp_path / "known", request(folder, known=found.key)).status == UNCHANGED


def test_a_repository_that_cannot_be_had(tmp_path: Path) -> None:
    found = in_process(tmp_path / "a", request(tmp_path))
    assert found.status == "failed"
    assert "not a git repository" in (found.cause or "")


def test_a_policy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('select = ["DM2"]\n', encoding="utf-8")
    folder = commit(tmp_path / "a", {**FAULTY, "dmlint.toml": 'exclude = ["*"]\n'})
    asked = ExaminationRequest(repository=str(folder), local=True, seconds=60, memory=0, policy=str(policy))
    assert [entry["rule"] for entry in in_process(tmp_path / "b", asked).findings] == ["DM201"]


def test_a_limit_on_time(tmp_path: Path) -> None:
    assert examine(request(commit(tmp_path / "a", FAULTY), seconds=0.01)).cause == "it took longer than 0.01 seconds"


def test_a_limit_on_memory(tmp_path: Path) -> None:
    folder = commit(tmp_path / "a", {f"requirements/r{number}.txt": "#" + "é" * 9_000_000 for number in range(12)})
    found = examine(request(folder, memory=400_000_000))
    assert found.cause == "it needs more than 400,000,000 bytes of memory"


def test_without_memory_there_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr("resource.setrlimit", lambda _kind, limit: limits.append(limit))
    monkeypatch.setattr(examination, "examine", lambda *_arguments: bytearray(-1 % 2**62))
    (tmp_path / "request.json").write_bytes(msgspec.json.encode(request(tmp_path, memory=7)))
    assert main(str(tmp_path)) == OUT_OF_MEMORY
    assert limits == [(7, 7)]


def test_a_system_without_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert in_process(tmp_path / "a", request(tmp_path, memory=7)).status == "failed"


def test_a_python_that_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert "cannot be run" in (examine(request(tmp_path)).cause or "")


@pytest.mark.parametrize(
    ("code", "err", "cause"),
    [
        pytest.param(OUT_OF_MEMORY, "", "it needs more than 5 bytes of memory", id="memory"),
        pytest.param(-9, "", "its process was ended by signal 9", id="killed"),
        pytest.param(1, "Traceback\nKeyError: 1\n", "dmlint failed: KeyError: 1", id="a-fault-of-ours"),
        pytest.param(1, "", "dmlint failed with exit code 1", id="without-a-word"),
    ],
)
def test_why_there_is_no_result(
    code: int, err: str, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Ended(code=code, out="", err=err, late=False, flooded=False)
    monkeypatch.setattr(task, "run", lambda *_arguments: ended)
    assert examine(request(tmp_path, memory=5)).cause == cause
