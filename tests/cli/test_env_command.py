"""`dmlint env`, with interpreters and container engines that stand in for real ones."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from stand_ins import write_numpy, write_package, write_pip, write_program, write_python

import dmlint
from dmlint.cli import cli

pytestmark = pytest.mark.skipif(os.name == "nt", reason="programs are made as POSIX has them")
VARIABLES = ("GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX")
ISAAC = ("CUDA_VERSION", "ISAAC_PATH", "ISAACLAB_PATH")
SIM = "5.0.0-rc.45+release.26219.9c81211b.gl"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment that asks for nothing."""
    for name in (*VARIABLES, *ISAAC, *(name for name in os.environ if name.startswith("DMLINT_"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, ["env", *arguments], prog_name="dmlint", env=environ)


def told(result: Result) -> list[str]:
    """``RULE LINE:COLUMN MESSAGE`` of each finding of a JSON report."""
    found = json.loads(result.stdout)["findings"]
    return [f"{entry['rule']} {entry['message']}" for entry in found]


def python(folder: Path, *sites: Path, **environ: str) -> str:
    """The path of an interpreter whose environment is ``sites``."""
    return f"./{write_python(folder / 'python.sh', *sites, **environ).relative_to(folder)}"


def test_a_right_environment(here: Path) -> None:
    site = write_package(write_numpy(here / "site", "1.26.4"), "opencv-python", "4.11.0.86", "numpy>=1.23.5")
    result = call("--python", python(here, site))
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[:3] == ["# What `dmlint env` saw in env:./python.sh.", "reading = 1", 'interpreter = "./python.sh"']
    assert f'    {{ version = "1.26.4", use = "imported", place = "{site}" }},' in lines
    assert 'opencv-python = { version = "4.11.0.86", needs = ["numpy>=1.23.5"] }' in lines
    assert lines[-1].startswith("All clear: ")


def test_a_wrong_environment_in_text(here: Path) -> None:
    site = write_pip(
        write_package(write_numpy(here / "site", "2.1.0"), "opencv-python", "4.12.0.88", "numpy<2.3.0,>=2")
    )
    result = call("--python", python(here, site))
    assert result.exit_code == 1
    assert "error[DM401] numpy-2-installed: `import numpy` means NumPy 2.1.0 here; the guide asks for" in result.stdout
    fix = './python.sh -m pip install "numpy>=1.26.0,<2.0.0" "opencv-python<4.12.0.88"'
    assert f"= help: quick fix: {fix}" in result.stdout
    assert "opencv-python 4.12.0.88 requires numpy<2.3.0,>=2" in result.stdout


def test_the_contract_of_json(here: Path) -> None:
    site = write_numpy(here / "site", "2.1.0")
    result = call("--python", python(here, site), "--output-format", "json")
    report: dict[str, Any] = json.loads(result.stdout)
    (finding,) = report["findings"]
    assert set(report) == {"version", "files", "environments", "findings", "facts"}
    assert (report["version"], report["files"]) == (1, 1)
    assert (finding["path"], finding["environment"]) == ("env:./python.sh", "env:./python.sh")
    assert (finding["rule"], finding["severity"], finding["fixable"]) == ("DM401", "error", False)
    assert report["facts"]["numpy"][0]["version"] == "2.1.0"
    shown = call("--python", "./python.sh", "--show").stdout.splitlines()
    text = shown[finding["line"] - 1]
    assert text[finding["column"] - 1 : finding["end_column"] - 1] == "2.1.0"


def isaac(root: Path, release: str) -> dict[str, str]:
    """The variables of an Isaac Sim of its own."""
    (root / "isaac-sim" / "exts").mkdir(parents=True)
    (root / "isaac-sim" / "VERSION").write_text(f"{release}\n", encoding="utf-8")
    return {"ISAAC_PATH": str(root / "isaac-sim")}


THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param(
            ["prebundle", "site"],
            ["DM405 NumPy 2.1.0 in {here}/site comes later on sys.path, behind NumPy 1.26.0"],
            id="Isaac Sim's own wins",
        ),
        pytest.param(["site", "prebundle"], ["DM401 `import numpy` means NumPy 2.1.0 here"], id="pip's wins"),
        pytest.param(["prebundle"], [], id="Isaac Sim's alone"),
    ],
)
def test_which_of_two_copies_wins(order: list[str], expected: list[str], here: Path) -> None:
    folders = {
        "prebundle": write_numpy(here / "isaac-sim" / "exts" / "core_archive" / "pip_prebundle", "1.26.0"),
        "site": write_numpy(here / "site", "2.1.0"),
    }
    result = call(
        "--python", python(here, *(folders[name] for name in order)), "--output-format", "json", "--select", "DM4"
    )
    found = [message.partition(";")[0] for message in told(result)]
    assert found == [message.format(here=here) for message in expected]


