"""The Python of base images, and what in a stage makes it unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_tree import SHIPPED, write_tree

from dmlint.discovery.repository import Repository
from dmlint.environments.linking import link
from dmlint.linting.parsed_files import read_documents
from dmlint.rulepacks.catalogue import ImagePython

if TYPE_CHECKING:
    from pathlib import Path


def pythons(root: Path, text: str, **files: str) -> dict[str, str | None]:
    """The Pythons of a Dockerfile's environments, by interpreter."""
    write_tree(root, {"Dockerfile": text, **{name.replace("_", "."): written for name, written in files.items()}})
    repository = Repository(root)
    scene = link(read_documents(repository, ["Dockerfile", *files]), repository, SHIPPED.catalogue)
    return {str(outcome.interpreter): outcome.environment.python for outcome in scene.outcomes}


IMAGES = {
    "ubuntu:18.04": "3.6",
    "docker.io/library/ubuntu:20.04": "3.8",
    "ubuntu:jammy-20240808": "3.10",
    "debian:buster-slim": "3.7",
    "debian:12.5": "3.11",
    "ros:melodic-ros-base": "2.7",
    "osrf/ros:noetic-desktop-full": "3.8",
    "ros:humble": "3.10",
    "ghcr.io/team/ros:jazzy-perception": "3.12",
    "rockylinux:8.9": "3.6",
    "almalinux:9-minimal": "3.9",
    "quay.io/centos/centos:stream9": "3.9",
    "registry.access.redhat.com/ubi9/ubi-minimal:9.4": "3.9",
    "registry.access.redhat.com/ubi8:latest": "3.6",
    "alpine:3.19": "3.11",
    "amazonlinux:2023": "3.9",
    "fedora:40": "3.12",
    "archlinux": "3.14",
    "archlinux:base-devel": "3.14",
    "nvidia/cuda:11.8.0-cudnn8-devel-ubuntu20.04": "3.8",
    "nvcr.io/nvidia/cuda:12.8.1-base-ubi9": "3.9",
    "nvidia/cuda:12.4.1-devel-rockylinux8": "3.6",
    "nvcr.io/nvidia/l4t-pytorch:r35.2.1-pth2.0-py3": "3.8",
    "dustynv/l4t-pytorch:r36.4.0": "3.10",
    "dustynv/ros:humble-desktop-l4t-r32.7.1": "3.6",
    "python:3.8-slim": "3.8",
    "python:3.11.9-bookworm": "3.11",
    "ghcr.io/astral-sh/uv:0.8.4-python3.12-bookworm-slim": "3.12",
    "pytorch/pytorch:1.13.1-cuda11.6-cudnn8-runtime": "3.10",
    "pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel": "3.11",
    "nvcr.io/nvidia/pytorch:23.02-py3": "3.8",
    "nvcr.io/nvidia/pytorch:24.05-py3": "3.10",
    "nvcr.io/nvidia/tritonserver:25.03-py3": "3.12",
    "continuumio/anaconda3:2022.10": "3.9",
    "continuumio/miniconda3:23.10.0-1": "3.11",
    "condaforge/miniforge3:24.3.0-0": "3.10",
}
UNKNOWN = (
    "ubuntu:latest",
    "ubuntu",
    "debian:sid",
    "ros:rolling",
    "python:3",
    "python:slim",
    "nvidia/cuda:12.4.1-base",
    "ghcr.io/astral-sh/uv:0.8.4",
    "mambaorg/micromamba:2.0",
    "registry.access.redhat.com/ubi9/python-311:1",
    "example.org/pytorch:2.6.0",
    "archlinux@sha256:0000000000000000000000000000000000000000000000000000000000000000",
)


@pytest.mark.parametrize(("image", "python"), IMAGES.items(), ids=IMAGES.keys())
def test_the_python_of_an_image(image: str, python: str, tmp_path: Path) -> None:
    assert pythons(tmp_path, f"FROM {image}\nRUN pip install scipy\n")["pip"] == f"=={python}.*"


