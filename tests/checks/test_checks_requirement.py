"""What is asked for, judged with the bounds of its own install: DM101 to DM104 on small repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import find, lint_tree, told

from dmlint.checks import load_rules
from dmlint.config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

SIM_6 = "FROM nvcr.io/nvidia/isaac-sim:6.0.1\n"
SIM_5 = "FROM nvcr.io/nvidia/isaac-sim:5.0.0\n"
PROJECT = '[project]\nname = "robot"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("requirement", "rules"),
    [
        pytest.param("numpy", ["DM101"], id="bare"),
        pytest.param("numpy>=1.26", ["DM101"], id="floor"),
        pytest.param("NumPy >= 1.26", ["DM101"], id="spelling"),
        pytest.param("numpy[dev]>=1.26", ["DM101"], id="extra"),
        pytest.param("numpy<=2", ["DM102"], id="2 itself"),
        pytest.param("numpy<3", ["DM102"], id="cap at 3"),
        pytest.param("numpy<2.0.0rc1", ["DM102"], id="betas"),
        pytest.param("numpy!=2.0.*", ["DM102"], id="an exclusion"),
        pytest.param("numpy>=1.26,<2.3", ["DM102"], id="cap in the twos"),
        pytest.param("numpy>=2", ["DM103"], id="twos"),
        pytest.param("numpy==2.*", ["DM103"], id="prefix of two"),
        pytest.param("numpy==2.1.3", ["DM103"], id="exact two"),
        pytest.param("numpy~=2.1", ["DM103"], id="compatible two"),
        pytest.param("numpy>=2,<2", ["DM104"], id="nothing fits"),
        pytest.param("numpy==1.26.4,!=1.26.4", ["DM104"], id="itself excluded"),
        pytest.param("numpy<2", [], id="cap"),
        pytest.param("numpy>=1.26.0,<2.0.0", [], id="the guide's range"),
        pytest.param("numpy~=1.26", [], id="compatible"),
        pytest.param("numpy==1.26.4", [], id="exact"),
        pytest.param("numpy===1.26.4", [], id="arbitrary equality"),
        pytest.param("numpy==1.*", [], id="prefix"),
        pytest.param("numpy-stl>=3", [], id="another package"),
        pytest.param("msgpack-numpy", [], id="yet another"),
        pytest.param("# numpy>=2", [], id="a comment"),
        pytest.param("numpy @ https://example.org/numpy-1.26.4.tar.gz", [], id="a file that tells its version"),
        pytest.param("numpy @ https://example.org/numpy-2.1.3.tar.gz", ["DM103"], id="a file of two"),
        pytest.param("numpy @ git+https://github.com/numpy/numpy", [], id="a direct reference that tells none"),
    ],
)
def test_one_requirement(requirement: str, rules: list[str], tmp_path: Path) -> None:
    found = lint_tree(tmp_path, {"requirements.txt": f"scipy\n{requirement}\n"}).findings
    assert [(entry.rule, entry.span.text) for entry in found] == [(rule, requirement) for rule in rules]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param("numpy\nnumpy<2", [], id="one file, two lines"),
        pytest.param("numpy<2.3\nnumpy<3", ["DM102 numpy<2.3", "DM102 numpy<3"], id="both are too loose"),
        pytest.param("numpy\nnumpy<3", ["DM102 numpy<3"], id="the bound is what fails"),
        pytest.param("numpy>=1.26\nnumpy>=1.20", ["DM101 numpy>=1.26", "DM101 numpy>=1.20"], id="two floors"),
        pytest.param("numpy<2\nnumpy>=2", ["DM104 numpy>=2"], id="they exclude each other: the twos are at fault"),
        pytest.param("numpy>=1.26\nnumpy<1.20", ["DM104 numpy<1.20"], id="they exclude each other"),
        pytest.param("numpy>=1.26\nnumpy==2.1", ["DM103 numpy==2.1"], id="twos, with a harmless floor"),
        pytest.param("numpy!=1.26.1\nnumpy>=1.26", ["DM102 numpy!=1.26.1"], id="an exclusion elsewhere"),
    ],
)
def test_requirements_of_one_install_bound_each_other(lines: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"requirements.txt": f"{lines}\n"}) == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param(
            'numpy<2; python_version < "3.10"\nnumpy>=1.26; python_version >= "3.10"',
            ['DM101 numpy>=1.26; python_version >= "3.10"'],
            id="markers that exclude each other",
        ),
        pytest.param(
            'numpy<2; python_version < "3.12"\nnumpy>=2; python_version >= "3.12"',
            ['DM103 numpy>=2; python_version >= "3.12"'],
            id="a Python with the twos",
        ),
        pytest.param('numpy<2; python_version >= "3.7"\nnumpy', [], id="a marker that is true in every world"),
        pytest.param('numpy<2; sys_platform == "linux"\nnumpy', ["DM101 numpy"], id="bounded on Linux alone"),
        pytest.param(
            'numpy<2; sys_platform == "linux"\nnumpy<2; sys_platform != "linux"\nnumpy', [], id="bounded everywhere"
        ),
        pytest.param('numpy; python_version < "3.9"', [], id="below 3.9 there is no NumPy 2"),
        pytest.param('numpy<3; python_version < "3.9"', [], id="below 3.9, too loose"),
        pytest.param('numpy; python_version < "3.10"', ['DM101 numpy; python_version < "3.10"'], id="3.9 has NumPy 2"),
        pytest.param(
            'numpy>=2; python_version < "3.9"', ['DM103 numpy>=2; python_version < "3.9"'], id="below 3.9, but twos"
        ),
        pytest.param(
            'numpy>=2,<2; python_version < "3.9"',
            ['DM104 numpy>=2,<2; python_version < "3.9"'],
            id="below 3.9, unsatisfiable",
        ),
        pytest.param(
            'numpy>=1.26; python_version >= "3.11"\nnumpy; python_version < "3.9"',
            ['DM101 numpy>=1.26; python_version >= "3.11"'],
            id="each is judged in its own worlds",
        ),
    ],
)
def test_markers(lines: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"requirements.txt": f"{lines}\n"}) == found


@pytest.mark.parametrize(
    ("python", "lines", "found"),
    [
        pytest.param(">=3.8", '"numpy"', ["DM101 numpy"], id="a floor of 3.8 admits later ones"),
        pytest.param(">=3.8,<3.9", '"numpy"', [], id="3.8 alone"),
        pytest.param("==3.8.*", '"numpy<3"', [], id="3.8 alone, too loose"),
        pytest.param("==3.8.*", '"numpy>=2"', ["DM103 numpy>=2"], id="3.8 alone, but twos"),
        pytest.param("==3.11.*", "\"numpy; python_version < '3.10'\"", [], id="false there: taken out"),
        pytest.param(
            "==3.11.*",
            "\"numpy; python_version >= '3.10'\"",
            ["DM101 numpy; python_version >= '3.10'"],
            id="true there",
        ),
        pytest.param("==3.11.*", '"numpy", "numpy<2; python_version >= \'3.10\'"', [], id="a bound that is true there"),
        pytest.param(
            "==3.9.*",
            '"numpy", "numpy<2; python_version >= \'3.10\'"',
            ["DM101 numpy"],
            id="a bound that is false there",
        ),
        pytest.param("three", '"numpy"', ["DM101 numpy"], id="malformed"),
    ],
)
def test_a_known_python(python: str, lines: str, found: list[str], tmp_path: Path) -> None:
    text = f'{PROJECT}requires-python = "{python}"\ndependencies = [{lines}]\n'
    rules = [entry for entry in find(tmp_path, {"pyproject.toml": text}) if not entry.startswith("DM900")]
    assert rules == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('dependencies = ["numpy"]\n', ["DM101 numpy"], id="project"),
        pytest.param(
            'dependencies = ["numpy<2"]\n[project.optional-dependencies]\nsim = ["numpy"]\n',
            [],
            id="an extra comes with the project",
        ),
        pytest.param(
            'dependencies = ["numpy"]\n[project.optional-dependencies]\nsim = ["numpy<2"]\n',
            ["DM101 numpy"],
            id="the project comes without its extras",
        ),
        pytest.param(
            '[project.optional-dependencies]\na = ["numpy<2"]\nb = ["numpy"]\n',
            ["DM101 numpy"],
            id="extras come one by one",
        ),
        pytest.param(
            'dependencies = ["numpy"]\n[tool.uv]\nconstraint-dependencies = ["numpy<2"]\n', [], id="uv constraint"
        ),
        pytest.param(
            'dependencies = ["numpy>=2"]\n[tool.uv]\noverride-dependencies = ["numpy==1.26.4"]\n',
            [],
            id="uv override",
        ),
        pytest.param(
            'dependencies = ["numpy==1.26.4"]\n[tool.uv]\noverride-dependencies = ["numpy>=2"]\n',
            ["DM103 numpy>=2"],
            id="an override is judged itself",
        ),
        pytest.param(
            'dependencies = ["numpy<2"]\n[tool.uv]\noverride-dependencies = ["numpy"]\n',
            ["DM101 numpy"],
            id="an override takes the bound away",
        ),
        pytest.param(
            'dependencies = ["numpy>=2"]\n[tool.uv]\noverride-dependencies = ["numpy<2; sys_platform == \'linux\'"]\n',
            ["DM103 numpy>=2"],
            id="an override with a marker replaces there alone",
        ),
        pytest.param(
            '[tool.uv]\noverride-dependencies = ["numpy>=2"]\nconstraint-dependencies = ["numpy>=2"]\n',
            [],
            id="what nobody asks for",
        ),
        pytest.param(
            'dependencies = ["numpy<2"]\n[build-system]\nrequires = ["numpy>=2"]\n', [], id="an isolated build"
        ),
        pytest.param(
            '[build-system]\nrequires = ["numpy<2"]\n[dependency-groups]\ndev = ["numpy"]\n',
            ["DM101 numpy"],
            id="an isolated build bounds nothing",
        ),
    ],
)
def test_manifests(text: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"pyproject.toml": PROJECT + text}) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            'dependencies = ["isaacsim==6.0.1.0", "numpy>=2"]\n',
            ["DM204 isaacsim==6.0.1.0"],
            id="Isaac Sim 6 needs NumPy 2",
        ),
        pytest.param(
            'dependencies = ["isaacsim==6.*", "numpy"]\n', ["DM204 isaacsim==6.*"], id="any Isaac Sim 6 needs NumPy 2"
        ),
        pytest.param(
            'dependencies = ["isaaclab[isaacsim]==3.0.0", "numpy"]\n',
            ["DM204 isaaclab[isaacsim]==3.0.0"],
            id="through Isaac Lab",
        ),
        pytest.param('dependencies = ["isaacsim==5.0.0.0", "numpy"]\n', ["DM101 numpy"], id="Isaac Sim 5 does not"),
        pytest.param(
            'dependencies = ["isaacsim>=5.0", "numpy"]\n',
            ["DM202 isaacsim>=5.0", "DM101 numpy"],
            id="not known which",
        ),
    ],
)
def test_which_numpy_follows_from_isaac_sim(text: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"pyproject.toml": PROJECT + text}) == found


@pytest.mark.parametrize(
    ("dockerfile", "found"),
    [
        pytest.param(f"{SIM_5}RUN pip install numpy\n", ["DM101 numpy"], id="in an image of its own Python"),
        pytest.param(f"{SIM_5}RUN /isaac-sim/python.sh -m pip install numpy\n", ["DM101 numpy"], id="in Isaac Sim 5"),
        pytest.param(f"{SIM_5}RUN pip install 'numpy<2' && pip install numpy\n", ["DM101 numpy"], id="another step"),
        pytest.param(
            f"{SIM_5}RUN pip install 'numpy<2'\nRUN pip install numpy\n", ["DM101 numpy"], id="another instruction"
        ),
        pytest.param(f"{SIM_5}RUN pip install 'numpy<2' numpy\n", [], id="the same command"),
        pytest.param(f"{SIM_6}RUN /isaac-sim/python.sh -m pip install numpy\n", ["DM204"], id="in Isaac Sim 6: silent"),
        pytest.param(
            f"{SIM_6}RUN /isaac-sim/python.sh -m pip install 'numpy>=2'\n", ["DM204"], id="twos in Isaac Sim 6"
        ),
        pytest.param(f"{SIM_6}RUN pip install 'numpy>=2'\n", ["DM204"], id="beside Isaac Sim 6 nobody can tell"),
        pytest.param(
            "FROM nvcr.io/nvidia/isaac-sim:4.5.0\nRUN /isaac-sim/python.sh -m pip install "
            "\"numpy; python_version < '3.10'\"\n",
            ["DM204"],
            id="a marker that is false in Isaac Sim's Python",
        ),
        pytest.param("FROM python:3.8-slim\nRUN pip install numpy\n", [], id="an image with Python 3.8"),
        pytest.param("FROM python:3.10-slim\nRUN pip install numpy\n", ["DM101 numpy"], id="an image with 3.10"),
        pytest.param("FROM python:3-slim\nRUN pip install numpy\n", ["DM101 numpy"], id="an image with some Python"),
        pytest.param("FROM python\nRUN pip install numpy\n", ["DM101 numpy"], id="an image without a tag"),
        pytest.param("FROM ubuntu:20.04\nRUN python3.8 -m pip install numpy\n", [], id="Python 3.8 by its name"),
        pytest.param(
            "FROM python:3.8-slim\nRUN python3.11 -m pip install numpy\n", ["DM101 numpy"], id="another Python"
        ),
        pytest.param("FROM ubuntu\nRUN apt-get install -y python3-numpy\n", [], id="a distribution's own"),
        pytest.param("FROM ubuntu\nRUN pip uninstall -y numpy\n", [], id="taken away"),
        pytest.param(f'{SIM_5}RUN pip install "numpy<$MAX"\n', ["DM901 $MAX"], id="a bound that is not known"),
        pytest.param(
            f'{SIM_5}RUN pip install numpy "numpy<$MAX"\n', ["DM901 $MAX"], id="a bound beside it that is not known"
        ),
        pytest.param(
            f"{SIM_5}RUN pip install 'numpy>=2' \"numpy<$MAX\"\n",
            ["DM103 numpy>=2", "DM901 $MAX"],
            id="what no bound could mend",
        ),
        pytest.param(f'{SIM_5}RUN pip install "numpy$END"\n', ["DM901 $END"], id="a name that is not known"),
    ],
)
def test_steps(dockerfile: str, found: list[str], tmp_path: Path) -> None:
    wanted = ["DM204 " + dockerfile.split()[1] if entry == "DM204" else entry for entry in found]
    assert find(tmp_path, {"Dockerfile": dockerfile}) == wanted


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        pytest.param("numpy", "'numpy' admits NumPy 2.4.6; the guide asks for numpy<2.0.0", id="open"),
        pytest.param(
            "numpy[x]<2.3", "'numpy[x]<2.3' still admits NumPy 2.2.6; the guide asks for numpy<2.0.0", id="loose"
        ),
        pytest.param(
            "numpy>=2",
            "'numpy>=2' admits nothing but NumPy 2 and later (such as 2.4.6); the guide asks for numpy<2.0.0",
            id="outside",
        ),
        pytest.param(
            "numpy<1,>1",
            "'numpy<1,>1', with what is installed together with it, admits no NumPy at all; "
            "the guide asks for numpy<2.0.0",
            id="unsatisfiable",
        ),
    ],
)
def test_messages_name_a_witness(requirement: str, message: str, tmp_path: Path) -> None:
    (finding,) = lint_tree(tmp_path, {"requirements.txt": f"{requirement}\n"}).findings
    assert finding.message == message


def test_a_message_names_the_isaac_sim_of_the_environment(tmp_path: Path) -> None:
    text = f"{SIM_5}RUN /isaac-sim/python.sh -m pip install numpy\n"
    (finding,) = lint_tree(tmp_path, {"Dockerfile": text}).findings
    assert finding.message == "'numpy' admits NumPy 2.4.6; Isaac Sim 5.0.0 needs numpy<2.0.0"
    assert finding.environment == "Dockerfile#0:/isaac-sim/python.sh"


def test_the_evidence_is_what_bounds_it(tmp_path: Path) -> None:
    files = {
        "c.txt": "numpy>=1.26\n",
        "requirements.txt": "numpy<2.3\nnumpy>=1.26\n-c c.txt\n",
    }
    report = lint_tree(tmp_path, files, paths=["requirements.txt"])
    (finding,) = report.findings
    assert [(note.span.text, note.message) for note in finding.evidence] == [
        ("numpy>=1.26", "bounded by numpy>=1.26"),
        ("numpy>=1.26", "installed together with numpy>=1.26"),
    ]
    assert [note.span.source.path for note in finding.evidence] == ["c.txt", "requirements.txt"]


INSTALLED = "FROM ubuntu\nCOPY r.txt .\nRUN pip install -r r.txt\n"


@pytest.mark.parametrize(
    ("dockerfile", "requirements", "rules"),
    [
        pytest.param(INSTALLED, "numpy\n", ["DM101"], id="a requirement"),
        pytest.param(INSTALLED, "numpy==1.20\n", ["DM112"], id="a floor"),
        pytest.param(INSTALLED, "isaacsim==5.1.0\nnumpy<2\n", ["DM202"], id="a release"),
        pytest.param(INSTALLED, "isaacsim\nnumpy<2\n", ["DM203"], id="no release"),
        pytest.param(INSTALLED, "rerun-sdk>=0.24\nnumpy<2\n", ["DM109"], id="a conflict"),
        pytest.param(
            INSTALLED.replace("COPY", "RUN pip install 'numpy<2'\nCOPY"), "rerun-sdk\n", ["DM107"], id="past a pin"
        ),
    ],
)
def test_the_install_of_another_file_is_evidence(
    dockerfile: str, requirements: str, rules: list[str], tmp_path: Path
) -> None:
    files = {"Dockerfile": dockerfile, "r.txt": requirements}
    found = lint_tree(tmp_path, files, settings=Settings()).findings
    assert [(entry.rule, entry.span.source.path) for entry in found] == [(rule, "r.txt") for rule in rules]
    notes = [(note.span.text, note.message) for entry in found for note in entry.evidence]
    assert ("pip install -r r.txt", "its file is installed here") in notes


def test_evidence_does_not_grow_with_the_file(tmp_path: Path) -> None:
    text = "".join(f"numpy<2.{minor}\n" for minor in range(1, 40))
    found = lint_tree(tmp_path, {"requirements.txt": text}).findings
    assert len(found) == 39
    assert max(len(entry.evidence) for entry in found) == 4


def test_a_value_that_came_through_a_variable_is_the_place(tmp_path: Path) -> None:
    text = 'FROM ubuntu\nARG NP=numpy>=1.26\nRUN pip install "$NP"\n'
    (finding,) = lint_tree(tmp_path, {"Dockerfile": text}).findings
    assert told([finding]) == ["DM101 numpy>=1.26"]
    assert finding.span.line == 2
    assert [(note.span.text, note.message) for note in finding.evidence] == [("$NP", "the value is used here")]


def test_a_team_asks_for_another_package(tmp_path: Path) -> None:
    pack = tmp_path / "team.toml"
    pack.write_text(
        '[[rule]]\nid = "TEAM001"\nname = "scipy-too-new"\nseverity = "warning"\ntitle = "t"\nwhy = "w"\n'
        'message = "{found} admits {package} {witness}; {needs}"\n'
        'check = { kind = "requirement-within", package = "scipy", within = "<1.14" }\n',
        encoding="utf-8",
    )
    files = {"requirements.txt": "scipy\nscipy-stubs\n", "b/requirements.txt": "scipy>=1.14\n"}
    found = lint_tree(tmp_path, files, pack=load_rules((pack,)), settings=Settings()).findings
    assert [(entry.span.source.path, entry.message) for entry in found] == [
        ("b/requirements.txt", "scipy>=1.14 admits scipy 1.14; the guide asks for scipy<1.14"),
        ("requirements.txt", "scipy admits scipy 1.14; the guide asks for scipy<1.14"),
    ]
