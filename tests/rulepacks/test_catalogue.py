"""Images and packages recognized as products, and the release that each comes down to."""

from __future__ import annotations

import pytest

from dmlint.checks import load_rules
from dmlint.facts import BaseImage
from dmlint.rulepacks.catalogue import Catalogue, Product, Release
from dmlint.rulepacks.product_images import Recognized, read_image, recognize
from dmlint.text.source import Source
from dmlint.text.traced import Piece, Traced

CATALOGUE = load_rules().catalogue
SIM = "nvcr.io/nvidia/isaac-sim"
SIM_5_1_DIGEST = "sha256:f3563cb2ba0c18af0b2fb321360dcb73a917b899f879e3213623d6bee484fa54"
OTHER_DIGEST = "sha256:" + "0" * 64


def image_of(reference: str) -> BaseImage:
    """A reference without variables."""
    source = Source(path="Dockerfile", text=f"FROM {reference}\n")
    written = source.span(5, 5 + len(reference))
    return BaseImage(written=written, value=Traced.of(written), stage="0")


def image_through(before: str, value: str | None, after: str = "", *, via: str = "${V}") -> BaseImage:
    """A reference with one variable in it: ``value`` is its value, written in another line, None if not known."""
    text = f"ARG V={value or ''}\nFROM {before}{via}{after}\n"
    source = Source(path="Dockerfile", text=text)
    start = text.index("FROM ") + 5
    reference = source.span(start + len(before), start + len(before) + len(via))
    origin = source.span(6, 6 + len(value)) if value else reference
    middle = Piece(value, origin, (reference,)) if value else Piece(via, reference, known=False)
    written = source.span(start, reference.end + len(after))
    ends = Traced.of(source.span(start, reference.start)), Traced.of(source.span(reference.end, written.end))
    return BaseImage(written=written, value=ends[0] + Traced((middle,)) + ends[1], stage="0")


def seen(image: BaseImage) -> Recognized:
    found = recognize(CATALOGUE, image)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("reference", "repository", "component", "tag", "digest"),
    [
        pytest.param("ubuntu", "ubuntu", "ubuntu", None, None, id="name"),
        pytest.param("ubuntu:24.04", "ubuntu", "ubuntu", "24.04", None, id="tag"),
        pytest.param("host:5000/a/b", "host:5000/a/b", "b", None, None, id="port is no tag"),
        pytest.param("host:5000/a/b:c", "host:5000/a/b", "b", "c", None, id="port and tag"),
        pytest.param("a/b@sha256:00", "a/b", "b", None, "sha256:00", id="digest"),
        pytest.param("a/b:c@sha256:00", "a/b", "b", "c", "sha256:00", id="tag and digest"),
        pytest.param("a/b:", "a/b", "b", "", None, id="empty tag"),
    ],
)
def test_a_reference_is_taken_apart(
    reference: str, repository: str, component: str, tag: str | None, digest: str | None
) -> None:
    name = read_image(image_of(reference))
    assert (name.repository, name.component, name.digest) == (repository, component, digest)
    assert (name.tag.text if name.tag else name.tag) == tag if tag != "" else name.tag is not None
    assert name.known


def test_what_stands_in_an_unknown_reference_parts_nothing() -> None:
    name = read_image(image_through(f"{SIM}:", None, via="${V:?say/which@one:please}"))
    assert (name.repository, name.component, name.digest, name.known) == (SIM, "isaac-sim", None, False)
    assert name.tag is not None
    assert name.tag.text == "${V:?say/which@one:please}"


