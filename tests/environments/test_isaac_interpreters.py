"""Which environment an install is for: through links, and by the launcher of Isaac Lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_transfer import follow

if TYPE_CHECKING:
    from pathlib import Path

CLONE = "RUN git clone -b {} https://github.com/isaac-sim/IsaacLab.git /lab\n"
ACTIVE = "FROM ubuntu\nENV VIRTUAL_ENV=/opt/v\n"
LAUNCHED = "RUN cd /lab && ./isaaclab.sh -p -m pip install numpy\n"


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        pytest.param(
            "FROM ubuntu\nRUN ln -s /a/python /b/python && /b/python -m pip install numpy\n", "/a/python", id="link"
        ),
        pytest.param(
            "FROM ubuntu\nRUN ln -s /a/python /b/python && ln -s /b/python /a/python\n"
            "RUN /a/python -m pip install numpy\n",
            "/a/python",
            id="links in a circle",
        ),
        pytest.param(
            "FROM ubuntu\nARG T\nRUN ln -s /opt/$T /b/python && /b/python -m pip install numpy\n",
            "/b/python",
            id="a link to who knows where",
        ),
        pytest.param(
            ACTIVE + CLONE.format("v2.3.0") + LAUNCHED, "/opt/v", id="a launcher that looks at the active venv"
        ),
        pytest.param(
            ACTIVE + CLONE.format("v2.2.0") + LAUNCHED, "isaaclab.sh -p", id="a launcher that looks at conda alone"
        ),
    ],
)
def test_the_environment_of_an_install(text: str, environment: str, tmp_path: Path) -> None:
    found = follow(tmp_path, text)
    places = [name for name, entry in found.items() for install in entry.installs if install.tool == "pip"]
    assert places == [f"Dockerfile#0:{environment}"]


@pytest.mark.parametrize(
    ("text", "releases"),
    [
        pytest.param(CLONE.format("v2.3.0"), ["==2.3.0"], id="a clone"),
        pytest.param(
            CLONE.format("v2.3.0") + "RUN git -C /lab checkout v2.2.0\n", ["==2.3.0", "==2.2.0"], id="and a checkout"
        ),
        pytest.param(
            CLONE.format("v2.3.0") + "RUN git -C /other checkout v2.2.0\n", ["==2.3.0"], id="a checkout of another"
        ),
        pytest.param("RUN git -C /lab checkout v2.2.0\n", [], id="a checkout of what nobody cloned"),
    ],
)
def test_the_releases_of_isaac_lab(text: str, releases: list[str], tmp_path: Path) -> None:
    found = follow(tmp_path, f"FROM ubuntu\n{text}").values()
    assert [
        step.specifier for entry in found for install in entry.installs for step in install.requirements
    ] == releases
