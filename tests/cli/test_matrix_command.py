"""``dmlint matrix`` on small repositories, and on the guide's own two containers."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from dmlint.cli import cli

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
START, END = "<!-- dmlint:matrix:start -->", "<!-- dmlint:matrix:end -->"
HEAD = "| Environment | Isaac Sim | Isaac Lab | Python | CUDA | NumPy | Status |\n" + "| --- " * 7 + "|\n"
ROW = "| `requirements.txt` | N/A | N/A | ? | N/A | `<2` | ✅ Correct |\n"
DOCKERFILE = """ARG TAG=5.0.0
FROM isaac-sim:${TAG} AS sim
RUN /isaac-sim/python.sh -m pip install \\
    # arrays
    "numpy<2"
RUN /isaac-sim/python.sh -m pip install -U opencv-python
RUN rm -rf /isaac-sim/extscache/omni.kit.pip_archive/pip_prebundle/numpy*
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment that asks for nothing."""
    for name in [name for name in os.environ if name.startswith(("DMLINT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["matrix", *arguments], prog_name="dmlint")


def entries(*arguments: str) -> list[dict[str, Any]]:
    found = json.loads(call("--output-format", "json", *arguments).stdout)
    assert found["version"] == 1
    rows: list[dict[str, Any]] = found["environments"]
    return rows


@pytest.fixture
def guide(here: Path) -> Path:
    """The guide's two containers."""
    shutil.copytree(ROOT / "fixtures" / "guide-containers", here, dirs_exist_ok=True)
    return here


def test_the_guide_s_two_rows(guide: Path) -> None:
    rows = {row["id"]: row for row in entries()}
    keys = ("isaac_sim", "isaac_lab", "python", "cuda", "numpy", "status")
    wanted = {
        "dm-groot-inference/Dockerfile#0:/opt/venv": (None, None, "3.10", "12.4", [">=1.26.0,<2.0.0"], "ok"),
        "dm-workstation/Dockerfile#0:/isaac-sim/python.sh": ("5.0.0", "2.2.0", "3.11", None, ["<2.0.0"], "ok"),
    }
    assert {id_: tuple(rows[id_][key] for key in keys) for id_ in wanted} == wanted
    assert rows.keys() == wanted.keys()


def test_the_guide_s_table(guide: Path) -> None:
    lines = call("--output-format", "markdown").stdout.splitlines()
    assert "\n".join(lines[:2]) + "\n" == HEAD
    assert lines[2].endswith("| N/A | N/A | 3.10 | 12.4 | `>=1.26.0,<2.0.0` | ✅ Correct |")
    assert lines[3].endswith("| 5.0.0 | 2.2.0 | 3.11 | N/A | `<2.0.0` | ✅ Correct |")


def test_the_keys_are_the_contract(here: Path) -> None:
    write(here, {"docker/Dockerfile": "ARG T=5.1.0\nFROM isaac-sim:${T} AS sim\n"})
    (row,) = entries()
    assert list(row.items()) == [
        ("id", "docker/Dockerfile#sim:/isaac-sim/python.sh"),
        ("path", "docker/Dockerfile"),
        ("line", 2),
        ("stage", "sim"),
        ("interpreter", "/isaac-sim/python.sh"),
        ("isaac_sim", "5.1.0"),
        ("isaac_lab", None),
        ("python", "3.11"),
        ("cuda", None),
        ("numpy", ["==1.26.*"]),
        ("status", "broken"),
        (
            "because",
            [
                {"path": "docker/Dockerfile", "line": 1, "message": "the image ships numpy==1.26.*"},
                {
                    "path": "docker/Dockerfile",
                    "line": 1,
                    "message": "DM201 this is Isaac Sim 5.1.0; the team's guide avoids it",
                },
            ],
        ),
    ]


def test_paths_are_seen_from_the_working_directory(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {".git/HEAD": "", "docker/Dockerfile": DOCKERFILE, "policy/requirements.txt": "numpy<2\n"})
    monkeypatch.chdir(here / "docker")
    assert [row["id"] for row in entries("..")] == [
        "Dockerfile#sim:/isaac-sim/python.sh",
        "../policy/requirements.txt",
    ]
    assert [row["path"] for row in entries()] == ["Dockerfile"]


def test_faults_in_files_that_are_not_named_count(here: Path) -> None:
    write(
        here,
        {
            ".git/HEAD": "",
            "Dockerfile": "FROM u\nCOPY requirements.txt /\nRUN pip install -r /requirements.txt\n",
            "requirements.txt": "numpy\n",
        },
    )
    assert [(row["id"], row["status"]) for row in entries("Dockerfile")] == [("Dockerfile#0:pip", "broken")]


