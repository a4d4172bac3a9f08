"""Releases that are fetched by name, and installers that are called in unusual ways."""

from __future__ import annotations

import pytest
from installer_commands import read, show, step_of

from dmlint.facts import Checkout, Link

GITHUB = "https://github.com/isaac-sim/IsaacLab"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(f"wget {GITHUB}/archive/refs/tags/v2.3.0.zip", ["isaaclab==2.3.0"], id="a tag's archive"),
        pytest.param(f"curl -L {GITHUB}/archive/v2.3.0.tar.gz", ["isaaclab==2.3.0"], id="in short"),
        pytest.param("axel https://codeload.github.com/x/IsaacLab/zip/refs/tags/v2.3.0", ["isaaclab==2.3.0"], id="zip"),
        pytest.param("tar xf /tmp/IsaacLab-2.3.0.tar.gz", ["isaaclab==2.3.0"], id="as GitHub calls it"),
        pytest.param("unzip isaac-sim-standalone-5.1.0-linux-x86_64.zip", ["isaacsim==5.1.0"], id="standalone"),
        pytest.param("wget https://x/isaac-sim-standalone%404.5.0-rc.36.zip", ["isaacsim==4.5.0"], id="of old"),
        pytest.param("7z x isaac-sim-standalone-5.1.0-a.zip isaacsim-standalone@5.1.0-", ["isaacsim==5.1.0"], id="1"),
        pytest.param(f"git -C /opt/IsaacLab checkout v2.3.0 {GITHUB}", ["isaaclab==2.3.0"], id="checkout"),
        pytest.param("git -C IsaacLab switch --detach tags/v2.3.0", ["isaaclab==2.3.0"], id="switch"),
        pytest.param("git -C IsaacLab reset --hard release/2.3.0", ["isaaclab==2.3.0"], id="reset"),
    ],
)  # fmt: skip
def test_releases(line: str, expected: list[str]) -> None:
    assert show(read(line)) == expected
    assert step_of(read(line)).fetches


@pytest.mark.parametrize(
    "line",
    [
        "wget https://example.org/data.zip", "unzip data.zip", "wget https://x/isaac-sim-standalone-${V}-linux.zip",
        "wget https://github.com/NVIDIA/Isaac-GR00T/archive/refs/tags/v1.0.zip", "git -C IsaacLab checkout main",
        "git -C IsaacLab checkout", "git -C Isaac-GR00T checkout v1.0.0", "git -C IsaacLab pull v2.3.0",
    ],
)  # fmt: skip
def test_nothing_that_has_a_release(line: str) -> None:
    assert read(line).actions == ()


def test_a_checkout_whose_project_the_clones_tell() -> None:
    (checkout,) = read("git -C /opt/lab checkout v2.3.0").actions
    assert isinstance(checkout, Checkout)
    assert (checkout.folder, [one.specifier for one in checkout.step.requirements]) == ("/opt/lab", ["==2.3.0"])


@pytest.mark.parametrize(
    ("line", "link"),
    [
        pytest.param(
            "update-alternatives --install /usr/bin/python python /a 1", ("/a", "/usr/bin/python"), id="install"
        ),
        pytest.param("update-alternatives --set python3 /a", ("/a", "/usr/bin/python3"), id="set"),
        pytest.param("update-alternatives --set python3 ${X}", (None, "/usr/bin/python3"), id="unknown"),
    ],
)
def test_alternatives(line: str, link: tuple[str | None, str]) -> None:
    (found,) = read(line).actions
    assert isinstance(found, Link)
    assert (found.target, found.name) == link


def test_alternatives_that_change_nothing() -> None:
    assert read("update-alternatives --config python").actions == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("""python -c "import pip; pip.main(['install', 'numpy<2'])" """, ["numpy<2"], id="pip.main"),
        pytest.param("""python -I -B -c "pip.main(['install', 'a'])" """, ["a"], id="behind options"),
        pytest.param("""python3 -Ic "pipmain(('install', 'a', 'b'))" """, ["a", "b"], id="a name for it, a tuple"),
        pytest.param(
            """./isaaclab.sh -p -c "import subprocess as s, sys
s.run([sys.executable, '-m', 'pip', 'install', 'a'], check=True)" """, ["a"], id="a process, in a launcher's Python"
        ),
        pytest.param("easy_install -U numpy", ["numpy"], id="easy_install"),
        pytest.param("python -m easy_install numpy", ["numpy"], id="easy_install as a module"),
        pytest.param("pipenv install --dev 'numpy<2'", ["numpy<2"], id="pipenv"),
        pytest.param("pipenv uninstall numpy", ["numpy"], id="pipenv uninstall"),
    ],
)  # fmt: skip
def test_other_ways(line: str, expected: list[str]) -> None:
    assert show(read(line)) == expected


@pytest.mark.parametrize(
    "line",
    [
        """python -c "import pip; pip.main(['install'] + names)" """,
        """python -c "pip.main(['install', name])" """,
        """python -c "main(['install', 'nu' 'mpy', 'pip'])" """,
        """python -c "print(['pip'])" """,
        """python -c "pip (" """,
        """python --version -c""",
        """python -c "pip.main()" """,
        """python -I -B""",
        """python x.py -c "pip.main(['install', 'a'])" """,
        "pipenv", "pipenv run python", "pipenv lock",
    ],
)  # fmt: skip
def test_nothing_that_is_told(line: str) -> None:
    assert read(line).actions == ()


@pytest.mark.parametrize(
    ("line", "environ", "within", "expected"),
    [
        pytest.param("pipenv install", {}, None, "pipenv", id="its own"),
        pytest.param("pipenv sync --system", {}, None, "pip", id="the system's"),
        pytest.param("pipenv install a", {"PATH": "/opt/venv/bin"}, None, "/opt/venv", id="the active one"),
        pytest.param("bash isaaclab.sh -p -m pip install a", {}, None, "isaaclab.sh -p", id="a launcher by a shell"),
        pytest.param("./isaaclab.sh -p setup.py develop", {}, None, "isaaclab.sh -p", id="a launcher's setup.py"),
        pytest.param("./uwlab.sh -i", {}, "conda:sim", "conda:sim", id="a fork within conda"),
        pytest.param(
            "./isaaclab.sh -i none", {"CONDA_PREFIX": "/opt/conda/envs/x"}, None, "conda:x", id="by CONDA_PREFIX"
        ),
    ],
)
def test_the_interpreter(line: str, environ: dict[str, str], within: str | None, expected: str) -> None:
    assert str(step_of(read(line, environ=environ, within=within)).interpreter) == expected


@pytest.mark.parametrize("line", ["./isaaclab.sh -s", "./isaaclab.sh -p train.py -i x", "./isaaclab.sh --conda x -i"])
def test_launchers_that_install_nothing(line: str) -> None:
    assert read(line).actions == ()