def test_a_copy_that_comes_before_what_pip_installs_has_to_go(here: Path) -> None:
    result = call("--python", python(here, write_numpy(here / "bundle", "2.1.0")), "--output-format", "json")
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["help"].endswith(f"(after the copy in {here}/bundle is gone: it comes before what pip installs)")


def test_isaac_sim_says_what_is_needed(here: Path) -> None:
    environ = isaac(here, SIM)
    path = python(here, write_numpy(here / "site", "2.1.0"), **environ)
    result = call("--python", path, "--output-format", "json", "--select", "DM401")
    assert told(result) == ["DM401 `import numpy` means NumPy 2.1.0 here; Isaac Sim 5.0.0 needs numpy<2.0.0"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            "raise AttributeError(\"module 'numpy' has no attribute '_no_nep50_warning'\")",
            "AttributeError: module 'numpy' has no attribute '_no_nep50_warning'; modules of NumPy 1 and of NumPy 2 "
            "are mixed: two copies lie on sys.path, or one was installed over the other",
            id="a known signature",
        ),
        pytest.param("raise ValueError('odd' * 99)", f"ValueError: {'odd' * 49}…", id="a long one"),
        pytest.param("import os; os.kill(os.getpid(), 11)", "the interpreter dies (SIGSEGV)", id="a crash"),
        pytest.param("import time; time.sleep(60)", "it does not end within 3 seconds", id="a hang"),
    ],
)
def test_a_numpy_that_cannot_be_imported(body: str, message: str, here: Path) -> None:
    site = write_package(write_numpy(here / "site", "1.26.4", body), "pandas", "2.2.2", "numpy>=1.22")
    result = call("--python", python(here, site), "--output-format", "json", "--timeout", "5")
    assert result.exit_code == 1
    assert told(result) == [f"DM404 `import numpy` fails here: {message}"]
    assert json.loads(result.stdout)["facts"]["packages"]["pandas"]["version"] == "2.2.2"


def test_without_numpy_nothing_is_wrong_with_it(here: Path) -> None:
    result = call("--python", python(here), "--output-format", "json")
    assert (result.exit_code, told(result)) == (0, [])
    assert json.loads(result.stdout)["facts"]["numpy"] == []


