"""What images and installs say of an environment: its Isaac Sim, Isaac Lab, Python, CUDA and uv, and where they
say it.
"""

from __future__ import annotations

import re
from posixpath import dirname, join
from typing import TYPE_CHECKING

from dmlint.environments.model import Known
from dmlint.facts import NewEnvironment
from dmlint.facts.interpreter import BARE
from dmlint.rulepacks.product_images import read_image
from dmlint.text.regex import lazy_regex
from dmlint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dmlint.discovery.repository import Repository
    from dmlint.environments.model import Install
    from dmlint.facts import Action, BaseImage, Dependency
    from dmlint.facts.interpreter import Interpreter
    from dmlint.rulepacks.catalogue import Catalogue, Profile
    from dmlint.rulepacks.product_images import Recognized
    from dmlint.text.source import Span
    from dmlint.text.traced import Traced

_TOOLS = ("python", "uv")
_CUDA_IMAGES = ("cuda", "cudagl")
_CUDA_TAG = lazy_regex(r"(?:cuda-?)?(\d+\.\d+)(?:\.\d+)*")
_CUDA_INSIDE = lazy_regex(r"cuda-?(\d+\.\d+)(?:\.\d+)*")
_CHOSEN = lazy_regex(r"\A(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:cpython-|python-?)?(\d+\.\d+)(?![\d])")


def read_image_facts(catalogue: Catalogue, image: BaseImage | None, recognized: Recognized | None) -> dict[str, Known]:
    """What a base image says of every environment on it."""
    if image is None:
        return {}
    known: dict[str, Known] = {}
    cuda = _cuda(image)
    if cuda is not None:
        known["cuda"] = cuda
    if recognized is not None and recognized.release is not None:
        inside = catalogue.inside(recognized.product.name, recognized.release)
        if inside.version:
            known["isaac_sim"] = Known(value=inside.version, span=recognized.span)
        if recognized.product.brings:
            known["isaac_lab"] = Known(value=recognized.release, span=recognized.span)
    return known


def _cuda(image: BaseImage) -> Known | None:
    """The CUDA of ``nvidia/cuda:12.4.1-devel`` and of ``pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel``."""
    name = read_image(image)
    if name.tag is None or not name.known:
        return None
    of_cuda = name.component in _CUDA_IMAGES
    match = _CUDA_TAG().match(name.tag.text) if of_cuda else _CUDA_INSIDE().search(name.tag.text)
    if match is None:
        return None
    return Known(value=match[1], span=literal_of(image, name.tag, (match.start(1), match.end())))


def literal_of(image: BaseImage, tag: Traced, number: tuple[int, int]) -> Span:
    """The innermost literal that holds a number of the tag: a variable's value alone, else the whole reference."""
    for candidate in (image.value, tag, tag.slice(*number)):
        if candidate.via and candidate.span is not None:
            return candidate.span
    return image.written


def read_made(
    actions: Iterable[Action], own: Mapping[Interpreter, Known | None], below: Mapping[Interpreter, Known | None]
) -> dict[Interpreter, Known | None]:
    """The Pythons of a stage's environments, by their names: its image's ``own``, those from ``below``, and of the
    virtual ones made here.

    None where that is not known, as where it depends on a condition.
    """
    found = {**below, **own}
    for action in actions:
        if isinstance(action, NewEnvironment):
            name, python = action.interpreter, _made_of(action, found)
            unsure = action.conditional and name in found and found[name] != python
            found[name] = None if unsure else python
    return found


def _made_of(made: NewEnvironment, known: Mapping[Interpreter, Known | None]) -> Known | None:
    version = made.python.release if made.python is not None else None
    if version is not None:
        return Known(value=version, span=made.said)
    return known.get(BARE) if made.python == BARE else None


def read_chosen_python(path: str, repository: Repository) -> Known | None:
    """The Python that a ``.python-version`` chooses for the project in a file: the closest one, upward to the root."""
    folder = path
    while folder:
        folder = dirname(folder)
        name = join(folder, ".python-version")
        source = repository.read(name) if repository.exists(name) else None
        if isinstance(source, Source):
            found = _CHOSEN().search(source.text)
            return Known(value=f"=={found[1]}.*", span=source.span(*found.span(1))) if found else None
    return None


def tells(catalogue: Catalogue, install: Install) -> bool:
    """Whether an install may say something of its environment: what Isaac Sim, Python or profile it has."""
    if install.projects or install.pythons:
        return True
    packages = {name for profile in catalogue.profiles for name in profile.packages}
    return any(
        entry.name in _TOOLS or entry.name in packages or catalogue.of_package(entry.name) is not None
        for entry in install.requirements
    )


def read_install_facts(catalogue: Catalogue, installs: Iterable[Install]) -> dict[str, Known]:
    """What the requirements of an environment's installs say of it; the last word on each counts."""
    known: dict[str, Known] = {}
    for install in installs:
        for entry in (*install.requirements, *(bound for bound in install.bounds if bound.name in _TOOLS)):
            if entry.unresolved:
                continue
            if entry.name in _TOOLS and entry.specifier:
                known[entry.name] = Known(value=entry.specifier, span=entry.span)
            product = catalogue.of_package(entry.name)
            fact = _FACTS.get(product.name) if product else None
            if product is not None and fact is not None:
                release = _one_release(catalogue, product.name, entry)
                known.update({fact: Known(value=release, span=entry.span)} if release else {})
    return known


_FACTS = {"isaac-sim": "isaac_sim", "isaac-lab": "isaac_lab"}


def _one_release(catalogue: Catalogue, product: str, dependency: Dependency) -> str | None:
    """The one release that a requirement allows: by what the packs know, or by an exact version."""
    if product == "isaac-sim" and not dependency.specifier:
        return None
    if product == "isaac-sim":
        releases = {entry.version for entry in catalogue.admitted(dependency.name, dependency.specifier)}
        return next(iter(releases)) if len(releases) == 1 else None
    match = re.fullmatch(r"==v?(\d+\.\d+(?:\.\d+)?)(?:\.\*)?", dependency.specifier)
    # A repository's tag is the version of what is in it (`git+https://…/IsaacLab.git@v2.3.0`).
    match = match or re.search(r"@v?(\d+\.\d+\.\d+)(?=[#&]|$)", dependency.url or "")
    return match[1] if match else None


def find_profile(
    profiles: Iterable[Profile], installs: Sequence[Install], project: str | None = None
) -> Profile | None:
    """The profile by whose names an environment goes: a project, or a package that is installed there."""
    names = {entry.name for install in installs for entry in install.requirements}
    projects = {project, *(name for install in installs for name in install.projects)}
    for profile in profiles:
        if projects.intersection(profile.projects) or names.intersection(profile.packages):
            return profile
    return None
