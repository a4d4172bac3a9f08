from __future__ import annotations

import gc
import io
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dmlint import __main__, __version__, cli
from dmlint.cli.command_group import report_crash

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAVY = ("packaging", "tomlkit", "tomli", "dockerfile_parse", "tree_sitter", "yaml", "json", "subprocess", "pathspec")
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith(("DMLINT_", "GITHUB_", "COV_"))}


def start(*arguments: str, cwd: Path, code: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    command = ("-c", code) if code else ("-m", "dmlint")
    package = str(Path(cli.__file__).parents[2])
    return subprocess.run(
        (sys.executable, *command, *arguments),
        cwd=cwd,
        env={**ENVIRON, "PYTHONPATH": package, **environ},
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )


def test_version(tmp_path: Path) -> None:
    done = start("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"dmlint {__version__}\n", "")


def test_version_among_other_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version", "x"]) == 0
    assert capsys.readouterr().out == f"dmlint {__version__}\n"


def test_entries_that_do_not_count_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"], ["src"]) == 0
    message = "PYTHONPATH names src, where anybody may have put modules: none is looked for there"
    assert capsys.readouterr().err == f"dmlint: warning: {message}\n"


@pytest.mark.parametrize(
    ("argument", "unwanted"),
    [
        pytest.param("--version", (*HEAVY, "click", "dataclasses"), id="version"),
        pytest.param("--help", HEAVY[:7], id="help"),
    ],
)
def test_what_needs_no_work_imports_nothing_heavy(tmp_path: Path, argument: str, unwanted: tuple[str, ...]) -> None:
    code = (
        "import sys; from dmlint.__main__ import main\n"
        "main(); sys.stderr.write(' '.join(name.partition('.')[0] for name in sys.modules))"
    )
    done = start(argument, cwd=tmp_path, code=code)
    assert done.returncode == 0
    assert not set(unwanted) & set(done.stderr.split())


def test_the_module_is_a_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["dmlint", "--version"])
    monkeypatch.setattr(sys, "path", ["here", *sys.path])
    with pytest.raises(SystemExit) as stop:
        runpy.run_path(__main__.__file__, run_name="__main__")
    assert stop.value.code == 0
    assert "here" not in sys.path
    assert capsys.readouterr().out == f"dmlint {__version__}\n"


def test_an_isolated_python_has_no_working_directory_to_distrust(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["library"])
    __main__.distrust_working_directory(isolated=True)
    assert sys.path == ["library"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        pytest.param("", [], id="none"),
        pytest.param("/opt/x", [], id="elsewhere"),
        pytest.param("/opt/x:", ["."], id="empty-entry"),
        pytest.param("src:/opt/x", ["src"], id="relative"),
        pytest.param("{root}/src", ["{root}/src"], id="inside"),
        pytest.param("{link}", ["{link}"], id="by-a-link"),
        pytest.param("{prefix}/lib", [], id="of-this-python"),
        pytest.param("{own}", [], id="dmlint-itself"),
        pytest.param("{root}/never", [], id="not-in-the-path"),
    ],
)
@pytest.mark.parametrize("argument", ["", "{root}/src/a.txt", "--fix"])
def test_where_no_module_is_looked_for(
    given: str, taken: list[str], argument: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    (root / "src").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "src" / "a.txt").touch()
    (tmp_path / "link").symlink_to(root / "src")
    places = {"root": root, "link": tmp_path / "link", "prefix": sys.prefix, "own": Path(cli.__file__).parents[2]}
    monkeypatch.chdir(root)
    given = given.format_map(places)
    before = ["/lib", *(str(root / entry) for entry in given.split(":") if "never" not in entry)]
    path = list(before)
    expected = [entry.format_map(places) for entry in taken]
    assert __main__.distrust_path_variable(path, given, [argument.format_map(places)]) == expected
    assert path == [entry for entry in before if entry not in [str(root / name) for name in expected]]


def test_a_folder_that_no_git_keeps_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = [str(tmp_path / "a"), "/opt"]
    assert __main__.distrust_path_variable(path, f"{tmp_path / 'a'}:/opt", []) == [str(tmp_path / "a")]
    assert path == ["/opt"]