def test_an_isaac_sim_without_numpy(here: Path) -> None:
    path = python(here, **isaac(here, SIM))
    result = call("--python", path, "--output-format", "json", "--select", "DM404")
    assert told(result) == ["DM404 `import numpy` fails here: there is no numpy"]


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        pytest.param("print('hello')", "is no Python from 3.7 on that answers (exit code 0)", id="no interpreter"),
        pytest.param(
            "import sys; sys.exit('\\n I am a teapot \\n')",
            "is no Python from 3.7 on that answers (exit code 1): I am a teapot",
            id="complains",
        ),
        pytest.param(
            "import os; os.kill(os.getpid(), 11)", "is no Python from 3.7 on that answers (exit code -11)", id="crashes"
        ),
        pytest.param("import time; time.sleep(60)", "gives no answer within 2 seconds (--timeout)", id="hangs"),
        pytest.param(
            "import sys\nwhile True: sys.stdout.write('x' * 65536)", "writes without end", id="writes without end"
        ),
        pytest.param("print('<<<dmlint-answer{dmlint-answer>>>')", "gives an answer that cannot be read", id="no JSON"),
        pytest.param(
            "print('<<<dmlint-answer[7]dmlint-answer>>>')", "gives an answer that cannot be read", id="something else"
        ),
    ],
)
def test_what_gives_no_answer_is_a_wrong_call(program: str, fault: str, here: Path) -> None:
    write_program(here / "python", program)
    result = call("--python", "./python", "--timeout", "2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"dmlint: error: ./python {fault}\n"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        pytest.param(["--python", "nowhere/python"], "there is no nowhere/python", id="nowhere"),
        pytest.param(["--python", "."], ". is a folder with no Python in it", id="folder"),
        pytest.param(["--timeout", "nan"], "'nan' is not a valid integer", id="no time"),
        pytest.param(["--engine", "docker"], "--engine goes with --container", id="engine alone"),
        pytest.param(["--container", "sim"], "there is no docker and no podman on PATH", id="no engine"),
        pytest.param(["--config", "nowhere.toml"], "nowhere.toml", id="configuration"),
    ],
)
def test_wrong_calls(arguments: list[str], fault: str, here: Path) -> None:
    result = call(*arguments, PATH=str(here / "bin"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert fault in result.stderr


ANSWERS = {
    "version": 1,
    "python": "3.11.2",
    "platform": 3,
    "import": {"error": 5},
    "copies": [7, {"folder": 1}],
    "distributions": {},
}


def test_an_answer_is_not_believed(here: Path) -> None:
    """What is not of the expected shape is not there; what is hostile is one line of text."""
    odd = {"name": 'evil"\n[x]', "version": "1\x1b[31m", "needs": ["numpy>=2"]}
    text = json.dumps({**ANSWERS, "distributions": [odd, 3], "uv": ["0.8.4\udc80\u202e", "/bin/uv"]})
    write_program(here / "python", f"print('<<<dmlint-answer' + {text!r} + 'dmlint-answer>>>')")
    result = call("--python", "./python", "--show")
    assert (result.exit_code, result.stderr) == (0, "")
    assert '"evil\\" [x]" = { version = "1?[31m", needs = ["numpy>=2"] }' in result.stdout.splitlines()
    assert 'uv = { version = "0.8.4??", place = "/bin/uv" }' in result.stdout.splitlines()
    assert call("--python", "./python", "--output-format", "json").exit_code == 0


def test_a_numpy_that_is_on_no_path(here: Path) -> None:
    """One that a hook of the interpreter brings."""
    told = {"version": "2.1.0", "file": "/hook/numpy/__init__.py"}
    copies = [{"folder": "/site", "version": "1.26.4", "where": "path", "replaceable": True}]
    text = json.dumps({**ANSWERS, "import": told, "copies": copies})
    write_program(here / "python", f"print('<<<dmlint-answer' + {text!r} + 'dmlint-answer>>>')")
    lines = call("--python", "./python", "--show").stdout.splitlines()
    assert '    { version = "2.1.0", use = "imported", place = "/hook" },' in lines
    assert '    { version = "1.26.4", use = "shadowed", place = "/site", replaceable = true },' in lines


def test_noise_around_the_answer_is_passed_over(here: Path) -> None:
    site = write_numpy(here / "site", "1.26.4", "print('noise')\n")
    (site / "sitecustomize.py").write_text("import sys\nprint('{\"a\": 1}')\nsys.stderr.write('warning\\n')\n")
    result = call("--python", python(here, site), "--output-format", "json")
    assert (result.exit_code, told(result), result.stderr) == (0, [], "")


def test_nothing_of_the_working_directory_is_run(here: Path) -> None:
    for name in ("json.py", "sitecustomize.py", "numpy.py", "glob.py"):
        (here / name).write_text(f"open({str(here / 'ran')!r}, 'a').write({name!r})\n", encoding="utf-8")
    path = write_program(here / "bin" / "python", f'#!/bin/sh\nexport PYTHONPATH=":"\nexec {sys.executable} "$@"\n')
    assert call("--python", str(path), "--show").exit_code == 0
    assert not (here / "ran").exists()


def test_nothing_is_written(here: Path) -> None:
    site = write_package(write_numpy(here / "site", "1.26.4"), "pandas", "2.2.2")
    path = python(here, site)
    before = sorted(entry.relative_to(here) for entry in here.rglob("*"))
    assert call("--python", path).exit_code == 0
    assert sorted(entry.relative_to(here) for entry in here.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param([], 1, id="error"),
        pytest.param(["--exit-zero"], 0, id="exit-zero"),
        pytest.param(["--ignore", "DM4"], 0, id="ignored"),
        pytest.param(["--select", "DM2"], 0, id="not selected"),
        pytest.param(["--select", "DM2", "--extend-select", "DM401"], 1, id="selected too"),
        pytest.param(["--show"], 0, id="shown"),
    ],
)
@pytest.mark.parametrize("format_", ["text", "concise", "json", "github"])
def test_exit_codes_are_the_same_for_every_format(arguments: list[str], code: int, format_: str, here: Path) -> None:
    path = python(here, write_numpy(here / "site", "2.1.0"))
    assert call("--python", path, "--output-format", format_, *arguments).exit_code == code


@pytest.mark.parametrize(
    ("configuration", "code", "found"),
    [
        pytest.param('severities = { DM401 = "warning" }', 0, ["DM401"], id="another severity"),
        pytest.param('severities = { DM401 = "notice" }\nfail-on = "notice"', 1, ["DM401"], id="fail-on"),
        pytest.param('ignore = ["DM401"]', 0, [], id="ignored"),
        pytest.param('[[waivers]]\nrule = "DM401"\nenvironment = "env:*"\nreason = "r"', 0, [], id="waived"),
        pytest.param(
            '[[waivers]]\nrule = "DM401"\nenvironment = "env:*"\nreason = "r"\nuntil = 2020-01-01',
            1,
            ["DM904", "DM401"],
            id="waived once",
        ),
        pytest.param(
            '[[waivers]]\nrule = "DM201"\npath = "docker/*"\nreason = "r"', 1, ["DM401"], id="about something else"
        ),
        pytest.param(
            '[[environments]]\nprofile = "groot-finetune"\npath = "env:*"', 1, ["DM301", "DM401"], id="a profile"
        ),
    ],
)
def test_the_configuration_counts(configuration: str, code: int, found: list[str], here: Path) -> None:
    (here / "dmlint.toml").write_text(configuration, encoding="utf-8")
    path = python(here, write_numpy(here / "site", "2.1.0"))
    # GR00T needs Python 3.10, which may be the one that runs this.
    result = call("--python", path, "--output-format", "json", *("--extend-ignore", "DM301") * (THIS == "3.10"))
    kept = [rule for rule in found if (THIS, rule) != ("3.10", "DM301")]
    assert [message.partition(" ")[0] for message in told(result)] == kept
    assert result.exit_code == code


def test_a_waiver_of_what_is_installed_is_not_stale_for_check(here: Path) -> None:
    waiver = '[[waivers]]\nrule = "DM401"\nenvironment = "env:*"\nreason = "r"\n'
    (here / "dmlint.toml").write_text(waiver, encoding="utf-8")
    (here / "requirements.txt").write_text("numpy<2\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["--fail-on", "notice"], prog_name="dmlint")
    assert result.exit_code == 0, result.stdout


def test_a_policy_counts(here: Path) -> None:
    (here / "policy.toml").write_text('select = ["DM401"]\n', encoding="utf-8")
    (here / "dmlint.toml").write_text('ignore = ["DM401"]\n', encoding="utf-8")
    path = python(here, write_numpy(here / "site", "2.1.0"))
    result = call("--python", path, "--policy", "policy.toml", "--output-format", "json")
    assert [message.partition(" ")[0] for message in told(result)] == ["DM401"]


def test_a_rule_of_the_repository_counts_beside_a_policy(here: Path) -> None:
    (here / "policy.toml").write_text('select = ["DM1"]\n', encoding="utf-8")
    path = python(here, write_numpy(here / "site", "2.1.0"))
    result = call("--python", path, "--policy", "policy.toml", "--output-format", "json")
    assert [message.partition(" ")[0] for message in told(result)] == ["DM401"]


def test_output_goes_to_a_file(here: Path) -> None:
    path = python(here, write_numpy(here / "site", "2.1.0"))
    result = call("--python", path, "--output-file", "report.txt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Found 1 error")
    assert "error[DM401]" in (here / "report.txt").read_text(encoding="utf-8")


def test_quiet_prints_findings_only(here: Path) -> None:
    path = python(here, write_numpy(here / "site", "1.26.4"))
    result = call("--python", path, "-q", "--output-file", "report.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (here / "report.txt").read_text(encoding="utf-8") == ""


def test_github_is_chosen_in_its_workflows(here: Path) -> None:
    result = call("--python", python(here, write_numpy(here / "site", "2.1.0")), GITHUB_ACTIONS="true")
    assert result.stdout.startswith("::error file=env%3A./python.sh,line=")


def test_what_is_shown_can_be_saved_and_judged_later(here: Path) -> None:
    path = python(here, write_numpy(here / "site", "2.1.0"))
    assert call("--python", path, "--show", "--output-file", "sim.dmlint-env").exit_code == 0
    result = CliRunner().invoke(cli, ["sim.dmlint-env", "--output-format", "concise"], prog_name="dmlint")
    assert result.exit_code == 1
    assert result.stdout.startswith("sim.dmlint-env:")


def test_from_a_folder_below_the_root_paths_are_the_same(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(here)], check=True)
    python(here, write_numpy(here / "site", "2.1.0"))
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    result = call("--python", "../python.sh", "--output-format", "concise", "-q")
    assert result.stdout.startswith("env:../python.sh:")


ENGINE = """import json, os, sys
with open({log!r}, "a") as log: log.write(json.dumps(sys.argv[1:]) + "\\n")
if "test" in sys.argv: sys.exit({missing})
if "stopped" in sys.argv: sys.exit("Error response from daemon: container stopped is not running")
os.execv({python!r}, [{python!r}, *sys.argv[7:]])
"""


@pytest.mark.parametrize(
    ("engine", "arguments", "missing", "calls"),
    [
        pytest.param(
            "docker",
            [],
            0,
            [["test", "-x", "/isaac-sim/python.sh"], ["/isaac-sim/python.sh", "-B", "-", "60"]],
            id="Isaac Sim's",
        ),
        pytest.param(
            "podman", [], 1, [["test", "-x", "/isaac-sim/python.sh"], ["python3", "-B", "-", "60"]], id="another's"
        ),
        pytest.param(
            "podman",
            ["--engine", "podman", "--python", "/opt/venv/bin/python", "--timeout", "9"],
            1,
            [["/opt/venv/bin/python", "-B", "-", "9"]],
            id="asked for",
        ),
    ],
)
def test_containers(engine: str, arguments: list[str], missing: int, calls: list[list[str]], here: Path) -> None:
    """The stand-in writes down its arguments, word by word, and is Python as the one in the container would be."""
    inside = write_python(here / "inside" / "python", write_pip(write_numpy(here / "site", "2.1.0")))
    write_program(here / "bin" / engine, ENGINE.format(log=str(here / "log"), missing=missing, python=str(inside)))
    result = call("--container", "sim-1", "--output-format", "json", *arguments, PATH=str(here / "bin"))
    made = [json.loads(line) for line in (here / "log").read_text(encoding="utf-8").splitlines()]
    assert made == [["exec", "-i", "-w", "/", "sim-1", *words] for words in calls]
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["path"] == f"env:sim-1:{calls[-1][0]}"
    assert f"quick fix: {engine} exec sim-1 {calls[-1][0]} -m pip install" in finding["help"]


def test_a_container_that_does_not_run(here: Path) -> None:
    write_program(here / "bin" / "docker", ENGINE.format(log=str(here / "log"), missing=1, python="none"))
    result = call("--container", "stopped", PATH=str(here / "bin"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "dmlint: error: python3 in stopped is no Python from 3.7 on that answers (exit code 1): "
        "Error response from daemon: container stopped is not running\n"
    )


def test_an_environment_without_pip_is_mended_by_uv(here: Path) -> None:
    """A Python of a venv without pip, as uv makes them."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(here / "my venv")], check=True)
    result = call("--python", "my venv", "--show", PATH="/usr/bin:/bin")
    assert "install = \"uv pip install --python 'my venv/bin/python'\"" in result.stdout.splitlines()


RUNNERS = {
    "dmlint/discovery/git.py",
    "dmlint/probe/process.py",
    "dmlint/probe/probe_script.py",
    "dmlint/resolve/resolvers.py",
    "dmlint/survey/checkout.py",
}
"""git is asked which files there are, and by `dmlint survey` for the files; `dmlint env` and `dmlint resolve` alone go
to the others, by contract.
"""


def test_nothing_else_runs_programs() -> None:
    root = Path(dmlint.__file__).parent
    assert {found for found in map(_runner, root.rglob("*.py")) if found} == RUNNERS


def _runner(path: Path) -> str | None:
    """The path of a module that may run programs."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    called = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    runs = imported & {"subprocess", "multiprocessing", "pty"} or called & {"system", "popen", "execv", "posix_spawn"}
    return path.relative_to(Path(dmlint.__file__).parents[1]).as_posix() if runs else None
