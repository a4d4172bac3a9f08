"""What is proposed for a fault, and where nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fix_trees import judge

from dmlint.discovery.repository import Repository
from dmlint.facts import Addition, BaseImage, Dependency, Role
from dmlint.fixes.bounds import bound
from dmlint.fixes.pins import add_item
from dmlint.fixes.recommended_release import repin, retag
from dmlint.linting.fix_rounds import fix
from dmlint.rulepacks.catalogue import Catalogue, Product, Release
from dmlint.rulepacks.product_images import Recognized
from dmlint.text.source import Source
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from pathlib import Path

SIM = "nvcr.io/nvidia/isaac-sim"
DIGEST = "sha256:f3563cb2ba0c18af0b2fb321360dcb73a917b899f879e3213623d6bee484fa54"


def mended(root: Path, path: str, text: str) -> str:
    """The text of the only file of a tree after all fixes, unsafe ones too."""
    (root / path).write_bytes(text.encode())
    changes = fix(Repository(root), judge, unsafe=True).changes
    return changes[0].after.text if changes else text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("requirements.txt", "numpy>=1.26 --hash=sha256:00\n", id="a hash holds for one release"),
        pytest.param("requirements.txt", "numpy<3,<4\n", id="two upper bounds"),
        pytest.param("requirements.txt", "numpy===2.0.0.custom\n", id="a version of one's own"),
        pytest.param("requirements.txt", "numpy>=2,<2\n", id="nothing fits"),
        pytest.param("requirements.txt", "numpy>=1.27\n", id="nothing would be left"),
        pytest.param("requirements.txt", "isaacsim==5.1.0 --hash=sha256:00\n", id="a hash of Isaac Sim"),
        pytest.param("requirements.txt", "gr00t\nopencv-python\n", id="no pin in a requirements file"),
        pytest.param("requirements.txt", f"numpy\n#{'x' * 2_000_001}\n", id="a file too large to be read again"),
        pytest.param("Dockerfile", "FROM python:3.11\nRUN pip install numpy<$NEWEST\n", id="an open redirection"),
        pytest.param("Dockerfile", "FROM python:3.11\nRUN pip install 'numpy>=2,<'$NEWEST\n", id="an open bound"),
        pytest.param("Dockerfile", f"FROM {SIM}@{DIGEST}\n", id="a digest alone"),
        pytest.param("Dockerfile", f"ARG A=5.1\nFROM {SIM}:${{A}}.0\n", id="a tag in two places"),
        pytest.param("Dockerfile", "FROM python:3.11\nARG V=2.1.0\nRUN pip install numpy==$V\n", id="a version alone"),
        pytest.param(
            "Dockerfile", "FROM python:3.11\nARG V=5.0\nRUN pip install isaacsim>=$V 'numpy<2'\n", id="an open floor"
        ),
        pytest.param(
            "Dockerfile",
            "FROM python:3.11\nARG V=5.0.0\nRUN pip install 'isaacsim>='$V 'numpy<2'\n",
            id="a floor alone",
        ),
        pytest.param(
            "Dockerfile",
            f"FROM {SIM}:5.0.0\nRUN /isaac-sim/python.sh -m pip install --target /x gymnasium\n",
            id="another folder",
        ),
        pytest.param(
            "Dockerfile",
            f"FROM {SIM}:5.0.0\nONBUILD RUN /isaac-sim/python.sh -m pip install gymnasium\n",
            id="on build",
        ),
        pytest.param(
            "Dockerfile",
            'FROM python:3.11\nRUN pip install "numpy<2" # dmlint: ignore[DM101] all of it \\\n    and this\n',
            id="a comment that goes on",
        ),
        pytest.param(
            "Dockerfile",
            'FROM python:3.11\nRUN pip install "numpy<2"\nRUN pip install albumentations\n',
            id="through another",
        ),
        pytest.param(
            "Dockerfile",
            'FROM python:3.11\nRUN pip install "numpy<2"\nRUN pip install "opencv-python>=4.12"\n',
            id="nothing older",
        ),
        pytest.param(
            "Dockerfile",
            'FROM python:3.11\nARG V=numpy\nRUN pip install "$V" "scipy$V"\nRUN pip download $V\n',
            id="half of a word",
        ),
        pytest.param(
            "pyproject.toml",
            '[tool.pdm.dev-dependencies]\nsim = ["gr00t", "torch"]\n',
            id="a table of one tool's own",
        ),
    ],
)
def test_nothing_is_proposed(path: str, text: str, tmp_path: Path) -> None:
    assert mended(tmp_path, path, text) == text


@pytest.mark.parametrize(
    ("path", "text", "after"),
    [
        pytest.param(
            "pyproject.toml",
            '[project]\nname = "gr00t"\nversion = "1"\ndependencies = ["torch",]\n',
            '[project]\nname = "gr00t"\nversion = "1"\ndependencies = ["torch", "numpy>=1.26.0,<2.0.0",]\n',
            id="a comma at the end of a line",
        ),
        pytest.param(
            "pyproject.toml",
            '[project]\nname = "gr00t"\nversion = "1"\ndependencies = [\n  "a",\n  "torch" ]\n',
            '[project]\nname = "gr00t"\nversion = "1"\ndependencies = [\n  "a",\n  "torch", "numpy>=1.26.0,<2.0.0" ]\n',
            id="the bracket on the last line",
        ),
        pytest.param(
            "pyproject.toml",
            '[project]\nname = "gr00t"\nversion = "1"\ndependencies = ["torch"]',
            '[project]\nname = "gr00t"\nversion = "1"\ndependencies = ["torch", "numpy>=1.26.0,<2.0.0"]',
            id="no newline at the end",
        ),
        pytest.param(
            "Dockerfile",
            f"FROM {SIM}:5.0.0\r\nRUN /isaac-sim/python.sh -m pip install gymnasium",
            f"FROM {SIM}:5.0.0\r\nRUN /isaac-sim/python.sh -m pip install gymnasium\r\n"
            'RUN /isaac-sim/python.sh -m pip install "numpy>=1.26.0,<2.0.0"',
            id="a pin on a last line",
        ),
        pytest.param(
            "Dockerfile",
            "FROM python:3.11\nARG V=5.1.0\nRUN pip install isaacsim==$V 'numpy<2'\n",
            "FROM python:3.11\nARG V=5.0.0\nRUN pip install isaacsim==$V 'numpy<2'\n",
            id="a version through a variable",
        ),
        pytest.param(
            "Dockerfile",
            "FROM python:3.11\nRUN pip install numpy<=2.0, >=1.26\n",
            'FROM python:3.11\nRUN pip install "numpy<2.0.0,>=1.26"\n',
            id="two redirections",
        ),
        pytest.param(
            "requirements.txt",
            "numpy<2 # dmlint: ignore[DM101,DM102] a\n",
            "numpy<2\n",
            id="two ids that suppress nothing",
        ),
        pytest.param(
            "requirements.txt",
            "numpy<2\n# dmlint: ignore-file[DM101] a",
            "numpy<2\n",
            id="a comment on a last line",
        ),
    ],
)
def test_what_is_proposed(path: str, text: str, after: str, tmp_path: Path) -> None:
    assert mended(tmp_path, path, text) == after


LAB = Product(name="lab", title="Lab", images=("lab",), packages=("lab",), extra="sim", brings="sim")


@pytest.mark.parametrize(
    "releases",
    [
        pytest.param((), id="no release is recommended"),
        pytest.param(
            tuple(Release(product="sim", version=version, status="recommended") for version in ("5.0.0", "5.0.1")),
            id="two are",
        ),
        pytest.param((Release(product="sim", version="5.0.0", status="recommended"),), id="nothing brings the one"),
    ],
)
def test_without_one_right_release_nothing_is_proposed(releases: tuple[Release, ...]) -> None:
    catalogue = Catalogue(products=(LAB,), releases=releases)
    source = Source(path="Dockerfile", text="lab:2.3.0 lab==2.3.0")
    image = BaseImage(written=source.span(0, 9), value=Traced.of(source.span(0, 9)), stage="0")
    found = Recognized(product=LAB, release="2.3.0", open=False, span=image.written)
    dependency = Dependency(name="lab", span=source.span(10, 20), where="RUN", specifier="==2.3.0")
    assert retag(catalogue, image, found, "sim") is None
    assert repin(catalogue, dependency, "sim", within=None) is None


@pytest.mark.parametrize(
    "text", [pytest.param("a = 1", id="no array"), pytest.param("a =", id="no TOML"), pytest.param("", id="nothing")]
)
def test_without_an_array_nothing_is_added(text: str) -> None:
    source = Source(path="pyproject.toml", text=text)
    beside = Dependency(name="torch", span=source.span(0, 0), where="project.dependencies")
    assert add_item(beside, Addition(name="numpy", specifier="<2")) is None


def test_what_a_lock_file_records_is_not_bounded() -> None:
    source = Source(path="uv.lock", text="2.1.0")
    dependency = Dependency(name="numpy", span=source.span(0, 5), where="", specifier="==2.1.0", role=Role.LOCKED)
    assert bound(dependency, "<2", "<2") is None


def test_a_package_of_no_product() -> None:
    source = Source(path="requirements.txt", text="numpy")
    dependency = Dependency(name="numpy", span=source.span(0, 5), where="")
    assert repin(Catalogue(), dependency, "sim", within=None) is None