def test_modules_of_the_linted_folder_do_not_run(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy<2\n", encoding="utf-8")
    for name in ("click", "json", "msgspec", "packaging", "pathspec"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    code = "import sys; from dmlint.__main__ import main; sys.path.remove(''); sys.exit(main())"
    done = start(cwd=tmp_path, code=code, PYTHONPATH=f"{Path(cli.__file__).parents[2]}:{tmp_path}")
    assert (done.returncode, done.stdout) == (0, "All clear: 1 file checked.\n")
    assert done.stderr.startswith(f"dmlint: warning: PYTHONPATH names {tmp_path}, where anybody may have put modules")


@pytest.fixture
def collector() -> Iterator[None]:
    """The garbage collector as it was: the entry point switches it off for good."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("collector")
def test_other_arguments_reach_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dmlint", "-h"])
    assert __main__.main() == 0
    assert capsys.readouterr().out.startswith("Usage: dmlint [OPTIONS] [COMMAND] [PATHS]...\n")
    assert not gc.isenabled()
    assert gc.get_freeze_count() > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--help"], ["--select", "--output-format", "--version", "check", "explain"], id="group"),
        pytest.param(["check", "-h"], ["--select", "--statistics"], id="check"),
        pytest.param(["deps", "-h"], ["--output-format [text|json]"], id="deps"),
    ],
)
def test_help(arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 0
    shown = capsys.readouterr().out
    assert [word for word in words if word not in shown] == []


def test_streams_of_another_kind_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    assert cli.run(["-h"]) == 0
    assert stream.getvalue().startswith("Usage: ")


def test_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--no-such-option"]) == 2
    assert "No such option" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is stood in cannot be deleted there")
def test_a_working_directory_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert cli.run(["explain", "DM101"]) == 2
    assert capsys.readouterr().err == "dmlint: error: the working directory no longer exists\n"


def test_findings_give_one(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy", encoding="utf-8")
    done = start("--output-format", "concise", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.cli.commands["check"], "callback", interrupted)
    assert cli.run([]) == 130


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX has them")
def test_an_interrupted_process_ends_without_a_traceback(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom dmlint import cli\n"
        "cli.check.callback = lambda **given: os.kill(os.getpid(), signal.SIGINT)\nsys.exit(cli.run([]))"
    )
    done = start(cwd=tmp_path, code=code)
    assert (done.returncode, "Traceback" in done.stderr) == (130, False)


@pytest.mark.parametrize(
    ("environ", "traceback"),
    [pytest.param({}, False, id="plain"), pytest.param({"DMLINT_DEBUG": "1"}, True, id="debug")],
)
def test_an_internal_error_ends_with_two(tmp_path: Path, environ: dict[str, str], traceback: bool) -> None:
    code = "import sys\nfrom dmlint import cli\ncli.check.callback = lambda **given: 1 / 0\nsys.exit(cli.run([]))"
    done = start(cwd=tmp_path, code=code, **environ)
    assert (done.returncode, done.stdout) == (2, "")
    assert "dmlint: internal error: ZeroDivisionError: division by zero\n" in done.stderr
    assert ("Traceback" in done.stderr) is traceback


@pytest.mark.parametrize("debug", ["", "1"])
def test_the_hook_itself(debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DMLINT_DEBUG", debug)
    with pytest.raises(SystemExit) as stop:
        report_crash(ValueError, ValueError("\x1b why"), None)
    assert stop.value.code == 2
    assert "internal error: ValueError: \\x1b why\n" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 200) / ("y" * 200)
    folder.mkdir(parents=True)
    (folder / "requirements.txt").write_text("numpy\n" * 400, encoding="utf-8")
    with subprocess.Popen(
        (sys.executable, "-m", "dmlint", "--output-format", "concise", "--color", "never"),
        cwd=tmp_path,
        env={**ENVIRON, "PYTHONPATH": str(Path(cli.__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="the shell of POSIX")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(">&-", (1, "", ""), id="output"),
        pytest.param("2>&-", (1, "requirements.txt:1:1: DM101", ""), id="errors"),
        pytest.param("--diff >&-", (1, "", "Would fix 1 finding in 1 file.\n"), id="patch"),
    ],
)
def test_a_stream_that_is_closed_is_no_error(tmp_path: Path, arguments: str, expected: tuple[int, str, str]) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n", encoding="utf-8")
    command = f'exec "$0" -m dmlint --output-format concise {arguments}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable],
        cwd=tmp_path,
        env={**ENVIRON, "PYTHONPATH": str(Path(cli.__file__).parents[2])},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout.partition(" error")[0], done.stderr) == expected


def test_what_cannot_be_encoded_is_escaped(tmp_path: Path) -> None:
    (tmp_path / "dé").mkdir()
    (tmp_path / "dé/requirements.txt").write_text("numpy # ü", encoding="utf-8")
    done = start(cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert done.stdout.startswith("d\\xe9/requirements.txt:1:1: ")
