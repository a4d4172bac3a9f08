"""``docker build``, ``run`` and ``pull`` in scripts: builds and images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmlint.parsers.docker_command import read_docker
from dmlint.syntax.shell.run import run_script
from dmlint.syntax.shell.start import Start
from dmlint.text.source import Source
from dmlint.text.traced import Traced

if TYPE_CHECKING:
    from dmlint.facts import BaseImage, BuildRequest


def read(script: str) -> tuple[list[BuildRequest], list[BaseImage]]:
    """All builds and images of a script."""
    source = Source(path="b.sh", text=script)
    commands = run_script(Traced.of(source.span(0, len(script))), Start(cwd=".")).commands
    found = [read_docker(command, "0") for command in commands]
    return [build for builds, _ in found for build in builds], [image for _, images in found for image in images]


def told(build: BuildRequest) -> tuple[str | None, str | None, str | None, dict[str, str], tuple[str, ...]]:
    """What a build comes to, without its places."""
    return build.context, build.dockerfile, build.target, {k: v.text for k, v in build.args.items()}, build.given


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("docker build .", (".", "Dockerfile", None, {}, ()), id="folder"),
        pytest.param("docker build -f a/D .", (".", "a/D", None, {}, ()), id="file"),
        pytest.param("docker build --file=a/D ctx", ("ctx", "a/D", None, {}, ()), id="the file counts from here"),
        pytest.param("docker build ctx", ("ctx", "ctx/Dockerfile", None, {}, ()), id="a folder's own file"),
        pytest.param(
            "sudo docker buildx build --load --platform linux/amd64 -qt a:b .",
            (".", "Dockerfile", None, {}, ()),
            id="buildx",
        ),
        pytest.param("/usr/bin/podman build . --target dev", (".", "Dockerfile", "dev", {}, ()), id="podman"),
        pytest.param("buildah bud .", (".", "Dockerfile", None, {}, ()), id="buildah"),
        pytest.param(
            "docker --context x --debug -D image build .", (".", "Dockerfile", None, {}, ()), id="options in front"
        ),
        pytest.param("cd docker && docker build ..", (".", "Dockerfile", None, {}, ()), id="another folder"),
        pytest.param(
            'cd "$(dirname "$0")" && docker build -f D .', (".", "D", None, {}, ()), id="the script's own folder"
        ),
        pytest.param(
            'docker build "${SCRIPT_DIR}/docker"',
            ("docker", "docker/Dockerfile", None, {}, ()),
            id="a folder in a variable",
        ),
        pytest.param('docker build -f "$ROOT/D" "$ROOT"', (".", "D", None, {}, ()), id="a folder that is a variable"),
        pytest.param('docker build "${SCRIPT_DIR}x"', (None, None, None, {}, ()), id="a name in a variable"),
        pytest.param('docker build "$X"', (None, None, None, {}, ()), id="not known"),
        pytest.param('docker build -f "$X" .', (".", None, None, {}, ()), id="file not known"),
        pytest.param("docker build", (None, None, None, {}, ()), id="nothing"),
        pytest.param("docker build --target", (None, None, None, {}, ()), id="option without value"),
        pytest.param("docker build ''", (".", "Dockerfile", None, {}, ()), id="empty"),
        pytest.param("docker build https://x.org/y.git", (None, None, None, {}, ()), id="address"),
        pytest.param('docker build --target "$X" .', (".", "Dockerfile", None, {}, ()), id="target not known"),
        pytest.param(
            "V=5.1.0; docker build --build-arg A=$V --build-arg B --build-arg C=$X --build-arg=D=e=f .",
            (".", "Dockerfile", None, {"A": "5.1.0", "D": "e=f"}, ("B", "C")),
            id="arguments",
        ),
        pytest.param(
            "docker build --build-arg A=1 --build-arg A --build-arg B --build-arg B=2 .",
            (".", "Dockerfile", None, {"B": "2"}, ("A",)),
            id="the last word counts",
        ),
    ],
)
def test_builds(script: str, expected: tuple[object, ...]) -> None:
    (build,), images = read(script)
    assert told(build) == expected
    assert images == []


@pytest.mark.parametrize(
    ("options", "service"),
    [("-t sim:1", "sim:1"), ("--tag a --tag b", "a"), ("-t $X", "docker build"), ("", "docker build")],
)
def test_a_build_is_named_by_its_tag(options: str, service: str) -> None:
    assert [build.service for build in read(f"docker build {options} .")[0]] == [service]


@pytest.mark.parametrize("end", ["docker build -", "docker build -f- .", "docker build --file - ."])
def test_a_dockerfile_from_standard_input(end: str) -> None:
    ((build,), _) = read(f"V=5\n{end} <<EOF\nFROM x:$V\nEOF\n")
    assert build.inline is not None
    assert (build.dockerfile, build.inline.text) == (None, "FROM x:5\n")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("docker run x:1", "x:1", id="run"),
        pytest.param("docker pull -q x:1", "x:1", id="pull"),
        pytest.param("docker image pull --platform linux/amd64 x:1", "x:1", id="image pull"),
        pytest.param("docker container create --name y x:1 bash", "x:1", id="create"),
        pytest.param(
            'docker run -it --rm --gpus all -e "A=B" -v $(pwd):/w --network=host x:1 -c y', "x:1", id="options"
        ),
        pytest.param("docker run -itd --name y --entrypoint=bash x:1", "x:1", id="cluster"),
        pytest.param("docker run -eA=B -p80:80 x:1", "x:1", id="attached values"),
        pytest.param("V=1; docker run x:$V", "x:1", id="variable"),
        pytest.param("docker run $OPTIONS x:1", "x:1", id="options in a variable"),
        pytest.param("docker run $OPTIONS sim", "sim", id="options in a variable, bare name"),
        pytest.param("docker run $IMAGE /bin/bash", "$IMAGE", id="image in a variable"),
        pytest.param("docker run $IMAGE bash -c x", "$IMAGE", id="image in a variable, command"),
        pytest.param("docker run --rm $IMAGE", "$IMAGE", id="image in a variable alone"),
        pytest.param(
            "docker run ${REGISTRY}/isaac-sim:5.1.0", "${REGISTRY}/isaac-sim:5.1.0", id="registry in a variable"
        ),
    ],
)
def test_images(script: str, expected: str) -> None:
    builds, (image,) = read(script)
    assert (image.value.text, image.stage, builds) == (expected, "0", [])
    assert image.role in ("docker run", "docker pull", "docker create")


@pytest.mark.parametrize(
    "script",
    [
        "docker",
        "docker image",
        "docker run",
        "docker run -it",
        "docker compose up",
        "docker buildx create x",
        "echo docker run x",
        "docker -H",
        "x build .",
    ],
)
def test_nothing(script: str) -> None:
    assert read(script) == ([], [])


WORDS = st.sampled_from(
    ["docker", "build", "run", "-t", "-f", "--build-arg", "A=b", "$X", ".", "-", "--", "=", "''", "-it", "--x=", "<<E"]
)


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_never_raises(script: str) -> None:
    builds, images = read(f"docker {script}\n")
    assert len(builds) + len(images) <= 1