@pytest.mark.parametrize("image", UNKNOWN)
def test_an_image_whose_python_is_not_known(image: str, tmp_path: Path) -> None:
    assert pythons(tmp_path, f"FROM {image}\nRUN pip install scipy\n") == {"pip": None}


KEPT = {
    "its own, by its number": "ubuntu:22.04\nRUN apt-get install -y python3.10-dev python3-pip",
    "a link to it": "ubuntu:22.04\nRUN ln -sf /usr/bin/python3 /usr/bin/python",
    "a release of NumPy": "ubuntu:22.04\nRUN pip install numpy==2.3.1",
    "another Python beside that of a Python's image": "python:3.10\nRUN apt-get install -y python3.11",
    "an environment for programs": "pytorch/pytorch:2.3.0\nRUN conda install -y git",
}
REPLACED = {
    "another one by its number": "ubuntu:22.04\nRUN apt-get install -y python3.11",
    "by a variable": "ubuntu:22.04\nARG PYTHON_VERSION=3.11\nRUN apt-get install -y python${PYTHON_VERSION}",
    "conda": "ubuntu:22.04\nRUN curl -fsSL https://example.org/Miniconda3-latest-Linux-x86_64.sh | bash",
    "pyenv": "python:3.10\nRUN pyenv global 3.11",
    "uv": "ubuntu:22.04\nRUN uv python install 3.11 --default",
    "copied": "ubuntu:22.04\nCOPY --from=python:3.11 /usr/local /usr/local",
    "a script that is not there": "ubuntu:22.04\nRUN ./setup.sh",
    "an earlier stage": "ubuntu:22.04 AS base\nRUN apt-get install -y python3.11\nFROM base",
    "another environment of conda": "pytorch/pytorch:2.3.0\nRUN conda create -n x python=3.11",
    "another Python in conda's own": "pytorch/pytorch:2.3.0\nRUN conda install python=3.11",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_leaves_the_python_as_it_is(text: str, tmp_path: Path) -> None:
    assert pythons(tmp_path, f"FROM {text}\nRUN pip install scipy\n")["pip"] == "==3.10.*"


@pytest.mark.parametrize("text", REPLACED.values(), ids=REPLACED.keys())
def test_what_may_replace_it(text: str, tmp_path: Path) -> None:
    assert pythons(tmp_path, f"FROM {text}\nRUN pip install scipy\n")["pip"] is None


def test_a_script_may_replace_it_too(tmp_path: Path) -> None:
    text = "FROM ubuntu:22.04\nCOPY setup.sh /srv/setup.sh\nRUN /srv/setup.sh\n"
    install = "pip install scipy\n"
    assert pythons(tmp_path, text, setup_sh=f"#!/bin/sh\n{install}")["pip"] == "==3.10.*"
    assert pythons(tmp_path, text, setup_sh=f"#!/bin/sh\napt-get install python3.12\n{install}")["pip"] is None


def test_another_stage_does_not_matter(tmp_path: Path) -> None:
    text = "FROM ubuntu:22.04\nRUN pip install scipy\nFROM alpine AS other\nRUN apk add python3.12\n"
    assert pythons(tmp_path, text)["pip"] == "==3.10.*"


def test_the_base_environment_of_conda_and_virtual_ones_have_it_too(tmp_path: Path) -> None:
    text = "FROM pytorch/pytorch:2.3.0\nRUN conda install -y scipy\nRUN python -m venv /v && /v/bin/pip install tqdm\n"
    assert pythons(tmp_path, text) == {"conda:base": "==3.10.*", "/v": "==3.10.*"}


def test_an_entry_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="kind is one of system, own, conda, not 'venv'"):
        ImagePython(images=("a",), kind="venv")
    with pytest.raises(ValueError, match="Invalid version"):
        ImagePython(images=("a",), tags=("3.8",))