def test_the_whole_pack_is_asked_and_waivers_are_heeded(here: Path) -> None:
    waivers = "ignore=['DM1']\n[[waivers]]\nrule='DM101'\nenvironment='a/*'\nreason='x'\n"
    stages = "FROM u\nRUN pip install numpy\n"
    write(here, {"dmlint.toml": waivers, "a/Dockerfile": stages, "b/Dockerfile": stages})
    assert [(row["id"], row["status"]) for row in entries()] == [
        ("a/Dockerfile#0:pip", "ok"),
        ("b/Dockerfile#0:pip", "broken"),
    ]


def test_a_profile_by_configuration(here: Path) -> None:
    team = "[[profile]]\nname='team-train'\ntitle='Training'\ncuda='12.8'\n"
    named = "extend-rules=['team.toml']\n[[environments]]\nprofile='team-train'\npath='train/*'\n"
    image = "FROM nvidia/cuda:12.4.1-devel\nRUN pip install 'numpy<2'\n"
    write(here, {"team.toml": team, "dmlint.toml": named, "train/Dockerfile": image, "other/Dockerfile": image})
    found = CliRunner().invoke(cli, ["--output-format", "concise"]).stdout
    assert found == "train/Dockerfile:1:6: DM303 warning: this environment has CUDA 12.4; Training needs cuda 12.8\n"


def test_waived_findings_are_counted(here: Path) -> None:
    waiver = "[[waivers]]\nrule='DM101'\npath='*'\nreason='x'\n"
    write(here, {"dmlint.toml": waiver, "requirements.txt": "numpy\nnumpy>=1.26\n"})
    result = CliRunner().invoke(cli, [])
    assert (result.stdout, result.exit_code) == ("All clear: 1 file checked; 2 waived.\n", 0)


def test_a_waiver_past_its_date(here: Path) -> None:
    waiver = "[[tool.dmlint.waivers]]\nrule='DM101'\npath='*'\nreason='x'\nuntil=2001-01-01\n"
    write(here, {"pyproject.toml": waiver, "requirements.txt": "numpy\n"})
    result = CliRunner().invoke(cli, ["requirements.txt", "--output-format", "concise"])
    assert [line.split(" ", 3)[:2] for line in result.stdout.splitlines()] == [
        ["pyproject.toml:2:7:", "DM904"],
        ["requirements.txt:1:1:", "DM101"],
    ]


def test_nothing_to_show(here: Path) -> None:
    write(here, {"Dockerfile": "FROM ubuntu\n"})
    loud, quiet = call(), call("-q")
    assert (loud.stdout, loud.stderr) == ("", "dmlint: warning: there is no environment here\n")
    assert (quiet.stdout, quiet.stderr, quiet.exit_code) == ("", "", 0)


def test_a_story(here: Path) -> None:
    write(here, {"Dockerfile": DOCKERFILE})
    result = call("--explain", "Dockerfile#sim:/isaac-sim/python.sh")
    assert result.exit_code == 0
    found = re.sub(r"opencv-python [\d.]+ and later", "opencv-python N and later", result.stdout)
    assert found.split("\n\n")[0].splitlines()[1:] == ["  Isaac Sim 5.0.0, Python 3.11"]
    assert found.split("\n\n")[1].splitlines() == [
        "  Dockerfile:2: FROM isaac-sim:5.0.0",
        "      the image ships numpy==1.26.* (Dockerfile:1:9)",
        "      NumPy at first: ==1.26.*",
        '  Dockerfile:3: /isaac-sim/python.sh -m pip install "numpy<2"',
        "      numpy<2 is installed (Dockerfile:5:6)",
        "      NumPy is now <2",
        "  Dockerfile:6: /isaac-sim/python.sh -m pip install -U opencv-python",
        "      opencv-python N and later requires numpy>=2 (Dockerfile:6:44)",
        "      NumPy is now >=2",
        "  Dockerfile:7: rm -rf /isaac-sim/extscache/omni.kit.pip_archive/pip_prebundle/numpy*",
        "      NumPy stays >=2",
    ]


def test_a_story_with_faults(here: Path) -> None:
    write(here, {"Dockerfile": "FROM ubuntu\nRUN pip install numpy\nRUN pip install scipy<1.12\n"})
    told = call("--explain", "pip").stdout.splitlines()
    assert told[0] == "Dockerfile#0:pip: broken, DM101 numpy-unpinned"
    assert (
        told[-2:][0] == "    Dockerfile:2:17: DM101 error: 'numpy' admits NumPy 2.4.6; the guide asks for numpy<2.0.0"
    )