@pytest.mark.parametrize(
    ("reference", "product", "release", "left_open"),
    [
        pytest.param(f"{SIM}:5.1.0", "isaac-sim", "5.1.0", False, id="release"),
        pytest.param(f"{SIM}:5.1.0-rc.1", "isaac-sim", "5.1.0", False, id="candidate"),
        pytest.param(f"{SIM}:2023.1.1", "isaac-sim", "2023.1.1", False, id="a year"),
        pytest.param(f"{SIM}:6.0.0-dev2", "isaac-sim", "6.0.0-dev2", False, id="development release"),
        pytest.param("isaac-sim:5.0.0", "isaac-sim", "5.0.0", False, id="no registry"),
        pytest.param("registry:5000/team/Isaac_Sim:5.0.0", "isaac-sim", "5.0.0", False, id="another spelling"),
        pytest.param("team/isaacsim:4.5.0-cuda12", "isaac-sim", "4.5.0", False, id="suffix"),
        pytest.param(f"{SIM}", "isaac-sim", None, True, id="no tag"),
        pytest.param(f"{SIM}:latest", "isaac-sim", None, True, id="latest"),
        pytest.param(f"{SIM}:main-5.1.0", "isaac-sim", None, True, id="a branch"),
        pytest.param(f"{SIM}@{SIM_5_1_DIGEST}", "isaac-sim", "5.1.0", False, id="known digest"),
        pytest.param(f"{SIM}:latest@{SIM_5_1_DIGEST}", "isaac-sim", "5.1.0", False, id="known digest with a tag"),
        pytest.param(f"{SIM}@{OTHER_DIGEST}", "isaac-sim", None, False, id="unknown digest"),
        pytest.param(f"{SIM}:latest@{OTHER_DIGEST}", "isaac-sim", None, False, id="unknown digest with a tag"),
        pytest.param(f"{SIM}:5.1.0@{OTHER_DIGEST}", "isaac-sim", "5.1.0", False, id="unknown digest with a release"),
        pytest.param(f"{SIM}:5.1", "isaac-sim", None, False, id="two numbers"),
        pytest.param(f"{SIM}:36.4.0", "isaac-sim", None, False, id="a Jetson Linux release"),
        pytest.param(f"{SIM}:10.0.0", "isaac-sim", None, False, id="from 10 up"),
        pytest.param(f"{SIM}:5.1.0.1", "isaac-sim", None, False, id="four numbers"),
        pytest.param(f"{SIM}:5.1.01", "isaac-sim", "5.1.01", False, id="leading zero"),
        pytest.param("team/my-isaac-sim:5.1.0", "isaac-sim", "5.1.0", False, id="derived"),
        pytest.param("team/my-isaac-sim:latest", "isaac-sim", None, False, id="derived and open: another's version"),
        pytest.param("nvcr.io/nvidia/isaac-lab:2.3.0", "isaac-lab", "2.3.0", False, id="Isaac Lab"),
        pytest.param("isaac-lab-base:2.2.0", "isaac-lab", "2.2.0", False, id="Isaac Lab, derived"),
        pytest.param("nvcr.io/nvidia/isaac-lab", "isaac-lab", None, True, id="Isaac Lab without a tag"),
        pytest.param(
            "isaac-lab:3.0.0-beta2-post1", "isaac-lab", "3.0.0-beta2-post1", False, id="a beta with a post release"
        ),
    ],
)
def test_images_that_are_recognized(reference: str, product: str, release: str | None, left_open: bool) -> None:
    found = seen(image_of(reference))
    assert (found.product.name, found.release, found.open) == (product, release, left_open)
    assert found.span.text == reference


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("nvcr.io/nvidia/isaac-ros:5.1.0", id="Isaac ROS"),
        pytest.param("nvcr.io/nvidia/isaac/ros:5.1.0", id="another product"),
        pytest.param("nvcr.io/isaac-ros/isaac-sim-bridge:5.1.0", id="a folder of Isaac ROS"),
        pytest.param("team/isaac_ros-isaac_sim:5.1.0", id="named by both"),
        pytest.param("isaac-sim/tools:5.1.0", id="not the last component"),
        pytest.param("ubuntu:22.04", id="something else"),
        pytest.param("stereolabs/zed:5.1.0", id="another's 5.1.0"),
        pytest.param("isaac-simulator:5.1.0", id="a longer word"),
    ],
)
def test_images_that_are_none(reference: str) -> None:
    assert recognize(CATALOGUE, image_of(reference)) is None


