"""apt, git clone, and Isaac Lab's own installer."""

from __future__ import annotations

import pytest
from installer_commands import read, show, step_of


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("apt-get install -y python3-numpy", ["numpy"], id="bare"),
        pytest.param("apt install -yqq git python3-numpy python3-pip", ["numpy"], id="among others"),
        pytest.param("aptitude -y install python3-numpy", ["numpy"], id="aptitude"),
        pytest.param("apt-get install python3-numpy=1:1.26.4+ds-6ubuntu1", ["numpy==1.26.4"], id="Debian's version"),
        pytest.param("apt-get install python3-numpy=1:1.26.4*", ["numpy==1.26.4"], id="any revision"),
        pytest.param("apt-get install python3-numpy=1.26*", ["numpy==1.26.*"], id="any patch"),
        pytest.param("apt-get install python3-numpy=1.26.*", ["numpy==1.26.*"], id="any patch, with a point"),
        pytest.param("apt-get install python3-numpy=1:1.26-1", ["numpy==1.26"], id="two parts"),
        pytest.param("apt-get install python3-numpy=*", ["numpy"], id="any version"),
        pytest.param("apt-get install python3-numpy:arm64/noble", ["numpy"], id="architecture and release"),
        pytest.param("apt-get install python3-numpy=${V}", ["numpy?"], id="unknown version"),
        pytest.param("apt-get remove -y python3-numpy", ["numpy"], id="remove"),
        pytest.param("apt-get -o Dpkg::Use-Pty=0 install python3-numpy", ["numpy"], id="value before the subcommand"),
    ],
)
def test_apt(line: str, expected: list[str]) -> None:
    assert show(read(line, environ={"PATH": "/opt/venv/bin"})) == expected


@pytest.mark.parametrize(
    "line",
    [
        "apt-get update",
        "apt-get",
        "apt-get install -y git",
        "apt-get install python3-numpy-dbg libpython3-numpy python-numpy-doc",
        "apt-get install -s python3-numpy",
        "apt-get install --download-only python3-numpy",
        "apt-get install Python3-NumPy",
        "apt-cache policy python3-numpy",
    ],
)
def test_apt_installs_nothing(line: str) -> None:
    assert read(line).actions == ()


def test_apt_is_the_systems_python() -> None:
    step = step_of(read("apt-get install -y python3-numpy", environ={"PATH": "/opt/venv/bin"}))
    assert (step.tool, str(step.interpreter), step.removes) == ("apt-get", "pip", False)
    assert [(item.where, item.span.text) for item in step.requirements] == [("RUN apt-get install", "python3-numpy")]
    assert step_of(read("apt purge python3-numpy")).removes


@pytest.mark.parametrize(
    ("line", "expected", "span"),
    [
        pytest.param(
            "git clone -b v2.3.0 https://github.com/isaac-sim/IsaacLab.git", "isaaclab==2.3.0", "v2.3.0", id="-b"
        ),
        pytest.param("git clone https://x/IsaacLab --branch v2.3.0 --depth 1", "isaaclab==2.3.0", "v2.3.0", id="after"),
        pytest.param("git clone --branch=2.1.0 https://x/isaaclab/ dir", "isaaclab==2.1.0", "2.1.0", id="--branch="),
        pytest.param("git clone -bv2.2 git@github.com:o/IsaacLab.git", "isaaclab==2.2", "v2.2", id="-bTAG, ssh"),
        pytest.param("git -C /x clone -b v5.0.0 https://x/IsaacSim", "isaacsim==5.0.0", "v5.0.0", id="git -C"),
        pytest.param("git clone -b main https://x/IsaacLab.git", "isaaclab", "main", id="a branch"),
        pytest.param("git clone https://x/IsaacLab.git", "isaaclab", "https://x/IsaacLab.git", id="no branch"),
        pytest.param("git clone -b ${T} https://x/IsaacLab.git", "isaaclab?", "${T}", id="unknown branch"),
        pytest.param("git clone -b v${T} https://x/IsaacLab.git", "isaaclab?", "v${T}", id="partly unknown"),
        pytest.param("git clone -b v1.1 https://x/Isaac-GR00T", "gr00t", "v1.1", id="GR00T has no such versions"),
        pytest.param("git clone https://x/${O}/IsaacLab", "isaaclab", "https://x/${O}/IsaacLab", id="unknown owner"),
    ],
)
def test_git(line: str, expected: str, span: str) -> None:
    reading = read(line)
    step = step_of(reading)
    assert (show(reading), step.tool, str(step.interpreter)) == ([expected], "git clone", "pip")
    assert [(item.span.text, item.where) for item in step.requirements] == [(span, "RUN git clone")]


@pytest.mark.parametrize(
    "line",
    ["git", "git clone", "git checkout main", "git clone https://x/IsaacLabTools", "git pull https://x/IsaacLab",
     "git clone https://x/isaac_ros_common.git -b v3.1", "git clone ${REPOSITORY}"],
)  # fmt: skip
def test_git_clones_nothing_watched(line: str) -> None:
    assert read(line).actions == ()


def test_git_branch_through_a_variable() -> None:
    (item,) = step_of(read("git clone -b ${T} https://x/IsaacLab", environ={"T": "v2.3.0"})).requirements
    assert (item.specifier, item.span.source.path, item.span.text) == ("==2.3.0", "T", "v2.3.0")


@pytest.mark.parametrize(
    ("line", "options"),
    [
        pytest.param("./isaaclab.sh --install", (), id="long"),
        pytest.param("/x/isaaclab.sh -i rsl_rl", (("--install", "rsl_rl"),), id="framework"),
        pytest.param("isaaclab.bat -i -v", (), id="another option follows"),
        pytest.param("isaaclab.sh -v --install none", (("--install", "none"),), id="an option before"),
    ],
)
def test_isaaclab(line: str, options: tuple[tuple[str, str], ...]) -> None:
    step = step_of(read(line))
    assert (step.tool, str(step.interpreter), step.flags, step.options) == (
        "isaaclab.sh",
        "isaaclab.sh -p",
        ("--install",),
        options,
    )


@pytest.mark.parametrize(
    "line", ["isaaclab.sh", "isaaclab.sh -p train.py -i 3", "isaaclab.sh --conda env", "isaaclab.sh -p -m pip list"]
)
def test_isaaclab_installs_nothing(line: str) -> None:
    assert read(line).actions == ()