def test_a_story_of_what_cannot_be_told(here: Path) -> None:
    steps = "".join(f"RUN pip install {'x' * 200}{number}\n" for number in range(2))
    write(here, {"Dockerfile": f"FROM ubuntu\nARG V\n{steps}RUN pip install numpy==$V\n"})
    told = call("--explain", "Dockerfile").stdout.splitlines()
    assert told[4].endswith("xxx…")
    assert told[-5:-3] == [
        "      which NumPy this asks for cannot be told (Dockerfile:5:17)",
        "      NumPy is now unknown",
    ]


def test_a_story_of_a_manifest(here: Path) -> None:
    write(here, {"requirements.txt": "-c pins.txt\nscipy<1.12\nnumpy\n", "pins.txt": "numpy<2\n"})
    assert call("--explain", "requirements.txt").stdout.splitlines() == [
        "requirements.txt: ok",
        "",
        "  requirements.txt:2: scipy<1.12",
        "  requirements.txt:3: numpy",
        "  pins.txt:1: numpy<2 (constraint)",
        "      NumPy: <2",
    ]


STEPS = {
    "Dockerfile": "FROM isaac-sim:4.5.0 AS sim\nRUN pip install click\nRUN /isaac-sim/python.sh -m pip install x\n"
    "RUN /isaac-sim/python.sh -m pip install 'numpy<2'\nRUN /isaac-sim/python.sh -m pip install -U numpy\n"
    "RUN /isaac-sim/python.sh -m pip uninstall -y numpy\nARG V\n"
    "RUN /isaac-sim/python.sh -m pip install numpy==$V\n",
    "requirements.txt": "numpy<2\n",
}


def test_steps_are_the_contract(here: Path) -> None:
    write(here, STEPS)
    (row,) = entries("--environment", "*python.sh", "--explain")
    (step, *_) = row["steps"]
    assert step == {
        "path": "Dockerfile",
        "line": 1,
        "text": "FROM isaac-sim:4.5.0",
        "numpy": {"before": [], "after": ["<2.0.0"]},
        "kind": "base",
        "message": "Isaac Sim 4.5.0 brings numpy<2.0.0: NumPy is now <2.0.0",
    }
    assert [(entry["line"], entry["kind"], entry["numpy"]["after"]) for entry in row["steps"]] == [
        (1, "base", ["<2.0.0"]),
        (3, "install", ["<2.0.0"]),
        (4, "pin", ["<2"]),
        (5, "moves", [""]),
        (6, "removes", []),
        (8, "unknown", []),
    ]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        pytest.param(["--status", "ok"], ["sim:pip", "requirements.txt"], id="status"),
        pytest.param(["--status", "broken,unknown"], ["sim:/isaac-sim/python.sh"], id="two-statuses"),
        pytest.param(["--environment", "*#sim:pip"], ["sim:pip"], id="environment"),
        pytest.param(["--environment", "*pip", "--status", "broken"], [], id="both"),
        pytest.param(["--explain", "*.txt"], ["requirements.txt"], id="a-pattern"),
        pytest.param(["--explain", "#sim"], ["sim:/isaac-sim/python.sh", "sim:pip"], id="a-part"),
    ],
)
def test_environments_are_narrowed(here: Path, arguments: list[str], ids: list[str]) -> None:
    write(here, STEPS)
    assert [row["id"].removeprefix("Dockerfile#") for row in entries(*arguments)] == ids


def test_several_stories(here: Path) -> None:
    write(here, STEPS)
    told = call("--explain").stdout
    assert [line for line in told.splitlines() if line.startswith(("Dockerfile#", "requirements"))] == [
        "Dockerfile#sim:/isaac-sim/python.sh: broken, DM101 numpy-unpinned",
        "Dockerfile#sim:pip: ok",
        "requirements.txt: ok",
    ]


def test_the_table_keeps_to_the_terminal_s_width(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, {"a-folder/and-another-one/with-a-long-name/docker/sim.Dockerfile": STEPS["Dockerfile"]})
    monkeypatch.delenv("COLUMNS", raising=False)
    assert max(map(len, call().stdout.splitlines())) <= 80
    monkeypatch.setenv("COLUMNS", "50")
    assert max(map(len, call().stdout.splitlines())) <= 50
    assert "\x1b[31m" in call("--color", "always").stdout