@pytest.mark.parametrize(
    ("image", "text"),
    [
        pytest.param(image_through(f"{SIM}:", "5.1.0"), "5.1.0", id="the tag"),
        pytest.param(image_through(f"{SIM}:", "5.1.0", "-ours"), "5.1.0", id="the release in the tag"),
        pytest.param(image_through("", f"{SIM}:5.1.0"), f"{SIM}:5.1.0", id="all of it"),
        pytest.param(image_through(f"{SIM}:5.", "1.0"), f"{SIM}:5.${{V}}", id="half of the release"),
        pytest.param(
            image_through("nvcr.io/", "nvidia", "/isaac-sim:5.1.0"), "nvcr.io/${V}/isaac-sim:5.1.0", id="registry"
        ),
        pytest.param(image_through("", SIM), SIM, id="a name without a tag"),
        pytest.param(image_through(f"{SIM}:", "5.1", ".0"), "5.1", id="the start of the release"),
        pytest.param(image_through(f"{SIM}:", None), f"{SIM}:${{V}}", id="not known"),
    ],
)
def test_the_span_is_the_innermost_literal(image: BaseImage, text: str) -> None:
    assert seen(image).span.text == text


def test_an_unknown_tag_is_not_called_open() -> None:
    found = seen(image_through(f"{SIM}:", None))
    assert (found.release, found.open) == (None, False)


@pytest.mark.parametrize(
    ("product", "version", "status", "numpy"),
    [
        pytest.param("isaac-sim", "5.0.0", "recommended", "<2.0.0", id="recommended"),
        pytest.param("isaac-sim", "5.1.0", "avoided", "<2.0.0", id="avoided"),
        pytest.param("isaac-sim", "4.2.0", "legacy", "<2.0.0", id="legacy"),
        pytest.param("isaac-sim", "4.5.0", "unlisted", "<2.0.0", id="known, but not to the guide"),
        pytest.param("isaac-sim", "6.0.1", "future", ">=2.0.0", id="future"),
        pytest.param("isaac-sim", "6.9.0", "future", ">=2.0.0", id="of a line"),
        pytest.param("isaac-sim", "6.0.0-dev2", "future", ">=2.0.0", id="a pre-release of a line"),
        pytest.param("isaac-sim", "3.0.0", "unlisted", None, id="not known at all"),
        pytest.param("isaac-lab", "2.3.0", "avoided", "<2.0.0", id="Isaac Lab on an avoided release"),
        pytest.param("isaac-lab", "2.3.9", "avoided", "<2.0.0", id="a line of Isaac Lab"),
        pytest.param("isaac-lab", "2.2.0", "recommended", "<2.0.0", id="Isaac Lab on the recommended release"),
        pytest.param("isaac-lab", "3.1.0", "future", ">=2.0.0", id="a later Isaac Lab"),
        pytest.param("isaac-lab", "1.0.0", "unlisted", None, id="an Isaac Lab that no pack knows"),
    ],
)
def test_inside(product: str, version: str, status: str, numpy: str | None) -> None:
    found = CATALOGUE.inside(product, version)
    assert (found.product, found.status, found.numpy) == ("isaac-sim", status, numpy)


def test_the_closest_entry_of_a_release_wins() -> None:
    entries = [Release(product="p", version=version) for version in ("6.*", "6.0.*", "6.0.0")]
    catalogue = Catalogue(products=(Product(name="p", title="P"),), releases=tuple(entries))
    assert [catalogue.release("p", version).version for version in ("6.0.0", "6.0.1", "6.1.0", "60.0.0")] == [
        "6.0.0",
        "6.0.*",
        "6.*",
        "60.0.0",
    ]


@pytest.mark.parametrize(
    ("package", "product"),
    [
        pytest.param("isaacsim", "isaac-sim", id="Isaac Sim"),
        pytest.param("isaacsim-rl", "isaac-sim", id="a part of it"),
        pytest.param("isaaclab", "isaac-lab", id="Isaac Lab"),
        pytest.param("isaacsimulator", None, id="a longer word"),
        pytest.param("numpy", None, id="something else"),
    ],
)
def test_packages_of_products(package: str, product: str | None) -> None:
    found = CATALOGUE.of_package(package)
    assert (found.name if found else None) == product


def test_entries_by_name() -> None:
    assert CATALOGUE.package("numpy").title == "NumPy"
    assert CATALOGUE.package("scipy").title == "scipy"
    assert CATALOGUE.product("isaac-lab").brings == "isaac-sim"
    with pytest.raises(KeyError, match="isaac-gym"):
        CATALOGUE.product("isaac-gym")
