"""A survey as a user has it: a local cluster, real repositories, and what comes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from click.testing import CliRunner
from click.testing import Result as Outcome
from distributed.scheduler import KilledWorker, WorkerState
from pyarrow import parquet
from repositories import FAULTY, FINE, OPEN, commit, mirror

from dmlint.cli import cli, output, survey_command, survey_progress
from dmlint.survey import cluster
from dmlint.survey.results import FOLDER, Result
from dmlint.survey.tables import SCHEMAS, VERSION
from dmlint.survey.task import ExaminationRequest

FIXTURES = Path(__file__).parents[2] / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name not in ("rules", "fixes"))
SLOW = {"Dockerfile": "FROM a\n" + "RUN pip install numpy==1.26.4 scipy torch opencv-python\n" * 30_000}


def survey(out: Path, *arguments: str) -> Outcome:
    """A survey by two workers."""
    return CliRunner().invoke(cli, ["survey", *arguments, "--output", str(out), "--workers", "2"])


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table, as DuckDB reads them."""
    found = duckdb.execute(f"select * from '{out / table}.parquet' order by repository")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def told(folder: Path, command: str) -> dict[str, Any]:
    """What a command says of a folder, as JSON."""
    words = (sys.executable, "-m", "dmlint", command, "--output-format", "json")
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    return dict(msgspec.json.decode(done.stdout))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 40 repositories of all kinds, and a file that lists them."""
    folder = tmp_path_factory.mktemp("forty")
    for number in range(34):
        commit(folder / f"r{number:02}", (FAULTY, FINE, OPEN)[number % 3])
    commit(folder / "many", {f"src/a{number}.c": "int a;\n" for number in range(20_000)} | FINE)
    commit(folder / "slow", SLOW)
    commit(folder / "broken", FINE)
    (folder / "broken" / ".git" / "HEAD").write_text("ref: refs/heads/gone\n", encoding="utf-8")
    (folder / "empty").mkdir()
    names = [path.name for path in sorted(folder.iterdir())]
    served = mirror(folder / "served.git", folder / "r00")
    (folder / "list").write_text("\n".join([*names, served, "https://127.0.0.1:1/gone.git"]), encoding="utf-8")
    return folder


def test_forty_repositories(forty: Path, tmp_path: Path) -> None:
    listed, out = str(forty / "list"), tmp_path / "out"
    done = survey(out, listed, "--timeout", "15")
    assert done.exit_code == 1, done.output
    assert "40 repositories: 13 broken, 4 failed, 11 unknown, 12 ok" in done.output
    found = {Path(row["repository"]).name: row for row in rows(out, "repositories")}
    assert len(found) == 40
    assert found["slow"]["cause"] == "it took longer than 15 seconds"
    assert "not a git repository" in found["empty"]["cause"]
    assert found["gone.git"]["status"] == found["broken"]["status"] == "failed"
    assert (found["served.git"]["status"], found["many"]["status"]) == ("broken", "ok")
    assert found["r00"]["commit"] == found["served.git"]["commit"]

    again = survey(out, listed, "--timeout", "15")
    assert again.output == done.output
    assert without_times(rows(out, "repositories")) == without_times([*found.values()])


def without_times(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by their repositories, without how long these took."""
    return sorted(({**row, "seconds": 0} for row in found), key=lambda row: row["repository"])


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    one, other = (commit(tmp_path / name, FINE) for name in ("one", "other"))
    survey(tmp_path / "out", str(one), str(other))
    before = {row["repository"]: row["seconds"] for row in rows(tmp_path / "out", "repositories")}
    commit(one, {"requirements.txt": "numpy\n"})
    assert "1 broken, 0 failed, 0 unknown, 1 ok" in survey(tmp_path / "out", str(one), str(other)).output
    after = {row["repository"]: row["seconds"] for row in rows(tmp_path / "out", "repositories")}
    assert after[str(other)] == before[str(other)]
    assert after[str(one)] != before[str(one)]


@pytest.mark.parametrize("name", NAMES)
def test_the_verdicts_are_those_of_a_checkout(name: str, tmp_path: Path) -> None:
    paths = [path for path in (FIXTURES / name).rglob("*") if path.is_file()]
    files: dict[str, str | bytes] = {path.relative_to(FIXTURES / name).as_posix(): path.read_bytes() for path in paths}
    folder = commit(tmp_path / "a", files)
    survey(tmp_path / "out", str(folder))
    (kept,) = (tmp_path / "out" / FOLDER).iterdir()
    result = msgspec.json.decode(kept.read_bytes())
    checked = told(folder, "check")
    assert (result["findings"], result["files"]) == (checked["findings"], checked["files"])
    assert result["environments"] == told(folder, "matrix")["environments"]
    assert result["installs"] == told(folder, "deps")["steps"]


def test_a_worker_that_dies_loses_nothing(tmp_path: Path) -> None:
    folders = [str(commit(tmp_path / f"r{number}", FAULTY)) for number in range(8)]
    command = (sys.executable, "-m", "dmlint", "survey", *folders, "--output", str(tmp_path / "out"), "--workers", "2")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        kill_a_worker()
        out, _ = process.communicate(timeout=120)
    assert "8 repositories: 8 broken, 0 failed" in out