def test_a_page_in_a_file(here: Path) -> None:
    write(here, STEPS)
    assert call("--output-format", "html:matrix.html", "--status", "broken").stdout == ""
    assert '<h2 id="matrix">Version matrix</h2>' in (here / "matrix.html").read_text(encoding="utf-8")


def test_a_table_in_a_file(here: Path) -> None:
    write(here, STEPS)
    assert call("--output-format", "svg:matrix.svg").stdout == ""
    assert (here / "matrix.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert call("--output-format", "mermaid", "--output-file", "matrix.mmd").stdout == ""
    assert (here / "matrix.mmd").read_text(encoding="utf-8").startswith("flowchart LR\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--explain", "a/requirement.txt"], "did you mean 'a/requirements.txt'?", id="close"),
        pytest.param(["--environment", "a/requirement.txt"], "did you mean 'a/requirements.txt'?", id="no-match"),
        pytest.param(["--status", "bad"], "'bad' is none of ok, broken, unknown", id="no-status"),
        pytest.param(["--explain", "--output-format", "svg"], "not with --output-format svg", id="a-story-as-svg"),
        pytest.param(["--output-format", "json:"], "is neither FORMAT nor FORMAT:FILE", id="no-file"),
        pytest.param(["--output-format", "yaml"], "is neither FORMAT nor FORMAT:FILE", id="no-format"),
        pytest.param(["--output-format", "json:x", "--output-file", "y"], "both name a file", id="two-files"),
        pytest.param(["--explain", "quite other"], "there is no environment 'quite other'; `dmlint matrix`", id="none"),
        pytest.param(["--explain", "a", "--check", "x"], "exclude each other", id="two-tasks"),
        pytest.param(["--check", "a", "--output-format", "json"], "exclude each other", id="check-and-format"),
        pytest.param(["--check", "nowhere.md"], "cannot read nowhere.md: no such file or directory", id="no-page"),
        pytest.param(["--check", "latin.md"], "cannot read latin.md: it is not UTF-8", id="other-encoding"),
        pytest.param(["--check", "without.md"], "without.md has no lines <!-- dmlint:matrix:start -->", id="no-marks"),
        pytest.param(["--check", "half.md"], "half.md has no lines", id="one-mark"),
        pytest.param(["--check", "turned.md"], "turned.md has no lines", id="marks-in-the-wrong-order"),
    ],
)
def test_wrong_calls(here: Path, arguments: list[str], message: str) -> None:
    write(here, {"a/requirements.txt": "numpy<2\n", "b/requirements.txt": "numpy<2\n", "without.md": "# x\n"})
    write(here, {"half.md": START, "turned.md": f"{END}\n{START}\n"})
    (here / "latin.md").write_bytes(b"\xe4")
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("page", "code", "said"),
    [
        pytest.param(HEAD + ROW, 0, [], id="in-step"),
        pytest.param((HEAD + ROW).replace(" | ", "  |\t").replace("---", ":--:"), 0, [], id="laid-out-otherwise"),
        pytest.param(f"\n{HEAD}{ROW}\n".replace("\n", "\r\n"), 0, [], id="other-line-ends"),
        pytest.param(
            HEAD + ROW.replace("<2", "<3"), 1, [f"- {ROW.replace('<2', '<3').strip()}", f"+ {ROW.strip()}"], id="other"
        ),
        pytest.param(HEAD, 1, [f"+ {ROW.strip()}"], id="missing"),
        pytest.param(f"{HEAD}{ROW}| `x\\|y` |\n", 1, ["- | `x\\|y` |"], id="one-too-many"),
        pytest.param(HEAD + ROW + ROW, 1, ["  the rows stand in another order, or twice"], id="twice"),
        pytest.param("", 1, [f"+ {HEAD.splitlines()[0]}", f"+ {ROW.strip()}"], id="empty"),
    ],
)
def test_a_page_is_held_against_the_code(here: Path, page: str, code: int, said: list[str]) -> None:
    write(here, {"requirements.txt": "numpy<2\n"})
    (here / "MATRIX.md").write_bytes(f"# Ours\n{START}\n{page}{END}\n| other | table |\n".encode())
    result = call(".", "--check", "MATRIX.md")
    assert result.exit_code == code
    assert result.stdout.splitlines()[1:] == said


def test_the_printed_table_is_in_step(guide: Path) -> None:
    table = call("--output-format", "markdown").stdout
    write(guide, {"README.md": f"{START}\n{table}{END}\n"})
    assert call("--check", "README.md").exit_code == 0
