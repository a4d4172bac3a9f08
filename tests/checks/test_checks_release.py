"""Releases of Isaac Sim, in images and in packages: DM201 to DM204 on small repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from small_tree import SHIPPED, find, find_places, lint_tree

if TYPE_CHECKING:
    from pathlib import Path

SIM = "nvcr.io/nvidia/isaac-sim"
DIGEST = "sha256:f3563cb2ba0c18af0b2fb321360dcb73a917b899f879e3213623d6bee484fa54"
OTHER_DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        pytest.param(f"{SIM}:5.1.0", ["DM201"], id="avoided"),
        pytest.param(f"{SIM}:5.1.0-rc.1", ["DM201"], id="avoided, with a suffix"),
        pytest.param(f"{SIM}@{DIGEST}", ["DM201"], id="avoided, by its digest"),
        pytest.param(f"{SIM}:latest@{DIGEST}", ["DM201"], id="avoided, by its digest, whatever the tag says"),
        pytest.param("nvcr.io/nvidia/isaac-lab:2.3.0", ["DM201"], id="Isaac Lab on the avoided release"),
        pytest.param("team/isaac-lab-base:2.3.2", ["DM201"], id="an image of a team's on it"),
        pytest.param(f"{SIM}", ["DM203"], id="no tag"),
        pytest.param(f"{SIM}:latest", ["DM203"], id="latest"),
        pytest.param("isaac-lab:latest", ["DM203"], id="Isaac Lab left open"),
        pytest.param(f"{SIM}:4.2.0", ["DM204"], id="legacy"),
        pytest.param(f"{SIM}:4.5.0", ["DM204"], id="not in the guide"),
        pytest.param(f"{SIM}:6.0.0", ["DM204"], id="future"),
        pytest.param(f"{SIM}:6.0.0-dev2", ["DM204"], id="future, before its release"),
        pytest.param(f"{SIM}:6.7.8", ["DM204"], id="future, not known yet"),
        pytest.param(f"{SIM}:2023.1.1", ["DM204"], id="a year"),
        pytest.param("nvcr.io/nvidia/isaac-lab:2.1.0", ["DM204"], id="Isaac Lab on 4.5.0"),
        pytest.param("nvcr.io/nvidia/isaac-lab:1.0.0", ["DM204"], id="an Isaac Lab that no pack knows"),
        pytest.param(f"{SIM}:5.0.0", [], id="recommended"),
        pytest.param("nvcr.io/nvidia/isaac-lab:2.2.0", [], id="Isaac Lab on the recommended release"),
        pytest.param(f"{SIM}@{OTHER_DIGEST}", [], id="a digest that no pack knows"),
        pytest.param(f"{SIM}:36.4.0", [], id="a Jetson Linux release"),
        pytest.param("nvcr.io/nvidia/isaac-ros:5.1.0", [], id="Isaac ROS"),
        pytest.param("stereolabs/zed:5.1.0", [], id="another's 5.1.0"),
        pytest.param("team/sim-isaac:5.1.0", [], id="another name"),
        pytest.param("scratch", [], id="scratch"),
    ],
)
def test_base_images(image: str, rules: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"Dockerfile": f"FROM {image}\n"}) == [f"{rule} {image}" for rule in rules]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(f"FROM ubuntu\nCOPY --from={SIM}:5.1.0 /a /b\n", [f":2 DM201 {SIM}:5.1.0"], id="COPY --from"),
        pytest.param(
            f"FROM ubuntu\nRUN --mount=from={SIM}:5.1.0,target=/s true\n", [f":2 DM201 {SIM}:5.1.0"], id="RUN --mount"
        ),
        pytest.param(f"FROM ubuntu\nCOPY --from={SIM} /a /b\n", [f":2 DM203 {SIM}"], id="COPY --from, left open"),
        pytest.param(f"FROM {SIM}:5.0.0 AS sim\nFROM ubuntu\nCOPY --from=sim /a /b\n", [], id="COPY --from a stage"),
        pytest.param(f"ARG TAG=5.1.0\nFROM {SIM}:${{TAG}}\n", [":1 DM201 5.1.0"], id="a tag in an ARG"),
        pytest.param(f"ARG IMAGE={SIM}:5.1.0\nFROM $IMAGE\n", [f":1 DM201 {SIM}:5.1.0"], id="an image in an ARG"),
        pytest.param(f'ARG BASE="{SIM}"\nARG TAG=5.1.0\nFROM ${{BASE}}:${{TAG}}\n', [":2 DM201 5.1.0"], id="two ARGs"),
        pytest.param(
            f"ARG V=5.1.0\nARG TAG=${{V}}\nFROM {SIM}:${{TAG}}\n", [":1 DM201 5.1.0"], id="an ARG through another"
        ),
        pytest.param(f"FROM {SIM}:${{TAG:-5.1.0}}\n", [":1 DM201 5.1.0"], id="a default in place"),
        pytest.param(f"ARG TAG=latest\nFROM {SIM}:${{TAG}}\n", [":1 DM203 latest"], id="open, in an ARG"),
        pytest.param(f"ARG TAG\nFROM {SIM}:${{TAG}}\n", [":2 DM901 ${TAG}"], id="no value"),
        pytest.param("ARG BASE\nFROM ${BASE}:1.0\n", [], id="no value, and no word of Isaac"),
        pytest.param("ARG ISAAC_IMAGE\nFROM ${ISAAC_IMAGE}\n", [":2 DM901 ${ISAAC_IMAGE}"], id="a name that tells it"),
        pytest.param(
            f"ARG TAG=5.1.0\nFROM {SIM}:${{TAG}} AS a\nFROM {SIM}:${{TAG}} AS b\n", [":1 DM201 5.1.0"], id="used twice"
        ),
        pytest.param(
            f"FROM {SIM}:5.1.0 AS a\nFROM {SIM}:5.1.0 AS b\n",
            [f":1 DM201 {SIM}:5.1.0", f":2 DM201 {SIM}:5.1.0"],
            id="written twice",
        ),
    ],
)
def test_where_an_image_is_named(text: str, found: list[str], tmp_path: Path) -> None:
    assert find_places(tmp_path, {"Dockerfile": text}) == [f"Dockerfile{entry}" for entry in found]


@pytest.mark.parametrize(
    ("requirement", "rules"),
    [
        pytest.param("isaacsim==5.1.0", ["DM202"], id="exact"),
        pytest.param("isaacsim==5.1.0.0", ["DM202"], id="exact, as it is published"),
        pytest.param("isaacsim==5.1.*", ["DM202"], id="prefix"),
        pytest.param("isaacsim>=5.0", ["DM202"], id="floor"),
        pytest.param("isaacsim~=5.0", ["DM202"], id="compatible release"),
        pytest.param("isaacsim[all,extscache]==5.1.0", ["DM202"], id="extras"),
        pytest.param("isaacsim-rl==5.1.0.0", ["DM202"], id="a part"),
        pytest.param("Isaac_Sim_RL==5.1.0.0", [], id="another package"),
        pytest.param("isaacsim_kernel >= 5.0", ["DM202"], id="a part, another spelling"),
        pytest.param("isaaclab[isaacsim]==2.3.*", ["DM202"], id="Isaac Lab brings it"),
        pytest.param("isaaclab[isaacsim,all]>=2.2", ["DM202"], id="Isaac Lab may bring it"),
        pytest.param("isaacsim<5.1", [], id="cap"),
        pytest.param("isaacsim!=5.1.*,>=5.0,<6", [], id="excluded"),
        pytest.param("isaacsim==5.0.*", [], id="recommended, prefix"),
        pytest.param("isaacsim==5.0.0.0", [], id="recommended"),
        pytest.param("isaacsim-rl==5.0.0", [], id="recommended, a part"),
        pytest.param("isaaclab[isaacsim]==2.2.*", [], id="Isaac Lab on the recommended release"),
        pytest.param("isaaclab==2.3.0", [], id="Isaac Lab without Isaac Sim"),
        pytest.param("isaaclab[rl]==2.3.0", [], id="Isaac Lab with another extra"),
        pytest.param("isaaclab", [], id="Isaac Lab without Isaac Sim, open"),
        pytest.param("isaacsim", ["DM203"], id="open"),
        pytest.param("isaacsim[all]", ["DM203"], id="open, extras"),
        pytest.param("isaaclab[isaacsim]", ["DM203"], id="open, through Isaac Lab"),
        pytest.param("isaacsim==4.2.*", ["DM204"], id="legacy"),
        pytest.param("isaacsim==4.5.0", ["DM204"], id="not in the guide"),
        pytest.param("isaacsim<5.0", ["DM204"], id="all that fit are not in the guide"),
        pytest.param("isaacsim<5.1,>=4.5", [], id="one that fits is recommended"),
        pytest.param("isaacsim==6.*", ["DM204"], id="future"),
        pytest.param("isaacsim==6.3.0.0", ["DM204"], id="future, not known yet"),
        pytest.param("isaaclab[isaacsim]==2.1.0", ["DM204"], id="Isaac Lab on 4.5.0"),
        pytest.param("isaacsim>=5,<5", [], id="unsatisfiable"),
        pytest.param("isaacsim @ https://example.org/isaacsim", [], id="a direct reference that tells nothing"),
    ],
)
def test_requirements(requirement: str, rules: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"requirements.txt": f"{requirement}\n"}) == [f"{rule} {requirement}" for rule in rules]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param("isaacsim\nisaacsim-rl==5.0.0", [], id="one pinned part pins the whole"),
        pytest.param("isaacsim\nisaacsim-rl==5.1.0", ["DM202 isaacsim-rl==5.1.0"], id="one avoided part"),
        pytest.param("isaacsim\nisaacsim-rl", ["DM203 isaacsim", "DM203 isaacsim-rl"], id="all open"),
        pytest.param("isaacsim\n-c constraints.txt", [], id="pinned by a constraint"),
        pytest.param("isaacsim>=5.0\n-c constraints.txt", [], id="bounded by a constraint"),
        pytest.param(
            "isaacsim>=5.0; sys_platform == 'linux'\nisaacsim<5.1",
            [],
            id="bounded beside it",
        ),
        pytest.param(
            "isaacsim>=5.0; sys_platform == 'linux'\nisaacsim<5.1; sys_platform == 'win32'",
            ["DM202 isaacsim>=5.0; sys_platform == 'linux'"],
            id="bounded elsewhere",
        ),
    ],
)
def test_requirements_of_one_install(lines: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"requirements.txt": f"{lines}\n", "constraints.txt": "isaacsim==5.0.0.0\n"}) == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param("pip install 'isaacsim[all]>=5.0'", ["DM202 isaacsim[all]>=5.0"], id="admits it"),
        pytest.param("pip install isaacsim==5.1.0 --extra-index-url x", ["DM202 isaacsim==5.1.0"], id="requires it"),
        pytest.param("pip install isaacsim", ["DM203 isaacsim"], id="open"),
        pytest.param('pip install "isaacsim==$V"', ["DM901 $V"], id="not known"),
        pytest.param("pip install isaacsim==5.0.0.0", [], id="recommended"),
        pytest.param("pip download isaacsim==5.1.0", [], id="only downloaded"),
        pytest.param("echo pip install isaacsim==5.1.0", [], id="only printed"),
    ],
)
def test_steps(command: str, found: list[str], tmp_path: Path) -> None:
    assert find(tmp_path, {"Dockerfile": f"FROM ubuntu\nRUN {command}\n"}) == found


@pytest.mark.parametrize(
    ("files", "message", "instead"),
    [
        pytest.param(
            {"Dockerfile": f"FROM {SIM}:5.1.0\n"},
            "this is Isaac Sim 5.1.0; the team's guide avoids it",
            "use Isaac Sim 5.0.0",
            id="image",
        ),
        pytest.param(
            {"Dockerfile": "FROM isaac-lab:2.3.0\n"},
            "this is Isaac Lab 2.3.0, which is built on Isaac Sim 5.1.0; the team's guide avoids it",
            "use Isaac Sim 5.0.0",
            id="Isaac Lab",
        ),
        pytest.param(
            {"Dockerfile": "FROM isaac-lab:1.0.0\n"},
            "'isaac-lab:1.0.0' means Isaac Lab 1.0.0, which is built on Isaac Sim (which one is not known), "
            "which the team's guide does not know",
            "use Isaac Sim 5.0.0, or waive this rule where another release is meant",
            id="an Isaac Lab that no pack knows",
        ),
        pytest.param(
            {"requirements.txt": "isaacsim>=5.0\n"},
            "'isaacsim>=5.0' admits Isaac Sim 5.1.0; the team's guide avoids it",
            "pin Isaac Sim 5.0.0: 'isaacsim==5.0.0.*' (with Isaac Lab 2.2: 'isaaclab[isaacsim]==2.2.*')",
            id="package",
        ),
        pytest.param(
            {"requirements.txt": "isaacsim\n"},
            "'isaacsim' leaves the version of Isaac Sim open",
            "name a release: 5.0.0 is the one that the team's guide recommends",
            id="open",
        ),
        pytest.param(
            {"requirements.txt": "isaacsim==4.2.*\n"},
            "'isaacsim==4.2.*' means Isaac Sim 4.2.0, which the team's guide lists as legacy",
            "use Isaac Sim 5.0.0, or waive this rule where another release is meant",
            id="legacy",
        ),
    ],
)
def test_messages(files: dict[str, str], message: str, instead: str, tmp_path: Path) -> None:
    (finding,) = lint_tree(tmp_path, files).findings
    assert (finding.message, finding.help) == (message, instead)


def test_the_reference_that_uses_a_tag_is_evidence(tmp_path: Path) -> None:
    text = f"ARG TAG=5.1.0\nFROM {SIM}:${{TAG}} AS sim\n"
    (finding,) = lint_tree(tmp_path, {"Dockerfile": text}).findings
    assert [(note.span.text, note.message) for note in finding.evidence] == [
        (f"{SIM}:${{TAG}}", f"makes the FROM reference {SIM}:5.1.0")
    ]
    assert finding.environment == "Dockerfile#sim:/isaac-sim/python.sh"


@pytest.mark.parametrize(
    ("name", "specifiers", "versions"),
    [
        pytest.param("isaacsim", ">=5,<6", ["5.0.0", "5.1.0"], id="oldest first"),
        pytest.param("isaacsim", "==5.3.0.0", ["5.3.0"], id="one that no pack lists"),
        pytest.param("isaacsim", ">=99", [], id="none known"),
        pytest.param("isaaclab", "==2.3.*", ["5.1.0"], id="what is inside"),
        pytest.param("numpy", ">=2", [], id="no product's package"),
    ],
)
def test_admitted_releases(name: str, specifiers: str, versions: list[str]) -> None:
    assert [entry.version for entry in SHIPPED.catalogue.admitted(name, specifiers)] == versions


@pytest.mark.parametrize(
    ("on_arm", "doubtful"),
    [
        pytest.param(">=5.1", True, id="none that is recommended"),
        pytest.param(">=5.0", False, id="one that is recommended"),
        pytest.param(None, False, id="nothing is said of ARM"),
    ],
)
def test_what_runs_on_arm_is_what_the_pack_says(on_arm: str | None, doubtful: bool, tmp_path: Path) -> None:
    catalogue = SHIPPED.catalogue
    products = tuple(replace(entry, on_arm=on_arm) for entry in catalogue.products)
    pack = replace(SHIPPED, catalogue=replace(catalogue, products=products))
    files = {"Dockerfile": f"FROM --platform=linux/arm64 {SIM}:5.1.0\n"}
    (found,) = lint_tree(tmp_path, files, pack=pack).findings
    assert ("on ARM there is no Isaac Sim but" in f"{found.message} {found.help}") is doubtful
