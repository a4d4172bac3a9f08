"""Generated Dockerfiles and manifests in the shapes of the fixtures: the same ones for the same seed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_SIMULATOR = """# The simulator with the team's tasks inside.
ARG ISAAC_SIM_VERSION=@sim@
FROM nvcr.io/nvidia/isaac-sim:${ISAAC_SIM_VERSION} AS sim
ENV ACCEPT_EULA=Y

USER root
RUN apt-get update && apt-get install -y --no-install-recommends @tool@ @tool@ \\
    && rm -rf /var/lib/apt/lists/*

WORKDIR /workspace/@word@
COPY pyproject.toml README.md ./
RUN /isaac-sim/python.sh -m pip install --no-cache-dir \\
    @package@ \\
    # what the camera pipeline can bear
    @numpy@ \\
    @package@
CMD ["/isaac-sim/python.sh", "-m", "@word@.serve"]
"""
_LAB = """# The image that everybody on the team builds upon.
ARG ISAACSIM_BASE_IMAGE_ARG=nvcr.io/nvidia/isaac-sim
ARG ISAACSIM_VERSION_ARG=@sim@
FROM ${ISAACSIM_BASE_IMAGE_ARG}:${ISAACSIM_VERSION_ARG} AS base

SHELL ["/bin/bash", "-c"]
ARG ISAACSIM_ROOT_PATH_ARG=/isaac-sim
ENV ISAACSIM_ROOT_PATH=${ISAACSIM_ROOT_PATH_ARG}
ARG ISAACLAB_PATH_ARG=/workspace/@word@
ENV ISAACLAB_PATH=${ISAACLAB_PATH_ARG}

USER root
RUN --mount=type=cache,target=/var/cache/apt \\
    apt-get update && apt-get install -y --no-install-recommends \\
    build-essential \\
    cmake \\
    @tool@
COPY ../source/ ${ISAACLAB_PATH}/source/
RUN chmod +x ${ISAACLAB_PATH}/isaaclab.sh && \\
    ln -sf ${ISAACSIM_ROOT_PATH} ${ISAACLAB_PATH}/_isaac_sim
RUN if [ "$(dpkg --print-architecture)" = "arm64" ]; then \\
        ${ISAACLAB_PATH}/isaaclab.sh -p -m pip install setuptools wheel @numpy@; \\
    fi
RUN ${ISAACLAB_PATH}/isaaclab.sh -p -m pip install @package@ @package@
RUN echo "alias python=${ISAACLAB_PATH}/_isaac_sim/python.sh" >> ${HOME}/.bashrc && \\
    echo "pip install numpy gets you NumPy 2, ask first" >> /etc/motd
WORKDIR ${ISAACLAB_PATH}
"""
_POLICY = """# A policy server: no simulator.
FROM nvidia/cuda:12.4.1-devel-ubuntu22.04
COPY --from=ghcr.io/astral-sh/uv:0.8.22 /uv /uvx /bin/
WORKDIR /workspace/@word@
RUN uv venv --python 3.10 .venv
RUN uv pip install @package@ @numpy@ @package@
RUN uv pip install @package@
"""
_ROS = """# syntax=docker/dockerfile:1
ARG ROS_DISTRO=humble
FROM osrf/ros:${ROS_DISTRO}-desktop-full AS robot

SHELL ["/bin/bash", "-c"]
RUN apt-get update && apt-get install -y --no-install-recommends \\
    python3-colcon-common-extensions python3-pip @tool@ \\
    ros-${ROS_DISTRO}-cv-bridge ros-${ROS_DISTRO}-vision-msgs \\
    && rm -rf /var/lib/apt/lists/*
WORKDIR /ros2_ws
COPY src src
RUN rosdep update && rosdep install --from-paths src --ignore-src -r -y
RUN pip3 install --no-cache-dir \\
    # the camera driver
    pyrealsense2 \\
    @numpy@ \\
    @package@
RUN source /opt/ros/${ROS_DISTRO}/setup.bash && colcon build --symlink-install > build.log 2>&1

FROM nvcr.io/nvidia/isaac/ros:x86_64-ros2_humble AS perception
RUN python3 -m pip install @package@
COPY --from=robot /ros2_ws/install /ros2_ws/install
"""
_CONDA = """# Stage 1: everything that is compiled or downloaded
FROM nvidia/cuda:12.2.0-runtime-ubuntu22.04 AS builder
ENV CONDA_DIR=/opt/conda
ENV PATH=$CONDA_DIR/bin:$PATH
RUN apt-get update && apt-get install -y --no-install-recommends wget git @tool@ \\
    && rm -rf /var/lib/apt/lists/*
RUN wget -q https://repo.example.org/miniconda/Miniconda3-latest-Linux-x86_64.sh -O /tmp/conda.sh && \\
    bash /tmp/conda.sh -b -p $CONDA_DIR && rm /tmp/conda.sh
RUN conda create -n @word@ python=3.11 -y && conda clean -afy
SHELL ["conda", "run", "-n", "@word@", "/bin/bash", "-c"]
RUN pip install --upgrade pip && \\
    pip install @package@ --index-url https://download.example.org/whl/cu126
RUN pip install "isaacsim[all,extscache]==@sim@" @numpy@
RUN pip install @package@ pyyaml

# Stage 2: what runs
FROM nvidia/cuda:12.2.0-runtime-ubuntu22.04 AS runtime
COPY --from=builder /opt/conda /opt/conda
RUN echo 'conda activate @word@' >> ~/.bashrc
CMD ["/opt/conda/bin/conda", "run", "-n", "@word@", "/bin/bash"]
"""
_STEPS = """FROM nvcr.io/nvidia/isaac-sim:@sim@ AS open
RUN /isaac-sim/python.sh -m pip install @numpy@
RUN /isaac-sim/python.sh -m pip install @package@

FROM python:3.11 AS forced
RUN pip install @package@ @numpy@
RUN pip install --force-reinstall @package@
RUN pip uninstall -y numpy
RUN pip install @package@ @numpy@
"""
DOCKERFILES = (_SIMULATOR, _LAB, _POLICY, _ROS, _CONDA, _STEPS)

_CHOICES = {
    "sim": ("4.5.0", "5.0.0", "5.1.0"),
    "numpy": ("'numpy<2'", '"numpy>=1.26.0,<2.0.0"', "numpy==1.26.4", "numpy", '"numpy>=1.26"'),
    "tool": ("ffmpeg", "git-lfs", "libgl1", "ninja-build", "vim"),
}
_PACKAGES = ("einops", "gymnasium", "opencv-python", "pandas", "pyzmq", "rerun-sdk", "scipy", "torch", "tyro")
_HOLE = re.compile(r"@(\w+)@")
_GROUP = 20
_SIZE = 24_000


def write_dockerfile(random: Random) -> str:
    """A Dockerfile of one of the shapes; each says something of NumPy or Isaac Sim."""
    word = f"task{random.randrange(1000)}"

    def fill(hole: re.Match[str]) -> str:
        if hole[1] == "word":
            return word
        return write_requirement(random, "==") if hole[1] == "package" else random.choice(_CHOICES[hole[1]])

    return _HOLE.sub(fill, random.choice(DOCKERFILES))


def write_requirement(random: Random, operator: str) -> str:
    """A known package or one that nobody knows, with a version."""
    name = random.choice(_PACKAGES) if random.random() < 0.4 else f"robot-part-{random.randrange(500)}"
    return f"{name}{operator}{random.randrange(9)}.{random.randrange(30)}.{random.randrange(9)}"


def write_requirements(random: Random, count: int = 25) -> str:
    """A requirements file that asks for NumPy."""
    return "".join(f"{write_requirement(random, '>=')}\n" for _ in range(count)) + "numpy>=1.26.0,<2.0.0\n"


def write_pyproject(random: Random, size: int = _SIZE) -> str:
    """A pyproject.toml of at least ``size`` characters: dependencies, extras, and the tables of other tools."""
    parts = [
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
        f'[project]\nname = "part-{random.randrange(1000)}"\nversion = "0.1.0"\nrequires-python = ">=3.10"\n',
        _array("dependencies", [*_entries(random), "numpy>=1.26.0,<2.0.0"]),
        "\n[project.optional-dependencies]\n",
        *(_array(f"extra{number}", _entries(random)) for number in range(6)),
        "\n[dependency-groups]\n",
        *(_array(f"group{number}", _entries(random)) for number in range(4)),
    ]
    length = sum(map(len, parts))
    number = 0
    while length < size:
        parts.append(_tool(random, number))
        length += len(parts[-1])
        number += 1
    return "".join(parts)


def _entries(random: Random) -> list[str]:
    return [write_requirement(random, random.choice((">=", "==", "~="))) for _ in range(_GROUP)]


def _array(name: str, entries: list[str]) -> str:
    return f"{name} = [\n" + "".join(f'    "{entry}",\n' for entry in entries) + "]\n"


def _tool(random: Random, number: int) -> str:
    """A table such as linters and test runners have, with a comment."""
    codes = ", ".join(f'"E{random.randrange(100, 999)}"' for _ in range(12))
    head = f"\n[tool.checker{number}]\n# what the team agreed on\nline-length = {random.randrange(80, 121)}\n"
    more = f'strict = true\nselect = [{codes}]\nexclude = ["build/**", "third_party/{number}/**"]\n'
    return f'{head}{more}options = {{ level = {random.randrange(9)}, name = "set{number}" }}\n'