def kill_a_worker() -> None:
    """End the worker in which an examination runs, as soon as one does."""
    for _ in range(1200):
        examined = [
            path for path in Path("/proc").glob("[0-9]*") if b"dmlint.survey.examination" in read(path / "cmdline")
        ]
        parents = [int(read(path / "stat").rpartition(b")")[2].split()[1]) for path in examined if read(path / "stat")]
        if parents:
            os.kill(parents[0], signal.SIGKILL)
            return
        time.sleep(0.05)
    raise AssertionError("no examination was seen")


def read(path: Path) -> bytes:
    """What the system tells of a process; nothing of one that is over."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_an_interrupted_survey_goes_on(tmp_path: Path) -> None:
    folders = [str(commit(tmp_path / f"r{number}", FAULTY)) for number in range(6)]
    command = (sys.executable, "-m", "dmlint", "survey", *folders, "--output", str(tmp_path / "out"), "--workers", "1")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while len([*(tmp_path / "out" / FOLDER).glob("*.json")]) < 2:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert 2 <= len([*(tmp_path / "out" / FOLDER).glob("*.json")]) < 6
    assert "6 repositories: 6 broken" in survey(tmp_path / "out", *folders).output


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        pytest.param(("nowhere",), "neither a folder, an address of git nor a file", id="no-repository"),
        pytest.param((".", "--memory", "lots"), "a size is written as 500M or 2G", id="no-size"),
        pytest.param((".", "--scheduler", "tcp://127.0.0.1:1"), "no scheduler answers", id="no-scheduler"),
        pytest.param((".", "--policy", "nowhere.toml"), "does not exist", id="no-policy"),
    ],
)
def test_a_wrong_call(arguments: tuple[str, ...], cause: str, tmp_path: Path) -> None:
    done = survey(tmp_path / "out", *arguments)
    assert done.exit_code == 2
    assert cause in done.output


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot write into" in survey(tmp_path / "file" / "out", str(tmp_path)).output


def test_a_cluster_that_runs_already(tmp_path: Path) -> None:
    from distributed import LocalCluster

    folder = commit(tmp_path / "a", FAULTY)
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as cluster:
        done = survey(tmp_path / "out", str(folder), "--scheduler", cluster.scheduler_address, "--dashboard")
    assert "1 repositories: 1 broken" in done.output


def test_failures_are_let_pass_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert survey(tmp_path / "out", str(tmp_path / "a")).exit_code == 1
    assert survey(tmp_path / "out", str(tmp_path / "a"), "--keep-going", "--dashboard", "-q").exit_code == 0


def test_many_that_are_bad_are_not_all_named(tmp_path: Path) -> None:
    folders = [str(commit(tmp_path / f"r{number}", FAULTY)) for number in range(12)]
    assert "  and 2 more\n" in survey(tmp_path / "out", *folders).output


def test_a_policy_holds_for_all(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('select = ["DM2"]\n', encoding="utf-8")
    folder = commit(tmp_path / "a", {**FAULTY, "dmlint.toml": 'exclude = ["*"]\n'})
    survey(tmp_path / "out", str(folder), "--policy", str(policy))
    assert [row["rule"] for row in rows(tmp_path / "out", "findings")] == ["DM201"]


def test_a_wrong_configuration_is_a_cause(tmp_path: Path) -> None:
    survey(tmp_path / "out", str(commit(tmp_path / "a", {"dmlint.toml": "nonsense = 1\n", **FAULTY})))
    (row,) = rows(tmp_path / "out", "repositories")
    assert "unknown key 'nonsense'" in row["cause"]
    assert "dmlint-survey-" not in row["cause"]


def test_the_schema_has_a_version(tmp_path: Path) -> None:
    survey(tmp_path / "out", str(commit(tmp_path / "a", FAULTY)))
    for table, columns in SCHEMAS.items():
        schema = parquet.read_schema(tmp_path / "out" / f"{table}.parquet")
        assert schema.names == [*columns]
        assert schema.metadata[b"dmlint.survey"] == VERSION.encode()


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    survey(tmp_path / "out", str(commit(tmp_path / "a", FAULTY)))
    assert [path.name for path in (tmp_path / "tmp").iterdir() if path.name.startswith("dmlint-survey-")] == []


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        pytest.param(
            KilledWorker("a", WorkerState.__new__(WorkerState), 3), "its worker died several times", id="killed"
        ),
        pytest.param(KeyError(1), "KeyError: 1", id="a-fault"),
    ],
)
def test_why_a_task_has_no_result(error: Exception, cause: str) -> None:
    request = ExaminationRequest(repository="a", local=True, seconds=1, memory=0)
    assert cluster._result(request, error).cause == cause


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_command, "find_spec", lambda _name: None)
    assert "pip install '.[survey]'" in survey(tmp_path / "out", str(tmp_path)).output


def test_on_a_terminal_it_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(survey_progress, "welcome", lambda *_environ, **_terminal: True)
    monkeypatch.setattr(output, "PATIENCE", 0.0)
    with survey_progress.follow(1, quiet=False) as tell:
        tell(Result(repository="a"))
    assert "dmlint: examined 1 repository" in capsys.readouterr().err
